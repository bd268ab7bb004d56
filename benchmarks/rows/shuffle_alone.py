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
    bound_with_tls: float
    peers: tuple[str, ...] = ()

    def measure(self, bench: Bench) -> Findings:
        program = bench.roost.resolve().parent / self.program
        if not program.exists():
            goal = Goal(
                f"{self.bound} GB/s plain",
                self.bound,
                is_at_least=True,
                unit="GB/s",
                absent=f"there is no program {self.program}",
            )
            return Findings("GB/s", [], [goal])

        def contender(name: str, label: str, *options: str) -> Contender:
            command = [program, *options]
            return Contender(name, f"Roost: {label}", lambda: gigabytes_a_second(command))

        scores = compete(
            [contender(shape, label, "--shape", shape) for shape, label in SHAPES.items()]
            + [contender("tls", f"{SHAPES['numbers']}, TLS", "--shape", "numbers", "--tls")],
            bench.runs,
        )
        bounds = [self.bound] * len(SHAPES) + [self.bound_with_tls]
        goals = [
            Goal(
                f"{bound} GB/s, {score.name}",
                bound,
                statistics.median(score.values),
                is_at_least=True,
                unit="GB/s",
            )
            for bound, score in zip(bounds, scores, strict=True)
        ]
        return Findings("GB/s", scores, goals)
