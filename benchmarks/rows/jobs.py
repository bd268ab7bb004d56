"""The job files of the benchmark; OUTPUT stands for the folder that a run writes."""

from pathlib import Path

from tables.stores import FEATURES


def ols(table: Path, train: str = "") -> str:
    """What peers write, coefficients and errors, and no model as bytes besides."""
    features = ", ".join(FEATURES)
    train = f"learner: LinearRegression, label: y, features: [{features}], model: false{train}"
    return f"""\
tables:
  sales: {{read: {table}}}
  models: {{from: sales, group_by: store_id, train: {{{train}}}}}
outputs:
  models: {{write: OUTPUT, mode: overwrite}}
"""


def ols_of_rows(table: Path) -> str:
    """With a metric that needs the rows of a group side by side, so that they travel."""
    return ols(table, train=", metrics: [mae]")


def aggregate(table: Path, keys: list[str]) -> str:
    items = "count(*) AS n, sum(v) AS s, avg(v) AS a, min(v) AS lo, max(v) AS hi"
    return f"""\
tables:
  rows: {{read: {table}}}
  groups: {{from: rows, group_by: [{", ".join(keys)}], aggregate: [{items}]}}
outputs:
  groups: {{write: OUTPUT, mode: overwrite}}
"""


def count_by_key(table: Path) -> str:
    return f"""\
tables:
  rows: {{read: {table}}}
  groups: {{from: rows, group_by: key, aggregate: [count(*) AS n]}}
outputs:
  groups: {{write: OUTPUT, mode: overwrite}}
"""


def empty_tasks(table: Path, count: int) -> str:
    """All tasks of the second stage but a few have nothing to read."""
    return f"""\
tables:
  rows: {{read: {table}}}
  groups: {{from: rows, group_by: key, aggregate: [count(*) AS n], partitions: {count}}}
outputs:
  groups: {{show: 3}}
"""


def all_to_one(table: Path) -> str:
    """All rows to one task, which does next to nothing with them."""
    items = ", ".join(f"max({name}) AS {name}" for name in ["store_id", *FEATURES, "y"])
    return f"""\
tables:
  rows: {{read: {table}}}
  gathered: {{from: rows, limit: 1000000000000}}
  largest: {{from: gathered, aggregate: [{items}]}}
outputs:
  largest: {{show: 1}}
"""


def grouped_function(table: Path, packages: list[Path], function: str, schema: str) -> str:
    return f"""\
python: {{files: [{", ".join(str(path) for path in packages)}]}}
tables:
  sales: {{read: {table}}}
  models:
    from: sales
    group_by: store_id
    apply: {{python: "peers.group_functions:{function}", schema: "{schema}"}}
outputs:
  models: {{write: OUTPUT, mode: overwrite}}
"""


def map_batches(table: Path, packages: list[Path], schema: str) -> str:
    return f"""\
python: {{files: [{", ".join(str(path) for path in packages)}]}}
tables:
  sales: {{read: {table}}}
  more: {{from: sales, map: {{python: "peers.batch_functions:add_column", schema: "{schema}"}}}}
outputs:
  more: {{write: OUTPUT, mode: overwrite}}
"""


def learner(
    files: list[Path], key: str, learner: str, label: str | None, features: list[str], more: dict
) -> str:
    """One model a group; `more`: what else `train` has."""
    train = {"learner": learner, "label": label, "features": f"[{', '.join(features)}]"} | more
    if not features:
        del train["features"]
    if label is None:
        del train["label"]
    keys = ", ".join(f"{name}: {value}" for name, value in train.items())
    return f"""\
tables:
  rows: {{read: {{path: [{", ".join(str(file) for file in files)}]}}}}
  models: {{from: rows, group_by: {key}, train: {{{keys}}}}}
outputs:
  models: {{write: OUTPUT, mode: overwrite}}
"""
