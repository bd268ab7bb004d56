"""What functions returned for many groups, put together and sent as rows of the declared columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import pyarrow as pa

from roost_worker.conversation import Conversation
from roost_worker.failures import Failure, GroupFailure, ResultFailure, failure_of
from roost_worker.returned import Returned

ROWS_TO_SEND = 1 << 14
BYTES_OF_BODY = 8 << 20
BYTES_OF_FAILURES = 1 << 20


@dataclass
class GroupResult:
    """number: that of the group in its message, None for a map."""

    number: Optional[int] = None
    parts: list = field(default_factory=list)
    count: int = 0


class Results:
    """Of one call. The parts of a group are added, then it is finished or failed; one group after the other.

    record: failures do not end the call. Nothing of a group is sent then before it is finished; else much is sent at
    once.
    """

    def __init__(self, conversation: Conversation, returned: Returned, record: bool) -> None:
        self._conversation = conversation
        self._returned = returned
        self._record = record
        self._open = GroupResult()
        self._finished: list = []
        self._finished_rows = 0
        self._failed: list = []
        self._failed_bytes = 0

    def add(self, number: Optional[int], result: Any, *expectation: Any) -> None:
        """What the function returned for the group, or a part of it. Throws ResultFailure; GroupFailure where it is
        the result of an earlier group that is wrong."""
        rows = self._returned.rows(result, *expectation)
        self._open.number = number
        self._open.count += rows.count
        is_sent = self._finished_rows + self._open.count >= ROWS_TO_SEND and not self._record
        # Once it goes on, the function may change what it returned.
        self._open.parts.append(rows if is_sent else self._returned.owned(rows))
        if is_sent:
            self.flush()

    def finish(self, number: Optional[int]) -> None:
        """The group has no more results. number: in the message with its last rows."""
        self._open.number = number
        self._finished.append(self._open)
        self._finished_rows += self._open.count
        self._open = GroupResult()
        if self._finished_rows >= ROWS_TO_SEND:
            self.flush()

    def fail(self, number: Optional[int], failure: Failure) -> None:
        """Records the failure of the open group, or throws it as GroupFailure; the failure of an earlier group where
        that comes out only now."""
        self._open = GroupResult()
        if not self._record:
            self.flush()
            raise GroupFailure(number, failure)
        self._failed.append([number, failure.recorded])
        self._failed_bytes += len(failure.recorded)
        if self._failed_bytes >= BYTES_OF_FAILURES:
            self.flush()

    def flush(self) -> None:
        """Sends what there is. Throws GroupFailure."""
        groups, self._finished, self._finished_rows = self._finished, [], 0
        if self._open.parts and not self._record:
            groups.append(self._open)
            self._open = GroupResult(self._open.number)
        groups, tables = self._tables(groups)
        failed, self._failed, self._failed_bytes = self._failed, [], 0
        if not groups and not failed:
            return
        rows = pa.concat_tables(tables) if len(tables) > 1 else tables[0] if tables else None
        for part, header in _bodies(groups, rows):
            if failed:
                header["failed"], failed = failed, []
            self._conversation.send({"rows": header}, part)

    def _tables(self, groups: list) -> tuple:
        """The groups whose results are of the declared types, and tables of those. Throws GroupFailure."""
        if not groups:
            return [], []
        try:
            return groups, [self._returned.table([part for group in groups for part in group.parts])]
        except ResultFailure as failure:
            if len(groups) == 1:
                self._refuse(groups[0], failure)
                return [], []
        # Which of them it was; and where one has what no others have, they may be right without it.
        right, tables = [], []
        for group in groups:
            try:
                tables.append(self._returned.table(group.parts))
                right.append(group)
            except ResultFailure as failure:
                self._refuse(group, failure)
        return right, tables

    def _refuse(self, group: GroupResult, result: ResultFailure) -> None:
        failure = failure_of(result, self._returned.function)
        if not self._record:
            raise GroupFailure(group.number, failure)
        self._failed.append([group.number, failure.recorded])


def _bodies(groups: list, rows: Optional[pa.Table]) -> list:
    """The rows of the groups in pieces that are not too large, each with its header."""
    if rows is None or rows.num_rows == 0:
        # A map has nothing to say of no rows.
        is_map = bool(groups) and groups[0].number is None
        return [] if is_map else [(None, _header([(group.number, 0) for group in groups]))]
    step = max(1, BYTES_OF_BODY * rows.num_rows // max(rows.nbytes, 1))
    if step >= rows.num_rows:
        return [(rows, _header([(group.number, group.count) for group in groups]))]
    pieces = []
    waiting = [(group.number, group.count) for group in reversed(groups)]
    for start in range(0, rows.num_rows, step):
        part, space = [], step
        while waiting and (space > 0 or waiting[-1][1] == 0):
            number, count = waiting.pop()
            part.append((number, min(count, space)))
            if count > space:
                waiting.append((number, count - space))
            space -= part[-1][1]
        pieces.append((rows.slice(start, step), _header(part)))
    return pieces


def _header(groups: list) -> dict:
    if not groups or groups[0][0] is None:
        return {}
    return {"groups": [number for number, _ in groups], "counts": [count for _, count in groups]}
