"""What tests of workers share: a parent for all tests of a class, and workers with a file of functions for one test."""

from __future__ import annotations

import tempfile
import textwrap
import unittest
from pathlib import Path

import pyarrow as pa
from executor import Answers, Executor, Refused, Worker

IMPORTS = """\
import datetime, decimal, os, sys
import numpy as np
import pandas as pd
import pyarrow as pa
from collections.abc import Iterator
"""

SALES = pa.record_batch({"store": pa.array([1, 1, 2, 3]), "x": pa.array([1.0, 2.0, 3.0, 4.0])})
STORES = [("store", 0), ("x", 1)]


class WorkerCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.executor = Executor()
        cls.addClassCleanup(cls.executor.close)

    def worker(self, source: str = "", **files: str) -> Worker:
        """A worker in whose folder train.py has this source below IMPORTS. files: others by name, without .py."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        files.setdefault("train", IMPORTS + textwrap.dedent(source))
        for name, text in files.items():
            (self.folder / f"{name}.py").write_text(textwrap.dedent(text))
        return self.start()

    def start(self) -> Worker:
        """Another worker of the same folder."""
        worker = self.executor.start(str(self.folder))
        self.addCleanup(worker.close)
        return worker

    def apply(self, source: str, batch=SALES, rows=(2, 1, 1), schema=None, function="run", **settings) -> Answers:
        """What `run` of this source returns for groups of `batch`, whose columns make the frame, the first the key."""
        worker = self.worker(source)
        frame = [(name, index) for index, name in enumerate(batch.schema.names)]
        schema = schema or pa.schema([("n", pa.int64())])
        worker.call("apply", f"train.py:{function}", schema, [frame], (batch.schema.names[0],), **settings)
        return worker.groups(batch, list(rows))

    def error(self, action, *arguments, **settings) -> dict:
        """The error that it ends with."""
        with self.assertRaises(Refused) as raised:
            action(*arguments, **settings)
        return raised.exception.error
