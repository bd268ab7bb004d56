"""Whether two files of aggregates by key agree, whatever the order of their rows."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

# Sums are added up in other orders.
TOLERANCE = 1e-9
EXACT, ROUNDED = ["n", "lo", "hi"], ["s", "a"]


def require_agreement(name: str, keys: list[str], ours: Path, theirs: Path) -> str:
    """Raises unless they do; what was compared, in words."""
    one, other = pq.read_table(ours), pq.read_table(theirs)
    if one.num_rows != other.num_rows:
        raise AssertionError(f"{name}: {other.num_rows} groups, Roost has {one.num_rows}")
    # A string may be a large one in one of them.
    other = other.select(one.column_names).cast(one.schema)
    both = one.join(other, keys, join_type="inner", right_suffix="_other")
    if both.num_rows != one.num_rows:
        raise AssertionError(f"{name}: other keys than Roost's")
    for column in EXACT + ROUNDED:
        a, b = both[column].to_numpy(), both[column + "_other"].to_numpy()
        tolerance = 0 if column in EXACT else TOLERANCE * np.maximum(1, np.abs(a))
        if not np.all(np.abs(a - b) <= tolerance):
            raise AssertionError(f"{name}: column {column} differs from Roost's")
    return f"{name}: {one.num_rows:,} groups agree, sums to {TOLERANCE:.0e}"
