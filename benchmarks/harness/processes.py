"""The tree of processes below some others, and how a process is ended with all that it started."""

import ctypes
import os
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Makes this process the parent of what its children leave behind, so that it can end it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def tree(roots: Iterable[int]) -> list[int]:
    """The roots that live and everything below them."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in parentheses, may hold spaces; state and parent follow it.
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue  # it has just ended
        children[int(parent)].append(int(folder.name))
    found, waiting = [], [root for root in roots if Path(f"/proc/{root}").exists()]
    while waiting:
        found.append(waiting.pop())
        waiting += children[found[-1]]
    return found


def stop(processes: Iterable[subprocess.Popen], seconds: float = 5) -> None:
    """Asks them to end in this order, and kills those that do not."""
    processes = list(processes)
    for process in processes:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(timeout=max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def kill_descendants() -> None:
    """Whatever this process or its children started and nobody ended."""
    while below := [process for process in tree([os.getpid()]) if process != os.getpid()]:
        for process in below:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, 0)[0]:
                pass
        except ChildProcessError:
            pass
