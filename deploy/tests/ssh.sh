#!/usr/bin/env bash
# start-executors.sh and stop-executors.sh against SSH servers of our own on loopback, with keys that are thrown away, and
# TLS between driver and executors. ROOST is the program; that of this repository unless said.
set -euo pipefail
cd "$(dirname "$0")/../.."
roost=$(realpath "${ROOST:-bin/roost}")
[ -x "$roost" ] || { echo "ssh.sh: $roost is not there: run 'make build', or say ROOST=path" >&2; exit 1; }
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] || { echo "ssh.sh: sshd is missing: apt-get install openssh-server" >&2; exit 1; }
for variable in "${!ROOST_@}"; do unset "$variable"; done

work=$(mktemp -d)
server=''
driver=''
cleanup() {
  trap '' INT TERM
  local file
  for file in "$data"/.roost/*.pid; do
    if [ -f "$file" ]; then kill -9 "$(cat "$file")" 2> /dev/null || true; fi
  done
  for process in $server $driver; do kill "$process" 2> /dev/null || true; done
  wait 2> /dev/null || true
  rm -rf "$work"
}
# A folder that wants quoting.
data="$work/the jobs' data"
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() { echo "ssh.sh: $*" >&2; exit 1; }
wait_for() {
  local what=$1 deadline=$((SECONDS + 20))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain: $what"
    sleep 0.1
  done
}

ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
cp "$work/user.pub" "$work/authorized"
port=$((20000 + BASHPID % 20000))
cat > "$work/sshd.conf" << CONF
ListenAddress 127.0.0.1
Port $port
HostKey $work/host
AuthorizedKeysFile $work/authorized
PidFile none
StrictModes no
UsePAM no
CONF
mkdir -p "$data"
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
"$sshd" -D -e -f "$work/sshd.conf" 2> "$work/sshd.log" &
server=$!
export SSH="ssh -p $port -i $work/user -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5"
read -ra ssh <<< "$SSH"
wait_for "the SSH server answers" "${ssh[@]}" 127.0.0.1 true

"$roost" certs --out "$work/certs" --host 127.0.0.1 > /dev/null
export ROOST_TLS_CA_FILE=$work/certs/ca.pem ROOST_TLS_CERT=$work/certs/127.0.0.1.pem ROOST_TLS_KEY=$work/certs/127.0.0.1-key.pem
"$roost" driver --listen 127.0.0.1:0 > "$work/driver.out" 2> /dev/null &
driver=$!
wait_for "the driver listens" grep -q "driver listening" "$work/driver.out"
ROOST_DRIVER=$(sed -n 's/^driver listening on //p' "$work/driver.out" | head -n 1)
export ROOST_DRIVER FOLDER=$data ROOST=$roost
options=(--listen '{host}:0' --tls-ca-file "$work/certs/ca.pem" --tls-cert "$work/certs/{host}.pem"
  --tls-key "$work/certs/{host}-key.pem" --work-dir "$work/it's spill, \$HOME {host}")
executors() { [ "$("$roost" executors --json | grep -c '"executor"')" = "$1" ]; }

# The second cannot be resolved: the first is started all the same. The last line has no end.
printf '# hosts of the test\n\n%s@127.0.0.1 2 256MB  # this one\nnowhere.invalid 1' "$(id -un)" > "$work/hosts"
code=0
deploy/ssh/start-executors.sh "$work/hosts" "$ROOST_DRIVER" "${options[@]}" || code=$?
[ "$code" = 1 ] || fail "a host that cannot be reached should give 1, not $code"
executors 1 || fail "the executor should be registered by now"
"$roost" executors
"$roost" executors | grep -q '0/2 *256' || fail "slots and memory should be those of the file"
tr '\0' '\n' < "/proc/$(cat "$data"/.roost/*.pid)/cmdline" | grep -qxF "$work/it's spill, \$HOME 127.0.0.1" \
  || fail "an option did not arrive as it was said"

sed -i '$d' "$work/hosts"
echo "a second time:"
if deploy/ssh/start-executors.sh "$work/hosts" "$ROOST_DRIVER" "${options[@]}"; then fail "it started a second one"; fi
deploy/ssh/stop-executors.sh "$work/hosts"
wait_for "the executor has left" executors 0
grep -q 'leaving' "$data"/.roost/*.log || fail "it did not drain"
echo "once more:"
if deploy/ssh/stop-executors.sh "$work/hosts"; then fail "it stopped what was not there"; fi
echo "with an option that there is not:"
if deploy/ssh/start-executors.sh "$work/hosts" "$ROOST_DRIVER" --slot 3; then fail "it should have said so"; fi
[ -z "$(find "$data/.roost" -name '*.pid')" ] || fail "a number is left of a process that ended"
echo "passed"
