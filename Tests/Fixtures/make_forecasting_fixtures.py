"""Writes forecasting.json: what statsmodels' ETSModel gets for series that ship with it.

usage: make_forecasting_fixtures.py        (writes beside itself)
needs: numpy, pandas, statsmodels

For each series and each form of exponential smoothing: the parameters and first states that
statsmodels estimates, their log-likelihood, the forecasts that follow, and for additive errors
the variances of these. What it estimates is a local optimum of its own; its likelihood is what
must be reached, and all else must follow from its parameters.

Multiplicative seasons statsmodels smooths towards value / new level, which is the definition of
Hyndman et al. (value / old level) only to first order. So the same is taken from the results of
R's ets (package forecast) that statsmodels has among its tests, to eight digits. (Its forecasts
of MAdM do not follow from its own last states; all others do.)
"""

import json
import pathlib
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.api as sm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

warnings.simplefilter("ignore")


def all_series() -> dict[str, tuple[np.ndarray, int]]:
    """Name: values and the steps of a season."""
    co2 = sm.datasets.co2.load_pandas().data["co2"].ffill().resample("MS").mean()
    sunspots = sm.datasets.sunspots.load_pandas().data["SUNACTIVITY"]
    nile = sm.datasets.nile.load_pandas().data["volume"]
    macro = sm.datasets.macrodata.load_pandas().data
    el_nino = sm.datasets.elnino.load_pandas().data.iloc[-12:, 1:]
    return {
        "co2": (np.round(co2.to_numpy()[-96:], 3), 12),
        "sunspots": (sunspots.to_numpy()[-120:], 1),
        "nile": (nile.to_numpy(), 1),
        "real gdp": (macro["realgdp"].to_numpy()[-100:], 4),
        "el nino": (el_nino.to_numpy().ravel(), 12),
    }


def fit(
    values: np.ndarray, error: str, trend: str, season: str, period: int
) -> dict[str, Any] | None:
    index = pd.date_range("2000-01-01", periods=len(values), freq="D")
    series = pd.Series(values, index=index)
    seasonal = {"seasonal": season, "seasonal_periods": period} if season != "none" else {}
    model = ETSModel(
        series,
        error=error,
        trend=None if trend == "none" else "add",
        damped_trend=trend == "damped",
        **seasonal,
    )
    result = model.fit(disp=False, maxiter=5000)
    if not np.isfinite(result.llf):
        return None
    steps = 2 * period + 3
    found = dict(zip(model.param_names, map(float, result.params), strict=True))
    out: dict[str, Any] = {
        "error": error,
        "trend": trend,
        "season": season,
        "alpha": found["smoothing_level"],
        "beta": found.get("smoothing_trend", 0.0),
        "gamma": found.get("smoothing_seasonal", 0.0),
        "phi": found.get("damping_trend", 1.0),
        "level": found["initial_level"],
        "slope": found.get("initial_trend", 0.0),
        # The first of statsmodels' names is the state that the last step of a season begins with.
        "seasons": [found[f"initial_seasonal.{i}"] for i in reversed(range(period))]
        if season != "none"
        else [],
        "log_likelihood": float(result.llf),
        "forecasts": result.forecast(steps).tolist(),
    }
    if error == "add" and season != "mul":
        prediction = result.get_prediction(start=len(values), end=len(values) + steps - 1)
        out["variances"] = np.asarray(prediction.forecast_variance).tolist()
    return out


def r_results() -> dict[str, Any]:
    """Quarterly nights of visitors in Australia; R leaves the constants of a likelihood out."""
    path = (
        pathlib.Path(statsmodels.__file__).parent
        / "tsa/tests/results/fit_ets_results_seasonal.json"
    )
    results = json.loads(path.read_text())
    first = results["FALSE"]["AAA"]
    series = np.round(np.add(first["fitted"], first["residuals"]), 7)
    rows = len(series)
    words = {"A": "add", "M": "mul", "N": "none"}
    fits = []
    for damped, forms in results.items():
        for form, found in forms.items():
            if not found or form[1] == "M" or (damped == "TRUE" and form[1] == "N"):
                continue
            has_trend = form[1] != "N"
            states = found["initstate"]
            fits.append(
                {
                    "error": words[form[0]],
                    "trend": "damped" if damped == "TRUE" else words[form[1]],
                    "season": words[form[2]],
                    "alpha": found["alpha"][0],
                    "beta": found["beta"][0] if has_trend else 0.0,
                    "gamma": found["gamma"][0],
                    "phi": found["phi"][0] if damped == "TRUE" else 1.0,
                    "level": states[0],
                    "slope": states[1] if has_trend else 0.0,
                    "seasons": states[2 if has_trend else 1 :][::-1],
                    "log_likelihood": found["loglik"][0]
                    - 0.5 * rows * (np.log(2 * np.pi / rows) + 1),
                    "forecasts": found["forecast"],
                    "last_states": found["states"][-1],
                }
            )
    return {"name": "tourists", "period": 4, "series": series.tolist(), "fits": fits}


def main() -> None:
    cases = []
    for name, (values, period) in all_series().items():
        fits = []
        for season in ("none", "add", "mul") if period > 1 else ("none",):
            for trend in ("none", "add", "damped"):
                for error in ("add", "mul"):
                    if (error == "add" and season == "mul") or (
                        error == "mul" and values.min() <= 0
                    ):
                        continue
                    found = fit(values, error, trend, season, period)
                    if found is not None:
                        fits.append(found)
        cases.append({"name": name, "period": period, "series": values.tolist(), "fits": fits})
        print(name, len(fits), file=sys.stderr)
    fixture = {
        "versions": {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "cases": cases,
        "r": r_results(),
    }
    path = pathlib.Path(__file__).with_name("forecasting.json")
    path.write_text(json.dumps(fixture) + "\n")


main()
