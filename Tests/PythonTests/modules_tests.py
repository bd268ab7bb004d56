import unittest
import zipfile

import pyarrow as pa
from worker_case import SALES, STORES, WorkerCase

LONG = pa.schema([("n", pa.int64())])
RETURNS = "import pandas as pd\ndef run(pdf): return pd.DataFrame({{'n': [{}]}})\n"


class ModulesTests(WorkerCase):
    def result(self, worker, function: str, **settings) -> int:
        worker.call("apply", function, LONG, [STORES], **settings)
        return worker.groups(SALES, [4]).rows[0][0]["n"]

    def refusal(self, function: str, **files: str) -> dict:
        error = self.error(self.worker(**files).call, "apply", function, LONG, [STORES])
        self.assertEqual((error["kind"], error["group"]), ("load", None))
        return error

    def test_functions_of_files_and_modules(self):
        worker = self.worker(other=RETURNS.format(2))
        (self.folder / "package").mkdir()
        (self.folder / "package" / "__init__.py").write_text("")
        (self.folder / "package" / "deep.py").write_text("from other import run")
        (self.folder / "models").mkdir()
        (self.folder / "models" / "beside.py").write_text("number = 4")
        (self.folder / "models" / "one.py").write_text("from beside import number\n" + RETURNS.format("number"))
        self.assertEqual(self.result(worker, "other.py:run"), 2)
        self.assertEqual(self.result(worker, "other:run"), 2)
        self.assertEqual(self.result(worker, "package.deep:run"), 2)
        self.assertEqual(self.result(worker, "models/one.py:run"), 4)

    def test_methods_and_objects_can_be_called(self):
        worker = self.worker(
            """
            class Model:
                def __init__(self, n): self.n = n
                def __call__(self, pdf): return pd.DataFrame({"n": [self.n]})
                def fit(self, key, pdf): return pd.DataFrame({"n": [self.n + len(key)]})
                @staticmethod
                def run(pdf): return pd.DataFrame({"n": [1]})
                @classmethod
                def named(cls, pdf): return pd.DataFrame({"n": [len(cls.__name__)]})

            model = Model(7)
            import functools
            def scaled(factor, pdf): return pd.DataFrame({"n": [factor]})
            partial = functools.partial(scaled, 9)
            def optional(pdf, alpha=3): return pd.DataFrame({"n": [alpha]})
            def any(*arguments): return pd.DataFrame({"n": [len(arguments)]})
            """
        )
        for function, expected in (
            ("Model.run", 1),
            ("Model.named", 5),
            ("model", 7),
            ("model.fit", 7),
            ("partial", 9),
            ("optional", 3),
            ("any", 1),
        ):
            with self.subTest(function):
                self.assertEqual(self.result(worker, f"train.py:{function}"), expected)

    def test_a_file_is_executed_once_whoever_imports_it(self):
        worker = self.worker(
            other="import train\nprint('other')\nrun = train.run", train="print('train')\n" + RETURNS.format(1)
        )
        for function in ("other.py:run", "train.py:run", "train:run", "train.py:run"):
            self.result(worker, function)
        self.assertEqual(sorted(worker.log().split()), ["other", "train"])

    def test_what_a_file_defines_can_be_pickled(self):
        worker = self.worker(
            """
            import pickle

            class Model: pass

            def run(pdf): return pd.DataFrame({"n": [isinstance(pickle.loads(pickle.dumps(Model())), Model)]})
            """
        )
        self.assertEqual(self.result(worker, "train.py:run"), 1)

    def test_two_files_of_one_name(self):
        worker = self.worker()
        for number in (1, 2):
            (self.folder / f"v{number}").mkdir()
            (self.folder / f"v{number}" / "model.py").write_text(RETURNS.format(number))
        self.assertEqual([self.result(worker, f"v{number}/model.py:run") for number in (1, 2, 1)], [1, 2, 1])

    def test_wheels_are_unpacked_once_and_imported_from(self):
        worker = self.worker()
        with zipfile.ZipFile(self.folder / "forecast-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("forecast/__init__.py", RETURNS.format(5))
            wheel.writestr("forecast/data.txt", "data")
        for worker in (self.start(), self.start()):
            self.assertEqual(self.result(worker, "forecast:run"), 5)
        names = sorted(path.name for path in self.folder.iterdir() if "forecast" in path.name)
        self.assertEqual(names, [".forecast-1.0-py3-none-any.whl.unpacked", "forecast-1.0-py3-none-any.whl"])

    def test_a_broken_wheel_is_named(self):
        self.worker()
        (self.folder / "broken.whl").write_bytes(b"no zip")
        error = self.error(self.start().call, "apply", "train.py:run", LONG, [STORES])
        self.assertIn("broken.whl cannot be unpacked", error["message"])

    def test_what_is_not_there_is_named_with_the_nearest(self):
        for function, expected in (
            ("train.py:train_stor", "train.py has no function 'train_stor'; did you mean 'train_store'?"),
            ("train.py:zzz", "train.py has no function 'zzz'; it has Model, train_store"),
            ("train.py:Model.zzz", "train.py:Model has no function 'zzz'"),
            ("train.py:number", "train.py:number is no function, but of the type int"),
            ("trian.py:run", "there is no file trian.py among the files of the job; did you mean 'train.py'?"),
            ("nothing.here:run", "the module nothing.here cannot be loaded: ModuleNotFoundError: No module named"),
        ):
            with self.subTest(function):
                error = self.refusal(function, train="number = 1\nclass Model: pass\ndef train_store(pdf): pass\n")
                self.assertIn(expected, error["message"])

    def test_a_file_that_fails_has_a_traceback_and_is_tried_again(self):
        worker = self.worker(
            train="import os\ndef helper(): raise ValueError('at import')\nif not os.path.exists('ok'): helper()\n"
            + RETURNS.format(1)
        )
        for _ in range(2):
            error = self.error(worker.call, "apply", "train.py:run", LONG, [STORES])
            self.assertEqual(error["message"], "train.py cannot be loaded: ValueError: at import")
            self.assertIn("in helper", error["traceback"])
            self.assertNotIn("roost_worker", error["traceback"])
            self.assertNotIn("importlib", error["traceback"])
        (self.folder / "ok").write_text("")
        self.assertEqual(self.result(worker, "train.py:run"), 1)

    def test_syntax_errors_and_exits_are_answers(self):
        error = self.refusal("train.py:run", train="def run(:\n")
        self.assertIn("SyntaxError: invalid syntax", error["message"])
        self.assertIn("def run(:", error["traceback"])
        self.assertIn("SystemExit: 2", self.refusal("train.py:run", train="import sys; sys.exit(2)")["message"])

    def test_a_file_with_the_name_of_a_loaded_module_is_refused(self):
        error = self.refusal("random.py:run", random=RETURNS.format(1))
        self.assertIn("random.py has the name of the module random that is loaded already", error["message"])

    def test_counts_of_parameters_are_checked(self):
        for source, kind, expected in (
            ("def run(): pass", "apply", "train.py:run() cannot be called with (frame) or (key, frame)"),
            ("def run(a, b, c): pass", "apply", "train.py:run(a, b, c) cannot be called with"),
            ("def run(a, *, b): pass", "apply", "missing a required"),
            ("def run(a): pass", "cogroup", "cannot be called with (left, right) or (key, left, right)"),
            ("def run(a): pass", "aggregate", "cannot be called with 2 columns"),
            ("def run(a, b, c): pass", "scalar", "cannot be called with 2 columns"),
            ("def run(a, b, c): pass", "map", "cannot be called with"),
        ):
            with self.subTest(source, kind=kind):
                worker = self.worker(source)
                error = self.error(worker.call, kind, "train.py:run", LONG, [STORES, STORES], ())
                self.assertEqual(error["kind"], "load")
                self.assertIn(expected, error["message"])

    def test_every_call_begins_in_the_folder(self):
        worker = self.worker(
            """
            def run(pdf):
                at = os.path.exists("train.py")
                os.chdir("/")
                return pd.DataFrame({"n": [at]})
            """
        )
        self.assertEqual([self.result(worker, "train.py:run") for _ in range(2)], [1, 1])

    def test_artifacts_are_where_the_call_says(self):
        worker = self.worker(
            """
            def run(pdf):
                return pd.DataFrame({"n": [len(os.environ.get("ROOST_ARTIFACTS", ""))]})
            """
        )
        self.assertEqual(self.result(worker, "train.py:run", artifacts="/tmp"), 4)
        self.assertEqual(self.result(worker, "train.py:run"), 0)


if __name__ == "__main__":
    unittest.main()
