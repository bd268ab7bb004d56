"""A worker's life: calls, one after the other, until the executor closes the socket."""

from __future__ import annotations

import os
from typing import Any, Optional

from roost_worker import apply, batches, cogroup, memory, process
from roost_worker.call import Call
from roost_worker.conversation import Conversation, ConversationOver, Message
from roost_worker.failures import GroupFailure, failure_of
from roost_worker.modules import Modules
from roost_worker.progress import Progress

KINDS = {
    "apply": apply.apply,
    "aggregate": apply.aggregate,
    "cogroup": cogroup.Cogroup,
    "map": batches.Map,
    "scalar": batches.Scalar,
}


def run(data: int, progress: int, log: int, parent: int, folder: str) -> None:
    """Makes this process the worker of `folder` and returns when the executor has left it.

    data, progress and log: file descriptors of the socket, of the memory of progress and of the pipe for what is
    printed.
    """
    process.die_with(parent)
    process.take_signals()
    process.take_streams(log)
    shown = Progress(progress)
    try:
        Worker(Conversation(data, shown), shown, Modules(folder), log).serve()
    except ConversationOver:
        pass


class Worker:
    def __init__(self, conversation: Conversation, progress: Progress, modules: Modules, log: int) -> None:
        self._log = log
        self._conversation = conversation
        self._progress = progress
        self._modules = modules
        self._call: Any = None
        self._name = ""
        self._memory: Optional[int] = None

    def serve(self) -> None:
        """Throws ConversationOver."""
        while True:
            try:
                self._serve_one(self._conversation.receive())
            except ConversationOver:
                raise
            except GroupFailure as error:
                self._end(error.failure, error.group)
            except BaseException as error:
                # Not the function's, but on its behalf: loading, or memory for what goes in and comes out.
                memory.limit(None)
                self._end(failure_of(error, self._name, self._memory), None)

    def _serve_one(self, message: Message) -> None:
        if "call" in message.header:
            self._begin(message)
        else:
            self._call.serve(message)

    def _begin(self, message: Message) -> None:
        request = message.header["call"]
        process.take_streams(self._log)
        self._name = f"{request.get('file') or request['module']}:{request['function']}"
        self._memory = request.get("memory")
        if request.get("artifacts") is None:
            os.environ.pop("ROOST_ARTIFACTS", None)
        else:
            os.environ["ROOST_ARTIFACTS"] = request["artifacts"]
        declared = message.table().schema
        # What a module keeps when it is loaded does not count against its function, whichever call loads it.
        memory.limit(self._memory)
        function = self._modules.function(request)
        call = Call(request, function, self._name, declared, self._conversation, self._progress)
        self._call = KINDS[request["kind"]](call)
        memory.limit(self._memory)
        self._conversation.send({"started": {}})

    def _end(self, failure: Any, group: Optional[int]) -> None:
        memory.limit(None)
        self._call = None
        self._conversation.send(failure.header(group))
