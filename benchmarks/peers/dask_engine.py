"""Dask on a cluster of processes of one thread."""

from collections.abc import Iterator
from contextlib import contextmanager

import dask.dataframe as dd
import pandas as pd
from dask.distributed import Client, LocalCluster

from peers.group_function import COLUMNS, fit


def nothing(index: int) -> None:
    pass


class Session:
    def __init__(self, client: Client):
        self._client = client

    def grouped_ols(self, table: str, output: str) -> None:
        rows = dd.read_parquet(table, split_row_groups=True)
        meta = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
        rows.groupby("store_id")[list(rows.columns)].apply(fit, meta=meta).to_parquet(
            output, write_index=False
        )

    def empty_tasks(self, count: int) -> None:
        self._client.gather(self._client.map(nothing, range(count), pure=False))


@contextmanager
def session(processors: int) -> Iterator[Session]:
    workers = LocalCluster(n_workers=processors, threads_per_worker=1, dashboard_address=None)
    with workers, Client(workers) as client:
        yield Session(client)
