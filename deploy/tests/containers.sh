#!/usr/bin/env bash
# What the containers of the Dockerfile, the compose file and the manifests would do, where there is no engine and no
# cluster: their commands as process 1, as their user, without capabilities, with their mounts and nothing else to write
# to, in a minimal Debian with the package. Probes are asked, a preStop hook runs in the midst of a job.
#
#   containers.sh DEB
#
# Needs root, debootstrap and what check.sh installs. All namespaces, mounts and files are taken away again.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { echo "usage: containers.sh DEB" >&2; exit 2; }
deb=$1
[ -f "$deb" ] || { echo "test-containers: $deb is not there: run 'make package' first" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "test-containers: namespaces need root: sudo make test-containers" >&2; exit 1; }
for program in debootstrap ip curl setpriv; do
  command -v "$program" > /dev/null || { echo "test-containers: $program is missing" >&2; exit 1; }
done
python=.deps/deploy/bin/python
[ -x "$python" ] || { echo "test-containers: $python is not there: run 'make check-deploy' first" >&2; exit 1; }

work=$(mktemp -d)
id=$((BASHPID % 10000))
bridge=rc$id
# Of each container: unshare, and the number out here of its process 1.
declare -A container=() first=()
# shellcheck disable=SC2317  # The trap calls it.
cleanup() {
  trap '' INT TERM
  local name
  # With process 1 of a container all others in it go, and its mounts. Who changed its user does not end with its parent.
  for name in "${!first[@]}"; do kill -9 "${first[$name]}" 2> /dev/null || true; done
  wait 2> /dev/null || true
  for name in 1 2 3; do ip netns del "rc$id-$name" 2> /dev/null || true; done
  ip link del "$bridge" 2> /dev/null || true
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }
fail() {
  echo "test-containers: $*" >&2
  tail -n 8 "$work"/*.log >&2 || true
  exit 1
}
wait_for() {
  local what=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain: $what"
    sleep 0.1
  done
}

say "Three hosts"
ip link add "$bridge" type bridge
ip addr add 10.78.0.254/24 dev "$bridge"
ip link set "$bridge" up
for host in 1 2 3; do
  ip netns add "rc$id-$host"
  ip link add "rd$id-$host" type veth peer name eth0 netns "rc$id-$host"
  ip link set "rd$id-$host" master "$bridge" up
  ip -n "rc$id-$host" addr add "10.78.0.$host/24" dev eth0
  ip -n "rc$id-$host" link set eth0 up
  ip -n "rc$id-$host" link set lo up
done

say "The image, by the Dockerfile"
image=$work/image
cache=.deps/deploy/bookworm.tar
mkdir "$image"
if [ ! -f "$cache" ]; then
  debootstrap --variant=minbase bookworm "$work/debian" > "$work/debootstrap.log" || fail "debootstrap"
  tar -C "$work/debian" --one-file-system -cf "$cache.part" .
  mv "$cache.part" "$cache"
fi
tar -C "$image" -xf "$cache"
cp "$deb" "$image/tmp/"
eval "$("$python" deploy/tests/containers.py image)"
# As a build does it, with processes and devices of its own.
# shellcheck disable=SC2016,SC2154  # Arguments of the other shell; `run` is of the Dockerfile.
unshare --mount --pid --fork bash -c '
  set -e
  mount -t proc proc "$1/proc"
  chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -c "$2"
' build "$image" "$run" > "$work/build.log" 2>&1 || fail "the image cannot be built"
mkdir -p "$image"/run/{roost,secrets}
printf '127.0.0.1 localhost\n10.78.0.1 roost-driver driver\n' > "$image/etc/hosts"
chroot "$image" id roost

# What engines mount. A secret of Kubernetes may be read by the group; files of Compose are those of the host.
secret=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
volumes=$work/volumes
mkdir -p "$volumes"/{configuration,secrets,state,data}
chmod 755 "$work" "$volumes"
"$python" deploy/tests/containers.py configuration "$volumes/configuration"
printf %s "$password" > "$volumes/secrets/pages"
chown -R 0:1000 "$volumes"
chmod 644 "$volumes/secrets/pages"
chmod 2775 "$volumes/state" "$volumes/data"

cat > "$work/enter.sh" <<'INNER'
# enter.sh IMAGE FOLDER ROOT ACCESS VOLUMES MOUNT... -- COMMAND...: mounts, and becomes the command.
set -euo pipefail
image=$1 layer=$2 access=$3 volumes=$4
shift 4
mount --make-rprivate /
mkdir -p "$layer/root"
mount -t tmpfs tmpfs "$layer"
mkdir -p "$layer"/{root,upper,work}
mount -t overlay overlay -o "lowerdir=$image,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
root=$layer/root
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
while [ "$1" != -- ]; do
  read -r kind name path rights <<< "$1"
  if [ "$kind" = emptyDir ]; then
    mount -t tmpfs -o mode=2777,gid=1000 tmpfs "$root$path"
  else
    mount --bind "$volumes/$name" "$root$path"
    [ "$rights" != ro ] || mount -o remount,bind,ro "$root$path"
  fi
  shift
done
shift
[ "$access" != ro ] || mount -o remount,ro "$root"
exec chroot "$root" "$@"
INNER

# Starts what `command`, `user` and the like say on a host, with variables.
start() {
  local name=$1 host=$2
  shift 2
  # shellcheck disable=SC2154  # They are of containers.py.
  ip netns exec "rc$id-$host" unshare --mount --pid --ipc --fork bash "$work/enter.sh" \
    "$image" "$work/layer-$name" "$root" "$volumes" "${mounts[@]}" -- \
    env -i -C "$folder" PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" \
    setpriv --reuid "$user" --regid 1000 --groups 1000 --no-new-privs --bounding-set=-all --inh-caps=-all \
    -- "${command[@]}" > "$work/$name.log" 2>&1 &
  container[$name]=$!
  # It outlives unshare when that is killed.
  wait_for "$name starts" 10 pgrep -P "${container[$name]}"
  first[$name]=$(pgrep -P "${container[$name]}")
}
# In a container that runs, as its user.
within() {
  local name=$1
  shift
  nsenter --target "${first[$name]}" --mount --pid --net --root --wd -- \
    env -i PATH=/usr/bin:/bin ROOST_SECRET="$secret" ROOST_DRIVER=roost-driver:7077 \
    setpriv --reuid "$user" --regid 1000 --groups 1000 --no-new-privs -- "$@"
}
ended() {
  local code=0
  wait_for "$1 ends" 100 gone "$1"
  wait "${container[$1]}" || code=$?
  unset "container[$1]" "first[$1]"
  return "$code"
}
gone() { ! kill -0 "${first[$1]}"; }
# A probe as the manifest says it: over HTTP with its path, or a connection.
probed() {
  local host=$1 path=$2 port=${3:-}
  if [ -n "$port" ]; then
    curl -fsS --max-time 5 "http://10.78.0.$host:$port$path"
  else
    timeout 5 bash -c "exec 3<> /dev/tcp/10.78.0.$host/$path"
  fi
}
executors() { [ "$(within "$1" roost executors --json | grep -c '"executor"')" = "$2" ]; }

awk 'BEGIN { srand(7); print "device,x,z,y"
  for (i = 0; i < 200000; i++) { x = rand(); z = rand(); printf "d%d,%.4f,%.4f,%.4f\n", i % 1000, x, z, 3 * x - z * z + rand() } }' \
  > "$volumes/data/readings.csv"
cat > "$volumes/data/job.yaml" <<'YAML'
tables:
  readings: {read: {path: readings.csv, partitions: 12}}
  models:
    from: readings
    group_by: device
    partitions: 24
    train: {learner: {RandomForestRegressor: {numTrees: 100}}, label: y, features: [x, z], test_fraction: 0.2, seed: 1}
outputs:
  models: {write: models, mode: overwrite}
YAML

say "Pods: a driver and two executors"
# What Kubernetes says of services in the namespace to whoever does not refuse it.
links=no
variables=(ROOST_SECRET="$secret")
linked() {
  [ "$links" = no ] || variables+=(ROOST_DRIVER_PORT=tcp://10.78.0.1:7077 ROOST_DRIVER_SERVICE_HOST=10.78.0.1)
}
eval "$("$python" deploy/tests/containers.py pod driver.yaml)"
linked
start driver 1 "${variables[@]}"
# shellcheck disable=SC2154
read -ra live <<< "$liveness"
# shellcheck disable=SC2154
read -ra ready <<< "$readiness"
wait_for "the driver is ready" 30 probed 1 "${ready[@]}"
probed 1 "${live[@]}"
probed 1 "${ready[@]}"
eval "$("$python" deploy/tests/containers.py pod executors.yaml)"
for host in 2 3; do start "executor$host" "$host" "${variables[@]}"; done
# shellcheck disable=SC2154
read -ra ready <<< "$readiness"
for host in 2 3; do wait_for "executor $host is ready" 30 probed "$host" "${ready[@]}"; done
wait_for "two executors are registered" 30 executors driver 2
within driver roost executors
if grep 'is no option of any command' "$work"/*.log; then fail "the pods are told variables that mean nothing to roost"; fi

say "A job, and the preStop hook of an executor in its midst"
within driver timeout 120 roost submit /srv/roost/job.yaml > "$work/submit.log" 2>&1 &
submit=$!
under_way() {
  within driver roost job 1 --json | awk -F'[:,]' '/"finished"/ { n++; if (n == 2 && $2 > 2) found = 1 } END { exit !found }'
}
wait_for "the job trains" 60 under_way
began=$SECONDS
# The end of process 1 ends the hook, too.
# shellcheck disable=SC2154  # `hook` and `grace` are of containers.py.
timeout "$grace" nsenter --target "${first[executor3]}" --mount --pid --root --wd -- \
  env -i PATH=/usr/bin:/bin setpriv --reuid "$user" --regid 1000 --groups 1000 -- "${hook[@]}" || true
ended executor3 || fail "an executor that drains should end with 0, not $?"
echo "it ended with 0 after $((SECONDS - began)) s of $grace"
wait "$submit" || { cat "$work/submit.log" >&2; fail "the job failed"; }
cat "$work/submit.log"
grep -q leaving "$work/executor3.log" || fail "the executor did not drain"
if grep -E 'ran again|executor lost' "$work/submit.log"; then fail "a pod that drains should cost nothing"; fi
[ -f "$volumes/data/models/_SUCCESS" ] || fail "there is no output"
(cd "$volumes/data/models" && sha256sum part-* | sha256sum) > "$work/bytes"

say "The driver is replaced"
kill -TERM "${first[driver]}"
ended driver || fail "a driver that is told to end should end with 0, not $?"
eval "$("$python" deploy/tests/containers.py pod driver.yaml)"
start driver 1 "${variables[@]}"
wait_for "the executor registers with the next driver" 60 executors driver 1
within driver roost jobs
for name in executor2 driver; do
  kill -TERM "${first[$name]}"
  ended "$name" || fail "$name should end with 0, not $?"
done

say "Compose: a driver and two executors"
rm -rf "${volumes:?}"/{state,data/models}
mkdir "$volumes/state"
printf %s "$secret" > "$volumes/secrets/cluster"
chmod 600 "$volumes"/secrets/*
chown -R 1000:1000 "$volumes"/{secrets,state,data}
eval "$("$python" deploy/tests/containers.py service driver)"
start driver 1
# shellcheck disable=SC2154  # `health` is of containers.py.
wait_for "the driver is healthy" 30 within driver "${health[@]}"
eval "$("$python" deploy/tests/containers.py service executor)"
for host in 2 3; do start "executor$host" "$host"; done
for host in 2 3; do wait_for "an executor is healthy" 30 within "executor$host" "${health[@]}"; done
wait_for "two executors are registered" 30 executors driver 2
within driver timeout 120 roost submit /srv/roost/job.yaml || fail "the job failed"
(cd "$volumes/data/models" && sha256sum part-* | sha256sum) | diff - "$work/bytes" || fail "the output differs from that of the pods"
for name in executor2 executor3 driver; do
  kill -TERM "${first[$name]}"
  ended "$name" || fail "$name should end with 0, not $?"
done
say "All ended with 0, both outputs have the same bytes: passed"
