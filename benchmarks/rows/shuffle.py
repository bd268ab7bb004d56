"""How fast rows go from one executor to another over loopback TCP.

A job that moves all rows to one task, which takes only their largest values: those that lie on
the other executor cross. The rate is that of the interface while they do. Reading the input is
over by then; what the task does with the rows is in it, so that it is a lower bound.
"""

import statistics
from dataclasses import dataclass

from harness.bench import Bench
from harness.cluster import LocalCluster
from harness.contest import Contender, compete
from harness.findings import Findings, Goal
from harness.loopback import LoopbackMeter
from rows import jobs
from tables.stores import StoresTable


@dataclass(frozen=True)
class Shuffle:
    name: str
    title: str
    rows: int
    stores: int
    gigabytes_per_second: float
    gigabytes_per_second_with_tls: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        table = StoresTable(bench.scaled(self.rows), bench.scaled(self.stores)).make(bench.data)
        job = bench.work / f"{self.name}.yaml"
        job.write_text(jobs.all_to_one(table))
        crossed: list[int] = []
        bounds = [self.gigabytes_per_second, self.gigabytes_per_second_with_tls]

        def run(cluster: LocalCluster) -> float:
            with LoopbackMeter() as meter:
                cluster.submit(job)
            crossed.append(meter.bytes)
            return meter.bytes_per_second() / 1e9

        with bench.cluster() as plain, bench.cluster_with_tls() as protected:
            scores = compete(
                [
                    Contender("plain", "Roost: plain TCP", lambda: run(plain)),
                    Contender("tls", "Roost: TLS", lambda: run(protected)),
                ],
                bench.runs,
            )
        goals = [
            Goal(
                f"{bound} GB/s, {score.label}",
                bound,
                statistics.median(score.values),
                is_at_least=True,
                unit="GB/s",
            )
            for bound, score in zip(bounds, scores, strict=True)
        ]
        moved = statistics.median(crossed) / 2**20
        note = f"{moved:,.0f} MiB crossed a run; the rate is that of the interface while they did"
        return Findings("GB/s", scores, goals, [note])
