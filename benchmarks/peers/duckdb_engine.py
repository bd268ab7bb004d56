"""DuckDB, in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from peers.normal_equations import sums_in_sql, write_models


class Session:
    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection

    def grouped_ols(self, table: str, output: str) -> None:
        query = f"SELECT store_id, {sums_in_sql()} FROM '{table}' GROUP BY store_id"
        write_models(self._connection.execute(query).fetchnumpy(), output)

    def aggregate(self, table: str, keys: list[str], output: str) -> None:
        items = "count(*) AS n, sum(v) AS s, avg(v) AS a, min(v) AS lo, max(v) AS hi"
        query = f"SELECT {', '.join(keys)}, {items} FROM '{table}' GROUP BY ALL"
        self._connection.execute(f"COPY ({query}) TO '{output}' (FORMAT parquet)")

    def sort(self, table: str, key: str) -> None:
        query = f"CREATE OR REPLACE TEMP TABLE sorted AS SELECT * FROM '{table}' ORDER BY {key}"
        self._connection.execute(query)


@contextmanager
def session(processors: int) -> Iterator[Session]:
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {processors}")
        connection.execute("SET enable_progress_bar = false")
        yield Session(connection)
