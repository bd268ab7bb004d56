"""The messages between a worker and its executor: a header of JSON and a body of Arrow, on a stream socket.

4 bytes length of the header, 8 bytes length of the body (little-endian), header, body
"""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Optional

import pyarrow as pa

from roost_worker import process
from roost_worker.progress import Progress

LENGTHS = struct.Struct("<IQ")
MESSAGES_WITH_DATA = ("groups", "cogroups", "batch")
BYTES_TO_SKIP = 1 << 20


class ConversationOver(BaseException):
    """The executor has closed the socket. Nothing that a user's code catches by accident."""


class Message:
    """A header and, where there is one, the buffer that its batches lie on."""

    def __init__(self, header: dict, body: Optional[pa.Buffer]) -> None:
        self.header = header
        self.body = body

    def table(self, offset: int = 0, size: Optional[int] = None) -> pa.Table:
        """The rows of a stream that is (a part of) the body, in one batch at most where they came in one."""
        part = self.body if size is None and offset == 0 else self.body.slice(offset, size)
        with pa.ipc.open_stream(part) as stream:
            return stream.read_all()


class Conversation:
    """Not for several threads. What a function started by forking is left without it."""

    def __init__(self, descriptor: int, progress: Progress) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._progress = progress
        self._lengths = bytearray(LENGTHS.size)
        self._written = pa.allocate_buffer(0)
        # A child that outlives this process would keep the executor from noticing its end; one that returned from the
        # user's function would go on to talk in its place.
        os.register_at_fork(after_in_child=self._socket.close)

    def receive(self) -> Message:
        """Waits for the next message. Throws ConversationOver at end of file, MemoryError when a body does not fit
        (it is skipped then)."""
        self._fill(memoryview(self._lengths))
        header_bytes, body_bytes = LENGTHS.unpack(self._lengths)
        header = bytearray(header_bytes)
        self._fill(memoryview(header))
        header = json.loads(header)
        if any(kind in header for kind in MESSAGES_WITH_DATA):
            self._progress.next_message()
        if body_bytes == 0:
            return Message(header, None)
        try:
            body = pa.allocate_buffer(body_bytes)
        except MemoryError:
            self._skip(body_bytes)
            raise
        self._fill(memoryview(body))
        return Message(header, body)

    def next(self) -> Message:
        """Asks for the next message of the call and waits for it. Throws as `receive`."""
        self.send({"next": {}})
        return self.receive()

    def send(self, header: dict, rows: Optional[pa.Table] = None) -> None:
        """One message, with `rows` as a stream in its body. What was printed before it has left before it."""
        process.flush_output()
        text = json.dumps(header).encode()
        body = self._stream(rows) if rows is not None else b""
        self._send_all([LENGTHS.pack(len(text), len(body)) + text, body])

    def _stream(self, rows: pa.Table) -> memoryview:
        """The bytes of a stream, in memory that is used again for the next one."""
        size = pa.MockOutputStream()
        _write(rows, size)
        if len(self._written) < size.size():
            self._written = pa.allocate_buffer(0)  # the old one goes before the new one comes
            self._written = pa.allocate_buffer(size.size())
        _write(rows, pa.FixedSizeBufferWriter(self._written))
        return memoryview(self._written)[: size.size()]

    def _fill(self, target: memoryview) -> None:
        while target:
            try:
                count = self._socket.recv_into(target, 0, socket.MSG_WAITALL)
            except ConnectionError:
                count = 0
            if count == 0:
                raise ConversationOver
            target = target[count:]

    def _skip(self, count: int) -> None:
        ignored = memoryview(bytearray(min(count, BYTES_TO_SKIP)))
        while count > 0:
            part = ignored[: min(count, len(ignored))]
            self._fill(part)
            count -= len(part)

    def _send_all(self, parts: list) -> None:
        parts = [memoryview(part) for part in parts if len(part)]
        while parts:
            try:
                count = self._socket.sendmsg(parts)
            except OSError as error:
                raise ConversationOver from error
            while parts and count >= len(parts[0]):
                count -= len(parts.pop(0))
            if parts:
                parts[0] = parts[0][count:]


def _write(rows: pa.Table, sink: pa.NativeFile) -> None:
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
