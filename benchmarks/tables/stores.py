"""Sales of many stores: y is linear in x1..x4 with coefficients of each store's own, and noise."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from tables.files import make_once

FEATURES = ["x1", "x2", "x3", "x4"]
SEED = 2013
FEWEST_ROW_GROUPS, ROWS_OF_ROW_GROUP = 8, 1_250_000
# Doubles of this sort hardly compress.
PARQUET_BYTES_OF_ROW, CSV_BYTES_OF_ROW = 48, 108


@dataclass(frozen=True)
class StoresTable:
    rows: int
    stores: int
    format: str = "parquet"

    def path(self, folder: Path) -> Path:
        return folder / f"stores-{self.rows}-{self.stores}.{self.format}"

    def make(self, folder: Path) -> Path:
        path = self.path(folder)
        if self.format == "csv":
            make_once(
                path, self.rows * CSV_BYTES_OF_ROW, lambda part: self._write_csv(folder, part)
            )
        else:
            make_once(path, self.rows * PARQUET_BYTES_OF_ROW, self._write_parquet)
        return path

    def _write_parquet(self, path: Path) -> None:
        rng = np.random.default_rng(SEED)
        slopes = rng.normal(size=(self.stores, len(FEATURES)))
        levels = rng.normal(size=self.stores)
        names = ["store_id", *FEATURES, "y"]
        types = [pa.int64()] + [pa.float64()] * (len(names) - 1)
        row_groups = max(FEWEST_ROW_GROUPS, math.ceil(self.rows / ROWS_OF_ROW_GROUP))
        with pq.ParquetWriter(path, pa.schema(zip(names, types))) as writer:
            for part in np.array_split(np.arange(self.rows), row_groups):
                if len(part) == 0:
                    continue
                store = rng.integers(0, self.stores, len(part))
                x = rng.normal(size=(len(part), len(FEATURES)))
                noise = 0.1 * rng.normal(size=len(part))
                y = (x * slopes[store]).sum(axis=1) + levels[store] + noise
                batch = pa.table(dict(zip(names, [store, *x.T, y])))
                writer.write_table(batch, row_group_size=len(part))

    def _write_csv(self, folder: Path, path: Path) -> None:
        """The same rows."""
        source = pq.ParquetFile(StoresTable(self.rows, self.stores).make(folder))
        options = csv.WriteOptions(quoting_style="none")
        with csv.CSVWriter(path, source.schema_arrow, write_options=options) as writer:
            for batch in source.iter_batches():
                writer.write_batch(batch)
