"""The rows of a message as the frames that functions get.

To pandas, types are converted as by pyarrow (and Spark): whole numbers with nulls become float64 with NaN, booleans
with nulls objects, dates `datetime.date`, decimals `decimal.Decimal`, lists arrays of numpy. Timestamps are naive and
mean UTC. A message is converted once and its groups are slices of that; yet a frame has the types that its own rows
ask for, whatever groups travel beside it.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import types

# Each is a conversion of the whole message; where groups have nulls in all sorts of columns, each is converted alone.
MOST_VARIANTS = 8


class ArrowFrames:
    """Slices of one table as tables of Arrow, nothing copied."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def frame(self, start: int, count: int) -> pa.Table:
        return self.table.slice(start, count)

    def pieces(self, start: int, count: int) -> list:
        """The same rows as record batches."""
        return self.table.slice(start, count).to_batches()

    def columns(self, start: int, count: int) -> list:
        return [_one_array(column.slice(start, count)) for column in self.table.columns]


class PandasFrames:
    """Slices of one table as frames of pandas, which may be changed."""

    def __init__(self, table: pa.Table) -> None:
        import pandas

        self.table = table
        # pandas 2 warns of writing to a slice; that of a group is nobody else's.
        self._has_warnings = hasattr(pandas.DataFrame, "_is_copy")
        self._nullable = [
            index
            for index, column in enumerate(table.columns)
            if column.null_count and (types.is_integer(column.type) or types.is_boolean(column.type))
        ]
        # By the columns that have nulls: the message as it would be if others had none.
        self._variants: dict = {}

    def frame(self, start: int, count: int) -> Any:
        """Rows as a frame with an index from 0."""
        import pandas

        whole, offset = self._variant(start, count)
        frame = whole.iloc[offset : offset + count]
        frame.index = pandas.RangeIndex(count)
        if self._has_warnings:
            frame._is_copy = None
        return frame

    def pieces(self, start: int, count: int) -> list:
        return [self.frame(start, count)]

    def columns(self, start: int, count: int) -> list:
        """Rows as one Series a column."""
        frame = self.frame(start, count)
        return [frame.iloc[:, index] for index in range(frame.shape[1])]

    def _variant(self, start: int, count: int) -> tuple:
        """A frame, and where in it the row `start` is."""
        with_nulls = tuple(i for i in self._nullable if self.table.column(i).slice(start, count).null_count)
        whole = self._variants.get(with_nulls)
        if whole is not None:
            return whole, start
        if len(self._variants) == MOST_VARIANTS:
            return to_pandas(self.table.slice(start, count)), 0
        table = self.table
        for index in set(self._nullable) - set(with_nulls):
            column = table.column(index)
            filled = column.fill_null(False if types.is_boolean(column.type) else 0)
            table = table.set_column(index, table.field(index), filled)
        whole = self._variants[with_nulls] = to_pandas(table)
        return whole, start


def to_pandas(table: pa.Table) -> Any:
    """A frame whose memory belongs to it."""
    for index, field in enumerate(table.schema):
        naive = _naive(field.type)
        if naive is not field.type:
            table = table.set_column(index, pa.field(field.name, naive), table.column(index).cast(naive))
    frame = table.to_pandas(use_threads=False)
    # A single column would lie on the memory of the message, which is read-only.
    return frame.copy() if table.num_columns == 1 else frame


def _naive(type: pa.DataType) -> pa.DataType:
    """The type without time zones; the very same where there are none."""
    if types.is_timestamp(type) and type.tz is not None:
        return pa.timestamp(type.unit)
    if types.is_list(type) and (naive := _naive(type.value_type)) is not type.value_type:
        return pa.list_(naive)
    return type


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


FRAMES_OF_FORMAT = {"pandas": PandasFrames, "arrow": ArrowFrames}


def select(table: pa.Table, frame: dict) -> pa.Table:
    """What one element of `frames` of a call names."""
    columns = [table.column(index) for index in frame["indices"]]
    return pa.Table.from_arrays(columns, names=frame["columns"])
