#!/usr/bin/env bash
# Lets the executors that start-executors.sh started leave without a loss, and waits for them: they finish their tasks and
# others take over what they hold, for 90 s at most.
#
#   stop-executors.sh HOSTS
#
# SSH and FOLDER as for start-executors.sh. All hosts at a time: what the last ones hold is nobody's then, so stop them when
# no job runs, or some of them.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: stop-executors.sh HOSTS" >&2; exit 2; }
hosts=$1
[ -r "$hosts" ] || { echo "stop-executors: $hosts cannot be read" >&2; exit 2; }
read -ra ssh <<< "${SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10}"
folder=${FOLDER:-.}

# Runs there.
remote=$(cat << 'REMOTE'
cd "$1" || exit 1
file=.roost/executor-$(hostname).pid
if ! [ -s "$file" ]; then
  echo "nothing was started there"
  exit 1
fi
process=$(cat "$file")
# The number may be that of another process by now.
runs() { [ "$(cat "/proc/$process/comm" 2> /dev/null)" = roost ]; }
if ! runs; then
  rm "$file"
  echo "process $process had ended before: see its log"
  exit 1
fi
kill -TERM "$process"
deadline=$((SECONDS + 100))
while runs; do
  if [ $SECONDS -ge $deadline ]; then
    echo "process $process did not end in 100 s"
    exit 1
  fi
  sleep 0.1
done
rm "$file"
echo "process $process has left"
REMOTE
)

stop() {
  local host=$1 text
  if text=$("${ssh[@]}" -- "$host" "bash -s -- '${folder//\'/\'\\\'\'}'" <<< "$remote" 2>&1); then
    echo "$host: $text"
  else
    echo "stop-executors: $host: ${text:-ssh failed}" >&2
    return 1
  fi
}

failed=0
stops=()
while IFS= read -r line || [ -n "$line" ]; do
  read -r host _ <<< "${line%%#*}"
  [ -n "$host" ] || continue
  stop "$host" &
  stops+=($!)
done < "$hosts"
for process in "${stops[@]}"; do wait "$process" || failed=1; done
exit "$failed"
