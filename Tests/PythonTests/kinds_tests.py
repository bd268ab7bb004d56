import unittest

import pyarrow as pa
from worker_case import SALES, WorkerCase

LONG = pa.schema([("n", pa.int64())])
DOUBLE = pa.schema([("v", pa.float64())])


def numbers(*values: int) -> pa.RecordBatch:
    return pa.record_batch({"n": pa.array(values, pa.int64())})


class MapTests(WorkerCase):
    def mapping(self, source: str, schema=LONG, **settings):
        worker = self.worker(source)
        worker.call("map", "train.py:run", schema, [[("n", 0)]], **settings)
        return worker

    def test_batches_go_in_and_frames_come_out(self):
        worker = self.mapping(
            """
            def run(frames):
                for frame in frames:
                    frame["n"] *= 2
                    yield frame
            """
        )
        first = worker.batch(numbers(1, 2))
        self.assertEqual((first.rows, first.last), ({None: [{"n": 2}, {"n": 4}]}, {"next": {}}))
        self.assertEqual(worker.batch(numbers(3)).rows, {None: [{"n": 6}]})
        self.assertEqual(worker.progress()[0], 2)
        self.assertEqual(worker.end().last, {"done": {}})

    def test_rows_may_come_after_the_last_batch(self):
        worker = self.mapping("def run(frames): yield pd.DataFrame({'n': [sum(len(f) for f in frames)]})")
        self.assertEqual(worker.batch(numbers(1, 2)).rows, {})
        worker.batch(numbers(3))
        end = worker.end()
        self.assertEqual((end.rows, end.last), ({None: [{"n": 3}]}, {"done": {}}))

    def test_a_function_may_stop_early(self):
        worker = self.mapping("def run(frames): yield next(frames)")
        answers = worker.batch(numbers(1))
        self.assertEqual((answers.rows, answers.last), ({None: [{"n": 1}]}, {"done": {"satisfied": True}}))
        worker.call("map", "train.py:run", LONG, [[("n", 0)]])
        self.assertEqual(worker.batch(numbers(7)).rows, {None: [{"n": 7}]})

    def test_no_batches_are_an_empty_iterator(self):
        worker = self.mapping("def run(frames): return iter(list(frames))")
        end = worker.end()
        self.assertEqual((end.rows, end.last), ({}, {"done": {}}))

    def test_arrow_gets_record_batches(self):
        worker = self.mapping(
            """
            def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
                for batch in batches:
                    yield pa.record_batch({"n": pa.compute.add(batch.column(0), 1)})
            import pyarrow.compute
            """
        )
        self.assertEqual(worker.batch(numbers(1, 2)).rows, {None: [{"n": 2}, {"n": 3}]})

    def test_large_batches_cross_whole(self):
        worker = self.mapping("def run(frames):\n    for frame in frames: yield frame")
        count = 3_000_000
        answers = worker.batch(numbers(*range(count)))
        self.assertEqual(len(answers.rows[None]), count)
        self.assertEqual((answers.rows[None][0], answers.rows[None][-1]), ({"n": 0}, {"n": count - 1}))
        self.assertGreater(answers.bodies, 1)

    def test_a_frame_that_is_changed_after_it_was_given_has_left_already(self):
        worker = self.mapping(
            """
            def run(frames):
                for frame in frames:
                    for _ in range(2):
                        yield frame
                        frame["n"] += 1
                        frame.loc[0, "n"] += 10
            """
        )
        self.assertEqual([row["n"] for row in worker.batch(numbers(1, 2)).rows[None]], [1, 2, 12, 3])
        large = worker.batch(numbers(*[0] * 100_000)).rows[None]
        self.assertEqual({row["n"] for row in large[:100_000]}, {0})
        self.assertEqual([row["n"] for row in large[100_000:100_002]], [11, 1])

    def test_errors_have_no_group(self):
        for source, kind, expected in (
            ("def run(frames):\n    for frame in frames: raise ValueError('bad')", "exception", "ValueError: bad"),
            ("def run(frames): return None", "result", "train.py:run gets an iterator and returned None, no iterator"),
            ("def run(frames): return pd.DataFrame()", "result", "DataFrame, no iterator"),
            ("def run(frames):\n    for f in frames: yield f.astype(str)", "result", "a column 'n' that is not a long"),
        ):
            with self.subTest(source):
                error = self.error(self.mapping(source).batch, numbers(1))
                self.assertEqual((error["kind"], error["group"]), (kind, None))
                self.assertIn(expected, error["message"])


class CogroupTests(WorkerCase):
    LEFT = pa.record_batch({"k": [1, 1, 3], "a": [1.0, 2.0, 3.0]})
    RIGHT = pa.record_batch({"k": [2, 3], "b": ["x", "y"]})
    FRAMES = [[("k", 0), ("a", 1)], [("b", 1)]]
    COUNTS = [(2, 0), (0, 1), (1, 1)]

    def cogrouping(self, source: str, schema, **settings):
        worker = self.worker(source)
        worker.call("cogroup", "train.py:run", schema, self.FRAMES, ("k",), **settings)
        return worker

    def test_a_function_gets_both_sides(self):
        source = """
            def run(left, right):
                assert list(left.columns) == ["k", "a"] and list(right.columns) == ["b"]
                assert left["a"].dtype == "float64" and left.index.equals(pd.RangeIndex(len(left)))
                return pd.DataFrame({"n": [10 * len(left) + len(right)]})
            """
        answers = self.cogrouping(source, LONG).cogroups(self.LEFT, self.RIGHT, self.COUNTS)
        self.assertEqual(answers.rows, {0: [{"n": 20}], 1: [{"n": 1}], 2: [{"n": 11}]})
        self.assertEqual(answers.last, {"done": {}})

    def test_a_function_of_three_gets_the_key_of_the_side_that_has_it(self):
        source = "def run(key, left, right): return pd.DataFrame({'n': [key[0]]})"
        answers = self.cogrouping(source, LONG).cogroups(self.LEFT, self.RIGHT, self.COUNTS)
        self.assertEqual([answers.rows[n] for n in range(3)], [[{"n": 1}], [{"n": 2}], [{"n": 3}]])

    def test_a_side_may_have_no_rows_at_all(self):
        source = "def run(left, right): return pd.DataFrame({'n': [len(left)]})"
        answers = self.cogrouping(source, LONG).cogroups(self.LEFT.slice(0, 0), self.RIGHT, [(0, 1), (0, 1)])
        self.assertEqual(answers.rows, {0: [{"n": 0}], 1: [{"n": 0}]})

    def test_arrow_gets_tables(self):
        source = "def run(left: pa.Table, right: pa.Table): return pa.table({'n': [left.num_rows]})"
        answers = self.cogrouping(source, LONG).cogroups(self.LEFT, self.RIGHT, self.COUNTS)
        self.assertEqual(answers.rows, {0: [{"n": 2}], 1: [{"n": 0}], 2: [{"n": 1}]})

    def test_failures_name_the_group_or_are_recorded(self):
        source = """
            def run(key, left, right):
                if key[0] == 2: raise ValueError("two")
                return pd.DataFrame({"n": [1]})
            """
        error = self.error(self.cogrouping(source, LONG).cogroups, self.LEFT, self.RIGHT, self.COUNTS)
        self.assertEqual((error["group"], error["message"]), (1, "ValueError: two"))
        answers = self.cogrouping(source, LONG, record=True).cogroups(self.LEFT, self.RIGHT, self.COUNTS)
        self.assertEqual((answers.rows, list(answers.failed)), ({0: [{"n": 1}], 2: [{"n": 1}]}, [1]))


class AggregateTests(WorkerCase):
    def values(self, source: str, type: pa.DataType, columns=(("x", 1),), **settings) -> list:
        worker = self.worker(source)
        worker.call("aggregate", "train.py:run", pa.schema([("v", type)]), [list(columns)], ("store",), **settings)
        return [rows[0]["v"] for _, rows in sorted(worker.groups(SALES, [2, 1, 1]).rows.items())]

    def test_columns_become_one_value(self):
        for source, type, expected in (
            ("def run(x): return x.mean()", pa.float64(), [1.5, 3.0, 4.0]),
            ("def run(x): return x.sum()", pa.int64(), [3, 3, 4]),
            ("def run(x): return len(x)", pa.int64(), [2, 1, 1]),
            ("def run(x): return str(len(x))", pa.string(), ["2", "1", "1"]),
            ("def run(x): return None if len(x) == 2 else x.max()", pa.float64(), [None, 3.0, 4.0]),
            ("def run(x): return x.tolist()", pa.list_(pa.float64()), [[1.0, 2.0], [3.0], [4.0]]),
            ("def run(x): return decimal.Decimal(len(x))", pa.decimal128(5, 1), [2, 1, 1]),
            ("def run(x: pa.Array): return pa.compute.sum(x)\nimport pyarrow.compute", pa.float64(), [3.0, 3.0, 4.0]),
            ("def run(x: pa.Array): return len(x)", pa.int64(), [2, 1, 1]),
            ("def run(x): return int(x.iloc[-1] ** 2) if isinstance(x, pd.Series) else 0", pa.int64(), [4, 9, 16]),
        ):
            with self.subTest(source):
                self.assertEqual(self.values(source, type), expected)

    def test_several_columns_are_several_parameters(self):
        source = "def run(x, store): return (x * store).sum()"
        self.assertEqual(self.values(source, pa.float64(), (("x", 1), ("store", 0))), [3.0, 6.0, 12.0])

    def test_one_column_may_be_given_twice(self):
        source = "def run(a, b): return (a * b).sum()"
        self.assertEqual(self.values(source, pa.float64(), (("x", 1), ("x", 1))), [5.0, 9.0, 16.0])

    def test_what_is_no_value_is_an_error(self):
        for source, expected in (
            ("def run(x): return x", "Series where one value is expected"),
            ("def run(x: pa.Array): return x", "where one value is expected"),
            ("def run(x): return 'a' if len(x) == 1 else 1.0", "a column 'v' that is not a double: "),
        ):
            with self.subTest(source):
                error = self.error(self.values, source, pa.float64())
                self.assertEqual(error["kind"], "result")
                self.assertIn(expected, error["message"])

    def test_a_group_of_several_messages_is_one_column(self):
        worker = self.worker("def run(x): return x.sum()")
        worker.call("aggregate", "train.py:run", DOUBLE, [[("x", 1)]], ("store",))
        self.assertEqual(worker.groups(SALES, [2, 2], more=True).last, {"next": {}})
        self.assertEqual(worker.groups(SALES, [3, 1]).rows, {0: [{"v": 13.0}], 1: [{"v": 4.0}]})


class ScalarTests(WorkerCase):
    def values(self, source: str, batch=SALES, type=None, columns=(("x", 1),)) -> list:
        worker = self.worker(source)
        schema = pa.schema([("v", type or pa.float64())])
        worker.call("scalar", "train.py:run", schema, [list(columns)])
        answers = worker.batch(batch)
        self.assertEqual(answers.last, {"done": {}})
        return [row["v"] for row in answers.rows.get(None, [])]

    def test_columns_become_a_column(self):
        for source in (
            "def run(x): return x * 2",
            "def run(x): return x.to_numpy() * 2",
            "def run(x): return [2 * value for value in x]",
            "def run(x): return (x * 2).sort_index(ascending=False).sort_index()",
            "def run(x: pa.Array) -> pa.Array: return pa.compute.multiply(x, 2)\nimport pyarrow.compute",
            "def run(x: pd.Series) -> pd.Series: return (x * 2).astype('Float64')",
        ):
            with self.subTest(source):
                self.assertEqual(self.values(source), [2.0, 4.0, 6.0, 8.0])

    def test_two_columns(self):
        source = "def run(x, store): return x * store"
        self.assertEqual(self.values(source, columns=(("x", 1), ("store", 0))), [1.0, 2.0, 6.0, 12.0])

    def test_texts_and_lists(self):
        self.assertEqual(self.values("def run(x): return x.astype(str)", type=pa.string())[0], "1.0")
        self.assertEqual(self.values("def run(x): return [[v] for v in x]", type=pa.list_(pa.float64()))[0], [1.0])

    def test_a_batch_without_rows_is_no_rows(self):
        self.assertEqual(self.values("def run(x): return x", SALES.slice(0, 0)), [])

    def test_other_counts_and_types_are_errors(self):
        for source, expected in (
            ("def run(x): return x[:3]", "train.py:run returned 3 values for 4 rows"),
            ("def run(x): return 1.0", "returned a float where a pandas.Series of 4 values is expected"),
            ("def run(x): return None", "returned None where a pandas.Series of 4 values is expected"),
            ("def run(x: pa.Array): return 1", "where a pyarrow.Array of 4 values is expected"),
            ("def run(x): return x.astype(str)", "a column 'v' that is not a double"),
        ):
            with self.subTest(source):
                error = self.error(self.values, source)
                self.assertEqual((error["kind"], error["group"]), ("result", None))
                self.assertIn(expected, error["message"])

    def test_batches_follow_each_other(self):
        worker = self.worker("def run(x): return x + 1")
        worker.call("scalar", "train.py:run", DOUBLE, [[("x", 1)]])
        for expected in (1, 2):
            self.assertEqual(len(worker.batch(SALES).rows[None]), 4)
            self.assertEqual(worker.progress(), (expected, 0))


if __name__ == "__main__":
    unittest.main()
