"""How much memory a call may take beyond what its worker has.

The limit is RLIMIT_DATA: what the process may write to and shares with nobody. Memory that is reserved and not touched
counts, files mapped for reading and shared memory do not.
"""

from __future__ import annotations

import resource
from contextlib import contextmanager
from typing import Iterator, Optional


def limit(count: Optional[int]) -> None:
    """From now on this process may allocate `count` bytes more than it has; any number for None."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = hard if count is None else _present() + count
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextmanager
def lifted() -> Iterator[None]:
    """Without the limit for as long as it takes to say that it was reached."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _present() -> int:
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) << 10
    return 0
