"""Writes linear.json: real data sets and what Spark ML, scikit-learn, statsmodels and scipy make of them.

usage: make_linear_fixtures.py        (writes beside itself)
needs: numpy, scipy, scikit-learn, statsmodels, pyspark (and Java)

A case names a data set, a learner and its parameters. What it expects:

    coefficients, intercept     of the model, in the units of the features
    objective                   the least value found of the documented objective
    predictions                 for the examples themselves
"""
import json
import pathlib
from typing import Any

import numpy as np
import pyspark
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from pyspark.ml import classification, regression
from pyspark.ml.linalg import Vectors
from pyspark.sql import DataFrame, SparkSession
from scipy.optimize import linprog, minimize
from scipy.special import logsumexp
from sklearn import datasets, linear_model, svm
from sklearn.isotonic import IsotonicRegression
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB

Array = np.ndarray
Case = dict[str, Any]

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
rng = np.random.default_rng(5)


def real_data() -> dict[str, tuple[Array, Array]]:
    """The data sets, where needed with fewer rows or columns, so that the file stays small."""
    diabetes = datasets.load_diabetes(scaled=False)
    iris, wine = datasets.load_iris(), datasets.load_wine()
    cancer, digits, linnerud = datasets.load_breast_cancer(), datasets.load_digits(), datasets.load_linnerud()
    every_other = np.arange(0, 569, 2)
    return {
        "diabetes": (diabetes.data, diabetes.target),
        "iris": (iris.data, iris.target),
        "wine": (wine.data, wine.target),
        "cancer": (cancer.data[every_other][:, :10], cancer.target[every_other]),
        "digits": (digits.data[:300], digits.target[:300]),
        "linnerud": (linnerud.data, linnerud.target[:, 0]),
    }


sets = real_data()
weights = {name: np.round(rng.integers(0, 4, len(y)) * 0.5, 1) for name, (_, y) in sets.items()}
cases: list[Case] = []


def frame(name: str, labels: Array | None = None) -> DataFrame:
    x, y = sets[name]
    y = y if labels is None else labels
    rows = [(float(b), float(w), Vectors.dense(a)) for a, b, w in zip(x, y, weights[name], strict=True)]
    return spark.createDataFrame(rows, ["label", "weight", "features"]).coalesce(1).cache()


def add(learner: str, name: str, parameters: Case, weighted: bool = False, **expected: Any) -> None:
    plain = {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in expected.items()}
    cases.append({"learner": learner, "data": name, "parameters": parameters, "weighted": weighted, **plain})
    print(learner, name, parameters, weighted, {k: v for k, v in plain.items() if k == "objective"}, flush=True)


# The penalties of Spark: on coefficients times deviations, unless `standardization` is false.


def penalty(w: Array, unit: Array, parameters: Case) -> float:
    share, reg = parameters.get("elasticNetParam", 0.0), parameters.get("regParam", 0.0)
    scaled = w * unit
    return float(reg * (share * np.abs(scaled).sum() + (1 - share) / 2 * (scaled**2).sum()))


def sample_deviation(x: Array, share: Array) -> Array:
    center = share @ x
    return np.sqrt(share @ (x - center) ** 2 / (1 - (share**2).sum()))


def shares(name: str, weighted: bool) -> Array:
    w = weights[name] if weighted else np.ones(len(sets[name][1]))
    return w / w.sum()


# Linear regression with an elastic net.


def linear_objective(x: Array, y: Array, share: Array, w: Array, b: float, p: Case) -> float:
    level = share @ y
    delta = np.sqrt(share @ (y - level) ** 2)
    sigma = np.sqrt(share @ (x - share @ x) ** 2) if p.get("standardization", True) else np.ones(x.shape[1])
    ratio, reg = p.get("elasticNetParam", 0.0), p.get("regParam", 0.0)
    loss = share @ (y - x @ w - b) ** 2 / 2
    return float(loss + reg * (ratio * np.abs(sigma * w).sum() + (1 - ratio) / (2 * delta) * ((sigma * w) ** 2).sum()))


def coordinate_descent(x: Array, y: Array, share: Array, p: Case) -> tuple[Array, float]:
    """scikit-learn's elastic net, whose penalties are on the coefficients as they are."""
    delta = np.sqrt(share @ (y - share @ y) ** 2)
    sigma = np.sqrt(share @ (x - share @ x) ** 2) if p.get("standardization", True) else np.ones(x.shape[1])
    l1, l2 = p["regParam"] * p["elasticNetParam"], p["regParam"] * (1 - p["elasticNetParam"]) / delta
    net = linear_model.ElasticNet(
        alpha=l1 + l2, l1_ratio=l1 / (l1 + l2), tol=1e-14, max_iter=1000000, fit_intercept=p.get("fitIntercept", True)
    ).fit(x / sigma, y, sample_weight=share * len(y))
    return net.coef_ / sigma, float(net.intercept_)


for name in ("diabetes", "linnerud", "wine"):
    x, y = sets[name]
    for weighted in (False, True):
        for p in (
            {},
            {"regParam": 0.5, "elasticNetParam": 0.5},
            {"regParam": 0.5, "elasticNetParam": 1.0},
            {"regParam": 0.02, "elasticNetParam": 0.3, "standardization": False},
            {"regParam": 0.1, "elasticNetParam": 0.8, "fitIntercept": False},
        ):
            fitted = regression.LinearRegression(maxIter=2000, tol=1e-13, solver="normal", **p)
            if weighted:
                fitted = fitted.setWeightCol("weight")
            found = fitted.fit(frame(name))
            w, b = found.coefficients.toArray(), float(found.intercept)
            value = linear_objective(x, y, shares(name, weighted), w, b, p)
            if p.get("elasticNetParam"):
                other, level = coordinate_descent(x, y, shares(name, weighted), p)
                other_value = linear_objective(x, y, shares(name, weighted), other, level, p)
                print("   spark", value, "scikit-learn", other_value)
                if other_value < value:  # Spark's search may end early
                    w, b, value = other, level, other_value
            add("LinearRegression", name, p, weighted, coefficients=w, intercept=b, objective=value)


# Logistic regression.


def logistic_objective(x: Array, y: Array, share: Array, w: Array, b: Array, p: Case) -> float:
    """For one row of coefficients the binomial objective, else the multinomial one."""
    unit = sample_deviation(x, share) if p.get("standardization", True) else np.ones(x.shape[1])
    margins = x @ w.T + b
    if len(b) == 1:
        margins = np.c_[np.zeros(len(y)), margins]
    loss = share @ (logsumexp(margins, axis=1) - margins[np.arange(len(y)), y.astype(int)])
    return float(loss + penalty(w, unit, p))


def logistic_reference(name: str, p: Case, weighted: bool) -> None:
    x, y = sets[name]
    estimator = classification.LogisticRegression(maxIter=3000, tol=1e-14, **p)
    if weighted:
        estimator = estimator.setWeightCol("weight")
    found = estimator.fit(frame(name))
    w, b = found.coefficientMatrix.toArray(), found.interceptVector.toArray()
    share = shares(name, weighted)
    value = logistic_objective(x, y, share, w, b, p)
    # scikit-learn on scaled features, where its solvers get far; its C multiplies the sum of the losses.
    reg, ratio = p.get("regParam", 0.0), p.get("elasticNetParam", 0.0)
    if reg > 0 and p.get("standardization", True) and p.get("fitIntercept", True):
        unit, center = sample_deviation(x, share), share @ x
        unit[unit == 0] = 1
        other = linear_model.LogisticRegression(
            C=1 / (len(y) * reg), l1_ratio=ratio, tol=1e-10, max_iter=20000,
            solver="saga" if ratio else "lbfgs", random_state=0,
        ).fit((x - center) / unit, y, sample_weight=share * len(y))
        if len(other.intercept_) == len(b):
            other_w = other.coef_ / unit
            other_value = logistic_objective(x, y, share, other_w, other.intercept_ - other_w @ center, p)
            print("   spark", value, "scikit-learn", other_value)
            value = min(value, other_value)
    add("LogisticRegression", name, p, weighted, coefficients=w.ravel(), intercepts=b, objective=value)


for name in ("cancer", "iris", "wine"):
    for weighted in (False, True):
        for p in (
            {"regParam": 0.01},
            {"regParam": 0.02, "elasticNetParam": 0.5},
            {"regParam": 0.05, "elasticNetParam": 1.0},
            {"regParam": 0.1, "standardization": False},
            {"regParam": 0.05, "fitIntercept": False},
        ):
            logistic_reference(name, p, weighted)
logistic_reference("cancer", {}, False)
logistic_reference("cancer", {"regParam": 0.01, "family": "multinomial"}, False)
logistic_reference("digits", {"regParam": 0.01}, False)
logistic_reference("digits", {"regParam": 0.01, "elasticNetParam": 0.5}, False)


# Generalised linear models. Spark's penalty is relative to the sum of the weights of the last iteration.


def generalized(name: str, p: Case, labels: Array | None = None, weighted: bool = False) -> None:
    estimator = regression.GeneralizedLinearRegression(maxIter=200, tol=1e-12, **p)
    if weighted:
        estimator = estimator.setWeightCol("weight")
    found = estimator.fit(frame(name, labels))
    w, b = found.coefficients.toArray(), float(found.intercept)
    expected: Case = {"coefficients": w, "intercept": b}
    if labels is not None:
        expected["label"] = labels
    if not p.get("regParam") and p.get("fitIntercept", True) and p["family"] != "tweedie" and not weighted:
        x, y = sets[name]
        links = sm.families.links
        link = {"identity": links.Identity, "log": links.Log, "inverse": links.InversePower, "logit": links.Logit,
                "probit": links.Probit, "cloglog": links.CLogLog, "sqrt": links.Sqrt}[p["link"]]
        family = {"gaussian": sm.families.Gaussian, "poisson": sm.families.Poisson, "binomial": sm.families.Binomial,
                  "gamma": sm.families.Gamma}[p["family"]]
        y = y if labels is None else labels
        other = sm.GLM(y, sm.add_constant(x), family=family(link())).fit(tol=1e-13, maxiter=200)
        assert np.allclose(other.params, np.r_[b, w], rtol=2e-5, atol=1e-7), (other.params, b, w)
        expected["coefficients"], expected["intercept"] = other.params[1:], float(other.params[0])
    add("GeneralizedLinearRegression", name, p, weighted, **expected)


cancer_label = sets["cancer"][1]
for family, link in (
    ("gaussian", "identity"), ("gaussian", "log"), ("poisson", "log"), ("poisson", "sqrt"), ("poisson", "identity"),
    ("gamma", "log"), ("gamma", "inverse"),
):
    generalized("diabetes", {"family": family, "link": link})
    generalized("linnerud", {"family": family, "link": link})
for link in ("logit", "probit", "cloglog"):
    for name in ("iris", "cancer"):
        # The overlapping pair of irises; two features of the cancers, since all of them are nearly separable.
        label = (sets[name][1] == 1).astype(float)
        if name == "iris":
            generalized(name, {"family": "binomial", "link": link}, label)
        else:
            generalized(name, {"family": "binomial", "link": link, "regParam": 0.01}, label)
for name in ("diabetes", "linnerud"):
    generalized(name, {"family": "poisson", "link": "log", "regParam": 0.1})
    generalized(name, {"family": "poisson", "link": "log"}, weighted=True)
    generalized(name, {"family": "gaussian", "link": "identity", "regParam": 0.3})
    generalized(name, {"family": "gamma", "link": "log", "regParam": 0.05}, weighted=True)
    if name == "diabetes":  # of the other Spark finds nothing
        generalized(name, {"family": "gamma", "link": "log", "fitIntercept": False})
    generalized(name, {"family": "tweedie", "variancePower": 1.5, "linkPower": 0.0})
    generalized(name, {"family": "tweedie", "variancePower": 1.5})


# Linear support vector machines: scipy's linear programming and Spark.


def hinge_objective(x: Array, y: Array, share: Array, w: Array, b: float, p: Case) -> float:
    unit = sample_deviation(x, share) if p.get("standardization", True) else np.ones(x.shape[1])
    sign = 2 * y - 1
    return float(share @ np.maximum(0, 1 - sign * (x @ w + b)) + penalty(w, unit, p))


def hinge_program(x: Array, y: Array, share: Array) -> float:
    """Without a penalty it is a linear program."""
    sign = (2 * y - 1)[:, None]
    n, k = x.shape
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    cost = np.r_[np.zeros(k + 1), share]
    rows = -np.c_[sign * scaled, sign, np.eye(n)]
    bounds = [(None, None)] * (k + 1) + [(0, None)] * n
    return float(linprog(cost, A_ub=rows, b_ub=-np.ones(n), bounds=bounds).fun)


def support_vector(name: str, label: Array, p: Case, weighted: bool = False) -> None:
    x = sets[name][0]
    share = shares(name, weighted)
    if not p.get("regParam"):
        add("LinearSVC", name, p, weighted, label=label, objective=hinge_program(x, label, share))
        return
    # libsvm has the same intercept without a penalty, and ends where the conditions of the optimum hold to `tol`.
    unit = sample_deviation(x, share) if p.get("standardization", True) else np.ones(x.shape[1])
    center = share @ x if p.get("fitIntercept", True) else np.zeros(x.shape[1])
    if p.get("fitIntercept", True):
        kept = share > 0
        machine = svm.SVC(kernel="linear", C=1 / p["regParam"], tol=1e-9)
        machine.fit(((x - center) / unit)[kept], label[kept], sample_weight=share[kept])
        w, b = machine.coef_[0] / unit, float(machine.intercept_[0])
        b -= float(w @ center)
    else:
        w, b = hinge_by_dual(x / unit, label, share, p["regParam"]) / unit, 0.0
    value = hinge_objective(x, label, share, w, b, p)
    add("LinearSVC", name, p, weighted, label=label, objective=value, coefficients=w, intercept=b)


def hinge_by_dual(x: Array, y: Array, share: Array, reg: float) -> Array:
    """Without an intercept: the dual is a quadratic program over a box."""
    z = x * (2 * y - 1)[:, None]

    def dual(a: Array) -> tuple[float, Array]:
        w = z.T @ a / reg
        return reg / 2 * float(w @ w) - a.sum(), z @ w - 1

    start = share / 2
    found = minimize(dual, start, jac=True, method="L-BFGS-B", bounds=[(0, s) for s in share],
                     options={"maxiter": 100000, "maxfun": 1000000, "ftol": 1e-16, "gtol": 1e-10})
    return z.T @ found.x / reg


for name, label in (("cancer", cancer_label), ("iris", (sets["iris"][1] == 1).astype(float))):
    for weighted in (False, True):
        support_vector(name, label, {"regParam": 0.01}, weighted)
        support_vector(name, label, {"regParam": 0.1, "standardization": False}, weighted)
        support_vector(name, label, {}, weighted)
    support_vector(name, label, {"regParam": 0.05, "fitIntercept": False})


# Naive Bayes.


def naive_bayes(name: str, model_type: str, smoothing: float, weighted: bool) -> None:
    x, y = sets[name]
    data = (x > x.mean(axis=0)).astype(float) if model_type == "bernoulli" else x
    other = {"multinomial": MultinomialNB, "complement": ComplementNB, "bernoulli": BernoulliNB}.get(model_type)
    model = GaussianNB() if other is None else other(alpha=smoothing)
    w = weights[name] if weighted else np.ones(len(y))
    if other is None:
        # The variance that is added is a share of a weighted one in Spark, of the plain one in scikit-learn.
        share = w / w.sum()
        model.var_smoothing = 1e-9 * (share @ (x - share @ x) ** 2).max() / x.var(axis=0).max()
    if model_type in ("multinomial", "bernoulli"):
        # Spark smooths the priors as well; scikit-learn does not.
        counts = np.array([w[y == k].sum() for k in np.unique(y)])
        model.class_prior = (counts + smoothing) / (counts + smoothing).sum()
    probabilities = model.fit(data, y, sample_weight=w).predict_proba(data)
    add("NaiveBayes", name, {"modelType": model_type, "smoothing": smoothing}, weighted,
        probabilities=np.round(probabilities[::7].ravel(), 10))


for name in ("iris", "wine", "digits"):
    for weighted in (False, True):
        for model_type in ("multinomial", "complement", "bernoulli", "gaussian"):
            naive_bayes(name, model_type, 1.0, weighted)
    naive_bayes(name, "multinomial", 0.3, False)


# Isotonic regression.

for name, feature in (("diabetes", 2), ("cancer", 0), ("iris", 2)):
    x, y = sets[name]
    for increasing in (True, False):
        for weighted in (False, True):
            p = {"isotonic": increasing, "featureIndex": feature}
            w = weights[name] if weighted else None
            model = IsotonicRegression(increasing=increasing, out_of_bounds="clip")
            kept = weights[name] > 0 if weighted else np.full(len(y), True)
            model.fit(x[kept, feature], y[kept].astype(float), sample_weight=None if w is None else w[kept])
            at = np.linspace(x[:, feature].min() - 1, x[:, feature].max() + 1, 23)
            add("IsotonicRegression", name, p, weighted, at=at, predictions=model.predict(at))


def columns(name: str) -> Case:
    x, y = sets[name]
    return {"features": x.T.tolist(), "label": y.tolist(), "weights": weights[name].tolist()}


def short(value: Any) -> Any:
    """Whole numbers without a fraction, so that the file stays small."""
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [short(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


fixture = {
    "versions": {
        "numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
        "statsmodels": statsmodels.__version__, "pyspark": pyspark.__version__,
    },
    "data": {name: columns(name) for name in sets},
}
path = pathlib.Path(__file__).with_name("linear.json")
head = json.dumps(short(fixture))[:-1]
path.write_text(f'{head},\n"cases": [\n' + ",\n".join(json.dumps(short(case)) for case in cases) + "\n]}\n")
