#!/usr/bin/env bash
# Starts an executor on each host of a file, over SSH, on all of them at a time.
#
#   start-executors.sh HOSTS DRIVER:PORT [option of 'roost executor' ...]
#
# A line of HOSTS is: host [slots [memory]]; # begins a comment. An option that differs from host to host has {host} in it:
# --listen {host}:7078 --tls-cert certs/{host}.pem. A secret is in a file on the hosts (--secret-file), never in an option.
#
# ROOST is the program on the hosts, SSH the command that reaches them, FOLDER where executors run: the folder of the jobs'
# data. Its .roost has their logs. A host that fails is named and the others go on; the exit code is then 1.
set -euo pipefail

[ $# -ge 2 ] || { echo "usage: start-executors.sh HOSTS DRIVER:PORT [option of 'roost executor' ...]" >&2; exit 2; }
hosts=$1 driver=$2
shift 2
[ -r "$hosts" ] || { echo "start-executors: $hosts cannot be read" >&2; exit 2; }
read -ra ssh <<< "${SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10}"
roost=${ROOST:-roost}
folder=${FOLDER:-.}

# As any shell over there reads it.
quote() {
  local word
  for word in "$@"; do printf "'%s' " "${word//\'/\'\\\'\'}"; done
}

# Runs there: the folder, then the command. It waits until the executor has found its driver.
remote=$(cat << 'REMOTE'
cd "$1" && mkdir -p .roost || exit 1
shift
name=.roost/executor-$(hostname)
if [ -s "$name.pid" ] && [ "$(cat "/proc/$(cat "$name.pid")/comm" 2> /dev/null)" = roost ]; then
  echo "one runs there already, process $(cat "$name.pid")"
  exit 1
fi
# It goes on without the connection.
nohup setsid "$@" > "$name.log" 2>&1 < /dev/null &
echo $! > "$name.pid"
deadline=$((SECONDS + 20))
until grep -q 'registered with the driver' "$name.log"; do
  if ! kill -0 $! 2> /dev/null; then
    tail -n 3 "$name.log"
    rm "$name.pid"
    exit 1
  fi
  if [ $SECONDS -ge $deadline ]; then
    echo "process $! runs and has not said that it found the driver: $PWD/$name.log"
    exit 0
  fi
  sleep 0.1
done
echo "process $! is registered"
REMOTE
)

start() {
  local host=$1 slots=$2 memory=$3 text option
  shift 3
  local command=("$roost" executor --driver "$driver")
  [ -z "$slots" ] || command+=(--slots "$slots")
  [ -z "$memory" ] || command+=(--memory "$memory")
  # Without a user's name before it.
  for option in "$@"; do command+=("${option//'{host}'/${host#*@}}"); done
  if text=$("${ssh[@]}" -- "$host" "bash -s -- $(quote "$folder" "${command[@]}")" <<< "$remote" 2>&1); then
    echo "$host: $text"
  else
    echo "start-executors: $host: ${text:-ssh failed}" >&2
    return 1
  fi
}

failed=0
starts=()
# A last line may lack its end.
while IFS= read -r line || [ -n "$line" ]; do
  read -r host slots memory rest <<< "${line%%#*}"
  [ -n "$host" ] || continue
  if [ -n "$rest" ]; then
    echo "start-executors: $host: '$rest' is too much; a line is: host [slots [memory]]" >&2
    failed=1
    continue
  fi
  start "$host" "$slots" "$memory" "$@" &
  starts+=($!)
done < "$hosts"
for process in "${starts[@]}"; do wait "$process" || failed=1; done
exit "$failed"
