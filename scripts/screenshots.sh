#!/usr/bin/env bash
# Makes the pictures of docs/images: a cluster on this machine runs a job of which one executor is killed, and Chromium looks
# at its pages. Needs bin/roost (`make build`), Python 3 and Chromium (Debian: chromium). Nothing stays but the pictures.
set -euo pipefail
cd "$(dirname "$0")/.."

roost=$PWD/bin/roost
images=$PWD/docs/images
work=$(mktemp -d "${TMPDIR:-/tmp}/roost-screenshots.XXXXXX")
processes=()

browser=
for name in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then
    browser=$name
    break
  fi
done
[ -n "$browser" ] || { echo "needs Chromium: apt-get install chromium, or CHROMIUM=path" >&2; exit 2; }

finish() {
  local code=$?
  trap '' INT TERM HUP
  [ ${#processes[@]} -eq 0 ] || kill -9 "${processes[@]}" 2>/dev/null || true
  [ "$code" -eq 0 ] || tail -n 20 "$work"/*.log >&2 || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Waits until a condition holds, at most so many seconds.
wait_until() {
  local seconds=$1 what=$2
  shift 2
  for _ in $(seq $((seconds * 20))); do
    if "$@"; then return 0; fi
    sleep 0.05
  done
  echo "not within $seconds s: $what" >&2
  return 1
}

# A field of the answer of the API.
field() {
  python3 -c '
import json, sys, urllib.request
answer = json.load(urllib.request.urlopen(sys.argv[1], timeout=10))
print(eval(sys.argv[2], {"answer": answer}))' "$pages/api/v1/$1" "$2"
}

cat >"$work/sales.py" <<'PY'
import random, sys

random.seed(3)
with open(sys.argv[1], "w") as file:
    file.write("store,region,day,price,promo,visitors,units\n")
    for store in range(2000):
        days = int(60 + 600 * random.random() ** 6) + (24000 if store == 42 else 0)
        base, slope, noise = 20 + random.random() * 80, random.random() * 4, 2 + random.random() * 14
        for day in range(days):
            price, promo, visitors = 1 + random.random() * 9, random.random() < 0.2, random.gauss(200, 60)
            units = base - slope * price + 12 * promo + 0.05 * visitors + random.gauss(0, noise)
            region = ("north", "south", "east", "west")[store % 4]
            file.write(f"store-{store:04d},{region},{day % 365},{price:.2f},{int(promo)},{visitors:.0f},{units:.2f}\n")
PY
python3 "$work/sales.py" "$work/sales.csv"
cat >"$work/job.yaml" <<'YAML'
name: demand by store
tables:
  sales: {read: {path: sales.csv, partitions: 40}}
  clean:
    from: sales
    where: units IS NOT NULL AND price > 0
  lines:
    from: clean
    group_by: store
    partitions: 24
    train: {learner: LinearRegression, label: units, features: [price, promo, visitors], test_fraction: 0.2}
  forests:
    from: clean
    group_by: store
    partitions: 24
    train:
      learner: {RandomForestRegressor: {numTrees: 20, maxDepth: 6}}
      label: units
      features: [price, promo, visitors, day]
      test_fraction: 0.2
  regions:
    from: clean
    group_by: region
    aggregate: [count(*) AS rows, avg(units) AS mean_units, stddev(units) AS deviation]
    order_by: region
outputs:
  lines: {write: lines}
  forests: {write: forests}
  regions: {show: 10}
YAML

driver_is_ready() { grep -q '^pages on ' "$work/driver.out" 2>/dev/null; }
executors_are_there() { [ "$(field cluster 'answer["executors"]' 2>/dev/null)" = 3 ]; }
job_is_in_its_midst() { [ "$(field "jobs/$1" 'answer["finishedTasks"]')" -ge 55 ]; }
job_has_ended() { [ "$(field "jobs/$1" 'answer["state"] in ("succeeded", "failed", "cancelled")')" = True ]; }

"$roost" driver --listen 127.0.0.1:0 --ui 127.0.0.1:0 --state-dir "$work/state" \
  >"$work/driver.out" 2>"$work/driver.log" &
processes+=($!)
wait_until 30 "the driver listens" driver_is_ready
ROOST_DRIVER=$(sed -n 's/^driver listening on //p' "$work/driver.out")
export ROOST_DRIVER
pages=$(sed -n 's/^pages on //p' "$work/driver.out")
for number in 1 2 3; do
  "$roost" executor --slots 2 --memory 1GB --work-dir "$work" >/dev/null 2>"$work/executor-$number.log" &
  processes+=($!)
done
victim=${processes[3]}
wait_until 30 "the executors are registered" executors_are_there

job=$("$roost" submit "$work/job.yaml" --detach)
wait_until 120 "the job is in its midst" job_is_in_its_midst "$job"
kill -9 "$victim"
wait_until 300 "the job has ended" job_has_ended "$job"
training=$(field "jobs/$job/history" '[t["learner"] for t in answer["trainings"]].index("LinearRegression")')
python3 -c '
import sys, urllib.parse, urllib.request
data = urllib.parse.urlencode({"key.store": "store-0042"}).encode()
urllib.request.urlopen(urllib.request.Request(sys.argv[1], data=data), timeout=30)' \
  "$pages/jobs/$job/trainings/$training/compare"
comparison=$(field jobs 'answer["jobs"][0]["id"]')
wait_until 60 "the comparison has ended" job_has_ended "$comparison"

# Colour schemes are what --blink-settings calls 0 (dark) and 1 (light).
picture() {
  local name=$1 path=$2 width=$3 height=$4 scheme=$5
  timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --timeout=4000 \
    --user-data-dir="$work/browser" --blink-settings=preferredColorScheme="$scheme" \
    --window-size="$width,$height" --screenshot="$work/$name.png" "$pages$path" >"$work/browser.log" 2>&1
  [ -s "$work/$name.png" ] || { echo "no picture of $path" >&2; return 1; }
  mkdir -p "$images"
  cp "$work/$name.png" "$images/$name.png"
  echo "docs/images/$name.png $(stat -c %s "$images/$name.png") bytes"
}

picture job "/jobs/$job" 1280 1150 1
picture job-phone "/jobs/$job" 390 844 1
picture training-dark "/jobs/$job/trainings/$training" 1280 900 0
picture comparison "/jobs/$comparison" 1280 760 1
picture cluster "/cluster" 1280 560 1
