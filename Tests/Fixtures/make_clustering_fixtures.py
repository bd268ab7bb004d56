"""Writes clustering.json: what scikit-learn and Spark get for metrics, k-means, bisecting k-means
and Gaussian mixtures.

usage: make_clustering_fixtures.py        (writes beside itself)
needs: numpy, scikit-learn, pyspark with Java

Metrics are those of Spark's evaluators where Spark has them, else of scikit-learn; both are asked
where both have them, and must agree. Clusters are drawn from random first centers, so that a
single run says little: of each method the objectives of some seeds are kept, best first: ten of
scikit-learn's, three of Spark's, which takes a minute for them.
"""

import json
import pathlib
import sys
from typing import Any

import numpy as np
import pyspark
import sklearn
from pyspark.ml import clustering as spark_clustering
from pyspark.ml.evaluation import (
    BinaryClassificationEvaluator,
    ClusteringEvaluator,
    MulticlassClassificationEvaluator,
)
from pyspark.ml.linalg import Vectors
from pyspark.sql import DataFrame, SparkSession
from sklearn import cluster, datasets, metrics, mixture
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

SEEDS = range(10)
SPARK_SEEDS = range(3)
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.default.parallelism", "1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")


def rounded(values: np.ndarray, digits: int) -> np.ndarray:
    """Few digits, so that the file stays small and every reader sees the same doubles."""
    return np.round(values, digits)


def multiclass(frame: DataFrame, name: str) -> float:
    evaluator = MulticlassClassificationEvaluator(metricName=name, weightCol="weight")
    return float(evaluator.evaluate(frame))


def classification(name: str, x: np.ndarray, y: np.ndarray, weighted: bool) -> dict[str, Any]:
    """A deliberately weak model (few iterations, two features): no metric is at its bound."""
    rng = np.random.default_rng(5)
    model = LogisticRegression(max_iter=3, C=0.05).fit(x, y)
    probabilities = rounded(model.predict_proba(x), 2)  # few digits: many equal scores
    probabilities[:, -1] = rounded(1 - probabilities[:, :-1].sum(axis=1), 2)
    weights = rounded(rng.uniform(0, 2, len(y)), 2) if weighted else np.ones(len(y))
    predicted = probabilities.argmax(axis=1)
    frame = spark.createDataFrame(
        [
            (Vectors.dense(p), Vectors.dense(p), float(c), float(t), float(w))
            for p, c, t, w in zip(probabilities, predicted, y, weights, strict=True)
        ],
        ["rawPrediction", "probability", "prediction", "label", "weight"],
    )
    values = {
        "accuracy": multiclass(frame, "accuracy"),
        "precision": multiclass(frame, "weightedPrecision"),
        "recall": multiclass(frame, "weightedRecall"),
        "f1": multiclass(frame, "f1"),
        "log_loss": multiclass(frame, "logLoss"),
    }
    assert np.isclose(
        values["accuracy"], metrics.accuracy_score(y, predicted, sample_weight=weights)
    )
    f1 = metrics.f1_score(y, predicted, average="weighted", sample_weight=weights)
    assert np.isclose(values["f1"], f1)
    if probabilities.shape[1] == 2:
        scores = probabilities[:, 1]
        for metric, spark_name in (
            ("area_under_roc", "areaUnderROC"),
            ("area_under_pr", "areaUnderPR"),
        ):
            evaluator = BinaryClassificationEvaluator(
                metricName=spark_name, weightCol="weight", numBins=0
            )
            values[metric] = float(evaluator.evaluate(frame))
        assert np.isclose(
            values["area_under_roc"], metrics.roc_auc_score(y, scores, sample_weight=weights)
        )
        values["average_precision"] = float(
            metrics.average_precision_score(y, scores, sample_weight=weights)
        )
    else:
        # scikit-learn's roc_auc_score takes no weights here: each class against the rest, by hand.
        shares = (
            np.array([weights[y == c].sum() for c in range(probabilities.shape[1])]) / weights.sum()
        )
        for metric, score in (
            ("area_under_roc", metrics.roc_auc_score),
            ("average_precision", metrics.average_precision_score),
        ):
            areas = [
                score(y == c, probabilities[:, c], sample_weight=weights)
                for c in range(probabilities.shape[1])
            ]
            values[metric] = float(shares @ areas)
        if not weighted:
            area = metrics.roc_auc_score(
                y,
                probabilities / probabilities.sum(axis=1, keepdims=True),
                multi_class="ovr",
                average="weighted",
            )
            assert np.isclose(values["area_under_roc"], area, atol=1e-3)
    return {
        "name": name,
        "probabilities": probabilities.tolist(),
        "label": y.astype(float).tolist(),
        "weights": weights.tolist(),
        "confusion": metrics.confusion_matrix(y, predicted, sample_weight=weights).ravel().tolist(),
        "metrics": values,
    }


def silhouette(frame: DataFrame) -> float:
    return float(ClusteringEvaluator(weightCol="weight").evaluate(frame))


def frame_of(x: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> DataFrame:
    return spark.createDataFrame(
        [
            (Vectors.dense(row), int(c), float(w))
            for row, c, w in zip(x, labels, weights, strict=True)
        ],
        ["features", "prediction", "weight"],
    )


def k_means(x: np.ndarray, k: int, weights: np.ndarray) -> dict[str, Any]:
    fits = [
        cluster.KMeans(k, n_init=1, max_iter=1000, tol=0, random_state=s).fit(
            x, sample_weight=weights
        )
        for s in SEEDS
    ]
    best = min(fits, key=lambda fit: fit.inertia_)
    frame = frame_of(x, best.labels_, weights).drop("prediction")
    spark_costs = [
        float(
            spark_clustering.KMeans(k=k, seed=s, maxIter=100, weightCol="weight")
            .fit(frame)
            .summary.trainingCost
        )
        for s in SPARK_SEEDS
    ]
    return {
        "k": k,
        "labels": best.labels_.tolist(),
        "scikit-learn": sorted(float(fit.inertia_) for fit in fits),
        "spark": sorted(spark_costs),
        "silhouette": silhouette(frame_of(x, best.labels_, weights)),
    }


def cosine_costs(x: np.ndarray, k: int) -> list[float]:
    frame = frame_of(x, np.zeros(len(x)), np.ones(len(x))).drop("prediction")
    return sorted(
        float(
            spark_clustering.KMeans(k=k, seed=s, maxIter=100, distanceMeasure="cosine")
            .fit(frame)
            .summary.trainingCost
        )
        for s in SPARK_SEEDS
    )


def bisecting_costs(x: np.ndarray, k: int) -> dict[str, list[float]]:
    frame = frame_of(x, np.zeros(len(x)), np.ones(len(x))).drop("prediction")
    return {
        "scikit-learn": sorted(
            float(
                cluster.BisectingKMeans(k, random_state=s, bisecting_strategy="largest_cluster")
                .fit(x)
                .inertia_
            )
            for s in SEEDS
        ),
        "spark": sorted(
            float(spark_clustering.BisectingKMeans(k=k, seed=s).fit(frame).summary.trainingCost)
            for s in SPARK_SEEDS
        ),
    }


def mixtures(x: np.ndarray, k: int) -> dict[str, Any]:
    """On scaled features, whose log-likelihood it is: there reg_covar is what it is in Roost."""
    scaled = StandardScaler().fit_transform(x)
    fits = [
        mixture.GaussianMixture(k, tol=1e-10, max_iter=5000, reg_covar=1e-6, random_state=s).fit(
            scaled
        )
        for s in SEEDS
    ]
    likelihoods = [float(fit.score(scaled) * len(x)) for fit in fits]
    best = fits[int(np.argmax(likelihoods))]
    order = np.argsort(best.weights_)
    return {
        "k": k,
        "likelihoods": sorted(likelihoods, reverse=True),
        "deviations": x.std(axis=0).tolist(),
        "weights": best.weights_[order].tolist(),
        "means": (best.means_[order] * x.std(axis=0) + x.mean(axis=0)).tolist(),
    }


def clusters(
    name: str, x: np.ndarray, k: int, mixture_columns: list[int], mixture_k: int
) -> dict[str, Any]:
    weights = rounded(np.random.default_rng(7).uniform(0.1, 3, len(x)), 2)
    unweighted = k_means(x, k, np.ones(len(x)))
    print(name, file=sys.stderr)
    return {
        "name": name,
        "features": [list(map(float, column)) for column in x.T],
        "weights": weights.tolist(),
        "k_means": unweighted,
        "weighted_k_means": k_means(x, k, weights),
        "cosine_costs": cosine_costs(x, k),
        "bisecting": bisecting_costs(x, k),
        "mixture_features": mixture_columns,
        "mixture": mixtures(x[:, mixture_columns], mixture_k),
    }


def main() -> None:
    iris, wine = datasets.load_iris(), datasets.load_wine()
    cancer, digits = datasets.load_breast_cancer(), datasets.load_digits()
    fixture = {
        "versions": {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "pyspark": pyspark.__version__,
        },
        "classification": [
            classification("breast cancer", cancer.data[:250, [1, 4]], cancer.target[:250], False),
            classification(
                "breast cancer, weighted", cancer.data[:250, [1, 4]], cancer.target[:250], True
            ),
            classification("wine", wine.data[:, [0, 1]], wine.target, False),
            classification("wine, weighted", wine.data[:, [0, 1]], wine.target, True),
        ],
        "clusters": [
            clusters("iris", iris.data, 3, [0, 1, 2, 3], 3),
            clusters("wine", wine.data, 4, [0, 1, 2, 3, 4], 3),
            clusters("digits", digits.data[:300], 10, [20, 21, 28], 2),
        ],
    }
    path = pathlib.Path(__file__).with_name("clustering.json")
    path.write_text(json.dumps(fixture) + "\n")


main()
