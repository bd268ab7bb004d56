import contextlib
import os
import select
import signal
import socket
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

import pyarrow as pa
from executor import Executor
from worker_case import SALES, STORES, WorkerCase

LONG = pa.schema([("n", pa.int64())])
TEXT = pa.schema([("t", pa.string())])


def wait_for_end(pid: int) -> None:
    """Returns when a process, of whomever, has ended."""
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            assert select.select([descriptor], [], [], 60)[0], f"{pid} lives"
        finally:
            os.close(descriptor)


class ParentTests(WorkerCase):
    def text(self, worker, function: str) -> str:
        worker.call("apply", f"train.py:{function}", TEXT, [STORES])
        return worker.groups(SALES, [4]).rows[0][0]["t"]

    def test_it_says_what_is_installed(self):
        ready = self.executor.first["ready"]
        self.assertEqual(ready["python"], ".".join(map(str, sys.version_info[:3])))
        self.assertEqual(ready["executable"], sys.executable)
        self.assertEqual(ready["pyarrow"], pa.__version__)
        self.assertRegex(ready["pandas"], r"^\d+\.\d+")

    def test_a_python_without_pyarrow_says_what_to_install(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "pyarrow.py").write_text("raise ImportError('No module named pyarrow')")
            executor = Executor(environment={"PYTHONPATH": folder})
            self.addCleanup(executor.close)
            self.assertIn(f"{sys.executable} -m pip install 'pyarrow>=", executor.first["failed"])
            self.assertEqual(executor.process.wait(60), 0)

    def test_a_pyarrow_that_is_too_old_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "pyarrow.py").write_text("__version__ = '3.0.1'")
            executor = Executor(environment={"PYTHONPATH": folder})
            self.addCleanup(executor.close)
            self.assertIn("has 3.0.1", executor.first["failed"])

    def test_without_pandas_functions_of_arrow_work(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "pandas.py").write_text("raise ImportError('No module named pandas')")
            executor = Executor(environment={"PYTHONPATH": folder})
            self.addCleanup(executor.close)
            self.assertIsNone(executor.first["ready"]["pandas"])
            (Path(folder) / "train.py").write_text(
                "import pyarrow as pa\n"
                "def run(t: pa.Table): return pa.table({'n': [t.num_rows]})\n"
                "def of_pandas(pdf): pass\n"
                "def total(x: pa.Array): return len(x)\n"
            )
            worker = executor.start(folder)
            self.addCleanup(worker.close)
            worker.call("apply", "train.py:run", LONG, [STORES], ("store",))
            self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 4}]})
            worker.call("aggregate", "train.py:total", LONG, [STORES[1:]], ("store",))
            self.assertEqual(worker.groups(SALES, [4]).rows, {0: [{"n": 4}]})
            error = self.error(worker.call, "apply", "train.py:of_pandas", LONG, [STORES], ("store",))
            self.assertEqual(error["kind"], "load")
            self.assertIn("-m pip install pandas", error["message"])

    def test_every_count_of_threads_is_one(self):
        worker = self.worker(
            """
            def run(pdf):
                names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
                counts = [*map(os.environ.get, names), pa.cpu_count(), len(os.listdir("/proc/self/task"))]
                return pd.DataFrame({"t": [str(counts)]})
            """
        )
        self.assertEqual(self.text(worker, "run"), "['1', '1', '1', 1, 1]")

    def test_workers_are_forked_from_a_process_of_one_thread(self):
        self.assertEqual(len(os.listdir(f"/proc/{self.executor.process.pid}/task")), 1)
        worker = self.worker("def run(pdf): return pd.DataFrame({'t': [str((os.getppid(), sys.argv[1:]))]})")
        self.assertEqual(self.text(worker, "run"), str((self.executor.process.pid, [])))

    def test_a_worker_has_its_own_session_nothing_to_read_and_its_folder(self):
        worker = self.worker(
            """
            def run(pdf):
                facts = [os.getsid(0) == os.getpid(), sys.stdin.read(), os.getcwd() == sys.path[0]]
                facts += [any("roost_worker" in os.listdir(path) for path in sys.path if os.path.isdir(path))]
                facts += [sorted(name for name in sys.modules if name.split(".")[0] in ("results", "frames", "keys"))]
                return pd.DataFrame({"t": [str(facts)]})
            """
        )
        self.assertEqual(self.text(worker, "run"), "[True, '', True, False, []]")

    def test_what_is_printed_is_in_the_log_before_the_answer(self):
        worker = self.worker(
            """
            import ctypes, logging, subprocess

            def run(pdf):
                print("of Python", end="")
                logging.warning("of logging")
                ctypes.CDLL(None).printf(b"of C")
                subprocess.run(["echo", "of a child"])
                print("\\udc80")
                return pd.DataFrame({"t": ["a"]})
            """
        )
        self.text(worker, "run")
        for part in ("of Python", "WARNING:root:of logging", "of C", "of a child", "\\udc80"):
            self.assertIn(part, worker.log())

    def test_a_function_that_closes_its_output_is_no_trouble(self):
        worker = self.worker("def run(pdf):\n    sys.stdout.close()\n    return pd.DataFrame({'t': ['a']})")
        self.assertEqual(self.text(worker, "run"), "a")

    def test_an_end_says_how_a_worker_ended(self):
        worker = self.worker()
        self.assertEqual(self.executor.request({"end": {"pid": worker.pid}}), {"ended": {"signal": "SIGKILL"}})
        self.assertIn(str(worker.pid), self.executor.request({"end": {"pid": worker.pid}})["failed"])
        self.assertIn("no worker", self.executor.request({"end": {"pid": os.getpid()}})["failed"])

    def test_an_end_kills_what_the_function_started(self):
        worker = self.worker(
            """
            import subprocess

            def run(pdf):
                return pd.DataFrame({"t": [str(subprocess.Popen(["sleep", "1000"]).pid)]})
            """
        )
        child = int(self.text(worker, "run"))
        self.executor.request({"end": {"pid": worker.pid}})
        wait_for_end(child)

    def test_a_worker_ends_with_its_socket(self):
        worker = self.worker()
        worker.data.shutdown(socket.SHUT_RDWR)
        wait_for_end(worker.pid)
        self.assertEqual(self.executor.request({"end": {"pid": worker.pid}}), {"ended": {"code": 0}})

    def test_unknown_requests_are_refused(self):
        self.assertIn("dance", self.executor.request({"dance": {}})["failed"])

    def test_a_folder_that_is_not_there_ends_the_worker_and_not_the_parent(self):
        worker = self.executor.start("/nowhere/at/all")
        self.addCleanup(worker.close)
        with self.assertRaises((EOFError, ConnectionError)):
            worker.call("apply", "train.py:run", LONG, [STORES])
        self.assertEqual(self.executor.request({"end": {"pid": worker.pid}}), {"ended": {"code": 1}})
        self.assertIn("/nowhere/at/all", worker.log())

    def test_with_a_second_thread_workers_are_new_interpreters(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "sitecustomize.py").write_text(
                "import sys, threading, time\n"
                "if sys.orig_argv[1].endswith('parent.py') and sys.orig_argv[2:3] != ['worker']:\n"
                "    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n"
            )
            executor = Executor(environment={"PYTHONPATH": folder})
            self.addCleanup(executor.close)
            (Path(folder) / "train.py").write_text(
                "import os, sys, pandas as pd\n"
                "def run(pdf):\n"
                "    print('printed')\n"
                "    threads = len(os.listdir('/proc/self/task'))\n"
                "    facts = [sys.argv[1], threads, os.getsid(0) == os.getpid(), sys.stdin.read()]\n"
                "    return pd.DataFrame({'t': [str(facts)]})\n"
            )
            worker = executor.start(folder)
            self.addCleanup(worker.close)
            self.assertEqual(self.text(worker, "run"), "['worker', 1, True, '']")
            self.assertEqual(worker.log(), "printed\n")
            self.assertEqual(executor.request({"end": {"pid": worker.pid}}), {"ended": {"signal": "SIGKILL"}})


class EndOfParentTests(WorkerCase):
    """All processes end, whichever dies first."""

    SOURCE = """
        import subprocess

        def run(pdf):
            return pd.DataFrame({"n": [subprocess.Popen(["sleep", "1000"]).pid]})
        """

    def setUp(self) -> None:
        self.own = Executor()
        self.addCleanup(self.own.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        (Path(folder.name) / "train.py").write_text("import pandas as pd\n" + textwrap.dedent(self.SOURCE))
        worker = self.own.start(folder.name)
        self.addCleanup(worker.data.close)
        self.addCleanup(os.close, worker.log_descriptor)
        self.addCleanup(os.close, worker.progress_descriptor)
        worker.call("apply", "train.py:run", LONG, [STORES])
        self.child = worker.groups(SALES, [4]).rows[0][0]["n"]
        self.pid = worker.pid

    def test_at_end_of_file(self):
        self.own.connection.close()
        self.assertEqual(self.own.process.wait(60), 0)
        wait_for_end(self.pid)
        wait_for_end(self.child)

    def test_at_sigterm(self):
        self.own.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.own.process.wait(60), 0)
        wait_for_end(self.pid)
        wait_for_end(self.child)

    def test_workers_die_with_a_parent_that_is_killed(self):
        self.own.process.kill()
        self.own.process.wait(60)
        wait_for_end(self.pid)
        os.kill(self.child, signal.SIGKILL)

    def test_an_interrupt_is_the_executors(self):
        self.own.process.send_signal(signal.SIGINT)
        self.assertEqual(self.own.request({"end": {"pid": self.pid}}), {"ended": {"signal": "SIGKILL"}})


if __name__ == "__main__":
    unittest.main()
