#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The Makefile: which variables count, and paths that a shell would take apart. Only the program itself is built.
#
# shellcheck disable=SC2154 # output and lines are run's

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$top" || return
	# The tests call make as from a user's shell, and not with what the make around them was told.
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS CACHE MIRROR LIBVIRT_URI
	build=$(realpath -m --relative-to="$top" -- "${EXITMETER_BUILD:-build}")
	odd="$BATS_TEST_TMPDIR/a cache, it's \$odd"
}

# Prints the options that `make measure` gives to the program, a line each.
measure_args() {
	make -n measure "$@" | sed -n "s,^build/exitmeter run --host,exitmeter run --host,p" >"$BATS_TEST_TMPDIR/command"
	[ -s "$BATS_TEST_TMPDIR/command" ]
	(
		# shellcheck disable=SC2317 # the command's
		exitmeter() { printf '%s\n' "$@"; }
		# shellcheck source=/dev/null
		. "$BATS_TEST_TMPDIR/command"
	)
}

@test "a CACHE and an OUT with spaces and quotes reach the program whole" {
	run -0 measure_args CACHE="${odd//\$/\$\$}" OUT='o  u  t'
	grep -A1 -Fx -e --cache <<<"$output" | grep -qFx "$odd"
	grep -A1 -Fx -e --module-dir <<<"$output" | grep -qFx "$odd/modules/6.1"
	grep -A1 -Fx -e --bochs <<<"$output" | grep -qFx "$odd/bochs-3.0"
	grep -A1 -Fx -e --out <<<"$output" | grep -qFx 'o  u  t'
}

@test "no recipe names CACHE, OUT or a place in them without quotes" {
	for target in measure replay doctor images bochs modules patches test-selftests bench repeat test; do
		make -n $target CACHE=/tmp/xCACHEx OUT=/tmp/xOUTx >"$BATS_TEST_TMPDIR/commands"
		grep -q 'x\(CACHE\|OUT\)x' "$BATS_TEST_TMPDIR/commands"
		run ! grep -E "(^|[^'/x])/tmp/x(CACHE|OUT)x" "$BATS_TEST_TMPDIR/commands"
	done
}

@test "doctor and replay work in a CACHE with a space" {
	mkdir -p "$odd/runs"
	cp -r tests/fixtures/runs/pass-micro "$odd/runs/one"
	ln -s one "$odd/runs/latest"
	run make -s doctor B="$build" CACHE="${odd//\$/\$\$}"
	[[ $output == *"$odd/modules/6.1"* ]]
	run -0 make -s replay B="$build" CACHE="${odd//\$/\$\$}"
	[[ $output == *"verdict: pass"* ]]
	[ -s "$odd/runs/one/verdicts.json" ]
}

@test "the program compiles in a checkout with a space" {
	mkdir "$BATS_TEST_TMPDIR/check out"
	cp -r Makefile VERSION harness kernel-patch images cloud-init "$BATS_TEST_TMPDIR/check out"
	cd "$BATS_TEST_TMPDIR/check out"
	make -s build/obj/run/config_resolve.o
	[ -s build/obj/run/config_resolve.o ]
}

@test "a B or a TREE with a space is refused, and CACHE= too" {
	run -2 make -n kit B='a b'
	[[ $output == *"B=a b has a space in it"* ]]
	run -2 make -n modules TREE='/tmp/a b'
	[[ $output == *"TREE=/tmp/a b has a space in it"* ]]
	run -2 make -n measure CACHE=
	[[ $output == *"CACHE is empty"* ]]
}

@test "check and test build and test what is in B, unit tests and all" {
	local at name
	at=$(pwd -P)
	for name in check test; do
		run -0 make -n "$name" B=elsewhere
		[[ $output == *" kit unit"* ]]
		[[ $output == *"tests/run "*"--build '$at/elsewhere'"* ]]
	done
	run -0 make -n unit B=elsewhere
	[[ $output == *" -o elsewhere/unit/judge/test_clauses "* ]]
	[[ $output != *" build/"* ]]
	[ ! -e elsewhere/unit ]
}

@test "a path that begins with ~ is refused, and no folder of that name is made" {
	local name
	for name in CACHE OUT TREE SUBJECTS IMAGE_FILE RUBRIC NODE_CACHE WORKLOAD; do
		run -2 make -n measure "$name=~/em"
		[[ $output == *"$name=~/em begins with ~"* ]]
	done
	run -2 "${EXITMETER:-${EXITMETER_BUILD:-build}/exitmeter}" run --dry-run --cache '~/em'
	[[ $output == *"--cache ~/em begins with ~"* ]]
	[ ! -e '~' ]
}

@test "without HOME the cache is in the user's own home, for make and for the program" {
	local home
	home=$(getent passwd "$(id -u)" | cut -d: -f6)
	[ -n "$home" ] || skip "this user has no home"
	run -0 env -u HOME -u XDG_CACHE_HOME make -n doctor
	[[ $output == *"--cache '$home/.cache/exitmeter'"* ]]
}

@test "the environment does not say what is measured" {
	export HOST=hugo GUEST=g FIRMWARE=f SCENARIO=z SDM=1 EDITION=e LAYOUT=l SCOPE=s PAGING=p MODULES=m VCPUS=9 MEMORY=9 KERNEL=k OUT=o ARGS=--a TREE=/t B=b FORCE=1
	run -0 measure_args
	[ "$(sed -n 2,19p <<<"$output" | paste -sd' ')" = \
		"--host auto --guest cloud --scenario boot --firmware auto --scope vm --modules patched --sdm 0 --vcpus 1 --memory 1024" ]
	run ! grep -qFx -e --out -e --a -e --edition -e --layout -e --paging <<<"$output"
	run ! grep -qF -e --force "$BATS_TEST_TMPDIR/command"
	run -0 measure_args HOST=native
	grep -A1 -Fx -e --host <<<"$output" | grep -qFx native
}

@test "a class has the program's own number of vCPUs, unless the command line says how many" {
	VCPUS=9 run -0 make -n grade SUBJECTS=/tmp
	[[ $output != *--vcpus* ]]
	run -0 make -n grade SUBJECTS=/tmp VCPUS=3
	[[ $output == *"exitmeter grade "*"--vcpus '3'"* ]]
}

@test "the environment says where the cache is" {
	export CACHE=/tmp/elsewhere
	run -0 measure_args
	grep -A1 -Fx -e --cache <<<"$output" | grep -qFx /tmp/elsewhere
}

@test "help names every variable with its value, and every target that is for users" {
	run -0 make help N=77
	for name in $(sed -nE 's/^([A-Z_]+) (\?=|=)( .*)?$/\1/p' Makefile); do
		grep -qE "^  $name( |$)" <<<"$output" || { echo "help lacks $name"; return 1; }
	done
	[[ $output =~ "  N "\ +77 ]]
	# What the README and the manual tell about is in the help, and the other way round.
	for name in $(sed -nE 's/^\| (`[A-Z, _`]+`) \|.*/\1/p' README.md harness/MANUAL.md | tr -d '`,'); do
		grep -qE "^  $name( |$)" <<<"$output" || { echo "help lacks $name of the manual"; return 1; }
	done
	for name in $(sed -nE 's/^  ([A-Z_]+) .*/\1/p' <<<"$output"); do
		grep -qE "^\| .*\`$name\`.* \|" harness/MANUAL.md || { echo "the manual lacks $name"; return 1; }
	done
	for name in $(sed -nE '/^\| /{s/^\| ([^|]*) \|.*/\1/; s/`/\n/gp}' README.md harness/MANUAL.md | sed -nE 's/^make ([a-z-]+).*/\1/p'); do
		grep -qE "^  make $name( |$)" <<<"$output" || { echo "help lacks make $name"; return 1; }
	done
	for name in $(sed -nE 's/^  make ([a-z-]+) .*/\1/p' <<<"$output"); do
		grep -qE "\`make $name[\` ]" README.md harness/MANUAL.md ci/README.md || { echo "the manual lacks make $name"; return 1; }
	done
}

@test "no variable can end its quotes: what it holds is one word for the shell, or a list of such" {
	local evil="x'; touch $BATS_TEST_TMPDIR/owned; '\"" pair target variable
	for pair in measure:{HOST,GUEST,FIRMWARE,SCENARIO,EDITION,LAYOUT,SCOPE,PAGING,MODULES,SDM,VCPUS,MEMORY,OUT,IMAGE,IMAGE_FILE,SUBMISSION,BASE,LINUX,CACHE} \
		shell:{HOST,GUEST,FIRMWARE,EDITION,LAYOUT,SCOPE,PAGING,MODULES,VCPUS,MEMORY,IMAGE,IMAGE_FILE,SUBMISSION,CACHE} \
		doctor:{HOST,MEMORY,CACHE} reload:{LAYOUT,SCOPE,PAGING} grade:{HOST,GUEST,EDITION,LAYOUT,PAGING,SDM,VCPUS,MEMORY,SUBJECTS,OUT,ONLY,JOBS,BASE,LINUX,KERNELS} repeat:{N,HOST,GUEST} \
		fuzz:SECONDS check:{JOBS,JUNIT} test-mutants:{MUTANTS,OUT} image:IMAGE source:OUT replay:OUT; do
		target=${pair%:*} variable=${pair#*:}
		local more=()
		[ "$target" != grade ] || more=(SUBJECTS=/tmp)
		[[ $target != measure || ($variable != BASE && $variable != LINUX) ]] || more=(SUBMISSION=/tmp)
		# What is made first is told too, and takes the same variables.
		make -n "$target" "${more[@]}" "$variable=$evil" >"$BATS_TEST_TMPDIR/commands" 2>&1 || true
		[ ! -e "$BATS_TEST_TMPDIR/owned" ] || { echo "$pair"; return 1; }
		# In quotes, each ' of the value is '\''.
		if grep -qF "x'; touch" "$BATS_TEST_TMPDIR/commands"; then
			echo "$pair"
			grep -F "x'; touch" "$BATS_TEST_TMPDIR/commands"
			return 1
		fi
		grep -qF "x'\\''; touch" "$BATS_TEST_TMPDIR/commands" || grep -qF "x'\\'';" "$BATS_TEST_TMPDIR/commands" ||
			{ echo "$pair does not reach a command"; return 1; }
	done
}
