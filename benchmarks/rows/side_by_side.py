"""A learner that needs the rows of a group side by side, beside a sort of the same rows by key."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from harness import models
from harness.bench import Bench
from harness.contest import compete
from harness.findings import Findings, PeerGoal
from harness.roost_job import RoostJob
from rows import jobs, labels
from tables.stores import StoresTable


@dataclass(frozen=True)
class SideBySide:
    name: str
    title: str
    rows: int
    stores: int
    goals: tuple[PeerGoal, ...]
    peers: tuple[str, ...] = ("duckdb",)

    def measure(self, bench: Bench) -> Findings:
        table = StoresTable(bench.scaled(self.rows), bench.scaled(self.stores)).make(bench.data)
        job = RoostJob(bench.work, self.name, jobs.ols_of_rows(table))
        with bench.cluster() as cluster, bench.start_peers(self.peers) as peers:
            contenders = [job.contender(cluster, "roost", labels.ROOST)]
            contenders += [
                peer.contender(labels.SORT[peer.engine], "sort", table=table, key="store_id")
                for peer in peers
            ]
            scores = compete(contenders, bench.runs)
        job.require_one_result()
        notes = [
            "Roost groups all six columns by rows that travel, fits, computes the mean absolute"
            " error (`metrics: [mae]`) and writes the models; DuckDB only sorts",
            require_mean_absolute_errors(table, job.output),
        ]
        return Findings("s", scores, [goal.judge(scores) for goal in self.goals], notes)


def require_mean_absolute_errors(table: Path, output: Path) -> str:
    """Models and errors of a sample of stores, against numpy over their rows."""
    found = models.read_roost(output, r2="train_mae")
    note = models.require_least_squares(table, found)
    written = pq.read_table(output, columns=["store_id", "train_mae"])
    mae_of = dict(zip(written["store_id"].to_pylist(), written["train_mae"].to_pylist()))
    for place, features, label in models.rows_of_stores(table, found, models.sample_of(found)):
        residual = label - models.with_intercept(features) @ found.weights[place]
        expected = np.abs(residual).mean()
        if not np.isclose(mae_of[found.store[place]], expected, rtol=1e-9):
            raise AssertionError(f"store {found.store[place]}: not the mean absolute error")
    return note + "; so do the mean absolute errors"
