#!/usr/bin/env bash
# Starts an executor on each host of a file, over SSH.
#
#   start-executors.sh HOSTS DRIVER:PORT [option of 'roost executor' ...]
#
# A line of HOSTS is: host [slots [memory]]; # begins a comment. An option that a host needs for itself may have {host} in
# it: --tls-cert certs/{host}.pem. ROOST is the program on the hosts, SSH the command that reaches them, ROOST_FOLDER where
# executors run: the folder of the jobs' data. A host that fails is named and the others go on; the exit code is then 1.
set -euo pipefail

usage() {
  echo "usage: start-executors.sh HOSTS DRIVER:PORT [option of 'roost executor' ...]" >&2
  exit 2
}
[ $# -ge 2 ] || usage
hosts=$1 driver=$2
shift 2
[ -r "$hosts" ] || { echo "start-executors: $hosts cannot be read" >&2; exit 2; }
read -ra ssh <<< "${SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10}"
roost=${ROOST:-roost}
folder=${ROOST_FOLDER:-.}
failed=0

while read -r host slots memory rest; do
  case $host in '' | '#'*) continue ;; esac
  case ${rest:-} in '' | '#'*) ;; *)
    echo "start-executors: $host: '$rest' is too much; a line is: host [slots [memory]]" >&2
    failed=1
    continue
    ;;
  esac
  arguments=("$roost" executor --driver "$driver")
  [ -z "${slots:-}" ] || arguments+=(--slots "$slots")
  [ -z "${memory:-}" ] || arguments+=(--memory "$memory")
  for option in "$@"; do arguments+=("${option//'{host}'/$host}"); done
  # The shell over there takes the words apart again.
  printf -v command '%q ' "${arguments[@]}"
  printf -v place '%q' "$folder"
  # It goes on without the connection; its number and log are beside each other.
  remote="cd $place && mkdir -p .roost && { nohup setsid $command > .roost/executor-\$(hostname).log 2>&1 < /dev/null & echo \$! > .roost/executor-\$(hostname).pid; }"
  if "${ssh[@]}" "$host" "bash -c $(printf '%q' "$remote")" < /dev/null; then
    echo "$host: started"
  else
    echo "start-executors: $host: ssh or the command failed" >&2
    failed=1
  fi
done < "$hosts"
exit "$failed"
