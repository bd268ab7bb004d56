"""What a row of the benchmark is."""

from typing import Protocol

from harness.bench import Bench
from harness.findings import Findings


class Row(Protocol):
    name: str
    title: str
    # Those that it can be compared with.
    peers: tuple[str, ...]

    def measure(self, bench: Bench) -> Findings:
        """Raises when contenders disagree: then nothing is reported."""
