# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A Slurm cluster on this machine: munged, slurmctld and two slurmds, with all their files below $D/slurm.
# shellcheck disable=SC2154 # D is the test's

# need_slurm: skips, and says why, where there is no Slurm or this user cannot be it.
need_slurm() {
	local program
	for program in slurmctld slurmd sbatch squeue munged; do
		command -v $program >/dev/null || skip "$program is missing: apt-get install slurm-wlm munge"
	done
	need_root "slurmd starts jobs as their users"
}

# free_port: prints a port of TCP that nobody listens at.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start_slurm: starts the cluster, and waits until both nodes are idle.
start_slurm() {
	local host node
	S=$D/slurm host=$(hostname -s)
	mkdir -p "$S/state" "$S/n1" "$S/n2"
	chmod 755 "$S"
	dd if=/dev/urandom of="$S/munge.key" bs=64 count=1 2>/dev/null
	chmod 600 "$S/munge.key"
	cat >"$S/slurm.conf" <<-END
	ClusterName=test
	SlurmctldHost=$host(127.0.0.1)
	SlurmctldPort=$(free_port)
	SlurmUser=root
	AuthType=auth/munge
	AuthInfo=socket=$S/munge.socket
	CredType=cred/munge
	StateSaveLocation=$S/state
	SlurmdSpoolDir=$S/%n
	SlurmctldPidFile=$S/ctld.pid
	SlurmdPidFile=$S/%n.pid
	SlurmctldLogFile=$S/ctld.log
	SlurmdLogFile=$S/%n.log
	SlurmdTimeout=10
	SlurmctldTimeout=10
	ReturnToService=2
	ProctrackType=proctrack/pgid
	TaskPlugin=task/none
	SelectType=select/cons_tres
	SelectTypeParameters=CR_Core_Memory
	MpiDefault=none
	SchedulerParameters=sched_interval=1,bf_interval=1
	MinJobAge=300
	NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$(free_port) CPUs=2 RealMemory=20000
	NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$(free_port) CPUs=2 RealMemory=20000
	PreemptType=preempt/partition_prio
	PreemptMode=REQUEUE
	PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP PriorityTier=1
	PartitionName=urgent Nodes=n1,n2 MaxTime=INFINITE State=UP PriorityTier=2
	END
	export SLURM_CONF=$S/slurm.conf
	munged --foreground --force --key-file="$S/munge.key" --socket="$S/munge.socket" --pid-file="$S/munged.pid" \
		--log-file="$S/munged.log" --seed-file="$S/munged.seed" 3>&- &
	MUNGED=$!
	until [ -S "$S/munge.socket" ]; do sleep 0.1; done
	slurmctld -D -f "$SLURM_CONF" >/dev/null 2>&1 3>&- &
	SLURMCTLD=$!
	for node in n1 n2; do start_node $node; done
	wait_for 30 both_idle
}

# start_node NAME: in a session of its own, so that a node can be killed with all that runs on it.
start_node() { setsid slurmd -D -N "$1" -f "$SLURM_CONF" >/dev/null 2>&1 3>&- & }

both_idle() { [ "$(sinfo -h -N -p all -o %T | grep -c '^idle')" -eq 2 ]; }

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $until ] || { echo "waited in vain for: $*"; tail -n 20 "$S"/*.log; return 1; }
		sleep 0.2
	done
}

# kill_node NAME: kills the node's slurmd and all that it has started, as if the machine were gone.
kill_node() {
	local pid
	for pid in $(node_processes "$1"); do kill -9 "$pid" 2>/dev/null || true; done
}

# has WORDS FILE: whether a line of a process's file, whose lines end with NUL, is exactly these words.
has() { tr '\0' '\n' <"$2" 2>/dev/null | grep -qxF -- "$1"; }

# node_processes NAME: the node's slurmd, its jobs, and the slurmstepd above each of these.
node_processes() {
	local dir parent
	for dir in /proc/[0-9]*; do
		has "SLURM_CONF=$SLURM_CONF" "$dir/environ" || continue
		if has slurmd "$dir/cmdline" && has "$1" "$dir/cmdline"; then
			echo "${dir#/proc/}"
		elif has "SLURMD_NODENAME=$1" "$dir/environ"; then
			echo "${dir#/proc/}"
			parent=$(awk '/^PPid:/ { print $2 }' "$dir/status")
			! grep -q '^Name:.*slurmstepd' "/proc/$parent/status" || echo "$parent"
		fi
	done 2>/dev/null | sort -u
}

# hurry: Slurm waits two minutes with a job whose node was lost; this does not.
hurry() {
	local job
	for job in $(squeue -h -r -t PENDING -o '%i %r' | awk '$2 == "BeginTime" { print $1 }'); do
		scontrol update JobId="$job" StartTime=now
	done
}

# end_in_a_hurry PID: waits for a submission that waits for its jobs, none of which waits longer than it must. Its exit
# code is that of the submission.
end_in_a_hurry() {
	while kill -0 "$1" 2>/dev/null; do
		hurry
		sleep 0.5
	done
	wait "$1"
}

# stop_slurm: ends all of it.
stop_slurm() {
	[ -n "${S-}" ] || return 0
	scancel --state=RUNNING --state=PENDING --user=root 2>/dev/null || true
	kill_node n1
	kill_node n2
	kill "${SLURMCTLD-}" "${MUNGED-}" 2>/dev/null || true
	wait "${SLURMCTLD-}" "${MUNGED-}" 2>/dev/null || true
}
