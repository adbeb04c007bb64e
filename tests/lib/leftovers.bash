# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a run, a build or a test must not leave behind. Every test that stops something halfway looks by these
# functions, on this machine and inside an L1 host. They need nothing but Bash and findutils.

# processes_of DIR: prints "PID COMMAND" of each process whose command line names a file in DIR, or the libvirt
# folder of a run that has ended. The folder of another run exists as long as that run lives. Whether that of a run in
# a container exists cannot be seen from here, so its processes, in a PID namespace of their own, are none of ours: of
# what a sandbox holds, its first process is in our namespace, and takes the rest with it.
processes_of() {
	local dir=$1 pid command words
	for pid in /proc/[0-9]*; do
		# Bash reads the file itself, since a fork for each process takes long inside an L1 host.
		mapfile -d '' -t words 2>/dev/null < "$pid/cmdline" || continue
		command="${words[*]}"
		if [[ $command == *"$dir/"* ]] ||
			{ [[ $command =~ (/run|/tmp)/exitmeter-[A-Za-z0-9]{6}/ ]] && [ ! -d "${BASH_REMATCH[0]}" ] &&
				[ "$pid/ns/pid" -ef /proc/self/ns/pid ]; }; then
			echo "${pid#/proc/} $command"
		fi
	done
}

# leftovers DIR: prints a line for each process, mount, device and file that has to do with DIR and should be gone.
# It prints nothing where all is put away.
leftovers() {
	local dir=$1 marker
	processes_of "$dir" | sed 's/^/process: /'
	find /proc/[0-9]*/{cwd,root,exe,fd} -maxdepth 1 -lname "$dir/*" -printf 'held: %p -> %l\n' 2>/dev/null
	sed -n "s|^[^ ]* \($dir/[^ ]*\) .*|mounted: \1|p" /proc/self/mounts
	grep -sF "$dir/" /sys/block/loop*/loop/backing_file | sed 's/^/loop device: /'
	# A run's folder for libvirt is not in DIR; a marker in it names the run's own folder.
	for marker in {/run,/run/user/*,/tmp}/exitmeter-*/.exitmeter-part; do
		if [ -f "$marker" ] && [[ $(< "$marker") == "$dir/"* ]]; then echo "libvirt's: ${marker%/*}"; fi
	done
	find /sys/kernel/tracing/instances -maxdepth 1 -name 'exitmeter-*' -printf 'tracing: %p\n' 2>/dev/null
	find "$dir" -path '*/scratch/*' ! -name .lock -printf 'in scratch: %p\n' 2>/dev/null
	find "$dir" \( -name '*.part' -o -name '*.part.*' -o -name '*.tmp.*' -o -name .exitmeter-part \) \
		! -path '*/scratch/*' -printf 'half made: %p\n' 2>/dev/null
	return 0
}

# kill_leftovers DIR: ends those processes, so that a test that fails does no harm to the next.
kill_leftovers() {
	local pid
	processes_of "$1" | while read -r pid _; do kill -9 "$pid" 2>/dev/null || true; done
}

# holdings DIR: prints what a cache holds, to be compared before and after. Images may be links to large files, so
# only sizes and times of them are printed. What libvirt has learned of this machine's QEMU is left out, and so are
# saved hosts: a run that is stopped may add to them.
holdings() {
	find -L "$1" \( -path "$1/scratch" -o -path "$1/libvirt" -o -path "$1/hosts" \) -prune -o ! -type d -printf '%P %s %T@ %i\n' | sort
}
