"""An engine in a process of its own, which lives through all runs as the cluster does."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness import processes
from harness.contest import Contender

BENCHMARKS = Path(__file__).resolve().parent.parent
PACKAGES = {
    "duckdb": ["duckdb"],
    "polars": ["polars"],
    "pandas": ["pandas"],
    "sklearn": ["sklearn", "joblib", "statsmodels"],
    "dask": ["dask", "distributed"],
    "ray": ["ray"],
    "spark": ["pyspark"],
    "python": ["pandas", "sklearn"],
}
TITLES = {
    "duckdb": "DuckDB",
    "polars": "Polars",
    "pandas": "pandas",
    "sklearn": "scikit-learn",
    "dask": "Dask",
    "ray": "Ray",
    "spark": "Spark",
    "python": "the bare function",
}


class PeerFailed(Exception):
    pass


def why_absent(engine: str) -> str | None:
    """None when it can be started."""
    missing = [name for name in PACKAGES[engine] if importlib.util.find_spec(name) is None]
    if missing:
        return f"{' and '.join(missing)} not installed"
    has_java = shutil.which("java") or os.environ.get("JAVA_HOME")
    return None if engine != "spark" or has_java else "there is no Java"


class PeerProcess:
    """`processors`: how many it may use, as many as all slots of the cluster."""

    def __init__(self, engine: str, work: Path, processors: int):
        self.engine = engine
        self._log = work / f"{engine}.log"
        self._work = work
        self._processors = processors

    def __enter__(self) -> "PeerProcess":
        with open(self._log, "w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "peers.serve", self.engine, str(self._processors)],
                cwd=BENCHMARKS,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                env=os.environ | self._environment(),
            )
        try:
            self.seconds_to_start: float = self._answer()["seconds"]
        except BaseException:
            processes.stop([self._process])
            raise
        return self

    def __exit__(self, error: type[BaseException] | None, *_) -> None:
        if error is not None:  # it may be in the middle of a task
            processes.stop([self._process])
            return
        # The end of its input ends an engine in its own way, its processes with it.
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            processes.stop([self._process])

    def _environment(self) -> dict[str, str]:
        threads = str(self._processors)
        return {
            "POLARS_MAX_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads if self.engine in ("duckdb", "polars") else "1",
            "OMP_NUM_THREADS": threads,
            "TMPDIR": str(self._work),
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": str(BENCHMARKS),
            "PYTHONWARNINGS": "ignore",
            "RAY_USAGE_STATS_ENABLED": "0",
        }

    def _answer(self) -> dict:
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": self._log.read_text()[-2000:]}
        if "error" in answer:
            raise PeerFailed(f"{self.engine}: {answer['error']}")
        return answer

    def process_ids(self) -> list[int]:
        return [self._process.pid]

    def run(self, task: str, **request) -> float:
        """The seconds that it took, by its own clock: the question's way is not counted."""
        self._process.stdin.write(json.dumps({"task": task, **request}, default=str) + "\n")
        self._process.stdin.flush()
        return self._answer()["seconds"]

    def contender(self, label: str, task: str, at_most: int | None = None, **request) -> Contender:
        return Contender(
            self.engine, label, lambda: self.run(task, **request), self.process_ids, at_most
        )
