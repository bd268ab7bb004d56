"""Least squares models of stores as arrays, whoever made them, and whether two sets agree."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from tables.stores import FEATURES

# Normal equations of fewer rows lose digits, and of too few the peers make no model.
ROWS_COMPARED = 3 * len(FEATURES)
TOLERANCE = 1e-6
SAMPLE = 200
SAMPLE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Models:
    """In the order of their stores; of each: rows, r2, slopes and, last, the intercept."""

    store: np.ndarray
    rows: np.ndarray
    r2: np.ndarray
    weights: np.ndarray

    @staticmethod
    def sorted(store, rows, r2, weights) -> "Models":
        order = np.argsort(store, kind="stable")
        return Models(store[order], rows[order], r2[order], weights[order])

    def with_rows(self, fewest: int) -> "Models":
        enough = self.rows >= fewest
        return Models(self.store[enough], self.rows[enough], self.r2[enough], self.weights[enough])


def read_roost(folder: Path, r2: str = "train_r2") -> Models:
    """Those that could be trained. `r2`: the column that holds the metric."""
    names = ["store_id", "train_rows", r2, "intercept", "coefficients", "error"]
    table = pq.read_table(folder, columns=names)
    table = table.filter(pc.is_null(table["error"]))
    slopes = pc.list_flatten(table["coefficients"]).to_numpy().reshape(-1, len(FEATURES))
    weights = np.column_stack([slopes, table["intercept"].to_numpy()])
    return Models.sorted(*(table[name].to_numpy() for name in names[:3]), weights)


def read_peer(path: Path) -> Models:
    table = pq.read_table(path)
    names = [*(f"c{i + 1}" for i in range(len(FEATURES))), "intercept"]
    weights = np.column_stack([table[name].to_numpy() for name in names])
    return Models.sorted(*(table[name].to_numpy() for name in ("store_id", "rows", "r2")), weights)


def require_agreement(name: str, ours: Models, theirs: Models) -> str:
    """Raises unless all models of enough rows are equal; what was compared, in words."""
    ours, theirs = ours.with_rows(ROWS_COMPARED), theirs.with_rows(ROWS_COMPARED)
    same = np.array_equal(ours.store, theirs.store) and np.array_equal(ours.rows, theirs.rows)
    if not same:
        raise AssertionError(f"{name}: other stores or rows than Roost's")
    largest = 0.0
    if len(ours.store):
        scale = np.maximum(1, np.abs(ours.weights).max(axis=1))
        weights = np.abs(ours.weights - theirs.weights).max(axis=1) / scale
        largest = max(weights.max(), np.abs(ours.r2 - theirs.r2).max())
    if not largest <= TOLERANCE:
        raise AssertionError(f"{name}: a model differs from Roost's by {largest:.2g}")
    return f"{name}: {len(ours.store):,} models agree, the largest difference is {largest:.0e}"


def require_least_squares(table: Path, ours: Models) -> str:
    """The same for `numpy.linalg.lstsq` over the rows of a sample of stores."""
    largest = 0.0
    sampled = sample_of(ours)
    for at, features, label in rows_of_stores(table, ours, sampled):
        expected = np.linalg.lstsq(with_intercept(features), label, rcond=None)[0]
        error = np.abs(ours.weights[at] - expected).max() / np.abs(expected).max()
        largest = max(largest, error)
    if not largest <= SAMPLE_TOLERANCE:
        raise AssertionError(f"the largest difference to numpy.linalg.lstsq is {largest:.2g}")
    return (
        f"Against `numpy.linalg.lstsq` on {len(sampled)} stores: {largest:.1e} of the largest"
        " coefficient at most"
    )


def with_intercept(features: np.ndarray) -> np.ndarray:
    return np.column_stack([features, np.ones(len(features))])


def sample_of(models: Models) -> np.ndarray:
    """Places of stores that have enough rows."""
    enough = np.flatnonzero(models.rows >= ROWS_COMPARED)
    rng = np.random.default_rng(1)
    return np.sort(rng.choice(enough, size=min(SAMPLE, len(enough)), replace=False))


def rows_of_stores(table: Path, models: Models, places: np.ndarray):
    """Yields the place, the features and the label of each of some stores, from the file itself."""
    wanted = pc.field("store_id").isin(models.store[places].tolist())
    rows = ds.dataset(table).to_table(filter=wanted)
    store, label = rows["store_id"].to_numpy(), rows["y"].to_numpy()
    features = np.column_stack([rows[name].to_numpy() for name in FEATURES])
    order = np.argsort(store, kind="stable")
    starts = np.searchsorted(store[order], models.store[places])
    ends = np.searchsorted(store[order], models.store[places], side="right")
    for place, start, end in zip(places, starts, ends):
        yield place, features[order[start:end]], label[order[start:end]]
