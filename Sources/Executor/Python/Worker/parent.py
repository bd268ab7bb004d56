"""The warm Python process of an executor, from which workers are forked.

`parent.py` serves an executor on file descriptor 0; `parent.py worker DATA PROGRESS LOG PARENT FOLDER` is one worker in
an interpreter of its own: three inherited file descriptors, the process id of its parent, and the users' folder.
"""

import os
import sys

# Before anything is imported that reads them: a worker has one slot, and a process with threads cannot be forked.
for variable in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
    "ARROW_IO_THREADS",
):
    os.environ[variable] = "1"
# The other pools of Arrow reserve memory that counts against a limit though nobody uses it.
os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
# Arrow's copy of jemalloc starts a thread of its own otherwise, even when it is not the pool.
os.environ["JE_ARROW_MALLOC_CONF"] = "background_thread:false"


def main() -> None:
    own_folder = os.path.dirname(os.path.realpath(__file__))
    sys.path.insert(0, own_folder)
    from roost_worker import installation

    # Users' modules come from their folder, and never from this one.
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) != own_folder]
    if sys.argv[1:2] == ["worker"]:
        installed = installation.load()
        if isinstance(installed, str):
            sys.exit(installed)
        from roost_worker import worker

        worker.run(*map(int, sys.argv[2:6]), sys.argv[6])
    else:
        from roost_worker import control

        control.serve(os.path.abspath(__file__))


if __name__ == "__main__":
    main()
