"""A call: one function for one task, as all kinds of functions need it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Callable

import pyarrow as pa

from roost_worker import memory
from roost_worker.conversation import Conversation, ConversationOver, Message
from roost_worker.failures import Failure, GroupFailure, LoadFailure, failure_of
from roost_worker.progress import Progress
from roost_worker.results import Results

KINDS_THAT_RECORD = ("apply", "cogroup", "aggregate")


@dataclass(frozen=True)
class Call:
    """request: the header. name: of the function, as errors say it. declared: the columns that it returns."""

    request: dict
    function: Callable
    name: str
    declared: pa.Schema
    conversation: Conversation
    progress: Progress

    @property
    def records(self) -> bool:
        return self.request["kind"] in KINDS_THAT_RECORD and bool(self.request.get("record"))

    def results(self, kinds: dict, format: str) -> Results:
        """kinds: classes of `returned` by format. Throws LoadFailure when there is no pandas."""
        if format == "pandas":
            _check_pandas(self.name)
        return Results(self.conversation, kinds[format](self.name, self.declared), self.records)

    def failure(self, error: BaseException) -> Failure:
        """Of what the function has thrown. Throws what does not end a call but the worker, or what is a failure of its
        own already."""
        if isinstance(error, (ConversationOver, GroupFailure)):
            raise error
        with memory.lifted():
            return failure_of(error, self.name, self.request.get("memory"))

    def next_message(self, results: Results) -> Message:
        """Sends what earlier groups have to say, and asks for more."""
        results.flush()
        return self.conversation.next()


def _check_pandas(name: str) -> None:
    try:
        import pandas  # noqa: F401
    except ImportError as error:
        raise LoadFailure(
            f"{name} is a function of pandas, which {sys.executable} cannot import ({error}); install it with:"
            f" {sys.executable} -m pip install pandas"
        ) from None
