"""scikit-learn, a model a group, in processes of joblib with one thread each.

`load` makes the rows of all groups ready: in files that the processes map into memory, so that
`train`, which is timed, reads and copies none. It ends when all models are in this process.
`describe` writes what is checked about them.
"""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from joblib import Parallel, delayed, parallel_config
from threadpoolctl import threadpool_info

from tables.groups import KEY, GroupsTable

# More tasks than processes, so that none waits long for the other in the end.
TASKS_OF_PROCESS = 8


class Session:
    def __init__(self, processors: int, folder: Path):
        self._processors, self._folder = processors, folder
        self._models: list = []

    def warm_up(self) -> None:
        """Starts the processes, which import what they need."""
        for threads in Parallel()(delayed(threads_of_process)() for _ in range(self._processors)):
            if threads > 1:
                raise RuntimeError(f"a process has {threads} threads")

    def load(
        self,
        table: list[int],
        files: list[str],
        groups: int,
        features: list[str],
        label: str | None,
    ) -> None:
        made, paths = GroupsTable(*table), [Path(file) for file in files]
        self._x = self._save("x", made.arrays(paths, groups, features)) if features else None
        self._y = self._save("y", made.arrays(paths, groups, [label])[..., 0]) if label else None
        self._groups, self._models = groups, []

    def _save(self, name: str, values: np.ndarray) -> str:
        # The last one's rows are over: all of them together would take ten gigabytes.
        path = self._folder / f"{name}.npy"
        np.save(path, values)
        return str(path)

    def train(self, estimator: str, parameters: dict) -> None:
        self._models = self._train(estimator, parameters, None)

    def _train(self, estimator: str, parameters: dict, rows: int | None) -> list:
        """`rows`: of each group the first ones, without it all."""
        tasks = min(self._groups, TASKS_OF_PROCESS * self._processors)
        bounds = np.linspace(0, self._groups, tasks + 1).astype(int).tolist()
        parts = Parallel(batch_size=1, pre_dispatch="all")(
            delayed(fit)(estimator, parameters, self._x, self._y, slice(first, end), slice(rows))
            for first, end in zip(bounds, bounds[1:])
        )
        return [model for part in parts for model in part]

    def describe(
        self,
        output: str,
        held_out: float = 0,
        estimator: str | None = None,
        parameters: dict | None = None,
    ) -> None:
        """Of the models there are or, with a share held out, of others, on the rows held out."""
        models, part, rows = self._models, "train", slice(None)
        if estimator is not None:
            first = round(mapped(self._x).shape[1] * (1 - held_out))
            models, part, rows = (
                self._train(estimator, parameters, first),
                "test",
                slice(first, None),
            )
        groups = enumerate(zip(models, rows_of(self._x, rows), rows_of(self._y, rows)))
        facts = [{KEY: group, **facts_of(*group_rows, part)} for group, group_rows in groups]
        pq.write_table(pa.Table.from_pylist(facts), output)


def threads_of_process() -> int:
    for module in ("ensemble", "linear_model", "mixture", "cluster", "naive_bayes", "svm"):
        importlib.import_module(f"sklearn.{module}")
    importlib.import_module("peers.holt_winters")
    return max(pool["num_threads"] for pool in threadpool_info())


def mapped(path: str) -> np.ndarray:
    """Anew for each task: joblib replaces processes whose memory grows, and mapped files count."""
    return np.asarray(np.load(path, mmap_mode="r"))


def rows_of(path: str | None, rows: slice) -> Iterator[np.ndarray | None]:
    while path is None:
        yield None
    yield from mapped(path)[:, rows]


def fit(
    estimator: str, parameters: dict, x: str | None, y: str | None, groups: slice, rows: slice
) -> list:
    arguments = zip(*(mapped(path)[groups, rows] for path in (x, y) if path is not None))
    return [made(estimator, parameters).fit(*values) for values in arguments]


def made(estimator: str, parameters: dict):
    """A parameter may be an estimator: its name and its parameters."""
    module, name = estimator.rsplit(".", 1)
    values = {
        name: made(**value) if isinstance(value, dict) else value
        for name, value in parameters.items()
    }
    return getattr(importlib.import_module(module), name)(**values)


def facts_of(model, x: np.ndarray | None, y: np.ndarray | None, part: str) -> dict:
    """By the names that the columns of Roost's table have."""
    if x is None:
        return {"forecast": model.forecast()}
    predicted = model.predict(x)
    if y is None:
        return {f"{part}_inertia": inertia(x, predicted)}
    facts = {}
    if np.size(getattr(model, "coef_", ())) == x.shape[1]:
        facts["coefficients"] = np.ravel(model.coef_).tolist()
        facts["intercept"] = np.ravel(model.intercept_)[0]
    if hasattr(model, "classes_"):
        return facts | {f"{part}_accuracy": np.mean(predicted == y)}
    return facts | {f"{part}_rmse": np.sqrt(np.mean((predicted - y) ** 2))}


def inertia(x: np.ndarray, clusters: np.ndarray) -> float:
    """The squared distances from the means of the clusters' rows, whatever made the clusters."""
    return sum(
        ((x[clusters == cluster] - x[clusters == cluster].mean(axis=0)) ** 2).sum()
        for cluster in np.unique(clusters)
    )


@contextmanager
def session(processors: int) -> Iterator[Session]:
    folder = Path(os.environ["TMPDIR"])
    with parallel_config(backend="loky", n_jobs=processors, inner_max_num_threads=1):
        started = Session(processors, folder)
        started.warm_up()
        yield started
