"""Functions of the user's in Python: of groups, beside the bare function and Spark; of batches, beside Spark."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from harness.bench import Bench
from harness.contest import Contender, Score, compete
from harness.findings import Findings, Goal, PeerGoal
from harness.roost_job import RoostJob
from peers.group_functions import SCHEMA
from rows import jobs, labels
from tables.stores import FEATURES, StoresTable

BENCHMARKS = Path(__file__).resolve().parent.parent


def shipped(work: Path) -> list[Path]:
    """What the functions are made of, where job files can name it: two packages."""
    packages = ("peers", "tables")
    folder = work
    for package in packages:
        (folder / package).mkdir(parents=True, exist_ok=True)
        for source in (BENCHMARKS / package).glob("*.py"):
            (folder / package / source.name).write_bytes(source.read_bytes())
    return [folder / package for package in packages]


@dataclass(frozen=True)
class GroupedFunction:
    name: str
    title: str
    function: str
    rows: int
    stores: int
    goals: tuple[PeerGoal, ...]
    peers: tuple[str, ...] = ("python", "spark")

    def measure(self, bench: Bench) -> Findings:
        table = StoresTable(bench.scaled(self.rows), bench.scaled(self.stores)).make(bench.data)
        text = jobs.grouped_function(table, shipped(bench.work), self.function, SCHEMA)
        job = RoostJob(bench.work, self.name, text)
        with bench.cluster_with_python() as cluster, bench.start_peers(self.peers) as peers:
            outputs = {peer.engine: bench.work / f"{self.name}-{peer.engine}" for peer in peers}
            contenders = [job.contender(cluster, "roost", labels.ROOST)]
            contenders += [
                peer.contender(
                    labels.FUNCTION[peer.engine],
                    "grouped_function",
                    table=table,
                    function=self.function,
                    output=outputs[peer.engine],
                )
                for peer in peers
            ]
            scores = compete(contenders, bench.runs)
        note = require_same_models(job.output, outputs)
        return Findings("s", scores, [goal.judge(scores) for goal in self.goals], [note])


def require_same_models(output: Path, others: dict[str, Path]) -> str:
    ours = sorted_models(output)
    for engine, path in others.items():
        theirs = sorted_models(path)
        for name in ours:
            if not np.allclose(ours[name], theirs[name], rtol=1e-9, atol=1e-9):
                raise AssertionError(f"{engine} has another {name}")
    return f"All have the same {len(ours['store_id']):,} models"


def sorted_models(path: Path) -> dict[str, np.ndarray]:
    table = pq.read_table(path).sort_by("store_id")
    return {name: table[name].to_numpy() for name in table.column_names}


@dataclass(frozen=True)
class MappedFunction:
    name: str
    title: str
    rows: int
    stores: int
    goals: tuple[PeerGoal, ...]
    peers: tuple[str, ...] = ("spark",)

    def measure(self, bench: Bench) -> Findings:
        table = StoresTable(bench.scaled(self.rows), bench.scaled(self.stores)).make(bench.data)
        names = [*FEATURES, "y", "z"]
        schema = ", ".join(["store_id long", *(f"{name} double" for name in names)])
        text = jobs.map_batches(table, shipped(bench.work), schema)
        job = RoostJob(bench.work, self.name, text)
        output = bench.work / f"{self.name}-peer"
        with bench.cluster_with_python() as cluster, bench.start_peers(self.peers) as peers:
            contenders = [job.contender(cluster, "roost", labels.ROOST)]
            contenders += [
                peer.contender(
                    labels.MAP[peer.engine],
                    "map_batches",
                    table=table,
                    schema=schema,
                    output=output,
                )
                for peer in peers
            ]
            scores = compete(contenders, bench.runs)
        written = pq.read_table(job.output, columns=["x1", "y", "z"])
        expected = written["x1"].to_numpy() * 2 + written["y"].to_numpy()
        if len(written) != bench.scaled(self.rows) or not (written["z"].to_numpy() == expected).all():
            raise AssertionError("not the rows with their new column")
        note = f"{len(written):,} rows have their new column"
        return Findings("s", scores, [goal.judge(scores) for goal in self.goals], [note])


@dataclass(frozen=True)
class FirstCall:
    """The first job with a function on executors that have run none."""

    name: str
    title: str
    bound: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        table = StoresTable(1000, 10).make(bench.data)
        text = jobs.grouped_function(table, shipped(bench.work), "lstsq", SCHEMA)
        job = RoostJob(bench.work, self.name, text)
        imports = "import numpy, pandas, pyarrow, sklearn.linear_model"

        def first() -> float:
            with bench.cluster_with_python() as cluster:
                return job.run(cluster)

        def imported() -> float:
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", imports], check=True)
            return time.perf_counter() - started

        contenders = [
            Contender("roost", "Roost: the first `roost submit` with a function", first),
            Contender("import", f"`python -c '{imports}'`", imported),
        ]
        scores: list[Score] = compete(contenders, bench.runs)
        text = f"at most {self.bound:g} times the interpreter's own imports"
        times = sorted(a / b for a, b in zip(scores[0].values, scores[1].values))
        return Findings("s", scores, [Goal(text, self.bound, times[len(times) // 2])])
