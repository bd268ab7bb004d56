"""Writes learning.json: small tables and the models and metrics that numpy and scikit-learn get from them.

usage: make_learning_fixtures.py        (writes beside itself)
needs: numpy, scikit-learn

Spark's ridge has no counterpart in scikit-learn: its objective (org.apache.spark.ml.optim.WeightedLeastSquares,
with standardizeLabel = true, as LinearRegression sets it) is

    1 / (2 n) sum (y - b - w.x)^2 + regParam / (2 delta) sum (sigma_j w_j)^2

with delta the population standard deviation of y and sigma_j that of feature j (1 without standardization). Setting the
gradient to zero gives (X'X + n regParam / delta diag(sigma^2)) w = X'y on centred columns (uncentred without intercept).
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.linear_model import LinearRegression, Ridge

rng = np.random.default_rng(20240229)


def table(rows, features, offset=0.0, scale=1.0, noise=0.1):
    """Values of few digits, so that the file stays small and every reader sees the same doubles."""
    x = np.round(rng.normal(size=(rows, features)), 3) * scale + offset
    slope = np.round(rng.normal(size=features), 2)
    y = np.round(((x - offset) / scale) @ slope + 1.5 + noise * rng.normal(size=rows), 4)
    return x, y


def least_squares(x, y, intercept):
    """numpy's lstsq; with an intercept on centred columns, which keeps all digits of columns far from zero."""
    if not intercept:
        return np.linalg.lstsq(x, y, rcond=None)[0], 0.0
    center, level = x.mean(axis=0), y.mean()
    w = np.linalg.lstsq(x - center, y - level, rcond=None)[0]
    return w, level - center @ w


def spark_ridge(x, y, reg, intercept, standardization):
    n = len(y)
    sigma = x.std(axis=0) if standardization else np.ones(x.shape[1])
    center, level = (x.mean(axis=0), y.mean()) if intercept else (np.zeros(x.shape[1]), 0.0)
    a, b = x - center, y - level
    w = np.linalg.solve(a.T @ a + np.diag(n * reg / y.std() * sigma**2), a.T @ b)
    if not standardization:
        other = Ridge(alpha=n * reg / y.std(), fit_intercept=intercept, tol=1e-12).fit(x, y)
        assert np.allclose(other.coef_, w, rtol=1e-9)
    return w, level - center @ w


def scores(y, predicted):
    if len(y) == 0:
        return {name: None for name in ("rmse", "mse", "r2", "mae", "var", "mape")}
    return {
        "rmse": float(np.sqrt(metrics.mean_squared_error(y, predicted))),
        "mse": float(metrics.mean_squared_error(y, predicted)),
        "r2": float(metrics.r2_score(y, predicted)) if len(y) > 1 else None,
        "mae": float(metrics.mean_absolute_error(y, predicted)),
        "var": float(np.mean((predicted - np.mean(y)) ** 2)),
        "mape": float(metrics.mean_absolute_percentage_error(y, predicted)),
    }


def model(name, x, y, w, b, tolerance=1e-9, parameters=None):
    return {
        "name": name,
        "parameters": parameters or {},
        "features": [list(map(float, column)) for column in x.T],
        "label": list(map(float, y)),
        "coefficients": list(map(float, w)),
        "intercept": float(b),
        "tolerance": tolerance,
        "train": scores(y, x @ w + b),
    }


def failure(name, x, y, error, parameters=None):
    return {
        "name": name,
        "parameters": parameters or {},
        "features": [list(map(float, column)) for column in np.asarray(x, dtype=float).T],
        "label": list(map(float, y)),
        "error": error,
    }


cases = []

for features in (1, 2, 3, 4, 5, 6, 7, 8, 12):
    x, y = table(40, features)
    fitted = LinearRegression().fit(x, y)
    w, b = least_squares(x, y, True)
    assert np.allclose(w, fitted.coef_, rtol=1e-10) and np.isclose(b, fitted.intercept_, rtol=1e-10)
    cases.append(model(f"{features} features", x, y, w, b))

x, y = table(40, 3)
fitted = LinearRegression(fit_intercept=False).fit(x, y)
cases.append(model("without intercept", x, y, fitted.coef_, 0.0, parameters={"fitIntercept": False}))

x, y = table(60, 3, offset=1e6)
w, b = least_squares(x, y, True)
cases.append(model("features around 1e6", x, y, w, b, tolerance=1e-8))
w, b = least_squares(x, y, False)
cases.append(model("features around 1e6, without intercept", x, y, w, b, 1e-8, {"fitIntercept": False}))

x, y = table(40, 3, scale=np.array([1e-9, 1.0, 1e9]))
w, b = least_squares(x / [1e-9, 1.0, 1e9], y, True)
cases.append(model("features of very different size", x, y, w / [1e-9, 1.0, 1e9], b))

x, y = table(40, 3)
x[:, 1] = 0.1
w, b = least_squares(x[:, [0, 2]], y, True)
cases.append(model("a constant feature", x, y, [w[0], 0.0, w[1]], b))
w, b = least_squares(x[:, [0, 2]], y, False)
cases.append(model("a constant feature, without intercept", x, y, [w[0], 0.0, w[1]], b, parameters={"fitIntercept": False}))

x, y = table(40, 2)
y[:] = 0.1
cases.append(model("a constant label", x, y, [0.0, 0.0], 0.1))

x, y = table(5, 4)
w, b = least_squares(x, y, True)
cases.append(model("as many rows as unknowns", x, y, w, b))

# Without an intercept a feature that is collinear only together with the constant is still told apart.
x, y = table(40, 2)
x[:, 1] = 2 * x[:, 0] + 3
w, b = least_squares(x, y, False)
cases.append(model("collinear but for the means, without intercept", x, y, w, b, parameters={"fitIntercept": False}))

for intercept in (True, False):
    for standardization in (True, False):
        x, y = table(40, 3, offset=2.0, scale=np.array([1.0, 5.0, 0.2]))
        w, b = spark_ridge(x, y, 0.3, intercept, standardization)
        parameters = {"regParam": 0.3, "fitIntercept": intercept, "standardization": standardization}
        name = f"ridge, {'with' if intercept else 'without'} intercept, {'' if standardization else 'not '}standardized"
        cases.append(model(name, x, y, w, b, parameters=parameters))

x, y = table(4, 6)
w, b = spark_ridge(x, y, 0.5, True, True)
cases.append(model("ridge with fewer rows than features", x, y, w, b, parameters={"regParam": 0.5}))

x, y = table(40, 2)
x[:, 1] = 2 * x[:, 0]
w, b = spark_ridge(x, y, 0.5, True, True)
cases.append(model("ridge with collinear features", x, y, w, b, parameters={"regParam": 0.5}))

x, y = table(1, 2)
cases.append(failure("one row", x, y, "tooFewExamples"))
cases.append(failure("one row, ridge", x, y, "tooFewExamples", {"regParam": 1.0}))
x, y = table(4, 4)
cases.append(failure("one row too few", x, y, "tooFewExamples"))
x, y = table(40, 2)
cases.append(failure("a feature twice", np.c_[x, x[:, 0]], y, "collinear"))
cases.append(failure("a sum of features", np.c_[x, x[:, 0] + x[:, 1]], y, "collinear"))
cases.append(failure("a multiple of a feature", np.c_[x[:, 0], 0.1 * x[:, 0]], y, "collinear"))
x, y = table(400, 2, offset=1e6)
far = np.c_[x, x[:, 0] + x[:, 1]][:80]
cases.append(failure("a sum of features around 1e6", far, y[:80], "collinear"))
x, y = table(40, 2)
cases.append(failure("a multiple of a feature, without intercept", np.c_[x[:, 0], 0.1 * x[:, 0]], y, "collinear", {"fitIntercept": False}))
cases.append(failure("a constant label, ridge without intercept", x, np.full(40, 2.0), "constantLabel", {"regParam": 1.0, "fitIntercept": False}))


def grouped():
    """Rows of three groups in turn, with nulls (None), NaN and held-out rows: what a job sees."""
    count = 150
    x = np.round(rng.normal(size=(count, 2)), 3) + [5.0, -1.0]
    y = np.round(x @ [1.5, -2.0] + 0.5 + 0.2 * rng.normal(size=count), 4)
    group = np.arange(count) % 3
    held_out = rng.random(count) < 0.25
    dropped = rng.random(count) < 0.1
    held_out[group == 2] = False  # nothing to test on in the last group
    rows = []
    for i in range(count):
        row = [float(x[i, 0]), float(x[i, 1]), float(y[i])]
        if dropped[i]:
            row[i % 3] = None if i % 2 else "NaN"
        rows.append(row + [int(group[i]), bool(held_out[i])])
    expected = []
    for g in range(3):
        train = (group == g) & ~dropped & ~held_out
        test = (group == g) & ~dropped & held_out
        fitted = LinearRegression().fit(x[train], y[train])
        expected.append({
            "rows": int((group == g).sum()), "train_rows": int(train.sum()), "test_rows": int(test.sum()),
            "dropped_rows": int(((group == g) & dropped).sum()),
            "intercept": float(fitted.intercept_), "coefficients": list(map(float, fitted.coef_)),
            "train": scores(y[train], fitted.predict(x[train])),
            "test": scores(y[test], fitted.predict(x[test])) if test.any() else scores([], []),
        })
    return {"rows": rows, "expected": expected}


fixture = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "cases": cases,
    "grouped": grouped(),
}
path = pathlib.Path(__file__).with_name("learning.json")
head = f'{{"versions": {json.dumps(fixture["versions"])},\n"grouped": {json.dumps(fixture["grouped"])},\n"cases": [\n'
path.write_text(head + ",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
