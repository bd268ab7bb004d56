"""Groups of equally many rows for learners of every kind: one table with a label for each of them.

Three clouds of points make up a group, so that there are clusters to find. Of them depend, by
coefficients of the group's own and with noise, a number `y`, a class `c` and a count `n`; `s` is a
series over the time `t` with a trend and a season of SEASON steps.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tables.files import make_once

SEED = 5
CLUSTERS = 3
SEASON = 12
KEY, NUMBER, CLASS, COUNT, SERIES, TIME = "group_id", "y", "c", "n", "s", "t"


@dataclass(frozen=True)
class GroupsTable:
    """Files of its own for every `groups_of_file` groups, so that a part of them can be read."""

    rows: int
    features: int
    groups_of_file: int

    @property
    def feature_names(self) -> list[str]:
        return [f"x{i + 1}" for i in range(self.features)]

    def make(self, folder: Path, groups: int) -> list[Path]:
        """The files of at least the first `groups` groups."""
        count = -(-groups // self.groups_of_file)
        return [self._make_file(folder, index) for index in range(count)]

    def _make_file(self, folder: Path, index: int) -> Path:
        path = folder / f"groups-{self.rows}-{self.features}-{self.groups_of_file}-{index}.parquet"
        bytes_of_row = 8 * (self.features + 6)
        make_once(
            path,
            self.rows * self.groups_of_file * bytes_of_row,
            lambda part: pq.write_table(self._table(index), part),
        )
        return path

    def _table(self, index: int) -> pa.Table:
        rng = np.random.default_rng([SEED, self.rows, index])
        groups, rows, features = self.groups_of_file, self.rows, self.features
        x = rng.normal(size=(groups, rows, features))
        clouds = rng.normal(size=(groups, CLUSTERS, features))
        x += np.take_along_axis(clouds, rng.integers(0, CLUSTERS, (groups, rows, 1)), axis=1)
        slopes = rng.normal(size=(groups, features, 1)) / np.sqrt(2 * features)
        linear = (x @ slopes)[..., 0]
        time = np.broadcast_to(np.arange(rows), (groups, rows))
        # Seasons and trends keep their size over long series, which stay above 0.
        season = np.sin(2 * np.pi * (time / SEASON + rng.random((groups, 1))))
        series = 100 + 10 * time / rows + 5 * season + rng.normal(size=(groups, rows))
        columns = {
            KEY: np.broadcast_to(np.arange(groups)[:, None] + index * groups, (groups, rows)),
            **{name: x[..., i] for i, name in enumerate(self.feature_names)},
            NUMBER: linear + np.sin(2 * x[..., 0]) + 0.3 * rng.normal(size=(groups, rows)),
            CLASS: (1.5 * linear + rng.logistic(size=(groups, rows)) > 0).astype(np.int32),
            COUNT: rng.poisson(np.exp(0.5 * linear)).astype(np.int32),
            SERIES: series,
            TIME: time.astype(np.int32),
        }
        # Rows of a group are not side by side, as they are not in a table of sales.
        order = rng.permutation(groups * rows)
        return pa.table({name: values.ravel()[order] for name, values in columns.items()})

    def arrays(self, files: list[Path], groups: int, columns: list[str]) -> np.ndarray:
        """Some columns of the first groups: group, row (by time) and column."""
        files = files[: -(-groups // self.groups_of_file)]
        table = pq.read_table(files, columns=[KEY, TIME, *columns])
        group, time = table[KEY].to_numpy(), table[TIME].to_numpy()
        order = np.lexsort((time, group))[: groups * self.rows]
        values = np.column_stack([table[name].to_numpy()[order] for name in columns])
        return values.reshape(groups, self.rows, len(columns)).astype(np.float64)
