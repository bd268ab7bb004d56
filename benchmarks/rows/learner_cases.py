"""Each learner with its parameters, scikit-learn's counterpart and what must agree."""

import math
from dataclasses import dataclass, field

from harness.model_checks import (
    Check,
    NoHigherObjective,
    NotWorse,
    SameForecasts,
    SameWeights,
    hinge,
    logistic,
    poisson,
)
from tables.groups import CLASS, CLUSTERS, COUNT, NUMBER, SEASON, SERIES

HORIZON = 12
# So that each run finds the same models, as Roost does.
SEED = {"random_state": 0}
TREES = {"maxDepth": 5}
FOREST = TREES | {"numTrees": 20}
# Roost's first tree counts in full; its step of 0.1 is scikit-learn's 0.2.
BOOSTING = TREES | {"maxIter": 20, "stepSize": 0.1}


@dataclass(frozen=True)
class Peer:
    """An estimator by the name of its class, for `groups` groups a run."""

    estimator: str
    parameters: dict
    check: Check
    groups: int
    # In words, what is not the same.
    differs: str = ""

    @property
    def text(self) -> str:
        return call(self.estimator, self.parameters)


@dataclass(frozen=True)
class Case:
    learner: str
    parameters: dict
    label: str | None
    groups: int
    peer: Peer | None
    # Of the table's features, so many; all without it, 0 for a series.
    features: int | None = None
    # Of several cases of one learner.
    variant: str = ""
    # Keys beside `learner` and its like.
    train: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.learner}, {self.variant}" if self.variant else self.learner

    @property
    def text(self) -> str:
        """As a job file has it."""
        return f"{{{self.learner}: {flow(self.parameters)}}}" if self.parameters else self.learner


def call(estimator: str, parameters: dict) -> str:
    """As Python has it; a parameter may be an estimator."""
    values = (
        f"{name}={call(**value) if isinstance(value, dict) else repr(value)}"
        for name, value in parameters.items()
    )
    return f"{estimator.rsplit('.', 1)[1]}({', '.join(values)})"


def flow(values: dict) -> str:
    """A mapping in YAML's braces."""
    texts = (f"{key}: {str(value).lower()}" for key, value in values.items())
    return "{" + ", ".join(texts) + "}"


@dataclass(frozen=True)
class Scale:
    """Groups of one size. `counts`: for each case's name, groups a run of Roost and of the peer."""

    rows: int
    features: int
    groups_of_file: int
    counts: dict[str, tuple[int, int]]
    poisson_solver: str

    def cases(self) -> list[Case]:
        return [*self._linear(), *self._trees(), *self._clusters(), *self._series()]

    def _case(
        self,
        learner: str,
        parameters: dict,
        label: str | None,
        estimator: str,
        peer_parameters: dict,
        check: Check,
        differs: str = "",
        variant: str = "",
        **more,
    ) -> Case:
        ours, theirs = self.counts[f"{learner}, {variant}" if variant else learner]
        peer = Peer(estimator, peer_parameters, check, theirs, differs)
        return Case(learner, parameters, label, ours, peer, variant=variant, **more)

    def _linear(self) -> list[Case]:
        # C = 1, which is scikit-learn's default.
        penalty = 1 / self.rows
        penalised = {"regParam": penalty, "standardization": False}
        return [
            self._case(
                *("LinearRegression", {}, NUMBER),
                *("sklearn.linear_model.LinearRegression", {}),
                SameWeights(1e-9),
            ),
            self._case(
                *("LogisticRegression", penalised, CLASS),
                "sklearn.linear_model.LogisticRegression",
                {"C": 1.0, "solver": "newton-cholesky"},
                NoHigherObjective(logistic, penalty),
                "tolerances are the defaults; of the solvers of this objective the fastest",
            ),
            self._case(
                *("GeneralizedLinearRegression", {"family": "poisson"}, COUNT),
                "sklearn.linear_model.PoissonRegressor",
                {"alpha": 0.0, "solver": self.poisson_solver},
                NoHigherObjective(poisson, 0),
                "tolerances and iterations are the defaults; the faster of the solvers",
            ),
            self._case(
                *("LinearSVC", penalised, CLASS),
                *("sklearn.svm.LinearSVC", {"C": 1.0, "loss": "hinge"}),
                NoHigherObjective(hinge, penalty),
                "scikit-learn's penalises the intercept, too, and stops after 1,000 iterations",
            ),
            self._case(
                *("NaiveBayes", {"modelType": "gaussian"}, CLASS),
                *("sklearn.naive_bayes.GaussianNB", {}),
                NotWorse("train_accuracy", 0.002, more_is_better=True),
                "Roost smooths the priors, as Spark",
            ),
            self._case(
                *("IsotonicRegression", {}, NUMBER),
                *("sklearn.isotonic.IsotonicRegression", {"out_of_bounds": "clip"}),
                NotWorse("train_rmse", 1e-9),
                "of the first feature alone",
                features=1,
            ),
        ]

    def _trees(self) -> list[Case]:
        # Of a node, rounded up as in Spark.
        third, root = math.ceil(self.features / 3), math.ceil(self.features**0.5)
        bins = "Roost cuts features into 32 bins, scikit-learn anywhere"
        boosting = {"max_depth": 5, "learning_rate": 0.2, **SEED}
        histograms = {
            **{"max_iter": 20, "max_depth": 5, "learning_rate": 0.2, "max_bins": 32},
            **{"min_samples_leaf": 1, "early_stopping": False, **SEED},
        }
        # On rows that no model has seen: on the others, finer splits always look better.
        rmse = NotWorse("test_rmse", 0.1, held_out=0.2)
        accuracy = NotWorse("test_accuracy", 0.05, more_is_better=True, held_out=0.2)
        # A first tree that counts in full, which is Spark's boosting, overfits small groups.
        rmse_of_overfitting = NotWorse("test_rmse", 0.3, held_out=0.2)
        start = "scikit-learn begins with a constant, Roost with a tree that counts in full"
        leaves = f"{start}; scikit-learn's leaves have a Newton step"
        tree = {"estimator": "sklearn.tree.DecisionTreeRegressor", "parameters": {"max_depth": 5}}
        return [
            *self._trees_of("Regressor", NUMBER, rmse, third, bins),
            self._case(
                *("GBTRegressor", BOOSTING, NUMBER, "sklearn.ensemble.GradientBoostingRegressor"),
                # Twenty trees, too.
                *(boosting | {"n_estimators": 19, "init": tree}, rmse, bins),
            ),
            self._case(
                *("GBTRegressor", BOOSTING, NUMBER),
                "sklearn.ensemble.HistGradientBoostingRegressor",
                *(histograms, rmse_of_overfitting, start, "histograms"),
            ),
            *self._trees_of("Classifier", CLASS, accuracy, root, bins),
            self._case(
                *("GBTClassifier", BOOSTING, CLASS, "sklearn.ensemble.GradientBoostingClassifier"),
                *(boosting | {"n_estimators": 20}, accuracy, f"{bins}; {leaves}"),
            ),
            self._case(
                *("GBTClassifier", BOOSTING, CLASS),
                "sklearn.ensemble.HistGradientBoostingClassifier",
                *(histograms, accuracy, leaves, "histograms"),
            ),
        ]

    def _trees_of(
        self, kind: str, label: str, check: Check, subset: int, differs: str
    ) -> list[Case]:
        """A tree and a forest."""
        forest = {"n_estimators": 20, "max_depth": 5, "max_features": subset, **SEED}
        return [
            self._case(
                *(f"DecisionTree{kind}", TREES, label, f"sklearn.tree.DecisionTree{kind}"),
                *({"max_depth": 5, **SEED}, check, differs),
            ),
            self._case(
                *(f"RandomForest{kind}", FOREST, label, f"sklearn.ensemble.RandomForest{kind}"),
                *(forest, check, differs),
            ),
        ]

    def _clusters(self) -> list[Case]:
        k, check = CLUSTERS, NotWorse("train_inertia", 0.03)
        return [
            self._case(
                "KMeans",
                {"k": k, "initMode": "k-means++", "maxIter": 100, "tol": 0},
                None,
                "sklearn.cluster.KMeans",
                {"n_clusters": k, "n_init": 1, "max_iter": 100, "tol": 0, **SEED},
                check,
                "both until no center moves",
            ),
            self._case(
                *("BisectingKMeans", {"k": 4, "maxIter": 20}, None),
                "sklearn.cluster.BisectingKMeans",
                {
                    **{"n_clusters": 4, "init": "k-means++", "n_init": 1, "max_iter": 20},
                    "bisecting_strategy": "largest_cluster",
                    **SEED,
                },
                check,
                "Roost divides all clusters of a level, scikit-learn one at a time",
            ),
            self._case(
                *("GaussianMixture", {"k": k, "maxIter": 100, "tol": 1e-3 * self.rows}, None),
                "sklearn.mixture.GaussianMixture",
                {"n_components": k, "max_iter": 100, "tol": 1e-3, **SEED},
                NotWorse("train_inertia", 0.05),
                "scikit-learn's tolerance is of the mean over rows, Roost's of the sum",
            ),
        ]

    def _series(self) -> list[Case]:
        additive = {"error": "additive", "trend": "additive", "dampedTrend": False}
        train = {"time": "t", "horizon": HORIZON, "season": SEASON}
        smoothing = "ExponentialSmoothing"
        return [
            Case(
                *("SeasonalNaive", {}, SERIES, self.counts["SeasonalNaive"][0], None),
                features=0,
                train=train,
            ),
            self._case(
                *(smoothing, additive | {"seasonal": "additive"}, SERIES),
                "peers.holt_winters.HoltWinters",
                {"season": SEASON, "horizon": HORIZON},
                SameForecasts(0.02),
                "statsmodels' `ETSModel` with additive errors, trend and season",
                features=0,
                train=train,
                variant="one form",
            ),
            Case(
                *(smoothing, {}, SERIES, self.counts[f"{smoothing}, chosen"][0], None),
                features=0,
                variant="chosen",
                train=train,
            ),
        ]


# In a second or two, on two processors.
SMALL = Scale(
    100,
    4,
    1_000,
    {
        "LinearRegression": (100_000, 3_000),
        "LogisticRegression": (50_000, 2_000),
        "GeneralizedLinearRegression": (50_000, 3_000),
        "LinearSVC": (50_000, 2_500),
        "NaiveBayes": (50_000, 3_000),
        "IsotonicRegression": (50_000, 4_000),
        "DecisionTreeRegressor": (50_000, 4_000),
        "RandomForestRegressor": (10_000, 150),
        "GBTRegressor": (10_000, 200),
        "GBTRegressor, histograms": (10_000, 120),
        "DecisionTreeClassifier": (50_000, 4_000),
        "RandomForestClassifier": (10_000, 150),
        "GBTClassifier": (10_000, 150),
        "GBTClassifier, histograms": (10_000, 100),
        "KMeans": (50_000, 2_500),
        "BisectingKMeans": (50_000, 1_500),
        "GaussianMixture": (10_000, 300),
        "SeasonalNaive": (100_000, 0),
        "ExponentialSmoothing, one form": (4_000, 50),
        "ExponentialSmoothing, chosen": (1_000, 0),
    },
    "newton-cholesky",
)
LARGE = Scale(
    10_000,
    20,
    10,
    {
        "LinearRegression": (400, 200),
        "LogisticRegression": (400, 200),
        "GeneralizedLinearRegression": (400, 200),
        "LinearSVC": (200, 50),
        "NaiveBayes": (400, 200),
        "IsotonicRegression": (400, 200),
        "DecisionTreeRegressor": (200, 20),
        "RandomForestRegressor": (100, 8),
        "GBTRegressor": (100, 2),
        "GBTRegressor, histograms": (100, 40),
        "DecisionTreeClassifier": (200, 20),
        "RandomForestClassifier": (100, 8),
        "GBTClassifier": (100, 2),
        "GBTClassifier, histograms": (100, 40),
        "KMeans": (200, 60),
        "BisectingKMeans": (200, 100),
        "GaussianMixture": (40, 20),
        "SeasonalNaive": (400, 0),
        "ExponentialSmoothing, one form": (20, 2),
        "ExponentialSmoothing, chosen": (10, 0),
    },
    "lbfgs",
)
