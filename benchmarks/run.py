#!/usr/bin/env python3
"""Measures rows of the benchmark, checks them, and renews the results.

Rows are named, also by patterns ('aggregate-*'); without names, those of `make bench`. A row that
is measured at full size, with all peers that are installed, replaces what results.json said about
it; results.md and the table in the README are written from that file.
"""

import argparse
import datetime
import fnmatch
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from harness import machine, processes, report, results
from harness.bench import Bench
from harness.peer_process import TITLES, why_absent
from harness.row import Row
from rows.catalogue import CATALOGUE, QUICK

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results.json"
README_ROW = "ols-10m"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", default=QUICK, help="names or patterns")
    parser.add_argument("--all", action="store_true", help="every row and every installed peer")
    parser.add_argument("--list", action="store_true", help="name the rows and measure nothing")
    parser.add_argument("--render", action="store_true", help="write anew from results.json")
    parser.add_argument("--runs", type=int, default=5, help="of each contender, in turn (5)")
    parser.add_argument(
        "--scale", type=float, default=1, help="of rows and groups; only prints (1)"
    )
    parser.add_argument("--peers", nargs="*", choices=TITLES, help="only these; only prints")
    parser.add_argument("--roost", type=Path, default=ROOT / "bin" / "roost")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="where tables are kept")
    return parser.parse_args()


def chosen_rows(options: argparse.Namespace) -> list[Row]:
    patterns = ["*"] if options.all else options.rows
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(row.name, pattern) for row in CATALOGUE):
            raise SystemExit(f"there is no row {pattern}; --list names them")
    return [row for row in CATALOGUE if any(fnmatch.fnmatchcase(row.name, p) for p in patterns)]


def measure(row: Row, options: argparse.Namespace, work: Path, load: float) -> results.Record:
    peers = frozenset(TITLES if options.peers is None else options.peers)
    bench = Bench(options.roost, options.data, work, options.runs, options.scale, peers)
    absent = {peer: reason for peer in row.peers if (reason := why_absent(peer))}
    findings = row.measure(bench)
    took_part = [peer for peer in row.peers if peer not in absent and peer in peers]
    return results.Record(
        findings,
        options.runs,
        datetime.date.today().isoformat(),
        load,
        machine.describe_machine(),
        machine.versions(options.roost, took_part),
        absent,
    )


def keep(row: Row, record: results.Record) -> None:
    """Row by row, so that a run that is stopped has not been for nothing."""
    results.save(RESULTS, results.load(RESULTS) | {row.name: record})
    render()


def render() -> None:
    records = results.load(RESULTS)
    (HERE / "results.md").write_text(report.results_page(CATALOGUE, records))
    if README_ROW in records:
        report.put_into_readme(ROOT / "README.md", records[README_ROW])


def run(options: argparse.Namespace) -> int:
    """How many rows could not be measured."""
    load, failed = os.getloadavg()[0], 0
    is_full = options.scale == 1 and options.peers is None
    for row in chosen_rows(options):
        print(f"{row.name}: {row.title}", flush=True)
        with tempfile.TemporaryDirectory(prefix="roost-bench-") as work:
            try:
                record = measure(row, options, Path(work), load)
            except Exception:
                traceback.print_exc()
                failed += 1
                continue
        print("\n".join(report.section(row, record)[4:]) + "\n", flush=True)
        if is_full:
            keep(row, record)
    return failed


def main() -> int:
    options = arguments()
    if options.list:
        for row in CATALOGUE:
            print(f"{row.name:22} {row.title}")
        return 0
    if options.render:
        render()
        return 0
    processes.adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return 1 if run(options) else 0
    except KeyboardInterrupt:
        return 130
    finally:
        processes.kill_descendants()


if __name__ == "__main__":
    sys.exit(main())
