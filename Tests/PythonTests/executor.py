"""An executor for tests: it starts the parent of Python workers and talks to them as the real one does."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pyarrow as pa

PARENT = Path(__file__).parents[2] / "Sources/Executor/Python/Worker/parent.py"
LENGTHS = struct.Struct("<IQ")
# A test that waits longer than this has failed.
SECONDS = 60


class Refused(Exception):
    """The worker answered with an error: `.error` is what it said."""

    def __init__(self, error: dict) -> None:
        super().__init__(error["message"])
        self.error = error


class Executor:
    """Runs a parent; closing ends it and whatever it started."""

    def __init__(self, python: str = sys.executable, environment: dict | None = None) -> None:
        self.connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.connection.settimeout(SECONDS)
        with theirs:
            self.process = subprocess.Popen(
                [python, str(PARENT)],
                stdin=theirs,
                process_group=0 if sys.version_info >= (3, 11) else None,
                env={**os.environ, **(environment or {})},
            )
        self.first = json.loads(self.connection.recv(64 << 10))

    def request(self, request: dict) -> dict:
        self.connection.send(json.dumps(request).encode())
        return json.loads(self.connection.recv(64 << 10))

    def start(self, folder: str) -> Worker:
        self.connection.send(json.dumps({"start": {"folder": folder}}).encode())
        message, descriptors, _, _ = socket.recv_fds(self.connection, 64 << 10, 3)
        return Worker(self, json.loads(message)["worker"]["pid"], *descriptors)

    def close(self) -> None:
        self.connection.close()
        try:
            self.process.wait(SECONDS)
        finally:
            self.process.kill()


class Worker:
    def __init__(self, executor: Executor, pid: int, data: int, progress: int, log: int) -> None:
        self.executor = executor
        self.pid = pid
        self.data = socket.socket(fileno=data)
        self.data.settimeout(SECONDS)
        self.progress_descriptor = progress
        self.log_descriptor = log
        self.printed = b""
        self.schema: pa.Schema | None = None

    def close(self) -> dict:
        """Ends it and returns how it ended."""
        answer = self.executor.request({"end": {"pid": self.pid}})
        self.data.close()
        os.close(self.progress_descriptor)
        os.close(self.log_descriptor)
        return answer

    def progress(self) -> tuple:
        return struct.unpack("<II", os.pread(self.progress_descriptor, 8, 0))

    def log(self) -> str:
        """What has been printed until now."""
        while select.select([self.log_descriptor], [], [], 0)[0]:
            part = os.read(self.log_descriptor, 64 << 10)
            if not part:
                break
            self.printed += part
        return self.printed.decode()

    def send(self, header: dict, body: bytes = b"") -> None:
        text = json.dumps(header).encode()
        self.data.sendall(LENGTHS.pack(len(text), len(body)) + text + body)

    def receive(self) -> tuple:
        """Header and body. Throws EOFError when the worker has died."""
        header_bytes, body_bytes = LENGTHS.unpack(self._exactly(LENGTHS.size))
        header = json.loads(self._exactly(header_bytes))
        return header, self._exactly(body_bytes)

    def _exactly(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            try:
                part = self.data.recv(min(count - len(parts), 1 << 20))
            except ConnectionError:
                part = b""
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def call(self, kind: str, function: str, schema: pa.Schema, frames: list, keys: tuple = (), **settings) -> None:
        """Begins a call. frames: lists of (column, index). Throws Refused."""
        self.schema = schema
        file, _, name = function.partition(":")
        source = {"file": file} if file.endswith(".py") else {"module": file}
        request = {
            "kind": kind,
            **source,
            "function": name,
            "frames": [{"columns": [n for n, _ in f], "indices": [i for _, i in f]} for f in frames],
            "keys": list(keys),
            "format": None,
            "record": False,
            "memory": None,
            "artifacts": None,
            **settings,
        }
        self.send({"call": request}, stream(schema))
        header, _ = self.receive()
        if "error" in header:
            raise Refused(header["error"])
        assert header == {"started": {}}, header

    def answers(self) -> Answers:
        """All that it says until it wants another message, is done or has failed. Throws Refused."""
        answers = Answers(self.schema)
        while True:
            header, body = self.receive()
            if "error" in header:
                raise Refused(header["error"])
            if "rows" not in header:
                answers.last = header
                return answers
            answers.add(header["rows"], body)

    def groups(self, batch: pa.RecordBatch, rows: list, more: bool = False) -> Answers:
        self.send({"groups": {"rows": rows, "more": more}}, stream(batch))
        return self.answers()

    def batch(self, batch: pa.RecordBatch) -> Answers:
        self.send({"batch": {}}, stream(batch))
        return self.answers()

    def end(self) -> Answers:
        self.send({"end": {}})
        return self.answers()

    def cogroups(self, left: pa.RecordBatch, right: pa.RecordBatch, counts: list) -> Answers:
        """counts: (left, right) of each group."""
        body = stream(left)
        header = {"left": [n for n, _ in counts], "right": [n for _, n in counts], "left_bytes": len(body)}
        self.send({"cogroups": header}, body + stream(right))
        return self.answers()


class Answers:
    """rows: of each group by number (of None where there are no groups). failed: texts by number."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.rows: dict = {}
        self.failed: dict = {}
        self.last: dict = {}
        self.bodies = 0

    def add(self, header: dict, body: bytes) -> None:
        self.failed.update(header.get("failed", []))
        table = self.schema.empty_table()
        if body:
            self.bodies += 1
            table = pa.ipc.open_stream(body).read_all()
            assert table.schema.equals(self.schema), table.schema
        rows = table.to_pylist()
        if "groups" not in header:
            self.rows.setdefault(None, []).extend(rows)
            return
        assert sum(header["counts"]) == len(rows), header
        for number, count in zip(header["groups"], header["counts"]):
            self.rows.setdefault(number, []).extend(rows[:count])
            rows = rows[count:]


def stream(what: pa.Schema | pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    schema = what if isinstance(what, pa.Schema) else what.schema
    with pa.ipc.new_stream(sink, schema) as writer:
        if isinstance(what, pa.RecordBatch):
            writer.write_batch(what)
    return sink.getvalue().to_pybytes()
