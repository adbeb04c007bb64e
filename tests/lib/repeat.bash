# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Two runs with --deterministic, in whatever company this machine gives them.  Wants vm.bash.

# repeats HOST GUEST
repeats() {
	CACHE=$C/cache run "$TOP/tests/experiments/repeat" 2 "$2" --host "$1" --image built "${VM_KERNEL[@]}"
	# shellcheck disable=SC2154 # bats sets it
	echo "$output"
	# shellcheck disable=SC2154
	[ "$status" -eq 0 ]
	[[ $output == *"every count and every cycle the same" ]]
}
