"""The executor's requests to the parent, on file descriptor 0: one datagram of JSON each, with one answer."""

from __future__ import annotations

import json
import signal
import socket
from typing import Any

from roost_worker import installation

LONGEST_MESSAGE = 64 << 10


def serve(parent_script: str) -> None:
    """Returns at end of file or SIGTERM, when all workers are dead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    connection = socket.socket(fileno=0)
    installed = installation.load()
    if isinstance(installed, str):
        _answer(connection, {"failed": installed})
        return
    from roost_worker.workers import Workers  # which imports pyarrow

    workers = Workers(parent_script, connection)
    try:
        _answer(connection, {"ready": installed})
        while request := connection.recv(LONGEST_MESSAGE):
            _serve_one(json.loads(request), workers, connection)
    except ConnectionError:
        pass  # the executor has died
    finally:
        workers.kill_all()


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _serve_one(request: dict, workers: Any, connection: socket.socket) -> None:
    if "start" in request:
        try:
            started = workers.start(request["start"]["folder"])
        except OSError as error:
            _answer(connection, {"failed": f"cannot start a Python worker: {error}"})
            return
        with started:
            _answer(connection, {"worker": {"pid": started.pid}}, started.descriptors)
    elif "end" in request:
        pid = request["end"]["pid"]
        ended = workers.end(pid)
        _answer(connection, {"ended": ended} if ended else {"failed": f"no worker has the process id {pid}"})
    else:
        _answer(connection, {"failed": f"the parent of workers knows no request {', '.join(request)!r}"})


def _answer(connection: socket.socket, answer: dict, descriptors: tuple = ()) -> None:
    message = json.dumps(answer).encode()
    if descriptors:
        socket.send_fds(connection, [message], descriptors)
    else:
        connection.send(message)
