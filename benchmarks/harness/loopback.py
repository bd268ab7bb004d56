"""How fast bytes cross this machine's loopback interface."""

import threading
import time
from pathlib import Path

COUNTER = Path("/sys/class/net/lo/statistics/rx_bytes")


class LoopbackMeter:
    """Looks at the interface's counter every 2 ms in a `with` block. Nobody else should use it."""

    INTERVAL = 0.002
    # The first and last bytes belong to control messages, not to the stream.
    TAILS = 0.01

    def __enter__(self) -> "LoopbackMeter":
        self._samples: list[tuple[float, int]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        self._thread.join()
        self._look()

    def _look(self) -> None:
        self._samples.append((time.perf_counter(), int(COUNTER.read_text())))

    def _watch(self) -> None:
        self._look()
        while not self._ended.wait(self.INTERVAL):
            self._look()

    @property
    def bytes(self) -> int:
        return self._samples[-1][1] - self._samples[0][1]

    def bytes_per_second(self) -> float:
        """From the moment when the first bytes had crossed to the one when all but the last had.

        Raises ValueError when that was too soon to be seen.
        """
        first, tail = self._samples[0][1], self.TAILS * self.bytes
        start, before = next(s for s in reversed(self._samples) if s[1] - first <= tail)
        end, after = next(s for s in self._samples if s[1] - first >= self.bytes - tail)
        if end <= start:
            raise ValueError(f"{self.bytes} bytes crossed in less than {self.INTERVAL} s")
        return (after - before) / (end - start)
