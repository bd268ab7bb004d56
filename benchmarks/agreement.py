"""Whether the contenders computed the same models, and the right ones."""

import numpy as np
import pyarrow.compute as pc
import pyarrow.dataset as ds

from stores_table import FEATURES

SAMPLE = 200
ROWS_NEEDED = 30


def summary(rows, r2, first):
    """Of the stores that each contender has a model for: the batched solves need more rows than coefficients."""
    enough = np.asarray(rows) > len(FEATURES) + 1
    r2, first = np.asarray(r2)[enough], np.asarray(first)[enough]
    return {"models": len(r2), "mean_r2": float(np.mean(r2)), "sum_c1": float(np.sum(first))}


def require_equal(name, one, other, tolerance=1e-6):
    """`one` and `other`: summaries."""
    if one["models"] != other["models"]:
        raise AssertionError(f"{name}: {other['models']} models, Roost has {one['models']}")
    for key in ("mean_r2", "sum_c1"):
        if abs(one[key] - other[key]) > tolerance * abs(one[key]):
            raise AssertionError(f"{name}: {key} is {other[key]!r}, Roost says {one[key]!r}")


def largest_error(table, models):
    """The largest difference to `numpy.linalg.lstsq` over a sample of stores, relative to the largest coefficient."""
    rng = np.random.default_rng(1)
    stores = models["store_id"]
    sample = rng.choice(len(stores), size=min(SAMPLE, len(stores)), replace=False)
    wanted = pc.field("store_id").isin([int(stores[i]) for i in sample])
    rows = ds.dataset(table).to_table(filter=wanted).to_pandas()
    largest, compared = 0.0, 0
    by_store = dict(list(rows.groupby("store_id")))
    for i in sample:
        group = by_store[stores[i]]
        if len(group) < ROWS_NEEDED:
            continue
        a = np.column_stack([group[FEATURES].to_numpy(), np.ones(len(group))])
        expected = np.linalg.lstsq(a, group["y"].to_numpy(), rcond=None)[0]
        found = np.append(models["coefficients"][i], models["intercept"][i])
        largest = max(largest, np.abs(found - expected).max() / np.abs(expected).max())
        compared += 1
    return largest, compared
