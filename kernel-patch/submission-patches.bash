# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The changes of a submission that is a patch, a series or a mailbox. See submission.bash, which is sourced before.
# shellcheck disable=SC2154 # WORK, SUBMISSION and CHANGES are the caller's

# split_patch FROM TO: each file's part of a patch becomes TO/NNN.patch, with the file's path in TO/NNN.path: a line for
# that of the line +++, and one for that of ---. What stands before KVM's folders is taken away, but not tools/, which has
# copies of headers; a path without these folders stays as it is. Hunks are counted out by their own headers, so that
# no line in one is taken for the next file's.
split_patch() {
	awk -v to="$2" '
	function path(line,   before) {
		sub(/^(---|\+\+\+) /, "", line); sub(/\t.*/, "", line)
		sub(/ +[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] .*/, "", line)
		if (line == "/dev/null") return ""
		if (match("/" line, /\/(arch\/x86\/|virt\/kvm\/|include\/linux\/)/)) {
			before = substr("/" line, 1, RSTART - 1)
			return (before ~ /\/tools$/ ? "tools/" : "") substr("/" line, RSTART + 1)
		}
		return line
	}
	old > 0 || new > 0 {
		print >> out
		c = substr($0, 1, 1)
		if (c == " " || $0 == "") { old--; new-- } else if (c == "-") old--; else if (c == "+") new--
		next
	}
	/^--- / { before = $0; next }
	/^\+\+\+ / && before != "" {
		p = path($0); q = path(before)
		if (p == "") p = q
		if (q == "") q = p
		n++
		out = sprintf("%s/%03d.patch", to, n)
		print p "\n" q > sprintf("%s/%03d.path", to, n)
		close(sprintf("%s/%03d.path", to, n))
		print (path(before) == "" ? "--- /dev/null" : "--- a/" p) > out
		print (path($0) == "" ? "+++ /dev/null" : "+++ b/" p) > out
		before = ""
		next
	}
	/^@@ -[0-9]+(,[0-9]+)? \+[0-9]+(,[0-9]+)? @@/ && out != "" {
		split($2, a, ","); split($3, b, ",")
		old = (2 in a) ? a[2] : 1; new = (2 in b) ? b[2] : 1
		print >> out
		next
	}
	/^\\ No newline/ && out != "" { print >> out; next }
	{ before = "" }' "$1"
}

# A path that leads out of the tree, or to no file of KVM.
is_kvm_path() {
	[[ $1 != /* && $1 != *..* && $1 != *$'\n'* && $1 =~ ^(arch/x86/kvm/|arch/x86/include/|virt/kvm/|include/linux/kvm_) ]]
}

# unprefixed PATH OTHER: a patch's path without the a/ or b/ of git's, or the name of a folder that the old file's path has
# otherwise; nothing where it has neither.
unprefixed() {
	local first=${1%%/*} other=${2%%/*}
	[[ $1 == */* ]] || return 0
	[[ $first =~ ^[abciow]$ || ($first != "$other" && $2 == */*) ]] || return 0
	printf '%s\n' "${1#*/}"
}

# kvm_file_named PATH: the file of KVM's whose path ends so: in KVM's own folder, or the only one.
kvm_file_named() {
	local path=${1#./} found
	[[ $path =~ ^[A-Za-z0-9_./-]+$ && $path != /* && $path != *..* ]] || return 0
	[ ! -f "$WORK/host/arch/x86/kvm/$path" ] || { printf '%s\n' "arch/x86/kvm/$path"; return; }
	found=$(cd -- "$WORK/host" && find arch virt include -type f -path "*/$path" ! -path '*/generated/*' 2>/dev/null)
	[[ -z $found || $found == *$'\n'* ]] || printf '%s\n' "$found"
}

# inner_path NEW OLD: of a patch that was made inside KVM's folders, where its file lies in the tree; nothing where KVM
# has no such file.
inner_path() {
	local path found
	for path in "$1" "$(unprefixed "$1" "$2")" "$2" "$(unprefixed "$2" "$1")"; do
		[ -n "$path" ] || continue
		found=$(kvm_file_named "$path")
		[ -z "$found" ] || { printf '%s\n' "$found"; return; }
	done
}

# decode_mails FOLDER: FOLDER/mail, a mail or many, becomes FOLDER/patch. What is not encoded stays as it is.
decode_mails() {
	chown $NOBODY:$NOBODY -- "$1"
	# shellcheck disable=SC2016 # the sandbox's shell
	confined "$1" "$1" sh -euc '
		mkdir mails
		git mailsplit -b -omails mail >/dev/null
		for mail in mails/*; do
			if grep -qaiE "^Content-Transfer-Encoding: *(quoted-printable|base64)" "$mail"; then
				git mailinfo message body <"$mail" >/dev/null
				cat body
			else
				cat "$mail"
			fi
		done >patch' >&2
}

# Patches, a file or a folder of them in the order of their names; mails are decoded first.
gather_patches() {
	local file copy n=0
	mkdir -- "$WORK/patches"
	while IFS= read -r -d '' file; do
		if ! is_patch "$file"; then
			note "left out" "${file#"$SUBMISSION"/} (it has no hunk of a patch, which begins with @@)"
			continue
		fi
		n=$((n + 1))
		copy=$WORK/patches/$(printf '%03d' "$n")
		mkdir -- "$copy"
		cp --no-dereference -- "$file" "$copy/mail"
		if grep -qaiE '^Content-Transfer-Encoding: *(quoted-printable|base64)' -- "$copy/mail"; then
			decode_mails "$copy" || refuse form "${file##*/} is a mail that git cannot read"
		else
			mv -- "$copy/mail" "$copy/patch"
		fi
		strip_cr "$copy/patch"
		mkdir -- "$copy/parts"
		split_patch "$copy/patch" "$copy/parts"
		find_inner_paths "$copy/parts"
		add_parts "$copy/parts"
	done < <(find_patches "$SUBMISSION")
	BASE_TOLD="the patch's own"
	((CHANGES > 0)) || refuse form "no hunk of $SUBMISSION is for a file of KVM: make the patch in the top folder of the tree, where paths are like arch/x86/kvm/cpuid.c"
}

# rename_part PART PATH: sets the path of a part, in its two first lines too, where these name a file.
rename_part() {
	printf '%s\n' "$2" >"${1%.patch}.path"
	sed -i "1s|^--- a/.*|--- a/$2|; 2s|^+++ b/.*|+++ b/$2|" -- "$1"
}

# find_inner_paths FOLDER: of a patch that was made inside KVM's folders: where the files of its parts lie. A file that is
# new goes into the folder in which the others were named.
find_inner_paths() {
	local part new old path inside='' short
	local unknown=()
	for part in "$1"/*.patch; do
		[ -e "$part" ] || continue
		{ IFS= read -r new; IFS= read -r old; } <"${part%.patch}.path"
		! is_kvm_path "$new" || continue
		path=$(inner_path "$new" "$old")
		if [ -z "$path" ]; then
			unknown+=("$part")
			continue
		fi
		short=$(unprefixed "$new" "$old")
		for short in "$short" "$new"; do
			[[ -z $short || $path != */"$short" ]] || { inside=${path%"$short"}; break; }
		done
		rename_part "$part" "$path"
	done
	[ -n "$inside" ] || return 0
	for part in "${unknown[@]}"; do
		{ IFS= read -r new; IFS= read -r old; } <"${part%.patch}.path"
		short=$(unprefixed "$new" "$old")
		short=${short:-$new}
		[[ $(head -n 1 -- "$part") != '--- /dev/null' || ! $short =~ ^[A-Za-z0-9_-]+\.[ch]$ ]] || rename_part "$part" "$inside$short"
	done
}

# add_parts FOLDER: its parts become the next changes.
add_parts() {
	local part path old short
	for part in "$1"/*.patch; do
		[ -e "$part" ] || continue
		{ IFS= read -r path; IFS= read -r old || true; } <"${part%.patch}.path"
		if ! is_kvm_path "$path"; then
			short=$(unprefixed "$path" "$old")
			note "left out" "${short:-$path} (outside KVM's folders)"
			continue
		fi
		# diff -N gives a file that is new the name that it does not have.
		! sed -n 3p "$part" | grep -q '^@@ -0,0 ' || sed -i '1s|.*|--- /dev/null|' "$part"
		need_header "$path"
		CHANGES=$((CHANGES + 1))
		cp -- "$part" "$WORK/changes/$(printf '%04d' $CHANGES).patch"
		printf '%s\n' "$path" >"$WORK/changes/$(printf '%04d' $CHANGES).path"
	done
}
