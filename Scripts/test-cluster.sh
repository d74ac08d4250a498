#!/usr/bin/env bash
# A Slurm cluster on this machine alone, for tests: munged, slurmctld and slurmd for nodes n1, n2, ... that all listen on 127.0.0.1, with
# every file below one folder. Needs no systemd and no cgroups, and leaves a Slurm that is installed alone.
#
#   Scripts/test-cluster.sh FOLDER start NODES     makes in the folder what is missing, and starts what does not run. Before that there may
#                                                  be FOLDER/more.conf, more lines of slurm.conf, and FOLDER/hidden-K, the path of a folder
#                                                  that node K does not see (only as root)
#   Scripts/test-cluster.sh FOLDER stop            ends all of it, at once
#   Scripts/test-cluster.sh FOLDER kill PART       PART: controller, munge, slurmd-K (its job goes on) or node-K (all that runs on it)
#   Scripts/test-cluster.sh FOLDER revive PART     starts it again: controller, munge or node-K
#
# Client programs find it by SLURM_CONF=FOLDER/slurm.conf. A kill is SIGKILL, by the numbers of processes that name the folder.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

fail() {
  echo "test-cluster: $*" >&2
  exit 1
}

[ $# -ge 2 ] || fail "say FOLDER and start, stop, kill or revive"
folder=$1 command=$2 part=${3:-}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd -P)
# A socket's address has room for 107 bytes, and slurm.conf none for spaces.
case $folder in *[!A-Za-z0-9/._+-]*) fail "the folder's path may have letters, digits and /._+- only: $folder" ;; esac
[ ${#folder} -le 80 ] || fail "the folder's path is too long for a socket below it: $folder"
conf=$folder/slurm.conf
export SLURM_CONF=$conf

# A port at which nobody listens, with room for the nodes' behind it, below those that the kernel gives to clients.
free_ports() {
  local first port busy
  busy=$(awk 'FNR > 1 && $4 == "0A" { sub(".*:", "", $2); print $2 }' /proc/net/tcp /proc/net/tcp6)
  while :; do
    first=$((10000 + RANDOM % 20000))
    for ((port = first; port <= first + $1; port++)); do
      if grep -qi "^$(printf %04X "$port")$" <<< "$busy"; then continue 2; fi
    done
    echo "$first"
    return
  done
}

configure() {
  local nodes=$1 host port
  host=$(uname -n)
  host=${host%%.*}
  port=$(free_ports "$nodes")
  mkdir -p "$folder/state" "$folder/log" "$folder/munge"
  chmod 700 "$folder/munge"
  mungekey --create --keyfile="$folder/munge/key"
  # Else slurmd looks for cgroups, and ends where it may not use them.
  echo CgroupPlugin=cgroup/v1 > "$folder/cgroup.conf"
  cat > "$conf" << END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
CredType=cred/munge
# What is queued again waits for cred_expire and a second.
AuthInfo=socket=$folder/munge/socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/controller.pid
SlurmctldLogFile=$folder/log/controller
SlurmdSpoolDir=$folder/spool-%n
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmdLogFile=$folder/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
MaxJobCount=20000
ReturnToService=2
# A silent node is given up after some 20 s, of which MessageTimeout is a part.
SlurmdTimeout=10
MessageTimeout=5
KillWait=5
MinJobAge=300
JobRequeue=1
NodeName=n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + nodes))] CPUs=1 RealMemory=4000
PartitionName=all Nodes=n[1-$nodes] Default=YES MaxTime=INFINITE State=UP
# Where a test wants more than that.
Include $folder/more.conf
END
  echo "# none" >> "$folder/more.conf"
}

# Whether there is such a process; one that has ended, of which its parent has still to take note, is none.
alive() {
  local state
  state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2> /dev/null) && [ -n "$state" ] && [ "$state" != Z ]
}

# The process of a pid file, if it still is the program of that name.
process_of() {
  local process
  process=$(cat "$1" 2> /dev/null) && [ "$(cat "/proc/$process/comm" 2> /dev/null)" = "$2" ] && alive "$process" &&
    echo "$process"
}

pid_file() {
  case $1 in
    munge) echo "$folder/munge/pid" ;;
    controller) echo "$folder/controller.pid" ;;
    *) echo "$folder/slurmd-n$1.pid" ;;
  esac
}

program() {
  case $1 in munge) echo munged ;; controller) echo slurmctld ;; *) echo slurmd ;; esac
}

running() { process_of "$(pid_file "$1")" "$(program "$1")"; }

# Kills the process of a part, and waits until it is gone.
finish() {
  local process
  process=$(running "$1") || return 0
  kill -KILL "$process" 2> /dev/null || true
  for _ in $(seq 100); do
    alive "$process" || return 0
    sleep 0.1
  done
  fail "$1 does not end: process $process"
}

# Job processes of a node (a regular expression of its number): their environment names it and this cluster. And the step daemons above
# them, which come first: one that outlives its job reports its end.
processes_on() {
  local path process parent
  { grep -lszxE "SLURMD_NODENAME=n$1" /proc/[0-9]*/environ 2> /dev/null || true; } | while read -r path; do
    grep -qszxF "SLURM_CONF=$conf" "$path" || continue
    process=${path#/proc/}
    process=${process%/environ}
    parent=$(awk '{ print $4 }' "/proc/$process/stat" 2> /dev/null) || continue
    if [ "$(cat "/proc/$parent/comm" 2> /dev/null)" = slurmstepd ]; then echo "0 $parent"; fi
    echo "1 $process"
  done | sort -u -k1,1n -k2,2n | awk '{ print $2 }'
}

wipe() {
  local found
  for _ in $(seq 50); do
    found=$(processes_on "$1")
    [ -n "$found" ] || return 0
    # shellcheck disable=SC2086 # one word a process
    kill -KILL $found 2> /dev/null || true
    sleep 0.1
  done
  # shellcheck disable=SC2086
  fail "these do not end: $(ps -o pid=,stat=,args= $found | tr '\n' ';')"
}

# Starts a daemon, which is to hold nothing that was opened for us: neither our lock nor whatever our caller waits for.
quietly() {
  (
    exec < /dev/null >> "$folder/log/start" 2>&1
    for descriptor in /proc/self/fd/*; do
      descriptor=${descriptor##*/}
      if [ "$descriptor" -gt 2 ]; then eval "exec $descriptor>&-"; fi
    done
    exec "$@"
  ) || fail "$1 does not start; see $folder/log"
}

# start PART: munge, controller or the number of a node.
start() {
  running "$1" > /dev/null && return
  case $1 in
    munge)
      quietly munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
        --pid-file="$folder/munge/pid" --log-file="$folder/log/munge" --seed-file="$folder/munge/seed" \
        --origin=127.0.0.1 --num-threads=4
      ;;
    controller) quietly slurmctld -f "$conf" ;;
    *)
      mkdir -p "$folder/spool-n$1"
      if [ -e "$folder/hidden-$1" ]; then
        # shellcheck disable=SC2016 # for the inner shell
        quietly unshare --mount sh -c 'mount -t tmpfs hidden "$0" && exec "$@"' "$(cat "$folder/hidden-$1")" \
          slurmd -f "$conf" -N "n$1"
      else
        quietly slurmd -f "$conf" -N "n$1"
      fi
      ;;
  esac
}

await() {
  for _ in $(seq 300); do
    if "$@"; then return; fi
    sleep 0.1
  done
  fail "waited 30 s for: $*; see $folder/log"
}

answers() { scontrol ping 2> /dev/null | grep -q "is UP"; }
ready() { sinfo -h -N -n "n$1" -o %T 2> /dev/null | grep -qE "^(idle|mixed|allocated|completing)$"; }
nodes() { sed -n 's/^NodeName=n\[1-\([0-9]*\)\].*/\1/p' "$conf"; }

# One call at a time.
exec 9> "$folder/lock"
flock 9
case $command in
  start)
    [ -e "$conf" ] || configure "${part:-4}"
    start munge
    start controller
    await answers
    for ((node = 1; node <= $(nodes); node++)); do start "$node"; done
    for ((node = 1; node <= $(nodes); node++)); do await ready "$node"; done
    ;;
  stop)
    [ -e "$conf" ] || exit 0
    # The controller first: it would note that its nodes vanish. All at once: who is asked to end waits for others that may not answer.
    finish controller
    for ((node = 1; node <= $(nodes); node++)); do finish "$node"; done
    wipe '[0-9]+'
    finish munge
    ;;
  kill)
    case $part in
      slurmd-*) finish "${part#slurmd-}" ;;
      node-*)
        finish "${part#node-}"
        wipe "${part#node-}"
        ;;
      *) finish "$part" ;;
    esac
    ;;
  revive)
    start "${part#node-}"
    if [ "$part" = controller ]; then await answers; fi
    ;;
  *) fail "unknown: $command; say start, stop, kill or revive" ;;
esac
