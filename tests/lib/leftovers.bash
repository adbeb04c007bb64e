# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a run, a build or a test must not leave behind, in one place: every test that stops something
# halfway asks here, on this machine and inside an L1 host.  Needs nothing but bash and findutils.

# processes_of DIR: "PID COMMAND" of those that name what is in DIR, or the libvirt folder of a run that
# is no more; another run's on this machine is there as long as it lives.
processes_of() {
	local dir=$1 pid command words
	for pid in /proc/[0-9]*; do
		# No fork for each of them: inside an L1 host that takes its time.
		mapfile -d '' -t words 2>/dev/null < "$pid/cmdline" || continue
		command="${words[*]}"
		if [[ $command == *"$dir/"* ]] ||
			{ [[ $command =~ (/run|/tmp)/exitmeter-[A-Za-z0-9]{6}/ ]] && [ ! -d "${BASH_REMATCH[0]}" ]; }; then
			echo "${pid#/proc/} $command"
		fi
	done
}

# leftovers DIR: a line for each thing that has to do with what is in DIR and should be gone; nothing
# where all is put away.
leftovers() {
	local dir=$1 marker
	processes_of "$dir" | sed 's/^/process: /'
	find /proc/[0-9]*/{cwd,root,exe,fd} -maxdepth 1 -lname "$dir/*" -printf 'held: %p -> %l\n' 2>/dev/null
	sed -n "s|^[^ ]* \($dir/[^ ]*\) .*|mounted: \1|p" /proc/self/mounts
	grep -sF "$dir/" /sys/block/loop*/loop/backing_file | sed 's/^/loop device: /'
	# A run's folder for libvirt is elsewhere; its marker says whose it is.
	for marker in {/run,/run/user/*,/tmp}/exitmeter-*/.exitmeter-part; do
		if [ -f "$marker" ] && [[ $(< "$marker") == "$dir/"* ]]; then echo "libvirt's: ${marker%/*}"; fi
	done
	find /sys/kernel/tracing/instances -maxdepth 1 -name 'exitmeter-*' -printf 'tracing: %p\n' 2>/dev/null
	find "$dir" -path '*/scratch/*' ! -name .lock -printf 'in scratch: %p\n' 2>/dev/null
	find "$dir" \( -name '*.part' -o -name '*.part.*' -o -name '*.tmp.*' -o -name .exitmeter-part \) \
		! -path '*/scratch/*' -printf 'half made: %p\n' 2>/dev/null
	return 0
}

# kill_leftovers DIR: so that a test that fails does no harm to the next.
kill_leftovers() {
	local pid
	processes_of "$1" | while read -r pid _; do kill -9 "$pid" 2>/dev/null || true; done
}

# holdings DIR: what a cache holds, to be compared before and after.  Of images, which may be links to
# large files, only what tells whether they were written.  Not what a run that is stopped may well bring:
# libvirt's knowledge of this machine's QEMU.
holdings() {
	find -L "$1" \( -path "$1/scratch" -o -path "$1/libvirt" \) -prune -o ! -type d -printf '%P %s %T@ %i\n' | sort
}
