"""Where a worker is, in memory that the executor reads without asking."""

from __future__ import annotations

import mmap
import os


class Progress:
    """Number of the message (from 1) and of the group in it (from 0), as two little-endian words of 32 bits.

    Both are written at once, so that a reader never sees the group of one message with the number of another.
    """

    def __init__(self, descriptor: int) -> None:
        self._word = memoryview(mmap.mmap(descriptor, 4096)).cast("Q")
        os.close(descriptor)
        self._message = 0

    def next_message(self) -> None:
        self._message += 1
        self._word[0] = self._message

    def begin_group(self, number: int) -> None:
        self._word[0] = number << 32 | self._message
