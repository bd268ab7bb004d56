"""statsmodels' exponential smoothing in the form of scikit-learn's estimators."""

import warnings

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel


class HoltWinters:
    """Additive errors, trend and season by maximum likelihood; it searches no other forms."""

    def __init__(self, season: int, horizon: int):
        self.season, self.horizon = season, horizon

    def fit(self, series: np.ndarray) -> "HoltWinters":
        model = ETSModel(
            np.array(series),
            error="add",
            trend="add",
            seasonal="add",
            seasonal_periods=self.season,
        )
        with warnings.catch_warnings(action="ignore"):  # that it has not converged
            self._forecast = model.fit(disp=False).forecast(self.horizon)
        return self

    def forecast(self) -> list[float]:
        return np.asarray(self._forecast).tolist()
