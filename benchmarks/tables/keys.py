"""A double to aggregate, and keys of every sort: an integer, a string, and a pair of both."""

from dataclasses import dataclass
from math import isqrt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tables.files import make_once

SEED = 7
ROW_GROUPS = 10
BYTES_OF_ROW = 48


@dataclass(frozen=True)
class KeysTable:
    """`integer`, `text`, and `first` with `second`, each of about `groups` different values."""

    rows: int
    groups: int

    def path(self, folder: Path) -> Path:
        return folder / f"keys-{self.rows}-{self.groups}.parquet"

    def make(self, folder: Path) -> Path:
        path = self.path(folder)
        make_once(path, self.rows * BYTES_OF_ROW, self._write)
        return path

    def _write(self, path: Path) -> None:
        rng = np.random.default_rng(SEED)
        firsts = max(1, isqrt(self.groups))
        seconds = max(1, self.groups // firsts)
        texts = pa.array([f"id{group:09d}" for group in range(self.groups)])
        names = pa.array([f"b{second}" for second in range(seconds)])
        writer = None
        for part in np.array_split(np.arange(self.rows), ROW_GROUPS):
            integer = rng.integers(0, self.groups, len(part))
            batch = pa.table(
                {
                    "v": rng.normal(size=len(part)) * 100,
                    "integer": integer,
                    "text": texts.take(pa.array(integer)),
                    "first": rng.integers(0, firsts, len(part)),
                    "second": names.take(pa.array(rng.integers(0, seconds, len(part)))),
                }
            )
            writer = writer or pq.ParquetWriter(path, batch.schema)
            writer.write_table(batch, row_group_size=max(1, len(part)))
        writer.close()
