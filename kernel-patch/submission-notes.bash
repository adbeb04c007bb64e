# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What build-submission leaves behind beside the modules: submission.txt, which tells what was handed in and how it
# went in; and where there are no modules, build-failed.txt, which tells why.  harness/evidence/submission_notes.h and
# build_failure.h say what the lines are.  File names and lines of source are a stranger's, so that only what prints
# gets into either.
# shellcheck disable=SC2154 # WORK, STAGE, kernel and FORM are the caller's

ERRORS_MAX=20	# of the compiler's, in build-failed.txt
LINE_MAX=300	# bytes of a line in either file

# masked TEXT: on one line of what prints.
masked() { printf '%s' "$1" | head -c $LINE_MAX | LC_ALL=C tr -c '[:print:]' '?'; }

# record KEY VALUE: a line of submission.txt.
record() { printf '%s: %s\n' "$1" "$(masked "$2")" >>"$WORK/notes"; }

# note KEY VALUE: the same, and the user reads it now.
note() {
	say "$1: $(masked "$2")"
	record "$1" "$2"
}

# note_file WAY PATH WORDS: how the change of a file went in: WAY is as-is, other-lines, fuzz or words.
note_file() {
	say "$(masked "$2"): $3"
	record file "$1 $2"
}

# own_file PATH: the submission's own file, whose lines its author knows.  Of a patch that is the patched source.
own_file() {
	if [ -f "$WORK/submission/$1" ]; then printf '%s\n' "$WORK/submission/$1"; else printf '%s\n' "$WORK/src/$1"; fi
}

# base_file PATH: what the author had before; a file that is new has none.
base_file() {
	if [ "$FORM" = patches ]; then printf '%s\n' "$WORK/host/$1"; else printf '%s\n' "$WORK/base/$1"; fi
}

# The paths of the changes, each once.
changed_paths() { cat -- "$WORK"/changes/*.path | LC_ALL=C sort -u; }

# Whose code the change is in.
touched_vendors() {
	local path svm='' vmx=''
	while IFS= read -r path; do
		case $path in
		*/svm/* | */asm/svm.h) svm=1 ;;
		*/vmx/* | */asm/vmx.h) vmx=1 ;;
		esac
	done < <(changed_paths)
	if [ -n "$svm$vmx" ]; then printf '%s\n' "${svm:+svm}${vmx:+vmx}" | sed 's/svmvmx/both/'; else echo common; fi
}

# find_leaves: where source on standard input handles each of the four leaves.
find_leaves() {
	awk -F '\t' -f "$here/find-leaves.awk" | LC_ALL=C sort
}

# added_lines PATH: the lines that the submission has added to a file, "NUMBER<tab>TEXT".
added_lines() {
	local base
	base=$(base_file "$1")
	[ -f "$base" ] || base=/dev/null
	diff -U 0 -- "$base" "$(own_file "$1")" | LC_ALL=C awk '
		/^@@ / { split($3, a, /[+,]/); n = a[2]; inside = 1; next }
		inside && /^\+/ { text = substr($0, 2); gsub(/\t/, " ", text); printf("%d\t%s\n", n++, text) }' || true
}

# functions_of FILE: the functions in which the lines are that standard input names, a number each: "NAME<tab>LINE".
functions_of() {
	awk '
		FNR == NR { added[$1] = 1; next }
		/^[A-Za-z_]/ && !/;[ \t]*$/ && match($0, /[A-Za-z_][A-Za-z0-9_]*\(/) { name = substr($0, RSTART, RLENGTH - 1); at = FNR }
		FNR in added && name != "" && !told[name]++ { print name "\t" at }
		/^}/ { name = "" }' - "$1"
}

# find_counting: of added lines "PATH<tab>NUMBER<tab>TEXT" those that raise a counter; the first of each file.
find_counting() {
	awk -F '\t' '
		$1 !~ /cpuid\.[ch]$/ && $3 !~ /^ *(for|\*|\/)/ &&
		$3 ~ /(\+\+|\+=|_inc(_return)?\(|_add(_return)?\(|this_cpu_(inc|add))/ && !seen[$1]++ { print $1 ":" $2 }'
}

# Where the submission's own files handle the leaves and count, as far as it can be found.
record_places() {
	local path leaf place
	while IFS= read -r path; do
		[ ! -f "$(own_file "$path")" ] || added_lines "$path" | LC_ALL=C tr -c '[:print:]\t\n' '?' | sed "s|^|$path\t|"
	done < <(changed_paths) >"$WORK/added"
	find_leaves <"$WORK/added" >"$WORK/leaves"
	while IFS=$'\t' read -r leaf place; do
		record "leaf $leaf" "$place"
	done <"$WORK/leaves"
	find_counting <"$WORK/added" >"$WORK/counting"
	while IFS= read -r place; do
		record handled "$place"
	done <"$WORK/counting"
	record_functions
}

# The functions that the change is in, by which a crash is told to its author.
record_functions() {
	local path name line
	while IFS= read -r path; do
		[[ $path == *.c && -f $(own_file "$path") ]] || continue
		added_lines "$path" | cut -f 1 | functions_of "$(own_file "$path")" | while IFS=$'\t' read -r name line; do
			record "function $name" "$path:$line"
		done
	done < <(changed_paths)
}

# write_notes: submission.txt in STAGE, by what has been recorded so far.
write_notes() {
	{
		printf 'submission 1\nform: %s\ntarget: %s\n' "$FORM" "$kernel"
		[ ! -f "$WORK/notes" ] || cat -- "$WORK/notes"
	} >"$STAGE/submission.txt"
}

# own_lines: turns "PATH:LINE:TEXT" on standard input, where the line is one of the source that was compiled, into the
# submission's own line; a line that it has not becomes the one before it.
own_lines() {
	local path line text own
	while IFS=: read -r path line text; do
		own=$WORK/submission/$path
		if [ -f "$own" ] && [ -f "$WORK/src/$path" ] && [[ $line =~ ^[0-9]+$ ]]; then
			line=$(diff -U 0 -- "$own" "$WORK/src/$path" | LC_ALL=C awk -v line="$line" '
				function number(part, i,   a) { split(substr(part, 2), a, ","); return i == 1 ? a[1] + 0 : (2 in a) ? a[2] + 0 : 1 }
				/^@@ / {
					old = number($2, 1); olds = number($2, 2); new = number($3, 1); news = number($3, 2)
					if (news == 0) { new++ }
					if (olds == 0) { old++ }
					if (line < new) next
					if (line < new + news) { own = old < 1 ? 1 : old; done = 1; exit }
					shift_by = (old + olds) - (new + news)
				}
				END { print done ? own : line + shift_by }' || true)
		fi
		printf '%s:%s:%s\n' "$path" "$line" "$text"
	done
}

# compiler_errors LOG: the first errors of a build as "PATH:LINE:COLUMN: MESSAGE", each once, in the author's lines; else
# what make or the linker said.
compiler_errors() {
	local log=$1
	grep -aE '(error|undefined|multiple definition)' -- "$log" | grep -avE '^make.*Error [0-9]+$|all warnings being treated as errors' |
		sed -E 's|^[^ :]*/mnt/src/||; s|^/mnt/src/||; s|/mnt/src/||g; s/ +$//; s/: (fatal )?error: /: /' | awk '!seen[$0]++' |
		head -n $ERRORS_MAX | own_lines || true
}

# keep_change: $WORK/submission.patch becomes the change, as far as it is known: as it went into the tree's kernel, else as
# it is against its base.
keep_change() {
	local patches=("$WORK"/changes/*.patch)
	if [ -s "$STAGE/submission.patch" ]; then
		mv -- "$STAGE/submission.patch" "$WORK/"
	elif [ -e "${patches[0]}" ]; then
		cat -- "${patches[@]}" >"$WORK/submission.patch"
	fi
}

# refuse KIND MESSAGE...: the submission cannot be built, and this is its author's to mend.  OUTDIR becomes a folder
# with build-failed.txt in place of modules, by which a run fails.  KIND is compiler, conflict, unchanged or form;
# $WORK/errors has the first errors, a line each, and $WORK/details what a person wants to see besides. The change stays
# beside it, since two that fail alike may be copies of each other (`make grades` compares them).
refuse() {
	local kind=$1 line
	shift
	keep_change
	remove_tree "$STAGE"
	mkdir -m 755 -- "$STAGE"
	[ ! -f "$WORK/submission.patch" ] || cp -- "$WORK/submission.patch" "$STAGE/"
	{
		printf 'build-failed 1\nkind: %s\nkernel: %s\nmessage: %s\n' "$kind" "$kernel" "$(masked "$*")"
		[ ! -f "$WORK/errors" ] || while IFS= read -r line; do
			printf 'error: %s\n' "$(masked "$line")"
		done < <(head -n $ERRORS_MAX -- "$WORK/errors")
		[ ! -f "$WORK/details" ] || {
			echo "details:"
			head -n 200 -- "$WORK/details" | cut -b -$LINE_MAX | LC_ALL=C tr -c '[:print:]\n' ' '
		}
	} >"$STAGE/build-failed.txt"
	write_notes
	say "$*"
	build_close 2>/dev/null
	trap - EXIT
	remove_tree "$WORK"
	exit 1
}
