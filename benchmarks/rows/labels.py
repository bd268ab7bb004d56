"""How the contenders are called in results."""

from harness.bench import EXECUTORS

ROOST = f"Roost: driver, {EXECUTORS} executors of one slot (`roost submit`, the whole command)"
OLS = {
    "duckdb": "DuckDB: sums by store in SQL, one batched solve in numpy",
    "polars": "Polars: sums by store, one batched solve in numpy",
    "pandas": "pandas: `groupby`, one `numpy.linalg.lstsq` a store",
    "dask": "Dask: `groupby(...).apply`, one `numpy.linalg.lstsq` a store",
    "ray": "Ray Data: `map_groups`, one `numpy.linalg.lstsq` a store",
    "spark": "Spark: `applyInPandas`, one `numpy.linalg.lstsq` a store",
}
AGGREGATION = {
    "duckdb": "DuckDB: `COPY (SELECT ...) TO` Parquet",
    "polars": "Polars: streaming, `sink_parquet`",
}
SORT = {"duckdb": "DuckDB: `CREATE TABLE ... AS SELECT * ... ORDER BY store_id`, in memory"}
EMPTY_TASKS = {
    "dask": "Dask: `client.map` of a function that does nothing",
    "ray": "Ray: a remote function that does nothing",
    "spark": "Spark: a range of as many partitions into the `noop` sink",
}
FUNCTION = {
    "python": f"the bare function: a loop over the groups, in {EXECUTORS} warm processes",
    "spark": "Spark: `applyInPandas`",
}
MAP = {"spark": "Spark: `mapInPandas`"}
