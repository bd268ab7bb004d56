"""A driver and executors on this machine, for as long as a `with` block runs."""

import os
import signal
import subprocess
import time


class LocalCluster:
    DEADLINE = 30

    def __init__(self, roost, executors, work_dir):
        self.roost, self.executors, self.work_dir = roost, executors, work_dir
        self.processes = []

    def __enter__(self):
        try:
            self.driver = self._start("driver", "--listen", "127.0.0.1:0", stdout=subprocess.PIPE)
            self.address = self.driver.stdout.readline().removeprefix("driver listening on ").strip()
            if not self.address:
                raise RuntimeError("the driver did not start")
            for _ in range(self.executors):
                self._start(
                    "executor", "--driver", self.address, "--slots", "1", "--quiet",
                    "--work-dir", self.work_dir)
            self._wait_for_executors()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _start(self, *arguments, stdout=subprocess.DEVNULL):
        log = open(os.path.join(self.work_dir, f"{len(self.processes)}.log"), "w")
        process = subprocess.Popen(
            [self.roost, *arguments], stdin=subprocess.DEVNULL, stdout=stdout, stderr=log, text=True,
            start_new_session=True)
        self.processes.append(process)
        return process

    def _wait_for_executors(self):
        deadline = time.monotonic() + self.DEADLINE
        while time.monotonic() < deadline:
            listed = subprocess.run(
                [self.roost, "executors", "--driver", self.address], capture_output=True, text=True)
            if listed.stdout.count(" active") == self.executors:
                return
            time.sleep(0.05)
        raise TimeoutError("the executors did not register")

    def submit(self, job):
        """Runs a job; the seconds that the whole command took."""
        started = time.perf_counter()
        done = subprocess.run(
            [self.roost, "submit", job, "--driver", self.address], capture_output=True, text=True)
        seconds = time.perf_counter() - started
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return seconds

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
