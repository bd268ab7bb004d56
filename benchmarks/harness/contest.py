"""Contenders that do the same work in turn, so that a change of the machine meets all of them."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.memory import PeakMemory


@dataclass(frozen=True)
class Contender:
    name: str
    label: str
    # Does the work once; what it took, in the unit of the row.
    run: Callable[[], float]
    # Where its processes begin; without it, memory is not looked at.
    process_ids: Callable[[], list[int]] | None = None
    # A slow one runs less often, and then not to warm up either.
    at_most: int | None = None


@dataclass(frozen=True)
class Score:
    name: str
    label: str
    values: list[float]
    peak_memory: int | None = None


def compete(contenders: Iterable[Contender], runs: int) -> list[Score]:
    """One run each to warm up, `runs` in turn, then one that is not timed, to look at memory."""
    contenders = list(contenders)
    values: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for run in range(runs + 1):
        for contender in contenders:
            if run == 0:
                if contender.at_most is None:
                    contender.run()
            elif contender.at_most is None or run <= contender.at_most:
                values[contender.name].append(contender.run())
        if run > 0:
            latest = ", ".join(f"{name} {taken[-1]:.4g}" for name, taken in values.items())
            print(f"  run {run} of {runs}: {latest}", flush=True)
    return [
        Score(contender.name, contender.label, values[contender.name], peak_memory(contender))
        for contender in contenders
    ]


def peak_memory(contender: Contender) -> int | None:
    if contender.process_ids is None or contender.at_most is not None:
        return None
    with PeakMemory(contender.process_ids) as peak:
        contender.run()
    return peak.bytes


def score_of(name: str, scores: Iterable[Score]) -> Score | None:
    return next((score for score in scores if score.name == name), None)


def ratio(one: Score, other: Score) -> float:
    """The median of the ratios of neighbouring runs."""
    return statistics.median(a / b for a, b in zip(one.values, other.values))
