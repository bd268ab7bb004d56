"""Runs the tasks of one engine, in a process that lives as long as its input.

usage: python -m peers.serve ENGINE PROCESSORS

A line of JSON names a task and its arguments; the answer is a line with the seconds that it took.
The first answer comes unasked and holds the seconds until the engine was ready.
"""

import importlib
import json
import os
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path


def main(engine: str, processors: str) -> None:
    # What the engines print goes to the log; answers keep the pipe.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that engines end their processes
    started = time.perf_counter()
    with importlib.import_module(f"peers.{engine}_engine").session(int(processors)) as session:
        answers.write(json.dumps({"seconds": time.perf_counter() - started}) + "\n")
        for line in sys.stdin:
            answers.write(json.dumps(answer(session, json.loads(line))) + "\n")


def answer(session, request: dict) -> dict:
    task = getattr(session, request.pop("task"))
    if "output" in request:
        remove(Path(request["output"]))
    try:
        started = time.perf_counter()
        task(**request)
        return {"seconds": time.perf_counter() - started}
    except Exception:
        return {"error": traceback.format_exc()}


def remove(output: Path) -> None:
    """What an earlier run wrote: a file, or a folder of files."""
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
