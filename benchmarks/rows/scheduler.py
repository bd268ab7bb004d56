"""The scheduler alone, under a simulation: a program of its own, which says what it measured."""

import re
import statistics
import subprocess
from dataclasses import dataclass

from harness.bench import Bench
from harness.contest import Contender, compete
from harness.findings import Findings, Goal

RATE = re.compile(r"([\d,_.]+) decisions a second")


def decisions_a_second(command: list) -> float:
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rates = RATE.findall(printed)
    if not rates:
        raise ValueError(f"{command[0]} names no decisions a second: {printed[-500:]}")
    return float(re.sub("[,_]", "", rates[-1]))


@dataclass(frozen=True)
class SchedulerAlone:
    name: str
    title: str
    # Beside the program `roost`.
    program: str
    bound: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        text = f"{self.bound:,.0f} decisions a second"
        program = bench.roost.resolve().parent / self.program
        if not program.exists():
            absent = f"there is no program {self.program}"
            goal = Goal(text, self.bound, is_at_least=True, unit="decisions/s", absent=absent)
            return Findings("decisions/s", [], [goal])
        contender = Contender("roost", "Roost: scheduler", lambda: decisions_a_second([program]))
        scores = compete([contender], bench.runs)
        measured = statistics.median(scores[0].values)
        goal = Goal(text, self.bound, measured, is_at_least=True, unit="decisions/s")
        return Findings("decisions/s", scores, [goal])
