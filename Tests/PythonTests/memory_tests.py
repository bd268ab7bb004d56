import unittest

import pyarrow as pa
from worker_case import SALES, STORES, WorkerCase

LONG = pa.schema([("n", pa.int64())])
MEBIBYTE = 1 << 20


class MemoryTests(WorkerCase):
    SOURCE = """
        def numpy(pdf): return pd.DataFrame({"n": [np.ones(100 << 20, dtype="i1").sum()]})
        def pandas(pdf): return pd.DataFrame({"n": [len(pd.concat([pd.DataFrame({"a": np.ones(1 << 20)})] * 20))]})
        def arrow(t: pa.Table): return pa.table({"n": [len(pa.nulls(100 << 20, pa.int8()))]})
        def python(pdf): return pd.DataFrame({"n": [len(bytearray(100 << 20))]})
        def small(pdf): return pd.DataFrame({"n": [len(pdf)]})
        def solve(pdf): return pd.DataFrame({"n": [np.linalg.lstsq(np.eye(50), np.ones(50), rcond=None)[2]]})
        def wide(pdfs: Iterator[pd.DataFrame]):
            for pdf in pdfs: yield pd.DataFrame({"n": np.arange(20 << 20)})
        """

    def call(self, worker, function: str, **settings) -> None:
        worker.call("apply", f"train.py:{function}", LONG, [STORES], ("store",), **settings)

    def test_what_is_too_much_is_an_error_and_not_the_end_of_the_worker(self):
        worker = self.worker(self.SOURCE)
        for function in ("numpy", "pandas", "arrow", "python", "wide"):
            with self.subTest(function):
                self.call(worker, function, memory=64 * MEBIBYTE)
                error = self.error(worker.groups, SALES, [4])
                self.assertEqual((error["kind"], error["group"]), ("memory", 0))
                self.assertIn(f"train.py:{function} needs more memory than the 64 MiB", error["message"])
                self.call(worker, "small")
                self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 4}]})

    def test_what_is_allowed_is_there(self):
        worker = self.worker(self.SOURCE)
        for function in ("numpy", "pandas", "arrow", "python"):
            with self.subTest(function):
                self.call(worker, function, memory=512 * MEBIBYTE)
                self.assertGreater(worker.groups(SALES, [4]).rows[0][0]["n"], 1)

    def test_little_memory_is_enough_for_linear_algebra(self):
        worker = self.worker(self.SOURCE)
        self.call(worker, "solve", memory=8 * MEBIBYTE)
        self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 50}]})

    def test_rows_that_do_not_fit_are_an_error_and_the_conversation_goes_on(self):
        worker = self.worker(self.SOURCE)
        self.call(worker, "small", memory=8 * MEBIBYTE)
        rows = 2 * MEBIBYTE
        large = pa.record_batch({"store": pa.array([1] * rows), "x": pa.array([0.5] * rows)})
        error = self.error(worker.groups, large, [rows])
        self.assertEqual(error["kind"], "memory")
        self.assertIn("train.py:small needs more memory than the 8388608 bytes", error["message"])
        self.call(worker, "small")
        self.assertEqual(worker.groups(large, [rows]).rows, {0: [{"n": rows}]})

    def test_it_is_recorded_like_other_failures(self):
        worker = self.worker(
            """
            def run(key, pdf): return pd.DataFrame({"n": [len(bytearray((100 if key[0] == 2 else 1) << 20))]})
            """
        )
        self.call(worker, "run", memory=64 * MEBIBYTE, record=True)
        answers = worker.groups(SALES, [2, 1, 1])
        self.assertEqual(answers.rows, {0: [{"n": MEBIBYTE}], 2: [{"n": MEBIBYTE}]})
        self.assertIn("64 MiB", answers.failed[1])

    def test_loading_is_limited_too_but_counts_apart(self):
        worker = self.worker(
            """
            kept = np.ones(60 << 20, dtype="i1")
            def run(pdf): return pd.DataFrame({"n": [np.ones(60 << 20, dtype="i1").sum()]})
            """
        )
        error = self.error(self.call, worker, "run", memory=32 * MEBIBYTE)
        self.assertEqual((error["kind"], error["group"]), ("memory", None))
        self.call(worker, "run", memory=100 * MEBIBYTE)
        self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 60 * MEBIBYTE}]})


if __name__ == "__main__":
    unittest.main()
