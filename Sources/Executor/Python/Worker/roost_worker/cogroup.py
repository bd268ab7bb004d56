"""Functions of the rows of two tables that have one key."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pyarrow as pa

from roost_worker import frames, keys, returned, signature
from roost_worker.call import Call
from roost_worker.conversation import Message


class Cogroup:
    """A function of (left, right) or (key, left, right)."""

    def __init__(self, call: Call) -> None:
        """Throws LoadFailure."""
        self._call = call
        self._form = signature.of_frames(call.function, call.name, 2, call.request.get("format"))
        self._results = call.results(returned.FRAMES_OF_FORMAT, self._form.format)

    def serve(self, message: Message) -> None:
        """Throws GroupFailure."""
        header = message.header["cogroups"]
        left = message.table(0, header["left_bytes"])
        right = message.table(header["left_bytes"])
        sides = [
            _Side(table, counts, frame, self._form.format)
            for table, counts, frame in zip(
                (left, right), (header["left"], header["right"]), self._call.request["frames"]
            )
        ]
        key_values = self._keys(sides) if self._form.takes_key else None
        results = self._results
        for number in range(len(header["left"])):
            self._call.progress.begin_group(number)
            key = (key_values[number],) if key_values is not None else ()
            try:
                results.add(number, self._call.function(*key, *(side.frame(number) for side in sides)))
            except BaseException as error:
                results.fail(number, self._call.failure(error))
            else:
                results.finish(number)
        results.flush()
        self._call.conversation.send({"done": {}})

    def _keys(self, sides: list) -> list:
        """Of each group from the side that has rows of it."""
        count = len(self._call.request["keys"])
        of_sides = [
            keys.of_rows(side.table.select(range(count)), side.first_rows(), self._form.format) for side in sides
        ]
        left, right = map(iter, of_sides)
        chosen = []
        for rows_left, rows_right in zip(sides[0].counts, sides[1].counts):
            values = [next(values) for values, rows in ((left, rows_left), (right, rows_right)) if rows]
            chosen.append(values[0])
        return chosen


class _Side:
    def __init__(self, table: pa.Table, counts: list, frame: dict, format: str) -> None:
        self.table = table
        self.counts = counts
        self._starts = [0, *accumulate(counts)]
        self._frames = frames.FRAMES_OF_FORMAT[format](frames.select(table, frame))

    def first_rows(self) -> list:
        return [start for start, count in zip(self._starts, self.counts) if count]

    def frame(self, number: int) -> Any:
        return self._frames.frame(self._starts[number], self.counts[number])
