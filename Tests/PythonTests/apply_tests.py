import datetime
import unittest

import pyarrow as pa
from worker_case import SALES, STORES, WorkerCase

TOTALS = pa.schema([("store", pa.int64()), ("total", pa.float64())])


class ApplyTests(WorkerCase):
    def test_a_function_of_a_frame_gets_the_rows_of_each_group(self):
        answers = self.apply(
            """
            def run(pdf):
                assert list(pdf.columns) == ["store", "x"], pdf.columns
                assert pdf.index.equals(pd.RangeIndex(len(pdf))), pdf.index
                return pd.DataFrame({"total": [pdf["x"].sum()], "store": [pdf["store"].iloc[0]]})
            """,
            schema=TOTALS,
        )
        self.assertEqual(
            answers.rows,
            {n: [{"store": store, "total": total}] for n, store, total in ((0, 1, 3.0), (1, 2, 3.0), (2, 3, 4.0))},
        )
        self.assertEqual(answers.last, {"done": {}})

    def test_a_function_of_two_gets_the_key_as_values_of_python(self):
        time = pa.array(
            [datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)] * 2, pa.timestamp("us", "UTC")
        )
        batch = pa.record_batch(
            {"store": [7, None], "at": time, "day": [datetime.date(2024, 5, 1)] * 2, "s": ["a", "b"]}
        )
        worker = self.worker(
            """
            def run(key, pdf):
                return pd.DataFrame({"key": [f"{key} {type(key[0]).__name__} {type(key[1]).__name__}"]})

            def of_arrow(key, table: pa.Table) -> pa.Table:
                zone = key[1].tzinfo is not None
                return pa.table({"key": [f"{type(key[0]).__name__} {type(key[1]).__name__} {zone}"]})
            """
        )
        frames, keys = [[("s", 3)]], ("store", "at", "day", "s")
        schema = pa.schema([("key", pa.string())])
        worker.call("apply", "train.py:run", schema, frames, keys)
        rows = worker.groups(batch, [1, 1]).rows
        self.assertEqual(
            rows[0][0]["key"],
            "(7, Timestamp('2024-05-01 12:00:00'), datetime.date(2024, 5, 1), 'a') int Timestamp",
        )
        self.assertTrue(rows[1][0]["key"].startswith("(None, "), rows)
        worker.call("apply", "train.py:of_arrow", schema, frames, keys)
        self.assertEqual(worker.groups(batch, [1, 1]).rows[0], [{"key": "int datetime True"}])

    def test_no_keys_make_an_empty_key(self):
        worker = self.worker("def run(key, pdf): return pd.DataFrame({'n': [len(key) + len(pdf)]})")
        worker.call("apply", "train.py:run", pa.schema([("n", pa.int64())]), [STORES])
        self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 4}]})

    def test_columns_are_those_of_the_frame_under_its_names(self):
        worker = self.worker("def run(pdf): return pdf.rename(columns={'price': 'total'}).assign(store=0)")
        worker.call("apply", "train.py:run", TOTALS, [[("price", 1)]], ("store",))
        self.assertEqual(worker.groups(SALES, [4]).rows[0][3], {"store": 0, "total": 4.0})

    def test_an_annotation_makes_the_iterator_form(self):
        for annotation in (
            "Iterator[pd.DataFrame]",
            "'Iterator[pd.DataFrame]'",
            "__import__('typing').Iterator[pd.DataFrame]",
            "'typing.Iterator[Unknown]'",
            "__import__('typing').Iterable[pd.DataFrame]",
        ):
            with self.subTest(annotation):
                answers = self.apply(
                    f"""
                    def run(key, pdfs: {annotation}):
                        for pdf in pdfs:
                            yield pd.DataFrame({{"n": [key[0], len(pdf)]}})
                    """
                )
                self.assertEqual([[row["n"] for row in answers.rows[n]] for n in range(3)], [[1, 2], [2, 1], [3, 1]])

    def test_an_iterator_gets_pieces_of_a_large_group(self):
        batch = pa.record_batch({"store": pa.array([1] * 25_000), "x": pa.array(range(25_000))})
        answers = self.apply(
            """
            def run(pdfs: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
                for pdf in pdfs:
                    yield pd.DataFrame({"n": [len(pdf), pdf.index[0], pdf["x"].iloc[0]]})
            """,
            batch,
            [25_000],
        )
        pieces = [row["n"] for row in answers.rows[0]]
        self.assertEqual(pieces[0::3], [10_000, 10_000, 5_000])
        self.assertEqual(pieces[1::3], [0, 0, 0])
        self.assertEqual(pieces[2::3], [0, 10_000, 20_000])

    def test_functions_of_arrow_get_tables_and_give_tables_or_batches(self):
        for source in (
            "def run(table: pa.Table): return pa.table({'n': [table.num_rows]})",
            "def run(table) -> pa.RecordBatch: return pa.record_batch({'n': [table.num_rows]})",
            "def run(key, table: 'pa.Table'): return pa.table({'n': [table.num_rows]})",
        ):
            with self.subTest(source):
                self.assertEqual(self.apply(source).rows, {0: [{"n": 2}], 1: [{"n": 1}], 2: [{"n": 1}]})
        rows = self.apply("def run(t): return pa.table({'n': [t.num_rows]})", format="arrow").rows
        self.assertEqual(rows[0], [{"n": 2}])

    def test_an_iterator_of_arrow_gets_record_batches(self):
        answers = self.apply(
            """
            def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
                for batch in batches:
                    assert isinstance(batch, pa.RecordBatch)
                    yield pa.record_batch({"n": pa.array([batch.num_rows])})
            """
        )
        self.assertEqual(answers.rows[0], [{"n": 2}])

    def test_functions_may_change_their_frame(self):
        source = """
            import warnings
            warnings.simplefilter("error")

            def run(pdf):
                pdf["n"] = 1
                pdf.loc[0, "x"] = 10.0
                pdf.iloc[0, 0] += 1
                del pdf["store"]
                pdf["n"] += pdf["x"].astype("int64")
                return pdf[["n"]]

            def of_one_column(pdf):
                pdf.loc[0, "n"] = 5
                pdf["n"] += 1
                return pdf
            """
        self.assertEqual(self.apply(source).rows, {0: [{"n": 11}, {"n": 3}], 1: [{"n": 11}], 2: [{"n": 11}]})
        one = pa.record_batch({"n": [1, 2, 3]})
        rows = self.apply(source, one, [2, 1], function="of_one_column").rows
        self.assertEqual(rows, {0: [{"n": 6}, {"n": 3}], 1: [{"n": 6}]})
        self.assertEqual(self.apply(source, one, [3], function="of_one_column").rows[0][0], {"n": 6})

    def test_a_function_may_change_what_it_returned(self):
        rows = self.apply(
            """
            kept = pd.DataFrame({"n": [0]})

            def run(pdf):
                kept.loc[0, "n"] += 1
                return kept
            """
        ).rows
        self.assertEqual(rows, {0: [{"n": 1}], 1: [{"n": 2}], 2: [{"n": 3}]})

    def test_the_types_of_a_frame_do_not_depend_on_its_neighbours(self):
        batch = pa.record_batch({"k": [1, 2, 3], "i": [2**53 + 1, None, 5], "b": [True, False, None]})
        source = "def run(pdf): return pd.DataFrame({'d': [f\"{pdf['i'].dtype} {pdf['b'].dtype} {pdf['i'].iloc[0]}\"]})"
        schema = pa.schema([("d", pa.string())])
        rows = self.apply(source, batch, [1, 1, 1], schema).rows
        self.assertEqual(
            [rows[n][0]["d"] for n in range(3)], ["int64 bool 9007199254740993", "float64 bool nan", "int64 object 5"]
        )

    def test_every_pattern_of_nulls_has_its_types(self):
        columns = {f"c{i}": [None if group >> i & 1 else group for group in range(16)] for i in range(4)}
        batch = pa.record_batch({"k": list(range(16)), **{n: pa.array(v, pa.int64()) for n, v in columns.items()}})
        source = "def run(pdf): return pd.DataFrame({'d': [' '.join(map(str, pdf.dtypes))]})"
        rows = self.apply(source, batch, [1] * 16, pa.schema([("d", pa.string())])).rows
        for group in range(16):
            expected = ["float64" if group >> i & 1 else "int64" for i in range(4)]
            self.assertEqual(rows[group], [{"d": " ".join(["int64", *expected])}])

    def test_values_reach_pandas_as_with_spark(self):
        time = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)
        batch = pa.record_batch(
            {
                "at": pa.array([time], pa.timestamp("us", "UTC")),
                "times": pa.array([[time]], pa.list_(pa.timestamp("us", "UTC"))),
                "day": pa.array([time.date()]),
                "price": pa.array([1], pa.decimal128(10, 2)),
                "text": ["a"],
                "bytes": [b"b"],
                "list": [[1.0, 2.0]],
            }
        )
        rows = self.apply(
            """
            def run(pdf):
                row = pdf.iloc[0]
                assert row["at"] == pd.Timestamp("2024-05-01 12:00") and row["at"].tzinfo is None
                assert pd.Timestamp(row["times"][0]) == row["at"]
                assert row["day"] == datetime.date(2024, 5, 1)
                assert row["price"] == decimal.Decimal("1.00") and isinstance(row["price"], decimal.Decimal)
                assert row["text"] == "a" and row["bytes"] == b"b" and list(row["list"]) == [1.0, 2.0]
                return pd.DataFrame({"n": [1]})
            """,
            batch,
            [1],
        ).rows
        self.assertEqual(rows, {0: [{"n": 1}]})

    def test_a_group_in_several_messages_is_one_frame(self):
        worker = self.worker("def run(key, pdf): return pd.DataFrame({'store': key[0], 'total': [pdf['x'].sum()]})")
        worker.call("apply", "train.py:run", TOTALS, [STORES], ("store",))
        first = worker.groups(SALES, [2, 1, 1], more=True)
        self.assertEqual(first.last, {"next": {}})
        self.assertEqual(sorted(first.rows), [0, 1])
        self.assertEqual(worker.progress(), (1, 2))
        threes = pa.record_batch({"store": [3, 3], "x": [10.0, 20.0]})
        self.assertEqual(worker.groups(threes, [2], more=True).last, {"next": {}})
        last = worker.groups(pa.record_batch({"store": [3, 4], "x": [100.0, 1.0]}), [1, 1])
        self.assertEqual(last.rows, {0: [{"store": 3, "total": 134.0}], 1: [{"store": 4, "total": 1.0}]})
        self.assertEqual(worker.progress(), (3, 1))

    def test_an_iterator_asks_for_the_messages_of_its_group(self):
        source = """
            def run(key, pdfs: Iterator[pd.DataFrame]):
                for pdf in pdfs:
                    print("rows", len(pdf))
                    yield pd.DataFrame({"store": key[0], "total": pdf["x"]})
            """
        for record in (False, True):
            with self.subTest(record=record):
                worker = self.worker(source)
                worker.call("apply", "train.py:run", TOTALS, [STORES], ("store",), record=record)
                first = worker.groups(SALES, [2, 2], more=True)
                self.assertEqual(first.last, {"next": {}})
                last = worker.groups(SALES, [1, 3])
                rows = [row["total"] for part in (first, last) for n in sorted(part.rows) for row in part.rows[n]]
                self.assertEqual(rows, [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0])
                self.assertEqual(sorted(last.rows), [0, 1])
                self.assertEqual(len(last.rows[0]), 3 if record else 1)

    def test_what_an_iterator_leaves_of_its_group_is_skipped(self):
        worker = self.worker(
            """
            def run(pdfs: Iterator[pd.DataFrame]):
                yield pd.DataFrame({"n": [next(pdfs)["store"].iloc[0]]})
            """
        )
        worker.call("apply", "train.py:run", pa.schema([("n", pa.int64())]), [STORES], ("store",))
        first = worker.groups(SALES, [2, 2], more=True)
        self.assertEqual((first.rows, first.last), ({0: [{"n": 1}], 1: [{"n": 2}]}, {"next": {}}))
        self.assertEqual(worker.groups(SALES, [4], more=True).last, {"next": {}})
        self.assertEqual(worker.groups(SALES, [1, 3]).rows, {0: [], 1: [{"n": 1}]})

    def test_much_that_is_returned_comes_in_pieces(self):
        batch = pa.record_batch({"k": [1, 2, 3]})
        answers = self.apply(
            "def run(key, pdf): return pd.DataFrame({'n': np.arange(1_000_000 if key[0] == 2 else 1) + key[0]})",
            batch,
            [1, 1, 1],
        )
        self.assertEqual([len(answers.rows[n]) for n in range(3)], [1, 1_000_000, 1])
        self.assertEqual((answers.rows[1][-1], answers.rows[2]), ({"n": 1_000_001}, [{"n": 3}]))

    def test_calls_follow_each_other_in_one_worker(self):
        worker = self.worker(
            """
            calls = 0

            def run(pdf):
                global calls
                calls += 1
                return pd.DataFrame({"n": [calls]})
            """
        )
        for expected in (1, 2):
            worker.call("apply", "train.py:run", pa.schema([("n", pa.int64())]), [STORES])
            self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": expected}]})


if __name__ == "__main__":
    unittest.main()
