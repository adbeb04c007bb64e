#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The probe, run by hand on this machine, whatever that is; it needs no guest.

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	probe=${PROBE:-${EXITMETER_BUILD:-$top/build}/probe}
	exitmeter=${EXITMETER:-${EXITMETER_BUILD:-$top/build}/exitmeter}
	device=$BATS_TEST_TMPDIR/device
	: > "$device"
}

@test "the probe is static, and below 128 KB" {
	[ "$(stat -c %s "$probe")" -lt 131072 ]
	run ldd "$probe"
	[ "$status" -ne 0 ]
}

@test "the probe tells an unpatched KVM by name, or prints the totals" {
	run "$probe"
	case $status in
		0) [[ ${lines[1]} == "total exits "* ]] ;;
		1) [[ ${lines[0]} == "probe: CPUID leaf 0x4FFFFFFF is not implemented here." ]] ;;
		*) false ;;
	esac
}

@test "EXITMETER_LAYOUT stands for --layout where that is not given" {
	EXITMETER_LAYOUT=reversed run "$probe"
	[[ $output == *0x4FFFFFFC* && $output != *0x4FFFFFFF* ]]
	EXITMETER_LAYOUT=reversed run "$probe" --layout split
	[[ $output == *0x4FFFFFFF* && $output != *0x4FFFFFFC* ]]
}

@test "--classic prints the assignment's line, or says why not" {
	run "$probe" --classic
	case $status in
		0) [[ $output =~ ^CPUID\(0x4FFFFFFF\),\ exits=[0-9]+,\ cycles\ spent\ in\ exit=[0-9]+$ ]] ;;
		1) [[ ${lines[0]} == *"is not implemented here." ]] ;;
		*) false ;;
	esac
}

@test "the records of three points are whole, in each layout" {
	for layout in split combined reversed; do
		: > "$device"
		for point in early boot shutdown; do
			: > "$device.$point"
			"$probe" --records "$device.$point" --point "$point" --nonce c0ffee --layout "$layout"
			cat -- "$device.$point" >> "$device"
			rm -- "$device.$point"
		done
		mkdir -p "$BATS_TEST_TMPDIR/run"
		cp -- "$device" "$BATS_TEST_TMPDIR/run/records.log"
		printf '{"outcome":"finished","layout":"%s","nonce":"c0ffee"}' "$layout" \
			> "$BATS_TEST_TMPDIR/run/evidence.json"
		run "$exitmeter" replay --json "$BATS_TEST_TMPDIR/run"
		[ "$(jq -r '.clauses[] | select(.id == "records").verdict' \
			"$BATS_TEST_TMPDIR/run/verdicts.json")" = pass ]
	done
}

# What is executed at early, and at boot before the sweep, stands in the figures of the boot, a CPUID an exit.
@test "a point before the last one executes few CPUIDs: those of the sweep, of the asks, and some 50 more" {
	for layout in split:674 combined:395 reversed:674; do
		for point in early boot shutdown; do
			: > "$device"
			"$probe" --records "$device" --point "$point" --nonce 1 --layout "${layout%:*}"
			spin=$(sed -n 's/.* spin n=\([0-9]*\) .*/\1/p' "$device")
			asks=$(sed -n 's/.* end .* asks=\([0-9]*\) .*/\1/p' "$device")
			echo "$layout $point $spin $asks"
			[ "$point" != shutdown ] || { [ "$spin" -eq 1000 ]; continue; }
			[ $((spin + asks + 64)) -eq "${layout#*:}" ]
		done
	done
}

# with_tool FILE: prints the records of the point shutdown where FILE is the cpuid tool. Needs a mount namespace.
with_tool() {
	unshare --mount --map-root-user true 2>/dev/null || skip "no mount namespaces here"
	[ -e /usr/bin/cpuid ] || skip "no cpuid tool here"
	unshare --mount --map-root-user sh -c \
		"mount --bind '$1' /usr/bin/cpuid && exec '$probe' --records '$device' --point shutdown --nonce 1"
}

@test "Debian's cpuid tool is asked between two readings, in each layout" {
	[ -x /usr/bin/cpuid ] || skip "no cpuid tool here"
	for layout in split:9 combined:7 reversed:9; do
		: > "$device"
		"$probe" --records "$device" --point shutdown --nonce c0ffee --layout "${layout%:*}"
		[ "$(grep -cE '^EM1 [0-9]+ shutdown tool fn=4fffff' "$device")" -eq "${layout#*:}" ]
		[ "$(grep -c ' notool ' "$device")" -eq 0 ]
	done
	# No other point asks the tool, because that costs exits.
	: > "$device"
	"$probe" --records "$device" --point boot --nonce c0ffee
	[ "$(grep -cE ' (no)?tool ' "$device")" -eq 0 ]
}

@test "a cpuid tool that is not there, fails, or prints rubbish is told, and asked no more" {
	tool=$BATS_TEST_TMPDIR/tool
	while IFS=: read -r words why; do
		: > "$device"
		printf '#!/bin/sh\n%s\n' "$words" > "$tool"
		chmod 755 "$tool"
		[ -n "$words" ] || chmod 644 "$tool"
		with_tool "$tool"
		grep -E "^EM1 [0-9]+ shutdown notool $why fn=4fffffff sub=00000000 ~" "$device"
		[ "$(grep -c ' tool ' "$device")" -eq 0 ]
	done <<-END
	:why=absent code=13
	exit 3:why=exited code=3
	kill -KILL \$\$:why=killed code=9
	echo rubbish:why=rubbish code=0
	yes rubbish:why=rubbish code=0
	END
}

@test "a device that cannot be opened is told, and never made" {
	run "$probe" --records "$BATS_TEST_TMPDIR/none" --point early --nonce 1
	[ "$status" -eq 1 ]
	[[ $output == "probe: cannot open $BATS_TEST_TMPDIR/none: No such file or directory" ]]
	[ ! -e "$BATS_TEST_TMPDIR/none" ]
}

@test "a device that takes nothing is told" {
	run "$probe" --records /dev/full --point early --nonce 1
	[ "$status" -eq 1 ]
	[[ $output == *"cannot write records to /dev/full: No space left on device"* ]]
}

@test "wrong usage is exit code 2, with a hint at --help" {
	for words in "--layout sideways" "--point noon" "--nonce XYZ" "--point early" extra \
		"--records $device" "--records $device --point early --nonce 1 --classic"; do
		# shellcheck disable=SC2086  # words are meant to be split
		run "$probe" $words
		[ "$status" -eq 2 ]
		[[ $output == *"see --help"* ]]
	done
	[ ! -s "$device" ]
}

@test "--help teaches" {
	run "$probe" --help
	[ "$status" -eq 0 ]
	[[ $output == *"0x4FFFFFFF"*"--records DEVICE"* ]]
}
