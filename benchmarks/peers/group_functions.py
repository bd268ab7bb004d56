"""The functions of one group that all engines call, without an import at call time."""

import pandas as pd
from sklearn.linear_model import LinearRegression

from peers.group_function import COLUMNS, fit
from tables.stores import FEATURES

SCHEMA = ", ".join(
    f"{name} {'long' if kind == 'int64' else 'double'}" for name, kind in COLUMNS.items()
)

lstsq = fit


def sklearn(group: pd.DataFrame) -> pd.DataFrame:
    model = LinearRegression().fit(group[FEATURES], group["y"])
    values = [
        group["store_id"].iloc[0],
        len(group),
        model.score(group[FEATURES], group["y"]),
        model.intercept_,
        *model.coef_,
    ]
    return pd.DataFrame({name: [value] for name, value in zip(COLUMNS, values)})
