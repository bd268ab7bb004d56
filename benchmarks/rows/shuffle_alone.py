"""The way of a block from one process to another, without a job: a program of its own, which says what it measured."""

import re
import statistics
import subprocess
from dataclasses import dataclass

from harness.bench import Bench
from harness.contest import Contender, compete
from harness.findings import Findings, Goal

RATE = re.compile(r"([\d.]+) GB/s")
# What the program calls the kinds of blocks.
SHAPES = {
    "numbers": "batches of 65,536 rows of numbers",
    "small-batches": "batches of 4,096 rows of numbers",
    "strings": "batches of 65,536 rows, one column of strings",
}


def gigabytes_a_second(command: list) -> float:
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = RATE.search(printed)
    if found is None:
        raise ValueError(f"{command[0]} names no GB/s: {printed[-500:]}")
    return float(found[1])


@dataclass(frozen=True)
class ShuffleAlone:
    name: str
    title: str
    # Beside the program `roost`.
    program: str
    bound: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        program = bench.roost.resolve().parent / self.program
        text = f"{self.bound} GB/s plain"
        if not program.exists():
            absent = f"there is no program {self.program}"
            goal = Goal(text, self.bound, is_at_least=True, unit="GB/s", absent=absent)
            return Findings("GB/s", [], [goal])
        scores = compete(
            [
                Contender(
                    shape,
                    f"Roost: {label}",
                    lambda shape=shape: gigabytes_a_second([program, "--shape", shape]),
                )
                for shape, label in SHAPES.items()
            ],
            bench.runs,
        )
        goals = [
            Goal(
                f"{text}, {score.name}",
                self.bound,
                statistics.median(score.values),
                is_at_least=True,
                unit="GB/s",
            )
            for score in scores
        ]
        return Findings("GB/s", scores, goals)
