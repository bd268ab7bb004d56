"""How time and memory of grouped least squares grow with the rows."""

from dataclasses import dataclass

from harness import models
from harness.bench import Bench
from harness.contest import compete, ratio
from harness.findings import Findings, Goal
from harness.roost_job import RoostJob
from rows import jobs
from tables.stores import StoresTable


@dataclass(frozen=True)
class Growth:
    name: str
    title: str
    small: StoresTable
    large: StoresTable
    bound: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        small, large = (
            StoresTable(bench.scaled(table.rows), bench.scaled(table.stores))
            for table in (self.small, self.large)
        )
        try:
            return self._measure(bench, small, large)
        finally:
            large.path(bench.data).unlink(missing_ok=True)  # it is too large to stay

    def _measure(self, bench: Bench, small: StoresTable, large: StoresTable) -> Findings:
        jobs_of_both = [
            RoostJob(bench.work, f"{self.name}-{table.rows}", jobs.ols(table.make(bench.data)))
            for table in (small, large)
        ]
        # A cluster each: memory that one job got from the system is not the other's.
        with bench.cluster() as for_small, bench.cluster() as for_large:
            contenders = [
                job.contender(
                    cluster, str(table.rows), f"Roost: {table.rows:,} rows, {table.stores:,} stores"
                )
                for job, cluster, table in zip(jobs_of_both, (for_small, for_large), (small, large))
            ]
            scores = compete(contenders, bench.runs)
        for job in jobs_of_both:
            job.require_one_result()
        found = models.read_roost(jobs_of_both[-1].output)
        notes = [models.require_least_squares(large.path(bench.data), found)]
        first, last = scores
        text = f"at most {self.bound:g} times the {{}} of the smaller table"
        goals = [
            Goal(text.format("time"), self.bound, ratio(last, first)),
            Goal(text.format("memory"), self.bound, last.peak_memory / first.peak_memory),
        ]
        return Findings("s", scores, goals, notes)
