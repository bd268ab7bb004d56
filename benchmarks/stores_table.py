"""The table of the benchmark: sales of many stores, where y is linear in x1..x4 with coefficients of each store's own."""

import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FEATURES = ["x1", "x2", "x3", "x4"]
ROW_GROUPS = 8
SEED = 2013


def write_stores(path, rows, stores):
    """Writes the table, one row group at a time, and under its name only when it is whole."""
    rng = np.random.default_rng(SEED)
    slopes = rng.normal(size=(stores, len(FEATURES)))
    levels = rng.normal(size=stores)
    fields = [("store_id", pa.int64())] + [(name, pa.float64()) for name in FEATURES + ["y"]]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with pq.ParquetWriter(path + ".part", pa.schema(fields)) as writer:
        for part in np.array_split(np.arange(rows), ROW_GROUPS):
            if len(part) == 0:
                continue
            store = rng.integers(0, stores, len(part))
            x = rng.normal(size=(len(part), len(FEATURES)))
            noise = 0.1 * rng.normal(size=len(part))
            y = (x * slopes[store]).sum(axis=1) + levels[store] + noise
            columns = [store, *x.T, y]
            batch = pa.table({field[0]: column for field, column in zip(fields, columns)})
            writer.write_table(batch, row_group_size=len(part))
    os.replace(path + ".part", path)
