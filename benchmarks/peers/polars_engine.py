"""Polars, with its streaming engine; POLARS_MAX_THREADS says how many threads it has."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from peers.normal_equations import PAIRS, write_models
from tables.stores import FEATURES


class Session:
    def grouped_ols(self, table: str, output: str) -> None:
        column = pl.col
        items = [pl.len().alias("n"), column("y").sum().alias("y_sum")]
        items += [(column("y") * column("y")).sum().alias("y_y")]
        items += [column(a).sum().alias(f"{a}_sum") for a in FEATURES]
        items += [(column(a) * column("y")).sum().alias(f"{a}_y") for a in FEATURES]
        items += [(column(a) * column(b)).sum().alias(f"{a}_{b}") for a, b in PAIRS]
        scan = pl.scan_csv if table.endswith(".csv") else pl.scan_parquet
        sums = scan(table).group_by("store_id").agg(items).collect(engine="streaming")
        write_models({name: sums[name].to_numpy() for name in sums.columns}, output)

    def aggregate(self, table: str, keys: list[str], output: str) -> None:
        v = pl.col("v")
        items = [pl.len().alias("n"), v.sum().alias("s"), v.mean().alias("a")]
        items += [v.min().alias("lo"), v.max().alias("hi")]
        groups = pl.scan_parquet(table).group_by(keys).agg(items)
        groups.sink_parquet(output, engine="streaming")


@contextmanager
def session(processors: int) -> Iterator[Session]:
    yield Session()
