#!/usr/bin/env bash
# The Debian package and its units in a Debian of their own, which systemd-nspawn boots: started, killed, drained, with a
# secret, with a wrong option. `make test-systemd`.
#
#   systemd.sh DEB
#
# Needs root, debootstrap and systemd-nspawn. All files are taken away again.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { echo "usage: systemd.sh DEB ('make test-systemd' says it)" >&2; exit 2; }
deb=$1
[ -f "$deb" ] || { echo "test-systemd: $deb is not there: run 'make package' first" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "test-systemd: a system of its own needs root: sudo make test-systemd" >&2; exit 1; }
for command in debootstrap systemd-nspawn; do
  command -v "$command" > /dev/null \
    || { echo "test-systemd: $command is missing: apt-get install debootstrap systemd-container" >&2; exit 1; }
done

work=$(mktemp -d)
root=$work/roost-trial
nspawn=''
cleanup() {
  trap '' INT TERM
  if [ -n "$nspawn" ]; then
    kill "$nspawn" 2> /dev/null || true
    wait "$nspawn" 2> /dev/null || true
  fi
  if mountpoint -q "$root/proc"; then umount "$root/proc"; fi
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cache=.deps/deploy/bookworm-systemd.tar
mkdir -p .deps/deploy
if [ ! -f "$cache" ]; then
  debootstrap --variant=minbase --include=systemd-sysv,dbus,curl bookworm "$root" > "$work/debootstrap.log" \
    || { tail "$work/debootstrap.log" >&2; exit 1; }
  tar -C "$root" --one-file-system -cf "$cache.part" .
  mv "$cache.part" "$cache"
else
  mkdir "$root"
  tar -C "$root" -xf "$cache"
fi
cp "$deb" "$root/root/roost.deb"
mount -t proc proc "$root/proc"
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
  sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends /root/roost.deb' > "$work/apt.log" 2>&1 \
  || { tail "$work/apt.log" >&2; exit 1; }
umount "$root/proc"

cat > "$root/root/trial.sh" << 'TRIAL'
#!/usr/bin/env bash
# Runs in there, as a service, and turns the system off.
set -euo pipefail
trap 'code=$?; [ $code = 0 ] || journalctl -o cat -u roost-driver -u roost-executor | tail -n 20; systemctl poweroff --no-block' EXIT
export ROOST_DRIVER=127.0.0.1:7077
say() { printf '\n== %s\n' "$*"; }
fail() { echo "failed: $*"; exit 1; }
wait_for() {
  local what=$1 deadline=$((SECONDS + 30))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain: $what"
    sleep 0.1
  done
}
is() { [ "$(systemctl show -P "$2" "$1")" = "$3" ]; }
executors() { [ "$(roost executors --json | grep -c '"executor"')" = "$1" ]; }
job() {
  install -d -o roost -g roost /srv/roost
  printf 'k,x,y\n' > /srv/roost/rows.csv
  for i in $(seq 400); do echo "$((i % 10)),$i,$((i * 3 + i % 7))"; done >> /srv/roost/rows.csv
  cat > /srv/roost/job.yaml << 'YAML'
tables:
  rows: {read: rows.csv}
  models: {from: rows, group_by: k, train: {learner: LinearRegression, label: y, features: [x]}}
outputs:
  models: {write: models, mode: overwrite}
YAML
}

say "Installed, not enabled"
systemctl is-enabled roost-driver roost-executor || true
[ "$(systemctl is-enabled roost-driver)" = disabled ] || fail "the driver should not be enabled"
job

say "Started"
systemctl enable --now roost-driver roost-executor 2>&1 | sed 's/^/  /'
wait_for "an executor is registered" executors 1
roost executors
curl -fsS http://127.0.0.1:8080/readyz
roost submit /srv/roost/job.yaml
[ "$(stat -c %U /srv/roost/models/_SUCCESS)" = roost ] || fail "the output should belong to the user roost"
systemctl show -P MainPID roost-executor | xargs -I{} grep -E 'NoNewPrivs|CapBnd|Seccomp:' /proc/{}/status

say "The driver is killed"
before=$(systemctl show -P MainPID roost-driver)
kill -9 "$before"
wait_for "it is started again" is roost-driver NRestarts 1
again() { [ "$(journalctl -o cat -u roost-executor | grep -c 'registered with the driver')" -ge 2 ]; }
wait_for "the executor is registered again" again
roost jobs | grep -q succeeded || fail "it should remember its job"
roost jobs

say "The executor is stopped: it drains"
systemctl stop roost-executor
is roost-executor Result success || fail "it should have ended well"
journalctl -o cat -u roost-executor | grep -q 'leaving when the driver can spare' || fail "it should have drained"
wait_for "the driver knows" executors 0

say "An executor that is told to leave stays away"
systemctl start roost-executor
wait_for "an executor is registered" executors 1
roost drain "$(roost executors --json | sed -n 's/.*"executor" *: *"\([^"]*\)".*/\1/p')"
wait_for "it has ended" is roost-executor ActiveState inactive

say "Beyond this host, with a secret"
echo "ROOST_SECRET=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" >> /etc/roost/roost.env
sed -i 's/listen: 127.0.0.1:7077/listen: 0.0.0.0:7077/; s/^executor:/&\n  listen: 0.0.0.0:7078/' /etc/roost/roost.yaml
printf 'all:\n  allow-path: [/srv/roost]\n' >> /etc/roost/roost.yaml
systemctl restart roost-driver roost-executor
set -a
. /etc/roost/roost.env
set +a
wait_for "an executor is registered" executors 1
roost submit /srv/roost/job.yaml
if env -u ROOST_SECRET roost executors; then fail "the driver answered to somebody without the secret"; fi

say "A wrong option"
sed -i 's/^executor:/&\n  slot: 3/' /etc/roost/roost.yaml
systemctl restart roost-executor || true
wait_for "it has failed" is roost-executor ActiveState failed
is roost-executor NRestarts 0 || fail "it should not be tried again"
journalctl -o cat -u roost-executor | grep "'slot'" | tail -n 1
say "passed"
TRIAL
chmod +x "$root/root/trial.sh"
cat > "$root/etc/systemd/system/trial.service" << 'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/root/trial.sh
StandardOutput=file:/root/trial.log
StandardError=inherit
UNIT
mkdir -p "$root/etc/systemd/system/graphical.target.wants" "$root/etc/systemd/system/default.target.wants"
ln -s ../trial.service "$root/etc/systemd/system/default.target.wants/trial.service"
: > "$root/root/trial.log"

timeout 240 systemd-nspawn --quiet --register=no --keep-unit --private-network --directory="$root" --boot \
  < /dev/null > "$work/console.log" 2>&1 &
nspawn=$!
wait "$nspawn" || true
nspawn=''
cat "$root/root/trial.log"
tail -n 1 "$root/root/trial.log" | grep -q '^== passed' || { tail -n 5 "$work/console.log" >&2; echo "test-systemd: failed" >&2; exit 1; }
