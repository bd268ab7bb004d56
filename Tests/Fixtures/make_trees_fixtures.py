"""Writes trees.json: data sets, Spark's trees of them, and the test errors of scikit-learn's trees.

usage: make_trees_fixtures.py SPARK_PYTHON        (writes beside itself)
needs: numpy, scikit-learn; SPARK_PYTHON is a Python that has pyspark and Java

Spark's single trees and boosted trees have no random choice, so that its predictions are to be met
to rounding. Forests are random: they are held against the mean test error of scikit-learn over ten
splits, as single and boosted trees are, too.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

SEEDS = 10
TREES = 20
DEPTH = 5

Table = tuple[np.ndarray, np.ndarray, int]


def tables() -> dict[str, Table]:
    """Features, label and number of classes (0 where the label is a number)."""
    diabetes = datasets.load_diabetes(scaled=False)
    wine = datasets.load_wine()
    cancer = datasets.load_breast_cancer()
    iris = datasets.load_iris()
    digits = datasets.load_digits()
    return {
        "diabetes": (diabetes.data, diabetes.target, 0),
        "alcohol of wine": (wine.data[:, 1:], wine.data[:, 0], 0),
        "wine": (wine.data, wine.target, 3),
        "class 0 of wine": (wine.data[:, 1:6], wine.target == 0, 2),
        "breast cancer": (cancer.data[:, :10], cancer.target, 2),
        "iris": (iris.data, iris.target, 3),
        "digits": (digits.data[:400], digits.target[:400], 10),
    }


def spark_cases() -> list[dict]:
    """What Spark trains.

    With `ties` there is a node where two features gain the same: Spark's rounding chooses, so that
    importances are not to be compared. With `mergesLeaves` Spark makes one leaf of two of the same
    class.
    """

    def case(learner: str, table: str, parameters: dict, **more: object) -> dict:
        return {"learner": learner, "table": table, "parameters": parameters, **more}

    regression, classification = "DecisionTreeRegressor", "DecisionTreeClassifier"
    weights = [1.0, 2.5, 0.5]
    alcohol, cancer = "alcohol of wine", "breast cancer"
    small = {"maxDepth": 3, "minInstancesPerNode": 5}
    large = {"maxDepth": 3, "minInstancesPerNode": 20}
    absolute = {"maxIter": 5, "maxDepth": 3, "stepSize": 0.3, "lossType": "absolute"}
    return [
        case(regression, "diabetes", {"minInstancesPerNode": 3}, ties=True),
        case(regression, "diabetes", {"maxBins": 1000, "maxDepth": 4}),
        case(regression, "diabetes", {"minInstancesPerNode": 12, "minInfoGain": 90.0}),
        case(regression, "diabetes", {"maxDepth": 4}, decades=True),
        case(regression, alcohol, {"maxDepth": 3}, weights=weights),
        case(regression, alcohol, {"minWeightFractionPerNode": 0.1}, weights=weights),
        case(classification, "wine", {}),
        case(classification, "wine", {"impurity": "entropy", "maxBins": 8}),
        case(classification, "iris", {"maxDepth": 2}),
        case(classification, cancer, {"minInstancesPerNode": 5}, mergesLeaves=True),
        case("GBTRegressor", "diabetes", {"maxIter": 8, **small}),
        case("GBTRegressor", alcohol, absolute),
        case("GBTClassifier", cancer, {"maxIter": 6, **large}, ties=True),
        case("GBTClassifier", "class 0 of wine", {"maxIter": 8, "stepSize": 0.4, **small}),
    ]


SPARK_PROGRAM = r"""
import json, sys
import pyspark
from pyspark.ml import classification, regression
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession, functions
given = json.load(sys.stdin)
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
results = []
for case in given["cases"]:
    features, label = given["tables"][case["table"]]
    names = [f"f{i}" for i in range(len(features))]
    weights = case.get("weights", [1.0])
    columns = list(map(list, features))
    if case.get("decades"):
        columns[0] = [float(int(value) // 10 - 1) for value in columns[0]]
    rows = [
        [i, *(float(c[i]) for c in columns), float(label[i]), weights[i % len(weights)]]
        for i in range(len(label))
    ]
    frame = spark.createDataFrame(rows, ["row", *names, "label", "weight"]).coalesce(1)
    is_regression = case["learner"].endswith("Regressor")
    if case.get("decades"):
        values = [str(v) for v in range(int(max(columns[0])) + 1)]
        attribute = {"ml_attr": {"name": "f0", "type": "nominal", "vals": values}}
        frame = frame.withColumn("f0", functions.col("f0").alias("f0", metadata=attribute))
    frame = VectorAssembler(inputCols=names, outputCol="features").transform(frame)
    module = regression if is_regression else classification
    learner = getattr(module, case["learner"])(**case["parameters"])
    if "weights" in case:
        learner.setWeightCol("weight")
    model = learner.fit(frame)
    rows = model.transform(frame).orderBy("row").collect()
    results.append({
        **case,
        "features": columns if case.get("decades") else None,
        "predictions": [
            r["prediction"] if is_regression else list(r["probability"].toArray()) for r in rows
        ],
        "importances": None if case.get("ties") else list(model.featureImportances.toArray()),
    })
json.dump({"version": pyspark.__version__, "results": results}, sys.stdout)
"""


def grow_with_spark(python: str, data: dict[str, Table]) -> dict:
    given = {
        "cases": spark_cases(),
        "tables": {
            name: (x.T.tolist(), y.astype(float).tolist()) for name, (x, y, _) in data.items()
        },
    }
    done = subprocess.run(
        [python, "-c", SPARK_PROGRAM],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def peers(classes: int) -> dict:
    """scikit-learn's learners with what Spark's defaults mean in its words.

    A step of 0.1 along Spark's gradient, 2 (label - F), is 0.2 of the residual; its first
    regression tree is what scikit-learn's boosting starts from.
    """
    if classes == 0:
        return {
            "DecisionTreeRegressor": lambda s: DecisionTreeRegressor(
                max_depth=DEPTH, random_state=s
            ),
            "RandomForestRegressor": lambda s: RandomForestRegressor(
                TREES, max_depth=DEPTH, max_features=1 / 3, random_state=s
            ),
            "GBTRegressor": lambda s: GradientBoostingRegressor(
                init=DecisionTreeRegressor(max_depth=DEPTH, random_state=s),
                n_estimators=TREES - 1,
                learning_rate=0.2,
                max_depth=DEPTH,
                random_state=s,
            ),
        }
    found = {
        "DecisionTreeClassifier": lambda s: DecisionTreeClassifier(max_depth=DEPTH, random_state=s),
        "RandomForestClassifier": lambda s: RandomForestClassifier(
            TREES, max_depth=DEPTH, random_state=s
        ),
    }
    if classes == 2:
        found["GBTClassifier"] = lambda s: GradientBoostingClassifier(
            n_estimators=TREES, learning_rate=0.2, max_depth=DEPTH, random_state=s
        )
    return found


def errors_of_peers(data: dict[str, Table]) -> list[dict]:
    """Root of the mean squared error, or the share of wrong classes, on a quarter of the rows.

    The mean of ten models a split, whose random choices (also among equal gains) differ.
    """
    cases = []
    for name, (x, y, classes) in data.items():
        for learner, make in peers(classes).items():
            errors = []
            for seed in range(SEEDS):
                train, test = split(len(y), seed)
                predicted = [make(s).fit(x[train], y[train]).predict(x[test]) for s in range(SEEDS)]
                wrong = [p != y[test] if classes else (p - y[test]) ** 2 for p in predicted]
                errors.append(
                    float(np.mean([np.mean(w) if classes else np.sqrt(np.mean(w)) for w in wrong]))
                )
            cases.append({"table": name, "learner": learner, "errors": errors})
    return cases


def split(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    train, test = train_test_split(np.arange(rows), test_size=0.25, random_state=seed)
    return np.sort(train), np.sort(test)


def short(value: float) -> float | int:
    """The same double in as few characters as there are."""
    return int(value) if value == int(value) else float(value)


def main() -> None:
    data = tables()
    spark = grow_with_spark(sys.argv[1], data)
    fixture = {
        "versions": {
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "pyspark": spark["version"],
        },
        "tables": [
            {
                "name": name,
                "features": [[short(v) for v in column] for column in x.T],
                "label": [short(v) for v in y],
                "classCount": classes,
                "testRows": [split(len(y), seed)[1].tolist() for seed in range(SEEDS)],
            }
            for name, (x, y, classes) in data.items()
        ],
        "spark": [
            {key: value for key, value in case.items() if value is not None}
            for case in spark["results"]
        ],
        "errors": errors_of_peers(data),
    }
    path = pathlib.Path(__file__).with_name("trees.json")
    lines = [f'"versions": {json.dumps(fixture["versions"])}']
    for part in ("tables", "spark", "errors"):
        entries = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in fixture[part])
        lines.append(f'"{part}": [\n{entries}\n]')
    path.write_text("{" + ",\n".join(lines) + "}\n")


if __name__ == "__main__":
    main()
