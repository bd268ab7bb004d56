"""Workers as their parent sees them: started, told apart by process id, and ended."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Optional

from roost_worker import process, worker

PROGRESS_BYTES = 4096


@dataclass(frozen=True)
class StartedWorker:
    """A new worker and the executor's ends of what leads to it: socket of data, memory of progress, pipe of log.

    Leaving the context closes the descriptors in this process.
    """

    pid: int
    descriptors: tuple

    def __enter__(self) -> StartedWorker:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)


class Workers:
    """The workers that were started and not ended. To be used by the only thread of the parent."""

    def __init__(self, parent_script: str, connection: socket.socket) -> None:
        self._parent_script = parent_script
        self._connection = connection
        self._living: set = set()

    def start(self, folder: str) -> StartedWorker:
        """A worker for the functions of one folder. Throws OSError when the machine has no more processes, memory or
        descriptors."""
        executors, workers = _descriptors()
        try:
            # A thread that holds a lock while another forks holds it for ever in the child.
            if len(os.listdir("/proc/self/task")) == 1:
                pid = self._fork(workers, executors, folder)
            else:
                pid = self._spawn(workers, folder)
        except BaseException:
            for descriptor in executors:
                os.close(descriptor)
            raise
        finally:
            for descriptor in workers:
                os.close(descriptor)
        self._living.add(pid)
        return StartedWorker(pid, executors)

    def end(self, pid: int) -> Optional[dict]:
        """Kills what is left of a worker and of what it started, and returns how the worker itself ended: of its own
        where it was dead already. None for a process that is no worker."""
        if pid not in self._living:
            return None
        self._living.remove(pid)
        _kill(pid)
        status = os.waitpid(pid, 0)[1]
        if os.WIFSIGNALED(status):
            return {"signal": _name_of_signal(os.WTERMSIG(status))}
        return {"code": os.WEXITSTATUS(status)}

    def kill_all(self) -> None:
        for pid in self._living:
            _kill(pid)
        for pid in self._living:
            os.waitpid(pid, 0)
        self._living.clear()

    def _fork(self, descriptors: tuple, executors: tuple, folder: str) -> int:
        # The parent's handler of SIGTERM kills its workers: it must never run in one of them.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        try:
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                self._become_worker(parent, descriptors, executors, folder)
            return pid
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])

    def _become_worker(self, parent: int, descriptors: tuple, executors: tuple, folder: str) -> None:
        """Never returns."""
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
            os.setsid()
            self._connection.detach()
            for descriptor in executors:
                os.close(descriptor)
            worker.run(*descriptors, parent, folder)
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            process.flush_output()
            os._exit(status)

    def _spawn(self, descriptors: tuple, folder: str) -> int:
        for descriptor in descriptors:
            os.set_inheritable(descriptor, True)
        numbers = map(str, (*descriptors, os.getpid()))
        arguments = [sys.executable, self._parent_script, "worker", *numbers, folder]
        nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
        return os.posix_spawn(
            sys.executable,
            arguments,
            os.environ,
            file_actions=[nothing],
            setsid=True,
            setsigdef=[signal.SIGINT, signal.SIGTERM],
        )


def _descriptors() -> tuple:
    """The executor's ends and the worker's ends of: socket of data, memory of progress, pipe of log."""
    opened: list = []
    try:
        opened += (end.detach() for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM))
        opened.append(os.memfd_create("roost-progress", os.MFD_CLOEXEC))
        os.ftruncate(opened[-1], PROGRESS_BYTES)
        opened.append(os.dup(opened[-1]))
        opened += os.pipe2(os.O_CLOEXEC)
    except OSError:
        for descriptor in opened:
            os.close(descriptor)
        raise
    executors_data, workers_data, executors_progress, workers_progress, reading, writing = opened
    return (executors_data, executors_progress, reading), (workers_data, workers_progress, writing)


def _kill(pid: int) -> None:
    # Both, since a worker that was forked just now has no group of its own yet.
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _name_of_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
