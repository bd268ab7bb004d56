#!/usr/bin/env bash
# The batch script on a Slurm of our own: slurmctld, munged and two slurmd on loopback, which are two nodes of one host.
# One job that ends, one that fails, one that is told to end. Needs root. ROOST is the program; that of this repository
# unless said.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || { echo "slurm.sh: needs root" >&2; exit 1; }
for command in slurmctld slurmd munged sbatch; do
  command -v "$command" > /dev/null || { echo "slurm.sh: $command is missing: apt-get install slurm-wlm munge" >&2; exit 1; }
done
roost=$(realpath "${ROOST:-bin/roost}")
[ -x "$roost" ] || { echo "slurm.sh: $roost is not there: run 'make build', or say ROOST=path" >&2; exit 1; }
for variable in "${!ROOST_@}"; do unset "$variable"; done

work=$(mktemp -d)
chmod 755 "$work"
processes=()
jobs=()
# Of our program in this folder: what a job started and Slurm did not end.
ours() { pgrep -f -- "--allow-path $work/data" || true; }
cleanup() {
  trap '' INT TERM
  local process
  [ ${#jobs[@]} -eq 0 ] || scancel "${jobs[@]}" 2> /dev/null || true
  # Slurm's own first: they end the steps of the jobs.
  for process in "${processes[@]}"; do kill "$process" 2> /dev/null || true; done
  wait 2> /dev/null || true
  for process in $(ours); do kill -9 "$process" 2> /dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "slurm.sh: $*" >&2
  tail -n 15 "$work"/*.log "$work"/*.out >&2 || true
  exit 1
}
wait_for() {
  local what=$1 deadline=$((SECONDS + 60))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain: $what"
    sleep 0.2
  done
}

host=$(hostname -s)
port=$((20000 + BASHPID % 20000))
mkdir -p "$work"/{state,munge,data}
head -c 1024 /dev/urandom > "$work/munge/key"
chmod 400 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge.log" --seed-file="$work/munge/seed" 2> /dev/null &
processes+=($!)
cat > "$work/slurm.conf" << CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
KillWait=30
SchedulerParameters=sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
NodeName=node1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1 RealMemory=2000
NodeName=node2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1 RealMemory=2000
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
wait_for "munge answers" test -S "$work/munge/socket"
slurmctld -D 2> /dev/null &
processes+=($!)
for node in node1 node2; do
  slurmd -D -N "$node" 2> /dev/null &
  processes+=($!)
done
idle() { [ "$(sinfo -h -N -o '%N %T' | grep -c idle)" = 2 ]; }
wait_for "two nodes are idle" idle
sinfo -N

awk 'BEGIN { srand(3); print "k,x,y"
  for (i = 0; i < 5000; i++) { x = rand(); printf "%d,%.4f,%.4f\n", i % 50, x, 2 * x + rand() } }' > "$work/data/rows.csv"
job() {
  cat > "$work/data/$1.yaml" << YAML
tables:
  rows: {read: {path: rows.csv, partitions: 4}}
  models: {from: rows, where: $2, group_by: k, partitions: 4, train: {learner: $3, label: y, features: [x]}}
outputs:
  models: {write: $1}
YAML
}
job good "x >= 0" LinearRegression
job bad "1 / (k - k) > 0" LinearRegression
# It would take minutes.
job long "x >= 0" "{RandomForestRegressor: {numTrees: 10000}}"

# Submits; `id` is its number then.
submit() {
  id=$(ROOST=$roost sbatch --parsable --nodes=2 --cpus-per-task=1 --mem=800M --output="$work/$1.out" --chdir="$work/data" \
    deploy/slurm/roost.sbatch "$work/data/$1.yaml")
  jobs+=("$id")
}
ended() { scontrol show job "$1" | grep -qE 'JobState=(COMPLETED|FAILED|CANCELLED|TIMEOUT)'; }
state() { scontrol show job "$1" | grep -o 'JobState=[A-Z]*\|ExitCode=[0-9:]*' | tr '\n' ' '; }
nothing_runs() { [ -z "$(ours)" ]; }

printf '\n== A job on two nodes\n'
submit good
wait_for "the job has ended" ended "$id"
cat "$work/good.out"
echo "Slurm: $(state "$id")"
[[ $(state "$id") == *COMPLETED* ]] || fail "it should be COMPLETED"
[ -f "$work/data/good/_SUCCESS" ] || fail "there is no output"
[ "$(grep -c 'registered with the driver' "$work/good.out")" = 2 ] || fail "there should have been an executor on each node"
drained() { [ "$(grep -c 'leaving' "$work/$1.out")" -ge 2 ] && ! grep -q 'Killed' "$work/$1.out"; }
drained good || fail "the executors should have drained"
wait_for "no process is left" nothing_runs

printf '\n== A job that fails\n'
submit bad
wait_for "the job has ended" ended "$id"
grep -v INFO "$work/bad.out" || true
echo "Slurm: $(state "$id")"
[[ $(state "$id") == *FAILED*ExitCode=1:* ]] || fail "it should be FAILED with 1"
wait_for "no process is left" nothing_runs

printf '\n== A job that is told to end, as it is before its time is up\n'
submit long
trains() { [ "$(grep -c 'registered with the driver' "$work/long.out")" = 2 ] && grep -q 'stage 0' "$work/long.out"; }
wait_for "the job trains" trains
scancel --batch --signal=TERM "$id"
wait_for "the job has ended" ended "$id"
tail -n 5 "$work/long.out"
echo "Slurm: $(state "$id")"
grep -q 'job 1 was cancelled\|job 1 cancelled' "$work/long.out" || fail "the job should have been cancelled"
[ ! -e "$work/data/long/_SUCCESS" ] || fail "it should not have ended well"
wait_for "no process is left" nothing_runs
echo "passed"
