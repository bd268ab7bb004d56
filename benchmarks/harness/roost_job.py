"""A job file with one written output, and whether every run of it writes the same bytes."""

import hashlib
from pathlib import Path

from harness.cluster import LocalCluster
from harness.contest import Contender


class RoostJob:
    def __init__(self, work: Path, name: str, text: str):
        """`text`: a job file, where OUTPUT stands for the folder that it writes."""
        self.path, self.output = work / f"{name}.yaml", work / name
        self.path.write_text(text.replace("OUTPUT", str(self.output)))
        self.digests: set[str] = set()

    def run(self, cluster: LocalCluster) -> float:
        seconds = cluster.submit(self.path)
        self.digests.add(digest(self.output))
        return seconds

    def contender(self, cluster: LocalCluster, name: str, label: str) -> Contender:
        return Contender(name, label, lambda: self.run(cluster), cluster.process_ids)

    def require_one_result(self) -> str:
        """What the runs, on whatever clusters, have written."""
        if len(self.digests) != 1:
            raise AssertionError(f"runs of Roost wrote {len(self.digests)} different outputs")
        (found,) = self.digests
        return found


def digest(folder: Path) -> str:
    """One SHA-256 of all files, in the order of their names."""
    sums = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        with open(path, "rb") as file:
            while piece := file.read(1 << 24):
                sums.update(piece)
    return sums.hexdigest()
