"""The groups of messages: their rows lie side by side, and the last one may go on in the next message."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, Callable, Iterator

import pyarrow as pa

from roost_worker import frames, keys
from roost_worker.conversation import Message
from roost_worker.progress import Progress

ROWS_OF_PIECE = 10_000


class Groups:
    """Those of a message and of all that go on from it: an iterator, each time of the group that is next.

    next_message: asks the executor for the continuation; what is known of earlier groups has to leave before.
    """

    def __init__(self, call: dict, format: str, progress: Progress, next_message: Callable[[], Message]) -> None:
        self._frame = call["frames"][0]
        self._keys = len(call["keys"])
        self._format = format
        self._progress = progress
        self._next_message = next_message
        self.number = 0

    def of(self, message: Message) -> Iterator[Group]:
        self._load(message)
        while self.number < len(self._counts):
            self._progress.begin_group(self.number)
            group = Group(self)
            yield group
            group.skip_rest()
            self.number += 1

    def _load(self, message: Message) -> None:
        header = message.header["groups"]
        table = message.table()
        self.number = 0
        self._counts = header["rows"]
        self._starts = [0, *accumulate(self._counts)]
        self._more = header["more"]
        self._key_columns = table.select(range(self._keys))
        self._key_values = None
        self.frames = frames.FRAMES_OF_FORMAT[self._format](frames.select(table, self._frame))

    def key(self) -> tuple:
        if self._key_values is None:
            self._key_values = keys.of_rows(self._key_columns, self._starts[:-1], self._format)
        return self._key_values[self.number]

    def rows(self) -> Iterator[tuple]:
        """(start, count) of the running group in `frames`, which is another one each time."""
        while True:
            yield self._starts[self.number], self._counts[self.number]
            if not (self._more and self.number == len(self._counts) - 1):
                return
            self._load(self._next_message())
            self._progress.begin_group(self.number)


class Group:
    """The running group, until the next one is asked for."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._rows = groups.rows()

    @property
    def number(self) -> int:
        """In the message that it has come to."""
        return self._groups.number

    def key(self) -> tuple:
        """To be asked for before its rows."""
        return self._groups.key()

    def frame(self) -> Any:
        """All rows."""
        frames, start, count = self._whole()
        return frames.frame(start, count)

    def columns(self) -> list:
        """All rows, column by column."""
        frames, start, count = self._whole()
        return frames.columns(start, count)

    def pieces(self) -> Iterator[Any]:
        """The rows as they come, not too many at once."""
        for start, count in self._rows:
            frames = self._groups.frames
            for offset in range(0, count, ROWS_OF_PIECE):
                yield from frames.pieces(start + offset, min(ROWS_OF_PIECE, count - offset))

    def skip_rest(self) -> None:
        for _ in self._rows:
            pass

    def _whole(self) -> tuple:
        start, count = next(self._rows)
        frames = self._groups.frames
        others = [self._groups.frames.table.slice(*rows) for rows in self._rows]
        if not others:
            return frames, start, count
        joined = pa.concat_tables([frames.table.slice(start, count), *others])
        return type(frames)(joined), 0, joined.num_rows
