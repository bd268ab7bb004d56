#!/usr/bin/env bash
# The tarball as an operator would use it: three hosts, TLS, and one host that is cut off in the midst of a job.
#
# The hosts are network namespaces joined by a bridge. What a calm cluster writes is compared, byte by byte, with what
# is written while a host is gone. Everything is taken away again, also after Ctrl-C. `make test-hosts` calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ "$(id -u)" = 0 ] || { echo "test-hosts: network namespaces need root: sudo make test-hosts" >&2; exit 1; }
command -v ip > /dev/null || { echo "test-hosts: 'ip' is missing: apt-get install iproute2" >&2; exit 1; }
tarball=$(find dist -name "roost-*-linux-$(uname -m).tar.gz" 2> /dev/null | sort | tail -n 1)
[ -n "$tarball" ] || { echo "test-hosts: no tarball in dist/: run 'make package' first" >&2; exit 1; }

id=$((BASHPID % 10000))
work=$(mktemp -d)
bridge=rb$id
processes=()

cleanup() {
  local host
  for host in 1 2 3; do
    ip netns pids "roost$id-$host" 2> /dev/null | xargs -r kill -9 2> /dev/null || true
    ip netns del "roost$id-$host" 2> /dev/null || true
  done
  for process in "${processes[@]}"; do kill -9 "$process" 2> /dev/null || true; done
  wait 2> /dev/null || true
  ip link del "$bridge" 2> /dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

say() { printf '\n== %s\n' "$*"; }

# Waits until a command succeeds.
wait_for() {
  local what=$1 seconds=$2
  shift 2
  local deadline=$((SECONDS + seconds))
  until "$@" > /dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "test-hosts: waited $seconds s in vain: $what" >&2
      tail -n 5 "$work"/*.log >&2 || true
      exit 1
    fi
    sleep 0.1
  done
}

on() {
  local host=$1
  shift
  ip netns exec "roost$id-$host" env -i PATH=/usr/bin:/bin HOME="$work" \
    ROOST_TLS_CA_FILE="$work/certs/ca.pem" ROOST_TLS_CERT="$work/certs/host$host.pem" \
    ROOST_TLS_KEY="$work/certs/host$host-key.pem" ROOST_DRIVER=10.77.0.1:7077 "$@"
}

say "Three hosts"
ip link add "$bridge" type bridge
ip link set "$bridge" up
for host in 1 2 3; do
  ip netns add "roost$id-$host"
  ip link add "rv$id-$host" type veth peer name eth0 netns "roost$id-$host"
  ip link set "rv$id-$host" master "$bridge" up
  ip -n "roost$id-$host" addr add "10.77.0.$host/24" dev eth0
  ip -n "roost$id-$host" link set eth0 up
  ip -n "roost$id-$host" link set lo up
  echo "host $host: 10.77.0.$host"
done

say "The tarball, unpacked"
mkdir "$work/opt" "$work/data"
tar -xzf "$tarball" -C "$work/opt"
roost=$(echo "$work"/opt/*/bin/roost)
echo "$(basename "$tarball"): roost $(env -i "$roost" --version)"

say "Certificates"
(cd "$work" && "$roost" certs --host host1,10.77.0.1 --host host2,10.77.0.2 --host host3,10.77.0.3 > certs.log)
ls "$work/certs"

say "A table of 200,000 rows in 1,000 groups"
awk 'BEGIN { srand(7); print "device,x,z,y"
  for (i = 0; i < 200000; i++) { x = rand(); z = rand(); printf "d%d,%.4f,%.4f,%.4f\n", i % 1000, x, z, 3 * x - z * z + rand() } }' \
  > "$work/data/readings.csv"
for name in calm cut; do
  cat > "$work/data/$name.yaml" <<YAML
tables:
  readings: {read: {path: readings.csv, partitions: 12}}
  models:
    from: readings
    group_by: device
    partitions: 24
    train: {learner: {RandomForestRegressor: {numTrees: 100}}, label: y, features: [x, z], test_fraction: 0.2, seed: 1}
outputs:
  models: {write: $name}
YAML
done

say "A driver on host 1, executors on hosts 2 and 3, TLS between all of them"
(cd "$work/data" && on 1 "$roost" driver --listen 10.77.0.1:7077 --heartbeat-timeout 3 --state-dir "$work/state") \
  > "$work/driver.log" 2>&1 &
processes+=($!)
wait_for "the driver listens" 20 grep -q "driver listening" "$work/driver.log"
for host in 2 3; do
  (cd "$work/data" && on "$host" "$roost" executor --slots 1 --memory 256MB --listen "10.77.0.$host:7078" \
    --work-dir "$work/spill$host") > "$work/executor$host.log" 2>&1 &
  processes+=($!)
done
executors() { [ "$(on 1 "$roost" executors --json | grep -c '"executor"')" = "$1" ]; }
wait_for "two executors are registered" 20 executors 2
on 1 "$roost" executors

say "A calm run"
on 1 "$roost" submit "$work/data/calm.yaml"

say "The same, and host 3 is cut off in its midst"
on 1 "$roost" submit "$work/data/cut.yaml" > "$work/cut.log" 2>&1 &
submit=$!
processes+=("$submit")
# Some models are trained, others are not.
under_way() {
  on 1 "$roost" job 2 --json | awk -F'[:,]' '/"finished"/ { n++; if (n == 2 && $2 > 4) found = 1 } END { exit !found }'
}
wait_for "the job trains" 60 under_way
ip link set "rv$id-3" down
echo "the link of host 3 is down"
wait "$submit" || { cat "$work/cut.log" >&2; echo "test-hosts: the job failed" >&2; exit 1; }
cat "$work/cut.log"
wait_for "host 3 is given up" 20 executors 1

say "The outputs"
for name in calm cut; do
  (cd "$work/data/$name" && sha256sum part-* | sha256sum | cut -c1-16 | sed "s/^/$name: /")
done
if ! diff -r -x _SUCCESS "$work/data/calm" "$work/data/cut"; then
  echo "test-hosts: the outputs differ" >&2
  exit 1
fi
grep -q "executor lost" "$work/cut.log" || { echo "test-hosts: nobody noticed that host 3 was gone" >&2; exit 1; }

say "Host 3 is back"
ip link set "rv$id-3" up
wait_for "host 3 is registered again" 60 executors 2
on 1 "$roost" executors
say "All bytes are the same: passed"
