"""Ray, tasks and Ray Data."""

from collections.abc import Iterator
from contextlib import contextmanager

import ray
import ray.data

from peers.group_function import fit


@ray.remote
def nothing() -> None:
    pass


class Session:
    def grouped_ols(self, table: str, output: str) -> None:
        groups = ray.data.read_parquet(table).groupby("store_id")
        groups.map_groups(fit, batch_format="pandas").write_parquet(output)

    def empty_tasks(self, count: int) -> None:
        ray.get([nothing.remote() for _ in range(count)])


@contextmanager
def session(processors: int) -> Iterator[Session]:
    ray.init(num_cpus=processors, include_dashboard=False, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield Session()
    finally:
        ray.shutdown()
