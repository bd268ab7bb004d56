"""What makes a process a worker: its session, its standard streams, and that it dies with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
LINE_BUFFERED = 1

_library_c = ctypes.CDLL(None)


def die_with(parent: int) -> None:
    """The kernel kills this process when its parent, which has one thread, ends."""
    _library_c.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it ended before this


def take_streams(log: int) -> None:
    """Nothing to read; what is printed goes to the pipe `log`, of C libraries, too, line by line.

    To be called again for each call: a function may close its streams, and the next one is another's.
    """
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if nothing > 2:
        os.close(nothing)
    os.set_inheritable(log, False)
    # New ones, since those of the parent know what its streams were. Text that is not valid is no reason to fail.
    text = {"mode": "w", "buffering": 1, "encoding": "utf-8", "errors": "backslashreplace", "closefd": False}
    sys.stdin = sys.__stdin__ = open(0, closefd=False)
    sys.stdout = sys.__stdout__ = open(1, **text)
    sys.stderr = sys.__stderr__ = open(2, **text)
    _library_c.setvbuf(ctypes.c_void_p.in_dll(_library_c, "stdout"), None, LINE_BUFFERED, 0)


def take_signals() -> None:
    """As in any program of Python: Ctrl-C is an exception, and a broken pipe an error of what writes to it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def flush_output() -> None:
    """Sends all that was printed on its way, whatever the user's code did to the streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    _library_c.fflush(None)
