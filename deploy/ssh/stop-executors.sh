#!/usr/bin/env bash
# Lets the executors that start-executors.sh started leave, without a loss: they finish their tasks and hand over what they
# hold, for 90 s at most.
#
#   stop-executors.sh HOSTS
#
# SSH and ROOST_FOLDER as for start-executors.sh.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: stop-executors.sh HOSTS" >&2; exit 2; }
hosts=$1
[ -r "$hosts" ] || { echo "stop-executors: $hosts cannot be read" >&2; exit 2; }
read -ra ssh <<< "${SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10}"
printf -v place '%q' "${ROOST_FOLDER:-.}"
failed=0
while read -r host _; do
  case $host in '' | '#'*) continue ;; esac
  remote="cd $place && file=.roost/executor-\$(hostname).pid && kill -TERM \$(cat \$file) && rm \$file"
  if "${ssh[@]}" "$host" "bash -c $(printf '%q' "$remote")" < /dev/null; then
    echo "$host: leaving"
  else
    echo "stop-executors: $host: nothing of ours runs there, or ssh failed" >&2
    failed=1
  fi
done < "$hosts"
exit "$failed"
