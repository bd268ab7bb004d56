#!/usr/bin/env bash
# The batch script on a Slurm of our own: slurmctld, slurmd and munge on loopback, one node, one job. Needs root.
# ROOST is the program; that of this repository unless said.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || { echo "slurm.sh: needs root" >&2; exit 1; }
for command in slurmctld slurmd munged sbatch; do
  command -v "$command" > /dev/null || { echo "slurm.sh: $command is missing: apt-get install slurm-wlm munge" >&2; exit 1; }
done
roost=$(realpath "${ROOST:-bin/roost}")

work=$(mktemp -d)
chmod 755 "$work"
processes=()
cleanup() {
  scancel --me 2> /dev/null || true
  for process in "${processes[@]}"; do kill "$process" 2> /dev/null || true; done
  wait 2> /dev/null || true
  pkill -F "$work/slurmstepd.pid" 2> /dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

wait_for() {
  local what=$1 deadline=$((SECONDS + 60))
  shift
  until "$@" > /dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "slurm.sh: waited in vain: $what" >&2
      tail -n 20 "$work"/*.log "$work"/job.out >&2 || true
      exit 1
    fi
    sleep 0.2
  done
}

host=$(hostname -s)
mkdir -p "$work"/{state,spool,munge,data}
head -c 1024 /dev/urandom > "$work/munge/key"
chmod 400 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge.log" --seed-file="$work/munge/seed" &
processes+=($!)
cat > "$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
wait_for "munge answers" test -S "$work/munge/socket"
slurmctld -D &
processes+=($!)
slurmd -D -N "$host" &
processes+=($!)
idle() { sinfo -h -o %T | grep -q idle; }
wait_for "the node is idle" idle
sinfo

awk 'BEGIN { srand(3); print "k,x,y"; for (i = 0; i < 5000; i++) { x = rand(); printf "%d,%.4f,%.4f\n", i % 50, x, 2 * x + rand() } }' > "$work/data/rows.csv"
cat > "$work/data/job.yaml" <<'YAML'
tables:
  rows: {read: rows.csv}
  models: {from: rows, group_by: k, train: {learner: LinearRegression, label: y, features: [x]}}
outputs:
  models: {write: models}
YAML
id=$(ROOST=$roost ROOST_MEMORY=256MB sbatch --parsable --nodes=1 --output="$work/job.out" --chdir="$work" \
  deploy/slurm/roost.sbatch "$work/data/job.yaml")
gone() { ! squeue -h -j "$id" 2> /dev/null | grep -q .; }
wait_for "the job has ended" gone
cat "$work/job.out"
[ -f "$work/data/models/_SUCCESS" ] || { echo "slurm.sh: there is no output" >&2; exit 1; }
scontrol show job "$id" | grep -o 'JobState=[A-Z]*'
echo "passed"
