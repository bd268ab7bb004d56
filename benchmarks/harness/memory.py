"""The memory of several processes together."""

import threading
from collections.abc import Callable, Iterable

from harness.processes import tree


def proportional_set_size(process: int) -> int:
    """In bytes: its own pages, and its share of those that several processes hold."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as lines:
            for line in lines:
                if line.startswith("Pss:"):
                    return 1024 * int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has ended
    return 0


def memory_of_trees(roots: Iterable[int]) -> int:
    return sum(proportional_set_size(process) for process in tree(roots))


class PeakMemory:
    """The largest sum over all processes below `roots`, looked at every 20 ms in a `with` block.

    Looking costs time, in the kernel also that of the processes: not for runs that are timed.
    """

    INTERVAL = 0.02

    def __init__(self, roots: Callable[[], list[int]]):
        self._roots = roots
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.bytes = 0

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.bytes = max(self.bytes, memory_of_trees(self._roots()))
            if self._ended.wait(self.INTERVAL):
                break
