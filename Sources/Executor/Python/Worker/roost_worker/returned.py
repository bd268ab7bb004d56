"""What a function may return, checked at once; and many such results as one table of the declared columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import pyarrow as pa
from pyarrow import types

from roost_worker import conversion
from roost_worker.failures import ResultFailure

LONGEST_NAMES = 20


@dataclass(frozen=True)
class Rows:
    """Columns in the order of the declared ones, of the types that the function gave them."""

    columns: list
    count: int


class Returned:
    """What the functions of one call return. function: its name as errors say it."""

    def __init__(self, function: str, declared: pa.Schema, convert: Callable) -> None:
        self.function = function
        self.declared = declared
        self._names = declared.names
        self._convert = convert

    def owned(self, rows: Rows) -> Rows:
        """The same rows in memory that the function cannot change any more."""
        return rows

    def table(self, results: list) -> pa.Table:
        """Many Rows as one table. Throws ResultFailure."""
        results = [rows for rows in results if rows.count]
        columns = [self._column(index, results) for index in range(len(self._names))]
        table = pa.Table.from_arrays(columns, schema=self.declared)
        return table if all(column.num_chunks <= 1 for column in columns) else table.combine_chunks()

    def _column(self, index: int, results: list) -> pa.ChunkedArray:
        field = self.declared.field(index)
        try:
            arrays = self._convert([rows.columns[index] for rows in results], field.type)
        except conversion.Mismatch as mismatch:
            expected = _with_article(name_of(field.type))
            raise ResultFailure(
                f"{self.function} returned a column '{field.name}' that is not {expected}: {mismatch}"
            ) from None
        return pa.chunked_array(arrays, field.type)

    def _order(self, found: list, are_numbers: bool) -> list:
        """Where each declared column is among those found, which are numbers where nobody named them."""
        if are_numbers and len(found) == len(self._names):
            return list(range(len(found)))
        places = {name: index for index, name in enumerate(found)}
        missing = [name for name in self._names if name not in places]
        superfluous = [name for name in found if name not in self._names]
        twice = sorted({str(name) for index, name in enumerate(found) if places[name] != index})
        if missing:
            columns = "column" if len(missing) == 1 else "columns"
            raise ResultFailure(
                f"{self.function} returned a frame without the {columns} {_listed(missing)}; it has {_listed(found)}"
            )
        if superfluous:
            columns = "column" if len(superfluous) == 1 else "columns"
            raise ResultFailure(
                f"{self.function} returned a frame with the {columns} {_listed(superfluous)}, which the schema does not"
                f" have; it has {_listed(self._names)}"
            )
        if twice:
            raise ResultFailure(f"{self.function} returned a frame with several columns {_listed(twice)}")
        return [places[name] for name in self._names]


class ReturnedFrames(Returned):
    """Frames of pandas."""

    def __init__(self, function: str, declared: pa.Schema) -> None:
        super().__init__(function, declared, conversion.from_pandas)
        self._labels: Any = None
        self._places: list = []

    def rows(self, result: Any) -> Rows:
        """Throws ResultFailure."""
        import pandas

        if not isinstance(result, pandas.DataFrame):
            raise _no_frame(self.function, result, "pandas.DataFrame")
        labels, count = result.columns, len(result)
        if not len(labels) and not count:
            return Rows([], 0)
        # Nearly always they are those of the last result.
        if self._labels is None or not labels.equals(self._labels):
            found = labels.tolist()
            are_numbers = not any(isinstance(label, str) for label in found)
            self._places = self._order(found, are_numbers)
            self._labels = labels
        columns = _columns(result)
        return Rows([columns[place] for place in self._places], count)

    def owned(self, rows: Rows) -> Rows:
        return Rows([column.copy() for column in rows.columns], rows.count)


class ReturnedTables(Returned):
    """Tables and record batches of Arrow."""

    def __init__(self, function: str, declared: pa.Schema) -> None:
        super().__init__(function, declared, _from_arrow)

    def rows(self, result: Any) -> Rows:
        """Throws ResultFailure."""
        if not isinstance(result, (pa.Table, pa.RecordBatch)):
            raise _no_frame(self.function, result, "pyarrow.Table")
        names = result.schema.names
        if not names and not result.num_rows:
            return Rows([], 0)
        columns = result.columns if names == self._names else [result.column(i) for i in self._order(names, False)]
        return Rows(columns, result.num_rows)


class ReturnedValues(Returned):
    """One value each, of Python or numpy."""

    def __init__(self, function: str, declared: pa.Schema) -> None:
        super().__init__(function, declared, conversion.from_pandas)

    def rows(self, result: Any) -> Rows:
        """Throws ResultFailure."""
        import numpy
        import pandas

        if isinstance(result, (pandas.DataFrame, pandas.Series, pandas.Index)):
            raise _no_value(self.function, result)
        if isinstance(result, (float, numpy.generic)):
            return Rows([numpy.array([result])], 1)
        cell = numpy.empty(1, dtype=object)
        cell[0] = result
        return Rows([cell], 1)


class ReturnedScalars(Returned):
    """One value each, of Python or Arrow."""

    def __init__(self, function: str, declared: pa.Schema) -> None:
        super().__init__(function, declared, _from_arrow)

    def rows(self, result: Any) -> Rows:
        """Throws ResultFailure."""
        if isinstance(result, (pa.Array, pa.ChunkedArray, pa.Table, pa.RecordBatch)):
            raise _no_value(self.function, result)
        try:
            if isinstance(result, pa.Scalar):
                return Rows([pa.array([result.as_py()], result.type)], 1)
            return Rows([pa.array([result], from_pandas=True)], 1)
        except conversion.CONVERSION_ERRORS:
            raise _no_value(self.function, result) from None


class ReturnedSeries(Returned):
    """As many values as rows were given: a Series, an array of numpy or a list."""

    def __init__(self, function: str, declared: pa.Schema) -> None:
        super().__init__(function, declared, conversion.from_pandas)

    def rows(self, result: Any, expected: int) -> Rows:
        """Throws ResultFailure."""
        import numpy
        import pandas

        if isinstance(result, (list, tuple)):
            result = pandas.Series(list(result), dtype=None if len(result) else object)
        if isinstance(result, (pandas.Series, pandas.Index)):
            values = _array(result)
        elif isinstance(result, (numpy.ndarray, pandas.api.extensions.ExtensionArray)) and result.ndim == 1:
            values = result
        else:
            raise _no_column(self.function, result, "pandas.Series", expected)
        return _counted(self.function, Rows([values], len(values)), expected)


class ReturnedArrays(Returned):
    """As many values as rows were given: an Array or ChunkedArray."""

    def __init__(self, function: str, declared: pa.Schema) -> None:
        super().__init__(function, declared, _from_arrow)

    def rows(self, result: Any, expected: int) -> Rows:
        """Throws ResultFailure."""
        if not isinstance(result, (pa.Array, pa.ChunkedArray)):
            raise _no_column(self.function, result, "pyarrow.Array", expected)
        return _counted(self.function, Rows([result], len(result)), expected)


FRAMES_OF_FORMAT = {"pandas": ReturnedFrames, "arrow": ReturnedTables}
VALUES_OF_FORMAT = {"pandas": ReturnedValues, "arrow": ReturnedScalars}
COLUMNS_OF_FORMAT = {"pandas": ReturnedSeries, "arrow": ReturnedArrays}


def _columns(frame: Any) -> list:
    """The arrays of a frame of pandas. Making a Series of each takes pandas 3 as long as a small model takes to fit."""
    try:
        return list(frame._iter_column_arrays())
    except AttributeError:
        return [_array(frame.iloc[:, index]) for index in range(frame.shape[1])]


def _array(series: Any) -> Any:
    """Of numpy where numpy has the type."""
    is_of_numpy = type(series.dtype).__module__.partition(".")[0] == "numpy"
    return series.to_numpy() if is_of_numpy else series.array


def _from_arrow(arrays: list, declared: pa.DataType) -> list:
    converted: list = []
    for array in arrays:
        converted += conversion.from_arrow(array, declared)
    return converted


def _counted(function: str, rows: Rows, expected: int) -> Rows:
    if rows.count != expected:
        raise ResultFailure(f"{function} returned {rows.count} values for {expected} rows")
    return rows


def _no_frame(function: str, result: Any, expected: str) -> ResultFailure:
    hint = ""
    if hasattr(result, "__next__"):
        hint = "; to give rows in pieces annotate its parameter of the data with Iterator[...]"
    return ResultFailure(f"{function} returned {described(result)} where a {expected} is expected{hint}")


def _no_value(function: str, result: Any) -> ResultFailure:
    return ResultFailure(f"{function} returned {described(result)} where one value is expected")


def _no_column(function: str, result: Any, expected: str, count: int) -> ResultFailure:
    return ResultFailure(f"{function} returned {described(result)} where a {expected} of {count} values is expected")


def described(result: Any) -> str:
    """What somebody returned, as errors say it."""
    if result is None:
        return "None"
    module, name = type(result).__module__, type(result).__qualname__
    return _with_article(name if module == "builtins" else f"{module}.{name}")


def _listed(names: list) -> str:
    listed = ", ".join(repr(name) for name in names[:LONGEST_NAMES])
    return f"{listed} and {len(names) - LONGEST_NAMES} others" if len(names) > LONGEST_NAMES else listed or "no columns"


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def name_of(type: pa.DataType) -> str:
    """As a schema spells it."""
    if types.is_decimal(type):
        return f"decimal({type.precision},{type.scale})"
    if types.is_list(type) or types.is_fixed_size_list(type):
        return f"array<{name_of(type.value_type)}>"
    if types.is_timestamp(type):
        return "timestamp"
    return NAMES_OF_TYPES.get(str(type), str(type))


NAMES_OF_TYPES = {
    "bool": "boolean",
    "int8": "byte",
    "int16": "short",
    "int32": "int",
    "int64": "long",
    "date32[day]": "date",
    "null": "void",
}
