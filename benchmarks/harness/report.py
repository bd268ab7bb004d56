"""What was found, as Markdown: results.md, and the table of one row for the README."""

import statistics
from collections.abc import Iterable
from pathlib import Path

from harness.contest import Score, ratio
from harness.findings import Duel, Findings, Goal
from harness.peer_process import TITLES
from harness.results import Record
from harness.row import Row

INTRODUCTION = """\
# Benchmarks

`make bench-all` writes this page; [README.md](README.md) says how it is measured.
Times are those of whole commands on a cluster that is there, with two executors of one slot each
where nothing else is said; those of peers start after imports and the start of their clusters.
"Times Roost" is the median of the ratios of neighbouring runs; where it is more than 1, Roost is
better.
Memory is the peak of all processes of a contender together (proportional set size).
"""
# Of these, more is better.
RATES = {"tasks/s", "GB/s", "decisions/s", "models/s"}
README_START, README_END = "<!-- benchmark -->", "<!-- end of benchmark -->"


def results_page(rows: Iterable[Row], records: dict[str, Record]) -> str:
    """`rows`: all of the catalogue; those without a record are named."""
    rows = list(rows)
    lines = [INTRODUCTION, "| row | goal | measured | |", "|---|---|---:|---|"]
    for row in rows:
        lines += summary_lines(row, records.get(row.name))
    for row in rows:
        if row.name in records:
            lines += section(row, records[row.name])
    return "\n".join(lines) + "\n"


def summary_lines(row: Row, record: Record | None) -> list[str]:
    if record is None:
        return [f"| {row.title} | | not measured yet | |"]
    if not record.findings.goals:
        roost, *others = record.findings.scores
        ratios = (
            f"{TITLES[score.name]} {times_roost(score, roost, record.findings.unit)}"
            for score in others
        )
        return [f"| [{row.title}](#{row.name}) | | times Roost: {', '.join(ratios)} | |"]
    return [
        f"| [{row.title}](#{row.name}) | {goal.text} | {measured_text(goal)} | {verdict(goal)} |"
        for goal in record.findings.goals
    ]


def measured_text(goal: Goal) -> str:
    if goal.measured is None:
        return goal.absent
    return value_text(goal.measured, goal.unit)


def verdict(goal: Goal) -> str:
    return {True: "met", False: "**missed**", None: "not measured"}[goal.is_met]


def section(row: Row, record: Record) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    absent = [f"{TITLES[peer]}: {reason}" for peer, reason in record.absent.items()]
    findings = record.findings
    table = score_table(findings) if findings.scores else []
    table += duel_table(findings) if findings.duels else []
    return [
        "",
        f"## {row.name}",
        "",
        f"{row.title}.",
        "",
        *table,
        *([""] if table else []),
        *(f"- Goal: {goal_text(goal)}" for goal in record.findings.goals),
        *(f"- {note}" for note in record.findings.notes),
        *(f"- Absent: {line}" for line in absent),
        f"- {record.date}, `benchmarks/run.py {row.name} --runs {record.runs}`, load average when"
        f" it began {record.load:.1f}; {record.machine}",
        f"- {versions}",
    ]


def goal_text(goal: Goal) -> str:
    return f"{goal.text}; measured: {measured_text(goal)}: {verdict(goal)}"


def score_table(findings: Findings) -> list[str]:
    return [
        "| | median | min | max | runs | times Roost | memory |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(score_line(score, findings) for score in findings.scores),
    ]


def duel_table(findings: Findings) -> list[str]:
    """Both contenders side by side, and how many times the other's rate Roost's is."""
    peer = next((TITLES[s.name] for d in findings.duels for s in d.scores[1:]), "")
    return [
        f"| | Roost, {findings.unit} (min - max) | | {peer} | | Roost / {peer} |",
        "|---|---:|---|---:|---|---:|",
        *(duel_line(duel) for duel in findings.duels),
    ]


def duel_line(duel: Duel) -> str:
    cells = [duel.name]
    for score in duel.scores:
        least, most = rate_text(min(score.values)), rate_text(max(score.values))
        middle = rate_text(statistics.median(score.values))
        cells += [f"{middle} ({least} - {most})", score.label]
    cells += [f"{ratio(*duel.scores):.2f}"] if len(duel.scores) == 2 else ["", "", ""]
    return "| " + " | ".join(cells) + " |"


def rate_text(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def score_line(score: Score, findings: Findings) -> str:
    unit, roost = findings.unit, findings.scores[0]
    memory = "" if score.peak_memory is None else memory_text(score.peak_memory)
    cells = [score.label, *spread(score, unit), str(len(score.values))]
    return "| " + " | ".join([*cells, times_roost(score, roost, unit), memory]) + " |"


def spread(score: Score, unit: str) -> list[str]:
    values = score.values
    return [
        value_text(value, unit) for value in (statistics.median(values), min(values), max(values))
    ]


def times_roost(score: Score, roost: Score, unit: str) -> str:
    return f"{ratio(roost, score) if unit in RATES else ratio(score, roost):.2f}"


def value_text(value: float, unit: str) -> str:
    if not unit:
        return f"{value:.2f}"
    digits = {"s": 2, "ms": 1, "GB/s": 2}.get(unit, 0)
    return f"{value:,.{digits}f} {unit}"


def memory_text(count: int) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def put_into_readme(path: Path, record: Record) -> None:
    """Replaces the table between the two marks."""
    lines = ["| | median | min | max | times Roost |", "|---|---:|---:|---:|---:|"]
    for score in record.findings.scores:
        times = times_roost(score, record.findings.scores[0], record.findings.unit)
        cells = [score.label, *spread(score, record.findings.unit), times]
        lines.append("| " + " | ".join(cells) + " |")
    text = path.read_text()
    before, rest = text.split(README_START)
    after = rest.split(README_END)[1]
    path.write_text("\n".join([before + README_START, *lines, README_END + after]))
