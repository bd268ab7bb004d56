"""What went wrong, as the executor is told."""

from __future__ import annotations

import os
import traceback
from typing import Optional

LONGEST_TEXT = 64 << 10
OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
OWN_SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "parent.py")


class LoadFailure(Exception):
    """The file, module or function cannot be had, or cannot be called with what the job gives it."""


class ResultFailure(Exception):
    """The function returned what the declared columns cannot hold."""


class Failure:
    """kind: exception, result, load or memory. message: one paragraph. traceback: empty where it says nothing."""

    def __init__(self, kind: str, message: str, traceback: str = "", place: str = "") -> None:
        self.kind = kind
        self.message = cut(message)
        self.traceback = cut(traceback)
        self._place = place

    @property
    def recorded(self) -> str:
        """What stands in the table when the job goes on without the group."""
        return cut(self.message + self._place)

    def header(self, group: Optional[int]) -> dict:
        return {
            "error": {
                "group": group,
                "message": self.message,
                "traceback": self.traceback,
                "kind": self.kind,
            }
        }


class GroupFailure(BaseException):
    """The call is over because of the group of this number. Nothing that a user's code catches by accident."""

    def __init__(self, group: Optional[int], failure: Failure) -> None:
        super().__init__(failure.message)
        self.group = group
        self.failure = failure


def failure_of(error: BaseException, function: str, memory: Optional[int] = None) -> Failure:
    """What a user's function, or the check of what it returned, has thrown. memory: bytes that it may use."""
    if isinstance(error, LoadFailure):
        cause = error.__cause__
        return Failure("load", str(error), _traceback(cause) if cause else "")
    if isinstance(error, ResultFailure):
        return Failure("result", str(error))
    report = _report(error)
    text = _text(report)
    if isinstance(error, ModuleNotFoundError):
        text += "; what stands beside the job file travels with it when `python: files` names it, packages come by `requirements`"
    place = _place(report)
    if isinstance(error, MemoryError) and memory is not None:
        message = f"{function} needs more memory than the {_mebibytes(memory)} that `memory` allows: {text}"
        return Failure("memory", message, _formatted(report), place)
    return Failure("exception", text, _formatted(report), place)


def cut(text: str) -> str:
    """At most LONGEST_TEXT bytes of UTF-8: without the middle of what is longer, and what is no Unicode spelled out."""
    encoded = text.encode(errors="backslashreplace")
    if len(encoded) <= LONGEST_TEXT:
        return encoded.decode()
    kept = (LONGEST_TEXT - 100) // 2
    first = encoded[:kept].decode(errors="ignore")
    last = encoded[-kept:].decode(errors="ignore")
    return f"{first}\n... {len(encoded) - 2 * kept} bytes left out ...\n{last}"


def _report(error: BaseException) -> traceback.TracebackException:
    report = traceback.TracebackException.from_exception(error)
    _without_own_frames(report)
    return report


def _without_own_frames(report: traceback.TracebackException) -> None:
    frames = (frame for frame in report.stack if not _is_own(frame.filename))
    report.stack = traceback.StackSummary.from_list(frames)
    for other in (report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())):
        if other is not None:
            _without_own_frames(other)


def _is_own(file: str) -> bool:
    return file.startswith(OWN_FOLDER) or file == OWN_SCRIPT or file.startswith("<frozen importlib")


def _text(report: traceback.TracebackException) -> str:
    lines = list(report.format_exception_only())
    if report.exc_type is not None and issubclass(report.exc_type, SyntaxError):
        # The line of the source and the marks below it stand in the traceback.
        return f"{lines[-1].strip()} ({report.filename}, line {report.lineno})"
    return "".join(lines).strip()


def _formatted(report: traceback.TracebackException) -> str:
    return "".join(report.format())


def _traceback(error: BaseException) -> str:
    return _formatted(_report(error))


def _place(report: traceback.TracebackException) -> str:
    if not report.stack:
        return ""
    frame = report.stack[-1]
    return f" ({os.path.basename(frame.filename)}, line {frame.lineno})"


def _mebibytes(count: int) -> str:
    return f"{count / (1 << 20):.0f} MiB" if count >= 10 << 20 else f"{count} bytes"
