"""Functions of groups: each gives rows (apply) or one value (aggregate)."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator

from roost_worker import returned, signature
from roost_worker.call import Call
from roost_worker.conversation import Message
from roost_worker.failures import ResultFailure
from roost_worker.grouped import Group, Groups
from roost_worker.results import Results


def apply(call: Call) -> GroupedCall:
    """A function of (frame) or (key, frame). Throws LoadFailure."""
    form = signature.of_frames(call.function, call.name, 1, call.request.get("format"))
    function = call.function

    def of_frame(group: Group) -> Iterable[Any]:
        return [function(group.frame())]

    def of_key_and_frame(group: Group) -> Iterable[Any]:
        return [function(group.key(), group.frame())]

    def of_pieces(group: Group) -> Iterable[Any]:
        return iterated(call.name, function(group.pieces()))

    def of_key_and_pieces(group: Group) -> Iterable[Any]:
        return iterated(call.name, function(group.key(), group.pieces()))

    if form.iterates:
        run = of_key_and_pieces if form.takes_key else of_pieces
    else:
        run = of_key_and_frame if form.takes_key else of_frame
    return GroupedCall(call, form.format, call.results(returned.FRAMES_OF_FORMAT, form.format), run)


def aggregate(call: Call) -> GroupedCall:
    """A function of columns. Throws LoadFailure."""
    columns = len(call.request["frames"][0]["columns"])
    format = signature.of_columns(call.function, call.name, columns, call.request.get("format")).format

    def run(group: Group) -> Iterable[Any]:
        return [call.function(*group.columns())]

    return GroupedCall(call, format, call.results(returned.VALUES_OF_FORMAT, format), run)


class GroupedCall:
    """run: what the function returns for a group, one after the other."""

    def __init__(self, call: Call, format: str, results: Results, run: Callable[[Group], Iterable[Any]]) -> None:
        self._call = call
        self._results = results
        self._run = run
        self._groups = Groups(call.request, format, call.progress, lambda: call.next_message(results))

    def serve(self, message: Message) -> None:
        """Throws GroupFailure."""
        results = self._results
        for group in self._groups.of(message):
            failure = None
            try:
                for result in self._run(group):
                    results.add(group.number, result)
            except BaseException as error:
                failure = self._call.failure(error)
            if failure is None or self._call.records:
                # The number of a group that goes on in other messages is that in the last of them.
                group.skip_rest()
            if failure is None:
                results.finish(group.number)
            else:
                results.fail(group.number, failure)
        results.flush()
        self._call.conversation.send({"done": {}})


def iterated(name: str, result: Any) -> Iterator[Any]:
    """What a function of an iterator returned, element by element. Throws ResultFailure where it is none."""
    if not hasattr(result, "__next__") and not isinstance(result, (list, tuple)):
        raise ResultFailure(f"{name} gets an iterator and returned {returned.described(result)}, no iterator")
    return iter(result)
