"""What a cluster holds that has nothing to do."""

import statistics
import time
from dataclasses import dataclass

from harness.bench import Bench
from harness.contest import Score
from harness.findings import Findings, Goal
from harness.memory import memory_of_trees
from harness.roost_job import RoostJob
from rows import jobs
from tables.tiny import write_tiny

# Until all that a start does is over.
SECONDS_TO_SETTLE = 2


def settled_megabytes(process_ids: list[int]) -> float:
    time.sleep(SECONDS_TO_SETTLE)
    return memory_of_trees(process_ids) / 1e6


@dataclass(frozen=True)
class IdleMemory:
    name: str
    title: str
    bound: float
    peers: tuple[str, ...] = ("spark",)

    def measure(self, bench: Bench) -> Findings:
        job = RoostJob(bench.work, self.name, jobs.count_by_key(write_tiny(bench.work)))
        fresh, used = [], []
        for _ in range(bench.runs):
            with bench.cluster() as cluster:
                fresh.append(settled_megabytes(cluster.process_ids()))
                job.run(cluster)
                used.append(settled_megabytes(cluster.process_ids()))
        scores = [
            Score("roost", "Roost: driver and two executors, just started", fresh),
            Score("used", "Roost: the same after a job of ten rows", used),
        ]
        with bench.start_peers(self.peers) as peers:
            scores += [
                Score(
                    peer.engine,
                    "Spark: driver with its Python process, two executors and the local master",
                    [settled_megabytes(peer.process_ids())],
                )
                for peer in peers
            ]
        measured = statistics.median(fresh)
        goal = Goal(f"at most {self.bound:g} MB", self.bound, measured, unit="MB")
        return Findings("MB", scores, [goal])
