#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# exitmeter grade, as far as it needs no VM: which subjects there are, what becomes of each, and how a class goes on
# where it was stopped. A fake stands for `exitmeter run`, and another for the builder.

load ../lib/cli.bash
bats_require_minimum_version 1.5.0

# make_program [COMMANDS]: makes $D/program, which stands for exitmeter: its `run` notes the run in $D/ran, does COMMANDS,
# and leaves a saved run; `replay` is the real one.
make_program() {
	cat >"$D/program" <<-END
	#!/bin/bash
	set -eu
	if [ "\$1" != run ]; then
		echo "\${*:2}" >>"$D/judged"
		exec "$exitmeter" "\$@"
	fi
	config=\$3
	out=\$(jq -r .out "\$config")
	name=\$(basename "\$out" .new) host=\$(jq -r .host "\$config")
	echo "\$name \$host" >>"$D/ran"
	${1-}
	cp -r "$top/tests/fixtures/runs/\${saved:-pass}" "\$out.part"
	cp "\$config" "\$out.part/config.json"
	(cd "\$out.part" && LC_ALL=C sha256sum -- * >SHA256SUMS)
	mv "\$out.part" "\$out"
	exec "$exitmeter" replay "\$out"
	END
	chmod 755 "$D/program"
}

# make_builder [COMMANDS]: makes $D/builder, which does COMMANDS and then writes modules that differ by their source.
make_builder() {
	cat >"$D/builder" <<-END
	#!/bin/bash
	set -eu
	out=\${!#} from=\$4
	echo "\$*" >>"$D/built"
	mkdir -p "\$out"
	${1-}
	for name in kvm kvm-amd kvm-intel; do cat "\$from" >"\$out/\$name.ko" 2>/dev/null || ls "\$from" >"\$out/\$name.ko"; done
	END
	chmod 755 "$D/builder"
}

# subject NAME [TEXT]: makes a folder of modules.
subject() {
	mkdir -p "$D/class/$1"
	for name in kvm kvm-amd kvm-intel; do echo "${2-$1}" >"$D/class/$1/$name.ko"; done
}

grade() {
	run "$exitmeter" grade --subjects "${subjects:-$D/class}" --out "$D/out" --cache "$cache" --host emulated-svm \
		--program "$D/program" "$@"
	echo "$output"
}

# Prints a subject's field of grades.json.
row() { jq -r --arg name "$1" ".subjects[] | select(.subject == \$name) | $2" "$D/out/grades.json"; }

setup_file() { export -n CACHE; }

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=$(realpath -- "${EXITMETER:-$top/build/exitmeter}")
	D=$BATS_TEST_TMPDIR
	cache=$D/cache
	export HOME=$D
	unset XDG_CACHE_HOME
	make_program
}

teardown() { [ -z "$(find "$D" -name '*.part*')" ]; }

@test "grade wants a class, and says what is wrong with it" {
	refused 2 "grade needs --subjects FOLDER or LIST" "$exitmeter" grade
	refused 2 "cannot read the subjects $D/none" "$exitmeter" grade --subjects "$D/none"
	mkdir "$D/class"
	refused 2 "$D/class is empty: want an entry for each subject" "$exitmeter" grade --subjects "$D/class"
	echo 'name,where' >"$D/class.csv"
	refused 2 "class.csv: no column is called \`source\`" "$exitmeter" grade --subjects "$D/class.csv"
	printf 'name,source\nann,"a\n' >"$D/class.csv"
	refused 2 "class.csv: line 2: a quote is never closed" "$exitmeter" grade --subjects "$D/class.csv"
	echo 'name,source' >"$D/class.csv"
	refused 2 "class.csv: it has no row but its header" "$exitmeter" grade --subjects "$D/class.csv"
	[ ! -e "$cache" ]
}

@test "grade refuses what a subject cannot be given" {
	subject one
	refused 2 "no --host native" "$exitmeter" grade --subjects "$D/class" --host native
	refused 2 "no --modules" "$exitmeter" grade --subjects "$D/class" --modules stock
	refused 2 "no --deterministic" "$exitmeter" grade --subjects "$D/class" --deterministic
	[ ! -e "$cache" ]
}

@test "grade's help names its options and exit codes" {
	run "$exitmeter" grade --help
	[ "$status" -eq 0 ]
	[[ $output == *"--subjects names"*"--only NAME"*"Exit codes:"* ]]
}

@test "each entry that is no submission is a row with its reason, and stops nobody" {
	subject good
	subject "Müller, Anna (12)"
	subject "-dash"
	subject grades.json
	mkdir -p "$D/class/empty" "$D/class/nested/a/b" "$D/class/deeper/in/here"
	cp "$D/class/good/"*.ko "$D/class/deeper/in/here/"
	echo hi >"$D/class/README.txt"
	touch "$D/class/work.zip"
	ln -s nowhere "$D/class/dangling"
	mkfifo "$D/class/pipe"
	mkdir "$D/class/link" "$D/class/lonely" "$D/class/large"
	ln -s /etc/shadow "$D/class/link/kvm.ko"
	touch "$D/class/lonely/kvm.ko" "$D/class/large/kvm.ko"
	truncate -s 65M "$D/class/large/kvm-amd.ko"
	grade
	[ "$status" -eq 1 ]
	[ "$(row README.txt .why)" = "it is a file, and neither a folder nor a patch (*.patch, *.diff, *.mbox)" ]
	[ "$(row work.zip .why)" = "it is an archive: unpack it into a folder" ]
	[ "$(row empty .why)" = "it is an empty folder" ]
	[ "$(row nested .why)" = "there is nothing in it but empty folders" ]
	[ "$(row dangling .why)" = "it is a link that leads nowhere: No such file or directory" ]
	[ "$(row pipe .why)" = "it is neither a folder nor a file" ]
	[ "$(row link .why)" = "kvm.ko is no regular file" ]
	[ "$(row lonely .why)" = "it has kvm.ko and no vendor's module: kvm-amd.ko or kvm-intel.ko" ]
	[ "$(row large .why)" = "kvm-amd.ko is larger than 64 MiB" ]
	for name in good "Müller, Anna (12)" -dash grades.json deeper; do
		[ "$(row "$name" .verdict)" = pass ]
		[ -f "$D/out/subjects/$(row "$name" .folder)/verdicts.json" ]
	done
	[ "$(jq '[.subjects[] | select(.verdict == "fail")] | length' "$D/out/grades.json")" -eq 9 ]
	# Names of folders are safe, are all different, and lead back to the names.
	[ "$(jq -r '.subjects[].folder' "$D/out/plan.json" | sort -u | grep -cE '^[A-Za-z0-9][A-Za-z0-9._-]*$')" -eq 14 ]
	[ "$(jq -r '.subjects[] | select(.folder == "good") | .name' "$D/out/plan.json")" = good ]
	"$top/tests/schema/validate" "$D/out/plan.json" "$D/out/grades.json"
}

@test "nothing of a subject's folder but its modules is taken" {
	subject one
	printf -- '--kit\n/nowhere\n--libvirt-uri\nqemu+ssh://elsewhere\n' >"$D/class/one/options"
	echo '{}' >"$D/class/one/build.json"
	echo 'NPF 0x400' >"$D/class/one/enabled-svm.txt"
	touch "$D/class/one/submission.txt" "$D/class/one/build-failed.txt"
	grade
	[ "$status" -eq 0 ]
	[ "$(find "$D/out/modules/one" -type f -printf '%f\n' | sort | paste -sd' ')" = "kvm-amd.ko kvm-intel.ko kvm.ko" ]
	[ "$(jq -r '.kit, ."libvirt-uri", ."module-dir"' "$D/out/subjects/one/config.json" | paste -sd' ')" = \
		"$(dirname "$exitmeter") null $D/out/modules/one" ]
}

@test "a list: names, sources beside it, other columns handed through, options and bases for one subject" {
	subject one
	subject two
	mkdir "$D/work"
	echo x >"$D/work/a.patch"
	make_builder
	printf '\xef\xbb\xbfName;Source;Section;e-mail;options;base\r\n"Müller; Anna";class/one;B;a@b.c;--vcpus 3;\r\nBob;%s/class/two;A;b@b.c;;\r\nCarl;work/a.patch;;;;6.0.7\r\nDora;;;;;\r\nBob;class/one;;;;\r\nEve;class/one;;;--kit /x;\r\nTree;repo#wip;;;;\r\nUrl;https://x.test/l.git#b;;;;\r\n' "$D" >"$D/class.csv"
	subjects=$D/class.csv grade --builder "$D/builder" --tree "$D/tree" --base 5.19
	# What is wrong with the list is nobody's failure.
	[ "$status" -eq 3 ]
	[ "$(jq -r '.subjects[] | .verdict' "$D/out/grades.json" | sort | uniq -c | xargs)" = "5 lost 3 pass" ]
	[ "$(row 'Müller; Anna' .verdict)" = pass ]
	[ "$(row 'Müller; Anna' '.columns | tojson')" = '{"Section":"B","e-mail":"a@b.c"}' ]
	[ "$(jq .vcpus "$D/out/subjects/$(row 'Müller; Anna' .folder)/config.json")" = 3 ]
	# Two vCPUs tell what one does not.
	[ "$(jq .vcpus "$D/out/subjects/Bob/config.json")" = 2 ]
	[ "$(jq -r '.subjects[] | select(.subject == "Bob") | .why' "$D/out/grades.json" | sort | paste -sd'|')" = \
		"null|the name is in the list twice, the second time in line 6" ]
	[ "$(row Dora .why)" = "line 5 of the list names no source" ]
	[[ $(row Eve .why) == "its options in the list: "*"--kit"* ]]
	grep -qF -- "--from $D/work/a.patch --base 6.0.7 $D/out/modules/Carl" "$D/built"
	grep -qF -- "--from $D/repo#wip --base 5.19" "$D/built"
	grep -qF -- "--from https://x.test/l.git#b --base 5.19" "$D/built"
}

@test "what has not changed is not measured again, and what has is" {
	subject one
	subject two
	grade
	[ "$(sort "$D/ran" | paste -sd' ')" = "one emulated-svm two emulated-svm" ]
	[ ! -e "$D/judged" ]
	# The same again: judged anew, for the program or the edition may be another, but not measured.
	grade
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	[ "$(sort "$D/judged" | paste -sd' ')" = "$D/out/subjects/one --edition auto $D/out/subjects/two --edition auto" ]
	# Another module, another option, or a wish.
	echo changed >"$D/class/two/kvm-intel.ko"
	grade
	[ "$(tail -n +3 "$D/ran" | paste -sd' ')" = "two emulated-svm" ]
	grade --vcpus 1
	[ "$(jq .vcpus "$D/out/subjects/one/config.json")" = 1 ]
	[ "$(wc -l <"$D/ran")" -eq 5 ]
	grade --vcpus 1 --only one
	[ "$(tail -n +6 "$D/ran" | paste -sd' ')" = "one emulated-svm" ]
	[ "$(jq '.subjects | length' "$D/out/grades.json")" -eq 2 ]
	[ "$(row two .verdict)" = pass ]
	"$top/tests/schema/validate" "$D/out/plan.json"
	grade --vcpus 1 --force
	[ "$(wc -l <"$D/ran")" -eq 8 ]
	# A start that comes to nothing does not keep the next one from the folder.
	refused 2 "no subject is called 'three'" "$exitmeter" grade --subjects "$D/class" --out "$D/other" --only three \
		--host emulated-svm
	run "$exitmeter" grade --subjects "$D/class" --out "$D/other" --host emulated-svm --program "$D/program"
	[ "$status" -eq 0 ]
}

@test "another edition judges what was measured, and measures what that does not tell" {
	subject one
	grade --edition a3-2021
	[ "$status" -ne 2 ]
	[ "$(jq -r .edition "$D/out/subjects/one/config.json")" = a3-2021 ]
	# The saved run is of the layout split, as this edition is.
	grade --edition exitmeter
	[ "$(wc -l <"$D/ran")" -eq 1 ]
	[ "$(paste -sd' ' "$D/judged")" = "$D/out/subjects/one --edition exitmeter" ]
	[ "$(row one '.runs[0].edition')" = exitmeter ]
	# Nobody has asked for the leaves of this one.
	grade --edition a3-2022
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	refused 2 "unknown edition 'a9'" "$exitmeter" grade --subjects "$D/class" --out "$D/out" --host emulated-svm --edition a9
}

@test "a run that ends without a run folder is lost, says why, and is tried again" {
	subject one
	subject two
	make_program '[ "$name" != one ] || { echo "exitmeter: no space left for the run" >&2; exit 2; }'
	grade
	[ "$status" -eq 3 ]
	[ "$(row one '.verdict, .why' | paste -sd'|')" = "lost|no space left for the run" ]
	[ "$(row two .verdict)" = pass ]
	make_program
	grade
	[ "$status" -eq 0 ]
	[ "$(tail -n +3 "$D/ran")" = "one emulated-svm" ]
}

@test "a run that dies in the middle, or was done when the class was killed, is known as what it is" {
	subject one
	subject two
	# One is killed when its folder is half made, and with it the class; the other when its folder is whole.
	make_program '[ "$name" != one ] || { mkdir "$out"; touch "$out/verdicts.json"; kill -9 "$PPID"; exit 1; }
		[ "$name" != two ] || trap "kill -9 $PPID" EXIT; [ "$name" != two ] || saved=none'
	subject_one_only() { rm -rf "$D/class/two"; }
	subject_one_only
	run "$exitmeter" grade --subjects "$D/class" --out "$D/out" --cache "$cache" --host emulated-svm --program "$D/program"
	[ "$status" -eq 137 ]
	[ ! -e "$D/out/grades.json" ]
	[ -d "$D/out/subjects/one.new" ]
	make_program
	grade
	[ "$status" -eq 0 ]
	[ ! -e "$D/out/subjects/one.new" ]
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	# Whole, and not moved into place.
	mv "$D/out/subjects/one" "$D/out/subjects/one.new"
	grade
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	[ -d "$D/out/subjects/one" ]
}

@test "Ctrl-C keeps what is done, ends what goes on, and says how to go on" {
	subject one
	subject two
	make_program '[ "$name" != two ] || { trap "touch $D/ended; exit 143" TERM; touch "'"$D"'/waits"; sleep 60 & wait; }'
	sed -i "s|touch \$D/ended|touch $D/ended|" "$D/program"
	"$exitmeter" grade --subjects "$D/class" --out "$D/out" --cache "$cache" --host emulated-svm --program "$D/program" \
		--jobs 1 >"$D/said" 2>&1 &
	pid=$!
	for _ in $(seq 200); do [ ! -e "$D/waits" ] || break; sleep 0.1; done
	kill -INT "$pid"
	rc=0
	wait "$pid" || rc=$?
	cat "$D/said"
	[ "$rc" -eq 130 ]
	[ -e "$D/ended" ]
	grep -q "stopped by signal 2 (Interrupt): 1 of 2 subjects are done, and are kept in $D/out; the same command goes on" "$D/said"
	[ "$(row one .verdict)" = pass ]
	[ "$(row two '.verdict, .why' | paste -sd'|')" = "lost|it is not measured yet" ]
	make_program
	grade
	[ "$status" -eq 0 ]
	[ "$(paste -sd' ' "$D/ran")" = "one emulated-svm two emulated-svm two emulated-svm" ]
}

@test "a source is built beside the runs, and what is no fault of its author's is lost, and keeps what was measured" {
	mkdir -p "$D/class"
	for name in a b c; do echo "$name" >"$D/class/$name.patch"; done
	make_builder 'case $from in
		*a.patch) echo "build-submission: https://x.test answers nothing" >&2; exit 3 ;;
		*b.patch) printf "submission 1\nform: patches\nvendors: both\n" >"$out/submission.txt" ;;
		*c.patch) printf "submission 1\nform: patches\nvendors: vmx\n" >"$out/submission.txt" ;; esac'
	grade --builder "$D/builder" --tree "$D/tree"
	[ "$status" -eq 3 ]
	[ "$(row a.patch '.verdict, .why' | paste -sd'|')" = "lost|it cannot be built: build-submission: https://x.test answers nothing" ]
	grep -qF "nothing says that your code is to blame" "$D/out/feedback/a.patch.md"
	# Each is measured on the hosts of what it changes, and the row says so.
	[ "$(sort "$D/ran" | paste -sd' ')" = "b.patch emulated-svm b.patch emulated-vmx c.patch emulated-vmx" ]
	[ "$(row b.patch '[.runs[].folder] | join(" ")')" = "subjects/b.patch second-vendor/b.patch" ]
	[[ $(row c.patch '.notes["measured on"]') == "emulated-vmx: it is VMX's code that is changed"* ]]
	# Now no source can be had.
	make_builder 'echo "build-submission: no route" >&2; exit 77'
	for builder in "" "--builder $D/builder --tree $D/tree"; do
		# shellcheck disable=SC2086 # words
		grade $builder
		[ "$status" -eq 3 ]
		[ "$(row b.patch '.verdict, (.runs | length)' | paste -sd' ')" = "pass 2" ]
		[[ $(row b.patch '.notes | tostring') == *"as it was measured before, since its source cannot be built now"* ]]
	done
	[ "$(wc -l <"$D/ran")" -eq 3 ]
}

# kernels SERIES:SUITE:RELEASE...: puts a host image and a build tree of each into the cache, as far as grade looks at them.
kernels() {
	local series suite release
	for word; do
		IFS=: read -r series suite release <<<"$word"
		mkdir -p "$cache/images/host-$suite" "$cache/trees/build-$suite"
		printf '{"kernel": "%s"}\n' "$release" >"$cache/images/host-$suite/image.json"
		echo '{}' >"$cache/trees/build-$suite/tree.json"
	done
}

@test "what does not go into the host's kernel is tried on the others that are named, in their order" {
	mkdir -p "$D/class"
	for name in new old oldest nowhere same; do echo "$name" >"$D/class/$name.patch"; done
	make_pieces
	kernels 6.1:bookworm:6.1.0-1-amd64 5.10:bullseye:5.10.0-1-amd64 6.12:trixie:6.12.0-1-amd64
	# By source and tree: a conflict, a compiler's error, no change, or modules for the tree's kernel.
	make_builder 'tree=$(basename "$2")
	refuse() { printf "build-failed 1\nkind: %s\nkernel: 6.1\nmessage: it was %s\n" "$1" "$tree" >"$out/build-failed.txt"; exit 1; }
	case $(basename "$from" .patch)+$tree in
		new+build-bookworm | old+build-bullseye | oldest+build-trixie) ;;
		same+*) refuse unchanged ;;
		oldest+build-bookworm) refuse compiler ;;
		*) refuse conflict ;;
	esac
	printf "submission 1\nform: patches\nvendors: svm\n" >"$out/submission.txt"
	for name in kvm kvm-amd; do
		printf "vermagic=%s SMP\0$from" "$(jq -r .kernel "'"$cache"'/images/host-${tree#build-}/image.json")" >"$out/$name.ko"
	done
	exit 0'
	make_program 'echo "$name $(jq -r ".[\"host-image\"]" "$config" | xargs basename)" >>"$D/kernels"'
	sed -i "s|^set -eu|&\nD=$D|" "$D/program"
	options=(--kit "$kit" --host-image "$cache/images/host-bookworm" --builder "$D/builder" --tree "$cache/trees/build-bookworm")
	grade "${options[@]}" --kernels 5.10,6.12
	[ "$status" -eq 0 ]
	[ "$(sort "$D/kernels" | paste -sd' ')" = \
		"new.patch host-bookworm nowhere.patch host-bookworm old.patch host-bullseye oldest.patch host-trixie same.patch host-bookworm" ]
	# What changes nothing is not tried elsewhere; each build is in a folder of its own.
	[ "$(sed -n 's|.*build-\(.*\) --from.*/\(.*\)\.patch .*/out/\(.*\)/.*|\2 \1 \3|p' "$D/built" | sort | paste -sd,)" = "$(paste -sd, <<-END
		new bookworm modules
		nowhere bookworm modules
		nowhere bullseye modules-5.10
		nowhere trixie modules-6.12
		old bookworm modules
		old bullseye modules-5.10
		oldest bookworm modules
		oldest bullseye modules-5.10
		oldest trixie modules-6.12
		same bookworm modules
	END
	)" ]
	[ "$(row new.patch '.notes.kernel')" = null ]
	[ "$(row old.patch '.notes.kernel')" = "5.10.0-1-amd64, since it does not fit 6.1.0-1-amd64" ]
	grep -qF "measured on emulated-svm by the edition exitmeter, with kernel 5.10.0-1-amd64, since it does not fit 6.1" \
		"$D/out/feedback/old.patch.md"
	# What goes into none is judged by what the first one's builder said.
	[ "$(jq -r '.["module-dir"]' "$D/out/subjects/nowhere.patch/config.json")" = "$D/out/modules/nowhere.patch" ]
	# The same again builds, and measures nothing that it has.
	grade "${options[@]}" --kernels 5.10,6.12
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$D/kernels")" -eq 5 ]
}

@test "the command in the feedback asks for what the run was asked for" {
	subject one
	saved=fail-stock-svm
	export saved
	grade --edition a3-2021 --memory 600 --sdm 2020
	[ "$status" -eq 1 ]
	grep -qxE '    make measure SUBMISSION=FOLDER GUEST=micro HOST=emulated-svm KERNEL=6\.1 VCPUS=2 SDM=2020 EDITION=a3-2021' \
		"$D/out/feedback/one.md"
	# What was found out is found out again.
	grade --edition auto --vcpus 1
	grep -qxE '    make measure SUBMISSION=FOLDER GUEST=micro HOST=emulated-svm KERNEL=6\.1' "$D/out/feedback/one.md"
}

@test "built modules are measured on the kernel that they are for" {
	make_pieces
	kernels 6.1:bookworm:6.1.0-1-amd64 5.10:bullseye:5.10.0-1-amd64
	subject new "vermagic=6.1.0-1-amd64 SMP"
	subject old "vermagic=5.10.0-1-amd64 SMP"
	subject neither "vermagic=4.9.0-1-amd64 SMP"
	for name in new old neither; do (cd "$D/class/$name" && for file in *.ko; do printf '\0' >>"$file"; done); done
	make_program 'jq -r ".[\"host-image\"]" "$config" | xargs basename >>"${out%/out/*}/kernels"'
	grade --kit "$kit" --host-image "$cache/images/host-bookworm" --kernels 5.10
	[ "$(sort "$D/kernels" | paste -sd' ')" = "host-bookworm host-bullseye" ]
	[[ $(row neither .why) == *4.9.0-1-amd64* ]]
}

@test "a kernel that is none, is not built, or is there twice is refused" {
	subject one
	make_pieces
	kernels 6.1:bookworm:6.1.0-1-amd64
	class=("$exitmeter" grade --subjects "$D/class" --cache "$cache" --kit "$kit" --host-image "$cache/images/host-bookworm")
	refused 2 "kernel 9.9 is none of 5.10 6.1 6.12 7.2" "${class[@]}" --kernels 9.9
	refused 2 "kernel 6.12 is not built: make tree host-image KERNEL=6.12" "${class[@]}" --kernels 6.12
	refused 2 "kernel 6.1 is there twice, or is the one of --host-image" "${class[@]}" --kernels 6.1
}

@test "several runs go on at a time, as many as JOBS says" {
	for name in one two three four; do subject "$name"; done
	# Each waits until another goes on beside it.
	make_program 'touch "'"$D"'/at.$name"; for _ in $(seq 100); do
		[ "$(ls "'"$D"'" | grep -c "^at\.")" -lt 2 ] || break; sleep 0.1; done
		ls "'"$D"'" | grep -c "^at\." >>"'"$D"'/beside"; sleep 0.3; rm "'"$D"'/at.$name"'
	grade --jobs 2
	[ "$status" -eq 0 ]
	[ "$(sort -u "$D/beside" | tail -1)" = 2 ]
	[ "$(wc -l <"$D/ran")" -eq 4 ]
}

@test "a folder that is somebody's own is not filled, and a class is not graded twice at a time" {
	subject one
	mkdir "$D/out"
	touch "$D/out/thesis.tex"
	refused 2 "$D/out is there, and is no folder that grade has made" "$exitmeter" grade --subjects "$D/class" --out "$D/out" \
		--host emulated-svm
	rm "$D/out/thesis.tex"
	make_program 'touch "'"$D"'/waits"; sleep 2'
	"$exitmeter" grade --subjects "$D/class" --out "$D/out" --host emulated-svm --program "$D/program" >/dev/null 2>&1 &
	for _ in $(seq 100); do [ ! -e "$D/waits" ] || break; sleep 0.1; done
	refused 2 "another exitmeter grade is at work in $D/out" "$exitmeter" grade --subjects "$D/class" --out "$D/out" \
		--host emulated-svm
	wait
}

@test "a run that another process is at is not measured beside it, whatever its place in the list" {
	subject bob
	grade --plan
	make_program "until [ -e '$D/go' ] || [ \$name != bob ]; do sleep 0.05; done"
	"$exitmeter" batch run --program "$D/program" "$D/out" 2>"$D/batch" 3>&- &
	until [ -e "$D/ran" ]; do sleep 0.05; done
	# Another subject comes before it now, whose run is measured meanwhile.
	subject ann
	("${BASH:-bash}" -c 'until grep -qs "waiting for them" "$1/grading"; do sleep 0.05; done; touch "$1/go"' - "$D") 3>&- &
	"$exitmeter" grade --subjects "$D/class" --out "$D/out" --cache "$cache" --host emulated-svm \
		--program "$D/program" 2>"$D/grading"
	wait
	grep -F "1 of 1 runs are done" "$D/batch"
	grep -F "other processes are at what is left: waiting for them" "$D/grading"
	[ "$(sort "$D/ran" | paste -sd,)" = "ann emulated-svm,bob emulated-svm" ]
	[ "$(row ann .verdict) $(row bob .verdict)" = "pass pass" ]
}

@test "every mutant says what it is, and names clauses that there are" {
	cd "$top/tests/mutants"
	# Of the table, since a run's verdicts name only the clauses that concern its scenario.
	ids=" $(sed -n 's/.*\.id = "\([^"]*\)".*/\1/p' "$top/harness/judge/clauses.c" | xargs) "
	[[ $ids == *" op-rdtsc "* ]]
	for file in *.patch; do
		[ -n "$(sed -n '/^---/q; s/^Title: *//p' "$file")" ] || { echo "$file: no Title"; false; }
		vendor=$(sed -n '/^---/q; s/^Vendor: *//p' "$file")
		[[ " svm vmx both " == *" $vendor "* ]] || { echo "$file: vendor '$vendor'"; false; }
		read -r -a clauses < <(sed -n '/^---/q; s/^\(Fails\|Follows\|Advises\): *//p' "$file" | tr '\n' ' ') || true
		for clause in "${clauses[@]}"; do
			[[ $ids == *" $clause "* || $clause == '*' ]] || { echo "$file: no clause $clause"; false; }
		done
	done
	# There is a mutant for each mistake that real submissions make.
	for mistake in $(seq 20); do
		grep -qx "Mistake: $mistake" ./*.patch || { echo "no mutant for mistake $mistake"; false; }
	done
}
