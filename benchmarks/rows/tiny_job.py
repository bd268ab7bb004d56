"""What a job of ten rows costs: on a warm cluster, and with a cluster of its own."""

import statistics
import subprocess
import time
from dataclasses import dataclass

from harness.bench import EXECUTORS, Bench
from harness.contest import Contender, compete
from harness.findings import Findings, Goal
from harness.roost_job import RoostJob
from rows import jobs
from tables.tiny import write_tiny

# It is over so soon that many runs cost nothing.
RUNS_TIMES = 5


def milliseconds(command: list) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - started)


@dataclass(frozen=True)
class TinyJob:
    name: str
    title: str
    submit_bound: float
    run_bound: float
    peers: tuple[str, ...] = ("spark",)

    def measure(self, bench: Bench) -> Findings:
        table = write_tiny(bench.work)
        job = RoostJob(bench.work, self.name, jobs.count_by_key(table))
        run = [bench.roost, "run", job.path, "--executors", str(EXECUTORS), "--slots", "1"]
        output = bench.work / f"{self.name}-peer"
        with bench.cluster() as cluster, bench.start_peers(self.peers) as peers:
            contenders = [
                Contender(
                    "roost",
                    "Roost: `roost submit` to a warm cluster",
                    lambda: 1000 * job.run(cluster),
                ),
                Contender(
                    "run", "Roost: `roost run`, a cluster of its own", lambda: milliseconds(run)
                ),
                Contender(
                    "start",
                    "Roost: process start (`roost --version`)",
                    lambda: milliseconds([bench.roost, "--version"]),
                ),
            ]
            contenders += [
                Contender(
                    peer.engine,
                    "Spark: the same in a session that is there",
                    lambda peer=peer: 1000 * peer.run("count_by_key", table=table, output=output),
                )
                for peer in peers
            ]
            scores = compete(contenders, RUNS_TIMES * bench.runs)
        job.require_one_result()
        goals = [
            Goal(f"{what}: {bound:g} ms", bound, statistics.median(score.values), unit="ms")
            for what, bound, score in zip(
                ("`roost submit` on a warm cluster", "`roost run`"),
                (self.submit_bound, self.run_bound),
                scores,
            )
        ]
        return Findings("ms", scores, goals)
