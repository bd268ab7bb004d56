#!/usr/bin/env bash
# One least squares a store: Roost beside what people use today, on one table, in one run. `make bench` builds
# first. A run of the full size writes benchmarks/results.md and the table in README.md.
#
#   ROWS (10,000,000) STORES (100,000)   the size of the table; other sizes are only printed
#   RUNS (5)                             runs of each, in turn
#   PEERS (duckdb-normal pandas)         of duckdb-normal, polars-normal, pandas
set -euo pipefail
cd "$(dirname "$0")/.."

environment=.deps/bench
stamp=$environment/.stamp-$(sha256sum <benchmarks/requirements.txt | cut -c1-16)
if [ ! -f "$stamp" ]; then
  echo "installing the peers"
  rm -rf "$environment"
  # Without pip of its own: Debian keeps what that needs in another package.
  python3 -m venv --without-pip "$environment"
  python3 -m pip --python "$environment/bin/python" install --quiet --disable-pip-version-check \
    --only-binary=:all: -r benchmarks/requirements.txt
  touch "$stamp"
fi
exec "$environment/bin/python" benchmarks/grouped_ols.py \
  --rows "${ROWS:-10000000}" --stores "${STORES:-100000}" --runs "${RUNS:-5}" \
  --peers ${PEERS:-duckdb-normal pandas}
