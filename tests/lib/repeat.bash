# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Two runs with --deterministic, while this machine does whatever else it does. Load vm.bash before it.

# repeats HOST GUEST: both runs have the same counts and cycles.
repeats() {
	CACHE=$C/cache run "$TOP/tests/experiments/repeat" 2 "$2" --host "$1" --image built "${VM_KERNEL[@]}"
	# shellcheck disable=SC2154 # bats sets it
	echo "$output"
	# shellcheck disable=SC2154
	[ "$status" -eq 0 ]
	[[ $output == *"every count and every cycle the same" ]]
}
