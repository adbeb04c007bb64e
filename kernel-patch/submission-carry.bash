# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How a submission's changes go into the host kernel's source.  See submission.bash, which is sourced before.
# shellcheck disable=SC2154 # TREE, WORK, kernel and here are the caller's

# The names of the functions that hunks stand in, a line each.  git and diff print different parts of the line that
# begins one, so that only the name in it counts.  A macro like EXPORT_SYMBOL_GPL() is none.
hunk_functions() { sed -nE 's/^@@ -[0-9,]+ \+[0-9,]+ @@.*[^A-Za-z0-9_]([A-Za-z_][A-Za-z0-9_]*)\(.*/\1/p' "$1" | { grep -v "^[A-Z0-9_]*$" || true; } | LC_ALL=C sort -u; }

# carry NUMBER: one change into the host kernel's source in $WORK/src, which is nobody's: as a patch where it fits as it
# is, else each line by itself, else as a patch with fuzz, else merged by words.  Notes how; a conflict is shown and counted.
carry() {
	local number=$1 path patch=$WORK/changes/$1.patch way told rejected
	path=$(<"$WORK/changes/$1.path")
	if ! grep -q '^--- /dev/null' "$patch" && [ ! -f "$WORK/src/$path" ]; then
		tell_conflict "$path" "KVM of $kernel has no such file"
		return
	fi
	[ ! -f "$WORK/src/$path" ] || cp -- "$WORK/src/$path" "$WORK/before"
	for way in exact placed fuzzy words; do
		if told=$("carry_$way" "$number" "$path"); then
			"tell_$way" "$path" "$told"
			rm -f -- "$WORK/before"
			return
		fi
		[ "$way" != fuzzy ] || rejected=$told
		[ ! -f "$WORK/before" ] || put_back "$path"
	done
	tell_conflict "$path" "the change does not fit into the source of $kernel"
	show_conflict "$path" "$patch" "$rejected"
	rm -f -- "$WORK/before"
}

# patch_in NUMBER FUZZ: what patch says.
patch_in() { confined "$WORK/src" "$WORK/changes" patch -u -f -p1 -F "$2" --no-backup-if-mismatch -r /tmp/rejected -i "/srv/$1.patch" 2>&1; }

carry_exact() { patch_in "$1" 0; }
carry_fuzzy() { patch_in "$1" 2; }

tell_exact() {
	if grep -q 'offset' <<<"$2"; then
		note_file other-lines "$1" "went in at other lines"
	else
		note_file as-is "$1" "went in as it is"
	fi
}

tell_fuzzy() {
	note_file fuzz "$1" "went in with fuzz: $(grep -oE 'Hunk #[0-9]+ succeeded at [0-9]+ with fuzz [0-9]+' <<<"$2" | paste -s -d ',')"
	FUZZY=1
}

# carry_placed NUMBER PATH: the author's lines one by one. Of patches the author's own file is not known.
carry_placed() {
	[ "$FORM" != patches ] || return 1
	[ -d "$WORK/cut" ] || cut_change known >"$WORK/cut.told" || return 1
	[ -f "$WORK/cut/result/$2" ] || return 1
	cp --remove-destination -- "$WORK/cut/result/$2" "$WORK/src/$2"
	chown $NOBODY:$NOBODY -- "$WORK/src/$2"
}

tell_placed() {
	local words
	note_file placed "$1" "its lines were put in one by one, since the patch did not fit: look at the result"
	while IFS= read -r words; do
		note check "in the author's lines $words, as Linux has renamed it by $kernel"
	done < <(sed -n 's/^renamed\t//p' "$WORK/cut.told")
	FUZZY=1
}

carry_words() {
	[ -f "$WORK/before" ] || return 1
	confined "$WORK/src" "$WORK/changes" wiggle --quiet --replace "$2" "/srv/$1.patch" || return 1
	confined "$WORK/src" "$WORK/changes" rm -f -- "$2.porig"
}

tell_words() {
	note_file words "$1" "merged by words (wiggle), since the patch did not fit: look at the result"
	FUZZY=1
}

# swap_exact FILE: exchanges true and false where kvm_cpuid() is called.
swap_exact() { sed -i -E 's/(kvm_cpuid\([^;]*, )true\)/\1TRUE)/; s/(kvm_cpuid\([^;]*, )false\)/\1true)/; s/(kvm_cpuid\([^;]*, )TRUE\)/\1false)/' "$1"; }

# The last argument of kvm_cpuid() was check_limit (Linux 4.14) and became exact_only, which means the opposite (5.7).  A
# change that was made on the one is put in the words of the other before it is carried over, and that is said.
translate_changes() {
	local cpuid=arch/x86/kvm/cpuid file patch was='' is=''
	for file in "$WORK"/{submission,base}/$cpuid.[ch] "$WORK"/changes/*.patch; do
		[ ! -f "$file" ] || ! grep -q 'check_limit' -- "$file" || was=1
	done
	! grep -q 'exact_only' -- "$WORK/host/$cpuid.c" || is=1
	[ -n "$was" ] && [ -n "$is" ] || return 0
	for patch in "$WORK"/changes/*.patch; do
		grep -qE '^.*kvm_cpuid\([^;]*, (true|false)\)' -- "$patch" || continue
		swap_exact "$patch"
		note check "kvm_cpuid(): true and false were exchanged, since its last argument means the opposite in $kernel"
	done
}

# tell_conflict PATH WHY: for the user, and for build-failed.txt.
tell_conflict() {
	say "CONFLICT $(masked "$1"): $2"
	printf '%s: %s\n' "$1" "$2" >>"$WORK/errors"
	CONFLICTS=$((CONFLICTS + 1))
}

put_back() {
	cp --remove-destination -- "$WORK/before" "$WORK/src/$1"
	chown $NOBODY:$NOBODY -- "$WORK/src/$1"
}

# fits_tree SOURCE FUZZ: whether every change goes into another kernel's source as a patch with at most so much fuzz.
fits_tree() {
	local number place=$WORK/other
	remove_tree "$place"
	take_base tree "$1" "$place"
	chown -R $NOBODY:$NOBODY -- "$place"
	for number in $(seq -f '%04g' "$CHANGES"); do
		confined "$place" "$WORK/changes" patch -u -f -p1 -F "$2" --no-backup-if-mismatch -r /tmp/rejected -i "/srv/$number.patch" >/dev/null 2>&1 ||
			return 1
	done
}

# other_kernels: which of the other kernels whose source is here would take the change better, for a user's KERNEL=.
other_kernels() {
	local json suite series source_there nearest
	nearest=$(awk -F '\t' '$3 == "tree" { print $4; exit }' <<<"$NEARNESS")
	for json in "$(dirname -- "$TREE")"/build-*/tree.json; do
		[ -f "$json" ] && [ "$(realpath -- "${json%/tree.json}")" != "$(realpath -- "$TREE")" ] || continue
		suite=$(json_field "$json" suite)
		series=$(awk -v suite="$suite" '$2 == suite { print $1 }' "$here/../images/kernels.txt")
		[ -n "$series" ] || continue
		source_there=${json%/tree.json}$(json_field "$json" source)
		if fits_tree "$source_there" 0; then
			note fits "KERNEL=$series takes it without fuzz"
			FITS+=" KERNEL=$series takes it without fuzz."
		elif ((CONFLICTS > 0)) && fits_tree "$source_there" 2; then
			note fits "KERNEL=$series takes it with fuzz"
			FITS+=" KERNEL=$series takes it with fuzz."
		elif [ "$source_there" = "$nearest" ]; then
			note fits "KERNEL=$series is nearer to what it was made on"
			FITS+=" KERNEL=$series is nearer to what it was made on: try that first."
		fi
	done
}

# The hunks that found no place, and the host's source around where they were meant for.
show_conflict() {
	local line
	{
		grep -E '^Hunk #[0-9]+ FAILED' <<<"$3" || true
		echo "--- the change to $1:"
		sed -n '3,60p' "$2"
		line=$(sed -nE 's/^@@ -([0-9]+).*/\1/p' "$2" | head -n 1)
		echo "--- $1 of $kernel, around line ${line:-1}:"
		[ ! -f "$WORK/src/$1" ] || sed -n "$((${line:-1} > 5 ? ${line:-1} - 5 : 1)),+25p" "$WORK/src/$1"
	} >>"$WORK/conflicts"
}

# show_bent: the difference that came of fuzz or of a merge by words, for a person to confirm.
show_bent() {
	local path
	while IFS= read -r path; do
		say "look at this, which did not fit as it was:"
		{ diff -up --label "a/$path" --label "b/$path" -- "$WORK/host/$path" "$WORK/src/$path" || true; } |
			head -n 120 | LC_ALL=C tr -c '[:print:]\t\n' '?' >&2
	done < <(sed -nE 's/^file: (fuzz|words|placed) //p' "$WORK/notes" | LC_ALL=C sort -u)
}

# What fuzz or wiggle did is compared by functions: a hunk that stood in one and came into another is named.
check_functions() {
	local path=$1 number=$2 want got
	want=$(hunk_functions "$WORK/changes/$number.patch")
	[ -n "$want" ] || return 0
	diff -up -- "$WORK/host/$path" "$WORK/src/$path" >"$WORK/result" 2>/dev/null || true
	got=$(hunk_functions "$WORK/result")
	want=$(comm -23 <(printf '%s\n' "$want") <(printf '%s\n' "$got") | grep -v '^$' || true)
	[ -z "$want" ] || note check "$path: the change to $(paste -s -d ' ' <<<"$want")() did not go into a function of that name: look at submission.patch"
}
