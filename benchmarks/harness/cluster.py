"""A driver and executors on this machine, for as long as a `with` block runs."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from harness import processes


class JobFailed(Exception):
    pass


class LocalCluster:
    DEADLINE = 30

    def __init__(
        self,
        roost: Path,
        executors: int,
        work: Path,
        environment: dict[str, str] | None = None,
        options: tuple[str, ...] = (),
    ):
        """`environment`: what its processes find there beside what this one does. `options`: of executors."""
        self.roost, self.executors = roost, executors
        self._environment = os.environ | (environment or {})
        self._options = options
        self.folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=work))
        self._processes: list[subprocess.Popen] = []
        self._client: subprocess.Popen | None = None

    def __enter__(self) -> "LocalCluster":
        try:
            driver = self._start("driver", "--listen", "127.0.0.1:0", stdout=subprocess.PIPE)
            self.address = driver.stdout.readline().removeprefix("driver listening on ").strip()
            if not self.address:
                raise RuntimeError("the driver did not start")
            for _ in range(self.executors):
                self._start(
                    *("executor", "--driver", self.address, "--slots", "1", "--quiet"),
                    *("--work-dir", str(self.folder)),
                    *self._options,
                )
            self._wait_for_executors()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        if self._client:
            processes.stop([self._client])
        processes.stop(reversed(self._processes))

    def _start(self, *arguments: str, stdout: int = subprocess.DEVNULL) -> subprocess.Popen:
        with open(self.folder / f"{len(self._processes)}.log", "w") as log:
            process = subprocess.Popen(
                [self.roost, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=log,
                text=True,
                start_new_session=True,
                env=self._environment,
            )
        self._processes.append(process)
        return process

    def _wait_for_executors(self) -> None:
        deadline = time.monotonic() + self.DEADLINE
        command = [self.roost, "executors", "--driver", self.address]
        while time.monotonic() < deadline:
            listed = subprocess.run(
                command, capture_output=True, text=True, env=self._environment
            )
            if listed.stdout.count(" active") == self.executors:
                return
            time.sleep(0.05)
        raise TimeoutError("the executors did not register")

    def process_ids(self) -> list[int]:
        """Of the driver, the executors and the client that follows a job."""
        running = self._processes + ([self._client] if self._client else [])
        return [process.pid for process in running]

    def submit(self, job: Path) -> float:
        """Runs a job; the seconds that the whole command took."""
        started = time.perf_counter()
        self._client = subprocess.Popen(
            [self.roost, "submit", job, "--driver", self.address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=self._environment,
        )
        errors = self._client.communicate()[1]
        seconds = time.perf_counter() - started
        code, self._client = self._client.returncode, None
        if code != 0:
            raise JobFailed(errors)
        return seconds
