"""The functions themselves, in as many warm processes as there are slots: what no engine can beat that calls them."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from peers import group_functions


class Session:
    def __init__(self, pool: ProcessPoolExecutor, processes: int):
        self._pool, self._processes = pool, processes

    def grouped_function(self, table: str, function: str, output: str) -> None:
        Path(output).mkdir()
        parts = range(self._processes)
        for part in [
            self._pool.submit(apply, table, function, output, part, self._processes)
            for part in parts
        ]:
            part.result()


def apply(table: str, function: str, output: str, part: int, parts: int) -> None:
    """Its share of the stores."""
    rows = pq.read_table(table, use_threads=False).to_pandas(use_threads=False)
    groups = rows[rows["store_id"] % parts == part].groupby("store_id")
    called = getattr(group_functions, function)
    models = pd.concat([called(group) for _, group in groups])
    models.to_parquet(f"{output}/{part}.parquet", index=False)


@contextmanager
def session(processors: int) -> Iterator[Session]:
    with ProcessPoolExecutor(processors) as pool:
        yield Session(pool, processors)
