# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # bats and vm.bash set them
#
# The scenario reboot, for every host and guest. Load vm.bash before it.

# reboots_and_passes HOST GUEST: a run of the scenario passes, and its figures grow from point to point.
reboots_and_passes() {
	run_vm --host "$1" --guest "$2" --scenario reboot
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(verdict reboot-carries)" = pass ]
	[ "$(verdict oracle-trace)" = pass ]
	jq -e '[.points | .early, .boot, .reboot, .early2, .boot2, .shutdown | .exits] | . == sort' "$OUT/summary.json"
	jq -e '.scenarios.reboot.exits > .scenarios.reboot.probe.count' "$OUT/summary.json"
}
