"""What a row is measured with."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.cluster import LocalCluster
from harness.peer_process import PeerProcess, why_absent

EXECUTORS = 2


@dataclass(frozen=True)
class Bench:
    roost: Path
    # Tables stay in `data` for the next time; `work` goes when the command ends.
    data: Path
    work: Path
    runs: int
    scale: float
    # Those that are wanted; of them, the ones that are installed take part.
    peers: frozenset[str]

    def scaled(self, count: int) -> int:
        return max(1, round(count * self.scale))

    def cluster(self, executors: int = EXECUTORS) -> LocalCluster:
        return LocalCluster(self.roost, executors, self.work)

    @contextmanager
    def start_peers(self, names: Iterable[str]) -> Iterator[list[PeerProcess]]:
        with ExitStack() as started:
            yield [
                started.enter_context(PeerProcess(name, self.work, EXECUTORS))
                for name in names
                if name in self.peers and why_absent(name) is None
            ]
