"""Spark: a driver and executors of one core, each a process, as `local-cluster` starts them."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

from peers import batch_functions, group_functions
from peers.group_function import COLUMNS, fit

TYPES = {"int64": "long", "float64": "double"}
EXECUTOR_MEGABYTES = 2048


class Session:
    def __init__(self, spark: SparkSession):
        self._spark = spark

    def grouped_ols(self, table: str, output: str) -> None:
        schema = ", ".join(f"{name} {TYPES[kind]}" for name, kind in COLUMNS.items())
        groups = self._spark.read.parquet(table).groupBy("store_id")
        groups.applyInPandas(fit, schema).write.parquet(output)

    def grouped_function(self, table: str, function: str, output: str) -> None:
        called = getattr(group_functions, function)
        groups = self._spark.read.parquet(table).groupBy("store_id")
        groups.applyInPandas(called, group_functions.SCHEMA).write.parquet(output)

    def map_batches(self, table: str, schema: str, output: str) -> None:
        rows = self._spark.read.parquet(table)
        rows.mapInPandas(batch_functions.add_column, schema).write.parquet(output)

    def empty_tasks(self, count: int) -> None:
        """In the JVM alone; the sink is Spark's own for benchmarks."""
        numbers = self._spark.range(0, count, 1, count)
        numbers.write.format("noop").mode("overwrite").save()

    def count_by_key(self, table: str, output: str) -> None:
        rows = self._spark.read.csv(table, header=True, inferSchema=True)
        rows.groupBy("key").count().write.parquet(output)


@contextmanager
def session(processors: int) -> Iterator[Session]:
    builder = SparkSession.builder.master(f"local-cluster[{processors},1,{EXECUTOR_MEGABYTES}]")
    builder = builder.config("spark.executor.memory", f"{EXECUTOR_MEGABYTES}m")
    builder = builder.config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.execution.arrow.pyspark.enabled", "true")
    spark = builder.getOrCreate()
    try:
        yield Session(spark)
    finally:
        spark.stop()
