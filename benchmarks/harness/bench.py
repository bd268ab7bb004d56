"""What a row is measured with."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.cluster import LocalCluster
from harness.peer_process import PeerProcess, why_absent

EXECUTORS = 2


@dataclass(frozen=True)
class Bench:
    roost: Path
    # Tables stay in `data` for the next time; `work` goes when the command ends.
    data: Path
    work: Path
    runs: int
    scale: float
    # Those that are wanted; of them, the ones that are installed take part.
    peers: frozenset[str]

    def scaled(self, count: int) -> int:
        return max(1, round(count * self.scale))

    def cluster(self, executors: int = EXECUTORS) -> LocalCluster:
        return LocalCluster(self.roost, executors, self.work)

    def cluster_with_python(self) -> LocalCluster:
        """Whose functions run in the interpreter of this process."""
        options = ("--allow-python", "--python", sys.executable)
        return LocalCluster(self.roost, EXECUTORS, self.work, options=options)

    def cluster_with_tls(self) -> LocalCluster:
        folder = self.work / "certs"
        if not folder.exists():
            command = [self.roost, "certs", "--out", folder, "--host", "127.0.0.1"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        files = {
            "ROOST_TLS_CA_FILE": folder / "ca.pem",
            "ROOST_TLS_CERT": folder / "127.0.0.1.pem",
            "ROOST_TLS_KEY": folder / "127.0.0.1-key.pem",
        }
        environment = {name: str(path) for name, path in files.items()}
        return LocalCluster(self.roost, EXECUTORS, self.work, environment)

    @contextmanager
    def start_peers(self, names: Iterable[str]) -> Iterator[list[PeerProcess]]:
        with ExitStack() as started:
            yield [
                started.enter_context(PeerProcess(name, self.work, EXECUTORS))
                for name in names
                if name in self.peers and why_absent(name) is None
            ]
