"""Runs one peer once: read the table, fit y ~ x1..x4 for each store, write the models as Parquet.

usage: peers.py PEER TABLE OUTPUT

Prints the seconds from the first read to the last written byte; interpreter start and imports do not count.
`duckdb-normal` and `polars-normal` are the fastest that can be had from those engines: sums by store in the engine,
one batched solve of the normal equations in numpy. `pandas` is what most people write: one `lstsq` a group.
"""

import sys
import time

import numpy as np
import pandas as pd

from stores_table import FEATURES

PAIRS = [(a, b) for i, a in enumerate(FEATURES) for b in FEATURES[i:]]


def models(store, rows, coefficients, r2):
    table = {"store_id": store, "rows": rows, "r2": r2, "intercept": coefficients[:, -1]}
    table |= {f"c{i + 1}": coefficients[:, i] for i in range(len(FEATURES))}
    return pd.DataFrame(table)


def solve(sums):
    """All normal equations at once; a store with too few rows would be refused together with all others."""
    sums = sums[sums["n"] > len(FEATURES) + 1]
    width = len(FEATURES) + 1
    gram = np.empty((len(sums), width, width))
    moment = np.empty((len(sums), width))
    for a, b in PAIRS:
        i, j = FEATURES.index(a), FEATURES.index(b)
        gram[:, i, j] = gram[:, j, i] = sums[f"{a}_{b}"]
    for i, a in enumerate(FEATURES):
        gram[:, i, -1] = gram[:, -1, i] = sums[f"{a}_sum"]
        moment[:, i] = sums[f"{a}_y"]
    gram[:, -1, -1] = sums["n"]
    moment[:, -1] = sums["y_sum"]
    coefficients = np.linalg.solve(gram, moment[..., None])[..., 0]
    total = (sums["y_y"] - sums["y_sum"] ** 2 / sums["n"]).to_numpy()
    residual = sums["y_y"].to_numpy() - (coefficients * moment).sum(axis=1)
    return models(sums["store_id"].to_numpy(), sums["n"].to_numpy(), coefficients, 1 - residual / total)


def duckdb_normal(table):
    import duckdb

    yield
    items = ["count(*) AS n", "sum(y) AS y_sum", "sum(y * y) AS y_y"]
    items += [f"sum({a}) AS {a}_sum, sum({a} * y) AS {a}_y" for a in FEATURES]
    items += [f"sum({a} * {b}) AS {a}_{b}" for a, b in PAIRS]
    query = f"SELECT store_id, {', '.join(items)} FROM read_parquet(?) GROUP BY store_id"
    yield solve(duckdb.execute(query, [table]).df())


def polars_normal(table):
    import polars as pl

    yield
    c = pl.col
    items = [pl.len().alias("n"), c("y").sum().alias("y_sum"), (c("y") * c("y")).sum().alias("y_y")]
    items += [c(a).sum().alias(f"{a}_sum") for a in FEATURES]
    items += [(c(a) * c("y")).sum().alias(f"{a}_y") for a in FEATURES]
    items += [(c(a) * c(b)).sum().alias(f"{a}_{b}") for a, b in PAIRS]
    sums = pl.scan_parquet(table).group_by("store_id").agg(items).collect(engine="streaming")
    yield solve(sums.to_pandas())


def pandas(table):
    yield
    stores, counts, coefficients, scores = [], [], [], []
    for store, group in pd.read_parquet(table).groupby("store_id"):
        a = np.empty((len(group), len(FEATURES) + 1))
        a[:, :-1], a[:, -1] = group[FEATURES].to_numpy(), 1
        y = group["y"].to_numpy()
        w = np.linalg.lstsq(a, y, rcond=None)[0]
        error = y - a @ w
        stores.append(store)
        counts.append(len(group))
        coefficients.append(w)
        scores.append(1 - (error @ error) / ((y - y.mean()) ** 2).sum())
    yield models(stores, counts, np.array(coefficients), scores)


PEERS = {"duckdb-normal": duckdb_normal, "polars-normal": polars_normal, "pandas": pandas}


def main(peer, table, output):
    run = PEERS[peer](table)
    next(run)  # imports
    started = time.perf_counter()
    next(run).to_parquet(output, index=False)
    print(f"{time.perf_counter() - started:.6f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
