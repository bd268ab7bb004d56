"""What a second executor brings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.bench import Bench
from harness.contest import compete, ratio
from harness.findings import Findings, Goal
from harness.roost_job import RoostJob
from tables.stores import StoresTable


@dataclass(frozen=True)
class SecondExecutor:
    name: str
    title: str
    rows: int
    stores: int
    job: Callable[[Path], str]
    bound: float = 1.8
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        table = StoresTable(bench.scaled(self.rows), bench.scaled(self.stores)).make(bench.data)
        job = RoostJob(bench.work, self.name, self.job(table))
        with bench.cluster(1) as alone, bench.cluster(2) as both:
            contenders = [
                job.contender(both, "two", "Roost: two executors of one slot"),
                job.contender(alone, "one", "Roost: one executor of one slot"),
            ]
            scores = compete(contenders, bench.runs)
        digest = job.require_one_result()
        two, one = scores
        text = f"two executors {self.bound:g} times as fast as one"
        goal = Goal(text, self.bound, ratio(one, two), is_at_least=True)
        note = f"One executor and two wrote the same bytes (SHA-256 {digest[:16]}...)"
        return Findings("s", scores, [goal], [note])
