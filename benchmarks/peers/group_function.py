"""The function that people write for one group: one `numpy.linalg.lstsq`."""

import numpy as np
import pandas as pd

from tables.stores import FEATURES

COLUMNS = {"store_id": "int64", "rows": "int64", "r2": "float64", "intercept": "float64"}
COLUMNS |= {f"c{i + 1}": "float64" for i in range(len(FEATURES))}


def model(group: pd.DataFrame) -> list:
    """The values of COLUMNS."""
    a = np.empty((len(group), len(FEATURES) + 1))
    a[:, :-1], a[:, -1] = group[FEATURES].to_numpy(), 1
    y = group["y"].to_numpy()
    weights = np.linalg.lstsq(a, y, rcond=None)[0]
    error = y - a @ weights
    total = ((y - y.mean()) ** 2).sum()
    r2 = 1 - (error @ error) / total if total > 0 else 1.0
    return [group["store_id"].iloc[0], len(group), r2, weights[-1], *weights[:-1]]


def fit(group: pd.DataFrame) -> pd.DataFrame:
    """The same as `apply` and its like want it."""
    return pd.DataFrame({name: [value] for name, value in zip(COLUMNS, model(group))})
