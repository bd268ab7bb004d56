import unittest

import pyarrow as pa
from worker_case import SALES, STORES, WorkerCase

LONG = pa.schema([("n", pa.int64())])
FINE = "\ndef fine(pdf): return pd.DataFrame({'n': [len(pdf)]})"


class FailuresTests(WorkerCase):
    def failure(self, source: str, rows=(2, 1, 1), batch=SALES, **settings) -> dict:
        """The error of `run`, after which the worker goes on with the next call."""
        worker = self.worker(source)
        with (self.folder / "train.py").open("a") as file:
            file.write(FINE)
        worker.call("apply", "train.py:run", LONG, [STORES], ("store",), **settings)
        error = self.error(worker.groups, batch, list(rows))
        worker.call("apply", "train.py:fine", LONG, [STORES], ("store",))
        self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 4}]})
        return error

    def test_an_exception_has_its_group_and_a_traceback_of_the_users_frames(self):
        error = self.failure(
            """
            def helper(pdf):
                raise ValueError("no rows")

            def run(key, pdf):
                if key[0] == 2:
                    helper(pdf)
                return pd.DataFrame({"n": [1]})
            """
        )
        self.assertEqual((error["kind"], error["group"], error["message"]), ("exception", 1, "ValueError: no rows"))
        self.assertIn('train.py", line', error["traceback"])
        self.assertIn("in helper", error["traceback"])
        self.assertNotIn("roost_worker", error["traceback"])
        self.assertTrue(error["traceback"].rstrip().endswith("ValueError: no rows"))

    def test_tracebacks_have_causes_and_frames_of_libraries(self):
        error = self.failure(
            """
            def run(pdf):
                try:
                    pdf["nothing"]
                except KeyError as error:
                    raise RuntimeError("broken") from error
            """
        )
        self.assertEqual(error["message"], "RuntimeError: broken")
        self.assertIn("KeyError: 'nothing'", error["traceback"])
        self.assertIn("The above exception was the direct cause", error["traceback"])
        self.assertIn("pandas", error["traceback"])
        self.assertNotIn("roost_worker", error["traceback"])

    def test_an_exception_of_a_generator_has_no_frames_of_ours(self):
        error = self.failure(
            """
            def run(pdfs: Iterator[pd.DataFrame]):
                for pdf in pdfs:
                    yield pd.DataFrame({"n": [1]})
                raise ValueError("at the end")
            """
        )
        self.assertEqual((error["group"], error["message"]), (0, "ValueError: at the end"))
        self.assertNotIn("roost_worker", error["traceback"])

    def test_whatever_is_raised_is_an_answer(self):
        for raised, expected in (
            ("sys.exit('bye')", "SystemExit: bye"),
            ("sys.exit(3)", "SystemExit: 3"),
            ("raise KeyboardInterrupt", "KeyboardInterrupt"),
            ("run(pdf)", "RecursionError: maximum recursion depth"),
            ("raise MemoryError('full')", "MemoryError: full"),
            ("raise GeneratorExit", "GeneratorExit"),
            ("raise StopIteration(1)", "StopIteration: 1"),
            ("raise np.linalg.LinAlgError('Singular matrix')", "numpy.linalg.LinAlgError: Singular matrix"),
            ("raise BaseException('base')", "BaseException: base"),
        ):
            with self.subTest(raised):
                error = self.failure(f"def run(pdf):\n    {raised}")
                self.assertEqual((error["kind"], error["group"]), ("exception", 0))
                self.assertIn(expected, error["message"])

    def test_exceptions_that_cannot_be_printed_are_answers(self):
        error = self.failure(
            """
            class Silent(Exception):
                def __str__(self):
                    raise ValueError("no text")

            def run(pdf):
                raise Silent()
            """
        )
        self.assertIn("Silent", error["message"])

    def test_huge_messages_lose_their_middle(self):
        error = self.failure("def run(pdf): raise ValueError('a' * 1_000_000 + 'the end')")
        self.assertLess(len(error["message"]), 65 << 10)
        self.assertTrue(error["message"].startswith("ValueError: aaa"))
        self.assertIn("bytes left out", error["message"])
        self.assertTrue(error["message"].endswith("the end"))
        self.assertLess(len(error["traceback"]), 65 << 10)

    def test_messages_that_are_no_unicode_are_spelled_out(self):
        error = self.failure("def run(pdf): raise ValueError('a\\udc80b')")
        self.assertEqual(error["message"], "ValueError: a\\udc80b")

    def test_an_error_in_a_group_of_several_messages_ends_the_call(self):
        worker = self.worker(
            """
            def run(pdfs: Iterator[pd.DataFrame]):
                for number, pdf in enumerate(pdfs):
                    if number == 1:
                        raise ValueError("second piece")
                    yield pd.DataFrame({"n": [1]})
            """
        )
        worker.call("apply", "train.py:run", LONG, [STORES], ("store",))
        self.assertEqual(worker.groups(SALES, [2, 2], more=True).last, {"next": {}})
        self.assertEqual(self.error(worker.groups, SALES, [3, 1])["group"], 0)
        worker.call("apply", "train.py:run", LONG, [STORES], ("store",))
        self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 1}]})

    def test_recorded_failures_leave_the_other_groups(self):
        answers = self.apply(
            """
            def run(key, pdf):
                if key[0] == 2:
                    raise ValueError("no rows")
                if key[0] == 3:
                    return None
                return pd.DataFrame({"n": [1]})
            """,
            record=True,
        )
        self.assertEqual((answers.rows, answers.last), ({0: [{"n": 1}]}, {"done": {}}))
        self.assertRegex(answers.failed[1], r"^ValueError: no rows \(train.py, line \d+\)$")
        self.assertEqual(answers.failed[2], "train.py:run returned None where a pandas.DataFrame is expected")

    def test_nothing_of_a_group_that_fails_is_recorded_beside_its_failure(self):
        worker = self.worker(
            """
            def run(key, pdfs: Iterator[pd.DataFrame]):
                for pdf in pdfs:
                    yield pd.DataFrame({"n": np.arange(100_000)})
                    if key[0] == 1:
                        raise ValueError("after the first")
            """
        )
        worker.call("apply", "train.py:run", LONG, [STORES], ("store",), record=True)
        first = worker.groups(SALES, [4], more=True)
        self.assertEqual((first.rows, first.failed, first.last), ({}, {}, {"next": {}}))
        last = worker.groups(pa.record_batch({"store": [1, 2], "x": [0.0, 0.0]}), [1, 1])
        self.assertEqual(list(last.failed), [0])
        self.assertEqual({n: len(rows) for n, rows in last.rows.items()}, {1: 100_000})

    def test_crashes_end_the_worker_and_progress_names_the_group(self):
        for crash, ended in (
            ("os._exit(3)", {"code": 3}),
            ("os.kill(os.getpid(), 11)", {"signal": "SIGSEGV"}),
            ("__import__('ctypes').string_at(0)", {"signal": "SIGSEGV"}),
            ("os.abort()", {"signal": "SIGABRT"}),
        ):
            with self.subTest(crash):
                worker = self.worker(
                    f"def run(key, pdf):\n    if key[0] == 2: {crash}\n    return pd.DataFrame({{'n': [1]}})"
                )
                worker.call("apply", "train.py:run", LONG, [STORES], ("store",))
                with self.assertRaises(EOFError):
                    worker.groups(SALES, [2, 1, 1])
                self.assertEqual(worker.progress(), (1, 1))
                self.assertEqual(self.executor.request({"end": {"pid": worker.pid}}), {"ended": ended})

    def test_a_child_that_outlives_its_worker_does_not_hide_its_death(self):
        worker = self.worker(
            """
            import time

            def run(pdf):
                if os.fork() == 0:
                    time.sleep(1000)
                os._exit(1)
            """
        )
        worker.call("apply", "train.py:run", LONG, [STORES], ("store",))
        with self.assertRaises(EOFError):
            worker.groups(SALES, [4])

    def test_a_child_that_returns_from_the_function_says_nothing(self):
        worker = self.worker(
            """
            def run(pdf):
                child = os.fork()
                if child:
                    os.waitpid(child, 0)
                return pd.DataFrame({"n": [1 if child else 2]})
            """
        )
        worker.call("apply", "train.py:run", LONG, [STORES], ("store",))
        self.assertEqual(worker.groups(SALES, [2, 2]).rows, {0: [{"n": 1}], 1: [{"n": 1}]})


if __name__ == "__main__":
    unittest.main()
