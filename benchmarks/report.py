"""What a run of the benchmark found, as Markdown."""

import datetime
import os
import platform
import statistics
import subprocess
from importlib.metadata import version

DEFAULT_ROWS, DEFAULT_STORES = 10_000_000, 100_000
DEFAULT_PEERS = ["duckdb-normal", "pandas"]
NAMES = {
    "roost": "Roost: driver, {executors} executors of one slot (`roost submit`, the whole command)",
    "duckdb-normal": "DuckDB: sums by store in SQL, one batched solve in numpy",
    "polars-normal": "Polars: sums by store, one batched solve in numpy",
    "pandas": "pandas: `groupby`, one `numpy.linalg.lstsq` a store",
}


def processor():
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gigabytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def rows(times, executors):
    base = statistics.median(times["roost"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        yield (
            f"| {NAMES[name].format(executors=executors)} | {median:.2f} s | {min(seconds):.2f} s"
            f" | {max(seconds):.2f} s | {median / base:.1f} |")


def table(times, executors):
    return [
        "| | median | min | max | times Roost |",
        "|---|---:|---:|---:|---:|",
        *rows(times, executors),
    ]


def put_into_readme(path, times, executors):
    """Replaces the table between the two marks."""
    start, end = "<!-- benchmark -->", "<!-- end of benchmark -->"
    with open(path) as file:
        text = file.read()
    before, rest = text.split(start)
    after = rest.split(end)[1]
    with open(path, "w") as file:
        file.write("\n".join([before + start, *table(times, executors), end + after]))


def is_full(options):
    size = (options.rows, options.stores, options.peers)
    return size == (DEFAULT_ROWS, DEFAULT_STORES, DEFAULT_PEERS)


def markdown(options, times, found, byte_count, load, roost, executors):
    command = f"make bench ROWS={options.rows} STORES={options.stores} RUNS={options.runs}"
    if options.peers != DEFAULT_PEERS:
        command += f" PEERS='{' '.join(options.peers)}'"
    version_text = subprocess.run([roost, "--version"], capture_output=True, text=True).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in sorted(
        {"numpy", "pandas", "pyarrow"} | {peer.split("-")[0] for peer in options.peers}))
    lines = [
        "# One least squares a store",
        "",
        f"{options.rows:,} rows of {options.stores:,} stores in one Parquet file ({byte_count / 2**20:,.0f}"
        " MiB, in the page cache), y ~ x1 + x2 + x3 + x4 for each store, models written as Parquet.",
        f"{options.runs} runs of each, in turn.",
        "",
        *table(times, executors),
        "",
        "The time of a peer starts after its imports and ends with the last byte of its output.",
        "",
        f"- Command: `{command}`",
        f"- Machine: {processor()}, {os.cpu_count()} processors, {memory_gigabytes():.0f} GiB,"
        f" {system()}; load average when it began {load:.1f}",
        f"- Versions: Roost {version_text}, Python {platform.python_version()}, {packages}",
        f"- Date: {datetime.date.today().isoformat()}",
        f"- Models: {found['models']:,}, mean r2 {found['mean_r2']:.9f}, sum of first slopes"
        f" {found['sum_c1']:.6f}; those of the peers are equal to 1e-6",
        f"- Against `numpy.linalg.lstsq` on {found['compared']} stores: {found['error']:.1e} of the largest"
        " coefficient at most",
        f"- All runs of Roost wrote the same bytes (SHA-256 {found['digest'][:16]}...)",
    ]
    return "\n".join(lines) + "\n"
