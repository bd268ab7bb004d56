"""The keys of groups as functions get them: a tuple of values of Python, timestamps as pandas or Python has them."""

from __future__ import annotations

import pyarrow as pa
from pyarrow import types


def of_rows(table: pa.Table, starts: list, format: str) -> list:
    """A tuple of the columns of `table` at each of the rows `starts`."""
    if table.num_columns == 0:
        return [()] * len(starts)
    rows = table.take(pa.array(starts, pa.int64()))
    values = _of_pandas if format == "pandas" else pa.ChunkedArray.to_pylist
    return list(zip(*map(values, rows.columns)))


def _of_pandas(column: pa.ChunkedArray) -> list:
    if not types.is_timestamp(column.type):
        return column.to_pylist()
    import pandas

    naive = column.cast(pa.timestamp(column.type.unit)).to_pylist()
    return [None if value is None else pandas.Timestamp(value) for value in naive]
