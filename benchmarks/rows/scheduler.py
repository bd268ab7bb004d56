"""The scheduler alone, under a simulation: a suite of the tests that runs only when it is asked to."""

import os
import re
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.bench import Bench
from harness.contest import Contender, compete
from harness.findings import Findings, Goal

ROOT = Path(__file__).resolve().parents[2]
RATE = re.compile(r"(\d+) decisions a second")
# As `make test` runs them; what it has built is used.
COMMAND = """swift test -c release --disable-testable-imports --disable-xctest --skip-build
    --filter SchedulerBenchmark""".split()


def decisions_a_second(executors: int, tasks: int) -> float:
    environment = os.environ | {"ROOST_SCHEDULER_BENCHMARK": f"{executors},{tasks},1,0"}
    done = subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True)
    rates = RATE.findall(done.stdout)
    if done.returncode != 0 or not rates:
        raise ValueError(f"no decisions a second: {(done.stdout + done.stderr)[-500:]}")
    return float(rates[-1])


@dataclass(frozen=True)
class SchedulerAlone:
    name: str
    title: str
    executors: int
    tasks: int
    bound: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        contender = Contender(
            "roost", "Roost: scheduler", lambda: decisions_a_second(self.executors, self.tasks)
        )
        scores = compete([contender], bench.runs)
        measured = statistics.median(scores[0].values)
        text = f"{self.bound:,.0f} decisions a second"
        goal = Goal(text, self.bound, measured, is_at_least=True, unit="decisions/s")
        return Findings("decisions/s", scores, [goal])
