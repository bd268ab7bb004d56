#!/usr/bin/env bash
# start-executors.sh and stop-executors.sh against an SSH server of our own on loopback, with keys that are thrown away.
# ROOST is the program; that of this repository unless said.
set -euo pipefail
cd "$(dirname "$0")/../.."
roost=$(realpath "${ROOST:-bin/roost}")
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] || { echo "ssh.sh: sshd is missing: apt-get install openssh-server" >&2; exit 1; }

work=$(mktemp -d)
cleanup() {
  for file in "$work"/sshd.pid "$work"/data/.roost/*.pid; do
    [ ! -f "$file" ] || kill "$(cat "$file")" 2> /dev/null || true
  done
  [ -z "${driver:-}" ] || kill "$driver" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

wait_for() {
  local what=$1 deadline=$((SECONDS + 20))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "ssh.sh: waited in vain: $what" >&2; exit 1; }
    sleep 0.1
  done
}

ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
cp "$work/user.pub" "$work/authorized"
port=$((20000 + BASHPID % 20000))
cat > "$work/sshd.conf" <<CONF
ListenAddress 127.0.0.1
Port $port
HostKey $work/host
AuthorizedKeysFile $work/authorized
PidFile $work/sshd.pid
StrictModes no
UsePAM no
CONF
mkdir -p /run/sshd "$work/data"
"$sshd" -f "$work/sshd.conf"
export SSH="ssh -p $port -i $work/user -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5"
read -ra ssh <<< "$SSH"
wait_for "the SSH server answers" "${ssh[@]}" 127.0.0.1 true

"$roost" driver --listen 127.0.0.1:0 > "$work/driver.log" 2> /dev/null &
driver=$!
wait_for "the driver listens" grep -q "driver listening" "$work/driver.log"
ROOST_DRIVER=$(sed -n 's/^driver listening on //p' "$work/driver.log" | head -n 1)
export ROOST_DRIVER ROOST_FOLDER=$work/data

# The second cannot be resolved: the first is started all the same.
printf '# hosts of the test\n127.0.0.1 2 256MB  # this one\nnowhere.invalid 1\n' > "$work/hosts"
code=0
ROOST=$roost deploy/ssh/start-executors.sh "$work/hosts" "$ROOST_DRIVER" --work-dir "$work/spill {host}" || code=$?
[ "$code" = 1 ] || { echo "ssh.sh: a host that cannot be reached should give 1, not $code" >&2; exit 1; }
executors() { [ "$("$roost" executors --json | grep -c '"executor"')" = "$1" ]; }
wait_for "the executor is registered" executors 1
"$roost" executors
deploy/ssh/stop-executors.sh "$work/hosts" || true
wait_for "the executor has left" executors 0
echo "passed"
