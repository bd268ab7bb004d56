"""What the measuring of one row found."""

import math
from dataclasses import dataclass, field

from harness.contest import Score, ratio, score_of
from harness.peer_process import TITLES


@dataclass(frozen=True)
class Goal:
    """`measured` is None when something is missing for it; `absent` says what."""

    text: str
    bound: float
    measured: float | None = None
    is_at_least: bool = False
    unit: str = ""
    absent: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.measured is None or math.isnan(self.measured):
            return None
        if self.is_at_least:
            return self.measured >= self.bound
        return self.measured <= self.bound


@dataclass(frozen=True)
class Duel:
    """A piece of work that Roost has done, and mostly one peer: a line of a table of such."""

    name: str
    # Roost's first.
    scores: list[Score]


@dataclass(frozen=True)
class Findings:
    unit: str
    scores: list[Score]
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Instead of scores, where a row of the benchmark does many pieces of work.
    duels: list[Duel] = field(default_factory=list)


@dataclass(frozen=True)
class PeerGoal:
    """Roost takes at most `bound` times what a peer takes, of `quantity`: time or memory."""

    peer: str
    bound: float
    quantity: str = "time"

    def judge(self, scores: list[Score]) -> Goal:
        title = TITLES[self.peer]
        text = f"at most {self.bound:g} times the {self.quantity} of {title}"
        roost, peer = score_of("roost", scores), score_of(self.peer, scores)
        if roost is None or peer is None:
            return Goal(text, self.bound, absent=f"{title} was not there")
        if self.quantity == "time":
            return Goal(text, self.bound, ratio(roost, peer))
        return Goal(text, self.bound, roost.peak_memory / peer.peak_memory)
