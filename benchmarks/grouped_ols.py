"""Roost and its peers in turn on the table of stores; checks that they agree, and reports.

A run of full size writes results.md and the table in README.md; others only print.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

import report
from agreement import largest_error, require_equal, summary
from local_cluster import LocalCluster
from stores_table import FEATURES, write_stores

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
ROOST = os.path.join(ROOT, "bin", "roost")
EXECUTORS = 2

JOB = """\
tables:
  sales: {{read: {table}}}
  models: {{from: sales, group_by: store_id, train: {{learner: LinearRegression, label: y, features: [{features}]}}}}
outputs:
  models: {{write: {output}, mode: overwrite}}
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=report.DEFAULT_ROWS)
    parser.add_argument("--stores", type=int, default=report.DEFAULT_STORES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", nargs="*", default=report.DEFAULT_PEERS)
    return parser.parse_args()


def digest(folder):
    """One hash of all files that Roost wrote."""
    sums = hashlib.sha256()
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            sums.update(file.read())
    return sums.hexdigest()


def roost_models(folder):
    """Those that could be trained; coefficients as one array."""
    columns = ["store_id", "train_rows", "train_r2", "intercept", "coefficients", "error"]
    table = pq.read_table(folder, columns=columns)
    trained = table.filter(pc.is_null(table["error"]))
    found = {name: trained[name].to_numpy() for name in columns[:4]}
    found["coefficients"] = np.array(trained["coefficients"].to_pylist())
    return found


def run_peer(peer, table, output):
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, "peers.py"), peer, table, output], capture_output=True,
        text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{peer}: {done.stderr}")
    return float(done.stdout)


def measure(options, table, work):
    job, output = os.path.join(work, "stores.yaml"), os.path.join(work, "models")
    with open(job, "w") as file:
        file.write(JOB.format(table=table, features=", ".join(FEATURES), output=output))
    times = {name: [] for name in ["roost", *options.peers]}
    digests = set()
    with LocalCluster(ROOST, EXECUTORS, work) as cluster:
        for run in range(1, options.runs + 1):
            times["roost"].append(cluster.submit(job))
            digests.add(digest(output))
            for peer in options.peers:
                times[peer].append(run_peer(peer, table, os.path.join(work, f"{peer}.parquet")))
            line = ", ".join(f"{name} {seconds[-1]:.2f} s" for name, seconds in times.items())
            print(f"run {run} of {options.runs}: {line}", flush=True)
    return times, digests


def check(options, table, work, digests):
    """Raises unless all models are right; what was found, for the report."""
    if len(digests) != 1:
        raise AssertionError(f"{options.runs} runs of Roost wrote {len(digests)} different outputs")
    models = roost_models(os.path.join(work, "models"))
    ours = summary(models["train_rows"], models["train_r2"], models["coefficients"][:, 0])
    for peer in options.peers:
        theirs = pq.read_table(os.path.join(work, f"{peer}.parquet"))
        require_equal(peer, ours, summary(*(theirs[name].to_numpy() for name in ("rows", "r2", "c1"))))
    error, compared = largest_error(table, models)
    if error > 1e-9:
        raise AssertionError(f"the largest difference to numpy.linalg.lstsq is {error:.2g}")
    return {**ours, "error": error, "compared": compared, "digest": digests.pop()}


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped
    table = os.path.join(ROOT, "data", f"stores-{options.rows}-{options.stores}.parquet")
    if not os.path.exists(table):
        print(f"writing {options.rows:,} rows of {options.stores:,} stores", flush=True)
        write_stores(table, options.rows, options.stores)
    with open(table, "rb") as file:  # so that nobody pays for the disk
        while file.read(1 << 24):
            pass
    with tempfile.TemporaryDirectory(prefix="roost-bench-") as work:
        load = os.getloadavg()[0]
        times, digests = measure(options, table, work)
        found = check(options, table, work, digests)
    text = report.markdown(options, times, found, os.path.getsize(table), load, ROOST, EXECUTORS)
    if report.is_full(options):
        with open(os.path.join(HERE, "results.md"), "w") as file:
            file.write(text)
        report.put_into_readme(os.path.join(ROOT, "README.md"), times, EXECUTORS)
    print("\n" + text)


if __name__ == "__main__":
    main()
