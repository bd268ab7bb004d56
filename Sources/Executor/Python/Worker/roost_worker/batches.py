"""Functions of batches: map gives other rows, scalar one value a row."""

from __future__ import annotations

from typing import Any, Iterator

import pyarrow as pa

from roost_worker import frames, returned, signature
from roost_worker.apply import iterated
from roost_worker.call import Call
from roost_worker.conversation import Message


class Map:
    """A function of an iterator of frames that returns another one."""

    def __init__(self, call: Call) -> None:
        """Throws LoadFailure."""
        self._call = call
        self._format = signature.of_frames(call.function, call.name, 1, call.request.get("format")).format
        self._results = call.results(returned.FRAMES_OF_FORMAT, self._format)

    def serve(self, message: Message) -> None:
        """All messages of the call, from the first one on. Throws GroupFailure."""
        incoming = _Incoming(self._call, self._results, self._format, message)
        try:
            for result in iterated(self._call.name, self._call.function(iter(incoming))):
                self._results.add(None, result)
        except BaseException as error:
            self._results.fail(None, self._call.failure(error))
        self._results.finish(None)
        self._results.flush()
        self._call.conversation.send({"done": {} if incoming.ended else {"satisfied": True}})


class _Incoming:
    """The batches of a map, asked for when the function wants them."""

    def __init__(self, call: Call, results: Any, format: str, first: Message) -> None:
        self._call = call
        self._results = results
        self._frames = frames.FRAMES_OF_FORMAT[format]
        self._message = first

    @property
    def ended(self) -> bool:
        return "end" in self._message.header

    def __iter__(self) -> Iterator[Any]:
        frame = self._call.request["frames"][0]
        while not self.ended:
            pieces = self._pieces(frames.select(self._message.table(), frame))
            # Batches of a map are large: nobody but the function keeps them.
            self._message.body = None
            while pieces:
                yield pieces.pop(0)
            self._message = self._call.next_message(self._results)

    def _pieces(self, table: pa.Table) -> list:
        return self._frames(table).pieces(0, table.num_rows)


class Scalar:
    """A function of columns that returns one as long."""

    def __init__(self, call: Call) -> None:
        """Throws LoadFailure."""
        columns = len(call.request["frames"][0]["columns"])
        self._call = call
        self._format = signature.of_columns(call.function, call.name, columns, call.request.get("format")).format
        self._results = call.results(returned.COLUMNS_OF_FORMAT, self._format)

    def serve(self, message: Message) -> None:
        """Throws GroupFailure."""
        table = frames.select(message.table(), self._call.request["frames"][0])
        columns = frames.FRAMES_OF_FORMAT[self._format](table).columns(0, table.num_rows)
        try:
            self._results.add(None, self._call.function(*columns), table.num_rows)
        except BaseException as error:
            self._results.fail(None, self._call.failure(error))
        self._results.finish(None)
        self._results.flush()
        self._call.conversation.send({"done": {}})
