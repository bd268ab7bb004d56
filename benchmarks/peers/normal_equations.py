"""Least squares of all stores at once, from sums that an engine made: its fastest way to models."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tables.stores import FEATURES

PAIRS = [(a, b) for i, a in enumerate(FEATURES) for b in FEATURES[i:]]


def sums_in_sql() -> str:
    items = ["count(*) AS n", "sum(y) AS y_sum", "sum(y * y) AS y_y"]
    items += [f"sum({a}) AS {a}_sum, sum({a} * y) AS {a}_y" for a in FEATURES]
    items += [f"sum({a} * {b}) AS {a}_{b}" for a, b in PAIRS]
    return ", ".join(items)


def write_models(sums: dict[str, np.ndarray], output: str) -> None:
    """A store with too few rows would make the batched solve refuse all: such are left out."""
    enough = sums["n"] > len(FEATURES) + 1
    if not enough.all():
        sums = {name: values[enough] for name, values in sums.items()}
    n, width = sums["n"], len(FEATURES) + 1
    gram = np.empty((len(n), width, width))
    moment = np.empty((len(n), width))
    for a, b in PAIRS:
        i, j = FEATURES.index(a), FEATURES.index(b)
        gram[:, i, j] = gram[:, j, i] = sums[f"{a}_{b}"]
    for i, a in enumerate(FEATURES):
        gram[:, i, -1] = gram[:, -1, i] = sums[f"{a}_sum"]
        moment[:, i] = sums[f"{a}_y"]
    gram[:, -1, -1] = n
    moment[:, -1] = sums["y_sum"]
    weights = np.linalg.solve(gram, moment[..., None])[..., 0]
    total = sums["y_y"] - sums["y_sum"] ** 2 / n
    residual = sums["y_y"] - (weights * moment).sum(axis=1)
    models = {"store_id": sums["store_id"], "rows": n, "r2": 1 - residual / total}
    models |= {f"c{i + 1}": weights[:, i] for i in range(len(FEATURES))}
    pq.write_table(pa.table(models | {"intercept": weights[:, -1]}), output)
