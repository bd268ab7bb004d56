"""Writes groups.json: real data sets and what scikit-learn makes of them around a learner: preparation, folds, searches, importances.

usage: make_groups_fixtures.py        (writes beside itself)
needs: numpy, scikit-learn, statsmodels

Rows of a set are those for training, then those held out. A category that only rows held out have is -1. A case names a set, a
learner, its parameters and what is asked for; what it expects:

    test          metrics on the rows held out
    validation    their means over the folds
    predictions   for the rows held out (of classes: the probability of the last one)
    best          what a search chooses, and the metric that it has
    permutation, shap   importances
"""
import json
import pathlib
import warnings
from typing import Any

import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn import datasets, metrics
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, PredefinedSplit, TimeSeriesSplit, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

Array = np.ndarray
Case = dict[str, Any]
rng = np.random.default_rng(11)
MASK = (1 << 64) - 1
# Categories that a fit has not seen are all zeros, which is what is wanted.
warnings.filterwarnings("ignore", message="Found unknown categories")


class SeededRandom:
    """xoshiro256** seeded by splitmix64, of a seed and a stream of it."""

    def __init__(self, seed: int, stream: int) -> None:
        mixed = (seed + stream * 0xD1B54A32D192ED03) & MASK
        self.state = []
        for _ in range(4):
            mixed = (mixed + 0x9E3779B97F4A7C15) & MASK
            value = mixed
            value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(value ^ (value >> 31))

    def bits(self) -> int:
        def rotated(value: int, count: int) -> int:
            return ((value << count) | (value >> (64 - count))) & MASK

        s = self.state
        result = (rotated((s[1] * 5) & MASK, 7) * 9) & MASK
        shifted = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotated(s[3], 45)
        return result

    def permutation(self, count: int) -> Array:
        order = np.arange(count)
        for position in range(count - 1, 0, -1):
            other = ((self.bits() >> 32) * (position + 1)) >> 32
            order[position], order[other] = order[other], order[position]
        return order


class SampleScaler(StandardScaler):
    """By the deviation of the sample, as Spark's scaler."""

    def fit(self, x: Array, y: Array | None = None) -> "SampleScaler":
        super().fit(x)
        self.scale_ = self.scale_ * np.sqrt(len(x) / (len(x) - 1))
        return self


class IndicatorsButLast(OneHotEncoder):
    """Without the last category of each fit; one that it has not seen is all zeros."""

    def __init__(self) -> None:
        super().__init__(handle_unknown="ignore", sparse_output=False)

    def fit(self, x: Array, y: Array | None = None) -> "IndicatorsButLast":
        self.drop = np.asarray(x).max(axis=0)
        return super().fit(x)

    def fit_transform(self, x: Array, y: Array | None = None) -> Array:
        return self.fit(x).transform(x)


class SparkRidge(BaseEstimator):
    """Spark's penalty (standardization: false) depends on the rows and the deviation of the label."""

    _estimator_type = "regressor"

    def __init__(self, regParam: float = 0.0) -> None:
        self.regParam = regParam

    def fit(self, x: Array, y: Array) -> "SparkRidge":
        self.model_ = Ridge(alpha=self.regParam * len(y) / np.std(y), solver="cholesky").fit(x, y)
        return self

    def predict(self, x: Array) -> Array:
        return self.model_.predict(x)


class SparkLogistic(BaseEstimator):
    """Spark's penalty (standardization: false) is on the mean of the losses."""

    _estimator_type = "classifier"

    def __init__(self, regParam: float = 0.0) -> None:
        self.regParam = regParam

    def fit(self, x: Array, y: Array) -> "SparkLogistic":
        self.model_ = LogisticRegression(
            C=1 / (self.regParam * len(y)) if self.regParam else np.inf, tol=1e-12, max_iter=1000, solver="newton-cholesky"
        ).fit(x, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, x: Array) -> Array:
        return self.model_.predict(x)

    def predict_proba(self, x: Array) -> Array:
        return self.model_.predict_proba(x)


def punched(x: Array, share: float) -> Array:
    """With some values gone."""
    x = x.astype(float).copy()
    x[rng.random(x.shape) < share] = np.nan
    return x


def diabetes() -> Case:
    """Disease progression; sex is a category."""
    data = datasets.load_diabetes(scaled=False)
    x = data.data.copy()
    x[:, 1] -= 1
    return {"x": x, "y": data.target, "categories": {1: 2}, "train": 330}


def affairs() -> Case:
    """Who has an affair (Fair 1978); the occupations of both are categories. The last training rows lack one of them."""
    data = sm.datasets.fair.load_pandas().data.iloc[::15]
    x = data[["rate_marriage", "age", "yrs_married", "religious", "occupation", "occupation_husb"]].to_numpy()
    y = (data["affairs"] > 0).to_numpy().astype(int)
    order = np.lexsort((np.arange(len(y)), rng.random(len(y)), x[:, 4] == 6))
    x, y = x[order], y[order]
    train = int((x[:, 4] != 6).sum() * 0.8)
    counts = {}
    for column in (4, 5):
        codes = sorted(set(x[:train, column]))
        counts[column] = len(codes)
        x[:, column] = [codes.index(v) if v in codes else -1 for v in x[:, column]]
    assert (x[train:, 4] == -1).any()
    return {"x": x, "y": y, "categories": counts, "train": train}


def with_nulls(data: Case) -> Case:
    x = punched(data["x"], 0.08)
    # A null is one thing, a category that training has not seen another.
    for column in data["categories"]:
        x[data["train"]:, column] = data["x"][data["train"]:, column]
    return {**data, "x": x}


sets = {"diabetes": diabetes(), "affairs": affairs()}
for name in list(sets):
    sets[name + " with nulls"] = with_nulls(sets[name])
    numbers = [c for c in range(sets[name]["x"].shape[1]) if c not in sets[name]["categories"]]
    sets[name + ", numbers"] = {**sets[name], "x": sets[name]["x"][:, numbers], "categories": {}}
cases: list[Case] = []


def pipeline(name: str, model: BaseEstimator, impute: str = "none", scale: str = "none") -> BaseEstimator:
    data = sets[name]
    strategies = {"mean": "mean", "median": "median", "mode": "most_frequent"}
    scalers = {"standard": SampleScaler(), "minmax": MinMaxScaler()}
    number_steps = ([SimpleImputer(strategy=strategies[impute])] if impute != "none" else []) + (
        [scalers[scale]] if scale != "none" else []
    )
    category_steps = ([SimpleImputer(strategy="most_frequent")] if impute != "none" else []) + [IndicatorsButLast()]
    transformers: list[Any] = []
    for column in range(data["x"].shape[1]):
        steps = category_steps if column in data["categories"] else number_steps
        chain = make_pipeline(*[clone(step) for step in steps]) if steps else "passthrough"
        transformers.append((str(column), chain, [column]))
    return make_pipeline(ColumnTransformer(transformers), model)


SCORES = {
    "rmse": lambda m, x, y: np.sqrt(metrics.mean_squared_error(y, m.predict(x))),
    "r2": lambda m, x, y: metrics.r2_score(y, m.predict(x)),
    "mae": lambda m, x, y: metrics.mean_absolute_error(y, m.predict(x)),
    "accuracy": lambda m, x, y: metrics.accuracy_score(y, m.predict(x)),
    "log_loss": lambda m, x, y: metrics.log_loss(y, m.predict_proba(x), labels=[0, 1]),
    "area_under_roc": lambda m, x, y: metrics.roc_auc_score(y, m.predict_proba(x)[:, 1]),
}
LARGER_IS_BETTER = {"r2", "accuracy", "area_under_roc"}
METRICS = {"regression": ["rmse", "r2", "mae"], "classification": ["accuracy", "log_loss", "area_under_roc"]}


def splits(name: str, folds: int, ordered: bool) -> Any:
    train = sets[name]["train"]
    return TimeSeriesSplit(folds) if ordered else PredefinedSplit(np.arange(train) % folds)


def add(
    learner: str, name: str, parameters: Case, model: BaseEstimator, impute: str = "none", scale: str = "none",
    folds: int = 0, ordered: bool = False, grid: list[float] | None = None, metric: str | None = None,
    explained: bool = False,
) -> None:
    data = sets[name]
    train = data["train"]
    x, y, held_x, held_y = data["x"][:train], data["y"][:train], data["x"][train:], data["y"][train:]
    kind = "classification" if name.startswith("affairs") else "regression"
    whole = pipeline(name, model, impute, scale)
    case: Case = {
        "learner": learner, "data": name, "kind": kind, "parameters": parameters, "impute": impute, "scale": scale,
        "folds": folds, "ordered": ordered, "metrics": METRICS[kind],
    }
    cv = splits(name, folds or 3, ordered)
    if grid is not None:
        step = whole.steps[-1][0]
        sign = 1 if metric in LARGER_IS_BETTER else -1
        search = GridSearchCV(
            whole, {f"{step}__regParam": grid}, cv=cv, scoring=lambda m, a, b: sign * SCORES[metric](m, a, b)
        ).fit(x, y)
        case |= {
            "grid": grid, "metric": metric, "best": search.best_params_[f"{step}__regParam"],
            "bestValue": sign * search.best_score_,
        }
        whole = search.best_estimator_
    if folds:
        scored = cross_validate(clone(whole), x, y, cv=cv, scoring={key: SCORES[key] for key in METRICS[kind]})
        case["validation"] = {key: float(scored[f"test_{key}"].mean()) for key in METRICS[kind]}
    whole.fit(x, y)
    case["test"] = {key: float(SCORES[key](whole, held_x, held_y)) for key in METRICS[kind]}
    case["predictions"] = (whole.predict_proba(held_x)[:, 1] if kind == "classification" else whole.predict(held_x)).tolist()
    if explained:
        first = METRICS[kind][0]
        sign = -1 if first in LARGER_IS_BETTER else 1
        without = SCORES[first](whole, held_x, held_y)
        case["permutation"] = []
        for feature in range(x.shape[1]):
            random = SeededRandom(SEED, feature)
            changes = []
            for _ in range(5):
                shuffled = held_x.copy()
                shuffled[:, feature] = held_x[random.permutation(len(held_x)), feature]
                changes.append(sign * (SCORES[first](whole, shuffled, held_y) - without))
            case["permutation"].append(float(np.mean(changes)))
        case["shap"] = linear_shap(name, whole, x, held_x)
    cases.append(case)
    print(learner, name, impute, scale, folds, case["test"], case.get("best"), flush=True)


def linear_shap(name: str, whole: BaseEstimator, x: Array, held_x: Array) -> list[float]:
    """Of a linear function: coefficient times distance from the mean, the columns of a category together."""
    transformer, model = whole[0], whole[-1]
    model = getattr(model, "model_", model)
    columns = transformer.transform(held_x)
    values = np.ravel(model.coef_) * (columns - transformer.transform(x).mean(axis=0))
    widths = [len(transformer.named_transformers_[str(c)].get_feature_names_out()) if c in sets[name]["categories"] else 1
              for c in range(x.shape[1])]
    ends = np.cumsum(widths)
    return [float(np.abs(values[:, end - width:end].sum(axis=1)).mean()) for end, width in zip(ends, widths)]


SEED = 5
exact = {"standardization": False, "tol": 1e-10}
for folds, ordered in ((5, False), (3, False), (4, True)):
    add("LinearRegression", "diabetes, numbers", {}, LinearRegression(), folds=folds, ordered=ordered)
    add("LogisticRegression", "affairs, numbers", exact, SparkLogistic(), folds=folds, ordered=ordered)
for impute, scale in (("mean", "standard"), ("median", "minmax"), ("mode", "none")):
    add("LinearRegression", "diabetes with nulls", {}, LinearRegression(), impute, scale, folds=4, explained=True)
    add("LinearRegression", "diabetes with nulls", {"regParam": 2.0, "standardization": False}, SparkRidge(2.0), impute,
        scale, folds=3)
    add("LogisticRegression", "affairs with nulls", exact | {"regParam": 0.02}, SparkLogistic(0.02), impute, scale,
        folds=4, explained=True)
add("LinearRegression", "diabetes", {}, LinearRegression(), folds=3, explained=True)
# Without a penalty a rare occupation separates its rows, and has no best coefficient.
add("LogisticRegression", "affairs", exact | {"regParam": 0.001}, SparkLogistic(0.001), explained=True)
for metric in ("rmse", "r2", "mae"):
    add("LinearRegression", "diabetes", {"standardization": False}, SparkRidge(), scale="standard", folds=5,
        grid=[0.01, 0.3, 1.0, 3.0, 10.0, 100.0], metric=metric)
for metric in ("log_loss", "area_under_roc"):
    add("LogisticRegression", "affairs with nulls", exact, SparkLogistic(), "mean", "standard",
        grid=[0.001, 0.01, 0.03, 0.1, 0.3, 1.0], metric=metric)


def naive_series() -> Case:
    """The seasonal naive forecast of a series, fold by fold: its errors, and their scale within each training."""
    series = sm.datasets.sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()
    train, season, folds = 280, 11, 4

    def errors(before: Array, after: Array) -> Case:
        forecast = np.resize(before[-season:], len(after))
        naive = np.abs(before[season:] - before[:-season]).mean()
        mae = np.abs(after - forecast).mean()
        return {"mae": mae, "rmse": np.sqrt(((after - forecast) ** 2).mean()), "mase": mae / naive}

    parts = [errors(series[a], series[b]) for a, b in TimeSeriesSplit(folds).split(series[:train])]
    return {
        "series": series.tolist(), "train": train, "season": season, "folds": folds,
        "test": errors(series[:train], series[train:]),
        "validation": {key: float(np.mean([part[key] for part in parts])) for key in parts[0]},
        "forecast": np.resize(series[-season:], 15).tolist(),
    }


def columns(data: Case) -> Case:
    x = data["x"]
    return {
        "features": [[None if np.isnan(v) else float(v) for v in column] for column in x.T],
        "categoryCounts": [data["categories"].get(c, 0) for c in range(x.shape[1])],
        "label": data["y"].tolist(), "trainCount": data["train"],
    }


def short(value: Any) -> Any:
    """Whole numbers without a fraction, so that the file stays small."""
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [short(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


fixture = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__},
    "seed": SEED,
    "data": {name: columns(sets[name]) for name in sets},
    "series": naive_series(),
}
path = pathlib.Path(__file__).with_name("groups.json")
head = json.dumps(short(fixture))[:-1]
path.write_text(f'{head},\n"cases": [\n' + ",\n".join(json.dumps(short(case)) for case in cases) + "\n]}\n")
