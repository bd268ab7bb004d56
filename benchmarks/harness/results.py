"""results.json: for each row, what its latest measuring found, and where and when that was."""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path

from harness.contest import Score
from harness.findings import Duel, Findings, Goal


@dataclass(frozen=True)
class Record:
    findings: Findings
    runs: int
    date: str
    # The load average before the first row.
    load: float
    machine: str
    versions: dict[str, str]
    absent: dict[str, str]

    @staticmethod
    def from_json(fields: dict) -> "Record":
        findings = fields["findings"]
        read = Findings(
            findings["unit"],
            [Score(**score) for score in findings["scores"]],
            [Goal(**goal) for goal in findings["goals"]],
            findings["notes"],
            [
                Duel(duel["name"], [Score(**score) for score in duel["scores"]])
                for duel in findings.get("duels", [])
            ],
        )
        return Record(**(fields | {"findings": read}))


def load(path: Path) -> dict[str, Record]:
    if not path.exists():
        return {}
    return {name: Record.from_json(fields) for name, fields in json.loads(path.read_text()).items()}


def save(path: Path, records: dict[str, Record]) -> None:
    fields = {name: dataclasses.asdict(record) for name, record in records.items()}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(fields, indent=1) + "\n")
    os.replace(part, path)
