import datetime
import unittest
from decimal import Decimal

import pyarrow as pa
from worker_case import WorkerCase

UTC = datetime.timezone.utc
TIMESTAMP = pa.timestamp("us", "UTC")
LONG = pa.schema([("n", pa.int64())])


class ResultsTests(WorkerCase):
    def value(self, expression: str, type: pa.DataType):
        """What a column `expression`, a list or an array, becomes."""
        schema = pa.schema([("v", type)])
        source = f"def run(pdf): return pd.DataFrame({{'v': {expression}}})"
        return [row["v"] for row in self.apply(source, rows=[4], schema=schema).rows[0]]

    def refusal(self, expression: str, type: pa.DataType) -> str:
        schema = pa.schema([("v", type)])
        source = f"def run(pdf): return pd.DataFrame({{'v': {expression}}})"
        error = self.error(self.apply, source, rows=[4], schema=schema)
        self.assertEqual((error["kind"], error["group"]), ("result", 0))
        return error["message"]

    def test_values_become_what_is_declared_when_nothing_is_lost(self):
        noon = datetime.datetime(2024, 5, 1, 12, tzinfo=UTC)
        midnight = datetime.datetime(2024, 5, 1, tzinfo=UTC)
        for expression, type, expected in (
            ("[1.0, np.nan]", pa.int64(), [1, None]),
            ("[1, None]", pa.int32(), [1, None]),
            ("pd.array([1, None], dtype='Int64')", pa.int64(), [1, None]),
            ("[True, False]", pa.int64(), [1, 0]),
            ("np.array([1], dtype=object)", pa.int64(), [1]),
            ("[1]", pa.float64(), [1.0]),
            ("[1]", pa.decimal128(10, 2), [Decimal("1.00")]),
            ("[decimal.Decimal('1.5'), None]", pa.decimal128(10, 2), [Decimal("1.50"), None]),
            ("[np.nan, 1.5]", pa.float64(), [None, 1.5]),
            ("[1.1]", pa.float32(), [1.100000023841858]),
            ("['a', None, np.nan]", pa.string(), ["a", None, None]),
            ("pd.Categorical(['a', 'b', 'a'])", pa.string(), ["a", "b", "a"]),
            ("[True, None]", pa.bool_(), [True, None]),
            ("[b'x']", pa.binary(), [b"x"]),
            ("[pd.Timestamp('2024-05-01 12:00'), pd.NaT]", TIMESTAMP, [noon, None]),
            ("[pd.Timestamp('2024-05-01 14:00', tz='Europe/Berlin')]", TIMESTAMP, [noon]),
            ("[datetime.datetime(2024, 5, 1, 12)]", TIMESTAMP, [noon]),
            ("np.array(['2024-05-01T12:00:00'], dtype='M8[s]')", TIMESTAMP, [noon]),
            ("[datetime.date(2024, 5, 1)]", TIMESTAMP, [midnight]),
            ("[pd.Timestamp('2024-05-01'), pd.NaT]", pa.date32(), [midnight.date(), None]),
            ("[datetime.date(2024, 5, 1)]", pa.date32(), [midnight.date()]),
            ("[[1, 2], None, np.array([3.0])]", pa.list_(pa.int64()), [[1, 2], None, [3]]),
            ("[[1.0, 2.0]]", pa.list_(pa.float64(), 2), [[1.0, 2.0]]),
            ("[None, None]", pa.list_(pa.float64()), [None, None]),
            ("[None]", pa.null(), [None]),
            ("pd.array(['x'], dtype='string[pyarrow]')", pa.string(), ["x"]),
        ):
            with self.subTest(expression, type=type):
                self.assertEqual(self.value(expression, type), expected)

    def test_what_would_lose_something_is_an_error_that_names_function_column_and_value(self):
        for expression, type, expected in (
            ("[1.5]", pa.int64(), "a long: double (Float value 1.5"),
            ("np.array([1.5], dtype=object)", pa.int64(), "a long: double (Float value 1.5"),
            ("[[1.5]]", pa.list_(pa.int64()), "an array<long>"),
            ("['1']", pa.int64(), "a long: "),
            ("[1]", pa.string(), "a string: int64"),
            ("[300]", pa.int8(), "a byte: int64 (Integer value 300"),
            ("[2**53 + 1]", pa.float64(), "a double: int64 (Integer value 9007199254740993"),
            ("[2**70]", pa.int64(), "a long: "),
            ("[1e300]", pa.float32(), "a float: double"),
            ("[2]", pa.bool_(), "a boolean: int64"),
            ("[1]", TIMESTAMP, "a timestamp: int64"),
            ("pd.to_datetime(['2024-05-01 12:00'])", pa.date32(), "a date: timestamp"),
            ("np.array([1], dtype='M8[ns]')", TIMESTAMP, "a timestamp: timestamp[ns]"),
            ("[decimal.Decimal('1.555')]", pa.decimal128(10, 2), "a decimal(10,2): decimal128"),
            ("[1, 'a']", pa.int64(), "a long: "),
            ("[datetime.date(2024, 5, 1), datetime.datetime(2024, 5, 1, 2)]", TIMESTAMP, "dates and times mixed"),
            ("pd.Series(['\\udc80'], dtype=object)", pa.string(), "a string: "),
        ):
            with self.subTest(expression, type=type):
                message = self.refusal(expression, type)
                self.assertIn("train.py:run returned a column 'v' that is not ", message)
                self.assertIn(expected, message)

    def test_no_number_is_rounded_because_of_another_group(self):
        batch = pa.record_batch({"k": [1, 2, 3]})
        rows = self.apply(
            "def run(key, pdf): return pd.DataFrame({'n': [2**53 + 1] if key[0] == 1 else [float(key[0])]})",
            batch,
            [1, 1, 1],
        ).rows
        self.assertEqual(rows, {0: [{"n": 2**53 + 1}], 1: [{"n": 2}], 2: [{"n": 3}]})

    def test_columns_are_matched_by_name(self):
        schema = pa.schema([("a", pa.int64()), ("b", pa.string())])
        for columns in ("{'b': ['x'], 'a': [1]}", "{'a': [1], 'b': ['x']}"):
            rows = self.apply(f"def run(pdf): return pd.DataFrame({columns})", rows=[4], schema=schema).rows
            self.assertEqual(rows, {0: [{"a": 1, "b": "x"}]})

    def test_columns_without_names_are_matched_by_position(self):
        schema = pa.schema([("a", pa.int64()), ("b", pa.string())])
        rows = self.apply("def run(pdf): return pd.DataFrame([[1, 'x']])", rows=[4], schema=schema).rows
        self.assertEqual(rows, {0: [{"a": 1, "b": "x"}]})

    def test_other_columns_are_errors(self):
        schema = pa.schema([("store", pa.int64()), ("status", pa.string())])
        for columns, expected in (
            ("{'store': [1], 'state': ['x']}", "without the column 'status'; it has 'store', 'state'"),
            ("{'store': [1]}", "without the column 'status'; it has 'store'"),
            ("{0: [1], 1: [2], 2: [3]}", "without the columns 'store', 'status'; it has 0, 1, 2"),
            ("{'store': [1], 'status': ['x'], 'z': [1]}", "with the column 'z', which the schema does not have"),
        ):
            with self.subTest(columns):
                error = self.error(self.apply, f"def run(pdf): return pd.DataFrame({columns})", rows=[4], schema=schema)
                self.assertIn(f"train.py:run returned a frame {expected}", error["message"])
                self.assertEqual((error["kind"], error["group"]), ("result", 0))

    def test_columns_of_one_name_are_an_error(self):
        source = "def run(pdf): return pd.DataFrame([[1, 2]], columns=['n', 'n'])"
        self.assertIn("several columns 'n'", self.error(self.apply, source)["message"])

    def test_what_is_no_frame_is_an_error(self):
        for source, expected in (
            ("def run(pdf): pass", "returned None where a pandas.DataFrame is expected"),
            ("def run(pdf): return pdf['x']", "Series where a pandas.DataFrame is expected"),
            ("def run(pdf): yield pdf", "a generator where a pandas.DataFrame is expected; to give rows in pieces"),
            ("def run(t: pa.Table): return 1", "returned an int where a pyarrow.Table is expected"),
            ("def run(pdfs: Iterator[pd.DataFrame]): return None", "returned None, no iterator"),
            ("def run(pdfs: Iterator[pd.DataFrame]): return 5", "returned an int, no iterator"),
            ("def run(pdfs: Iterator[pd.DataFrame]): yield 5", "returned an int where a pandas.DataFrame"),
        ):
            with self.subTest(source):
                error = self.error(self.apply, source)
                self.assertIn(expected, error["message"])
                self.assertEqual((error["kind"], error["traceback"]), ("result", ""))

    def test_empty_frames_are_no_rows(self):
        for empty in ("pd.DataFrame()", "pd.DataFrame({'n': []})", "pd.DataFrame({'n': pd.Series([], dtype='str')})"):
            with self.subTest(empty):
                self.assertEqual(self.apply(f"def run(pdf): return {empty}").rows, {0: [], 1: [], 2: []})

    def test_the_first_wrong_group_is_named_though_later_ones_have_run(self):
        source = "def run(key, pdf): return pd.DataFrame({'n': [1.5 if key[0] >= 2 else 1]})"
        error = self.error(self.apply, source)
        self.assertEqual((error["kind"], error["group"]), ("result", 1))

    def test_a_wrong_result_comes_before_a_later_exception(self):
        source = """
            def run(key, pdf):
                if key[0] == 3:
                    raise ValueError("later")
                return pd.DataFrame({'n': [1.5 if key[0] == 2 else 1]})
            """
        self.assertEqual(self.error(self.apply, source)["group"], 1)

    def test_recorded_results_are_wrong_one_by_one(self):
        source = "def run(key, pdf): return pd.DataFrame({'n': [1.5 if key[0] == 2 else 1]})"
        answers = self.apply(source, record=True)
        self.assertEqual(answers.rows, {0: [{"n": 1}], 2: [{"n": 1}]})
        self.assertEqual(list(answers.failed), [1])
        self.assertIn("train.py:run returned a column 'n'", answers.failed[1])

    def test_results_of_arrow_follow_the_same_rules(self):
        wide = pa.schema([("n", pa.int64()), ("at", TIMESTAMP)])
        source = """
            def run(table: pa.Table):
                at = pa.array([datetime.datetime(2024, 5, 1)], pa.timestamp("ms"))
                return pa.table({"at": at, "n": pa.array([1.0])})

            def wrong(table: pa.Table):
                return pa.table({"n": pa.array(["1"]), "at": pa.nulls(1)})
            """
        rows = self.apply(source, rows=[4], schema=wide).rows
        self.assertEqual(rows, {0: [{"n": 1, "at": datetime.datetime(2024, 5, 1, tzinfo=UTC)}]})
        error = self.error(self.apply, source, schema=wide, function="wrong")
        self.assertIn("a column 'n' that is not a long: string", error["message"])

    def test_many_small_results_travel_together(self):
        count = 5000
        batch = pa.record_batch({"k": list(range(count))})
        answers = self.apply("def run(pdf): return pd.DataFrame({'n': pdf['k']})", batch, [1] * count)
        self.assertEqual(answers.rows, {n: [{"n": n}] for n in range(count)})
        self.assertEqual(answers.bodies, 1)


if __name__ == "__main__":
    unittest.main()
