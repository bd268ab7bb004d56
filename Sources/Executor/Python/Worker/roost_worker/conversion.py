"""Columns of results as columns of declared types, where no value changes.

What may become what (anything else is an error, as is a value that does not fit):
 - whole numbers: any whole number type, floating point, decimal; booleans as 0 and 1 likewise
 - floating point: floating point (double to float is rounded), and whole numbers when there is no fraction
 - decimal: decimal without a digit lost, and whole numbers when there is no fraction
 - text and bytes: each other, when the bytes are UTF-8
 - timestamps of any unit: timestamp, when there are whole microseconds; those without a zone are UTC, others are
   converted to it; date, when it is midnight in UTC
 - dates: date and timestamp
 - lists, and one-dimensional arrays as elements: lists of what their elements may become
Text is never read as a number, and a number never written as text. In columns of pandas NaN, NaT, NA and None all are
null, as for Spark and pyarrow; in arrays of Arrow NaN stays what it is.
"""

from __future__ import annotations

import datetime

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

CONVERSION_ERRORS = (pa.ArrowException, TypeError, ValueError, OverflowError)
WIDEST_DECIMAL = 76


class Mismatch(Exception):
    """A column of this type, or some value in it, is not of the declared type."""


def from_pandas(arrays: list, declared: pa.DataType) -> list:
    """The values of several columns one after the other, as arrays of `declared`.

    arrays: one-dimensional, of numpy or pandas, their elements whatever people put in a frame. Only those of one dtype
    are put together, so that no value is converted twice. Throws Mismatch, MemoryError.
    """
    converted = []
    for run in _runs(arrays):
        try:
            found = pa.array(_joined(run), from_pandas=True)
        except MemoryError:
            raise
        except CONVERSION_ERRORS as error:
            raise Mismatch(f"{run[0].dtype} that pyarrow cannot read ({error})") from None
        if types.is_date(found.type) and types.is_timestamp(declared) and _has_times(run):
            raise Mismatch("dates and times mixed")
        converted += from_arrow(found, declared)
    return converted


def from_arrow(found: pa.Array, declared: pa.DataType) -> list:
    """An array or ChunkedArray of any type as arrays of `declared`. Throws Mismatch, MemoryError."""
    if not _may_become(found.type, declared):
        raise Mismatch(str(found.type))
    try:
        converted = _cast(found, declared)
    except MemoryError:
        raise
    except CONVERSION_ERRORS as error:
        raise Mismatch(f"{found.type} ({error})") from None
    return converted.chunks if isinstance(converted, pa.ChunkedArray) else [converted]


def _runs(arrays: list) -> list:
    """Neighbours of one dtype together."""
    runs: list = []
    dtype = None
    for array in arrays:
        if array.dtype is dtype or (runs and array.dtype == dtype):
            runs[-1].append(array)
        else:
            runs.append([array])
            dtype = array.dtype
    return runs


def _joined(run: list) -> object:
    if len(run) == 1:
        return run[0]
    kind = type(run[0])
    if kind.__module__ == "numpy":
        import numpy

        return numpy.concatenate(run)
    return kind._concat_same_type(run)


def _has_times(run: list) -> bool:
    return any(isinstance(value, datetime.datetime) for array in run for value in array)


def _may_become(found: pa.DataType, declared: pa.DataType) -> bool:
    if found.equals(declared) or types.is_null(found):
        return True
    if types.is_dictionary(found):
        return _may_become(found.value_type, declared)
    if types.is_integer(found) or types.is_boolean(found):
        number = types.is_integer(declared) or types.is_floating(declared) or types.is_decimal(declared)
        return number
    if types.is_floating(found):
        return types.is_integer(declared) or types.is_floating(declared)
    if types.is_decimal(found):
        return types.is_integer(declared) or types.is_decimal(declared)
    if _is_bytes(found):
        return _is_bytes(declared)
    if types.is_timestamp(found) or types.is_date(found):
        return types.is_timestamp(declared) or types.is_date(declared)
    if _is_list(found) and _is_list(declared):
        return _may_become(found.value_type, declared.value_type)
    return False


def _is_bytes(type: pa.DataType) -> bool:
    return (
        types.is_string(type)
        or types.is_large_string(type)
        or types.is_binary(type)
        or types.is_large_binary(type)
        or types.is_fixed_size_binary(type)
        or "view" in str(type)
    )


def _is_list(type: pa.DataType) -> bool:
    return types.is_list(type) or types.is_large_list(type) or types.is_fixed_size_list(type)


def _cast(found: pa.Array, declared: pa.DataType) -> pa.Array:
    if found.type.equals(declared):
        return found
    if types.is_dictionary(found.type):
        return _cast(found.cast(found.type.value_type), declared)
    if types.is_boolean(found.type) and types.is_decimal(declared):
        found = found.cast(pa.int8())
    if types.is_integer(found.type) and types.is_decimal(declared):
        # Arrow looks at the widest value of the type and not at the values.
        found = found.cast(pa.decimal256(WIDEST_DECIMAL, declared.scale))
    if types.is_timestamp(found.type) and types.is_date(declared):
        found = found.cast(pa.timestamp(found.type.unit))
    converted = found.cast(declared)
    if types.is_timestamp(found.type) and types.is_date(declared):
        _check_all(pc.equal(converted.cast(found.type), found), found, "midnight in UTC")
    if types.is_floating(found.type) and types.is_float32(declared) and types.is_float64(found.type):
        _check_all(pc.equal(pc.is_inf(converted), pc.is_inf(found)), found, "in the range of a float")
    return converted


def _check_all(kept: pa.Array, found: pa.Array, expected: str) -> None:
    """kept: whether each value of `found` is what it was."""
    if pc.all(kept).as_py() is False:
        first = pc.index(kept, False).as_py()
        raise pa.ArrowInvalid(f"{found[first]} is not {expected}")
