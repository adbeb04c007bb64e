# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# In which form a submission was handed in, and what of KVM is in it: for build-submission, which wants images/lib.sh and
# lib.bash too.  submission-base.bash and submission-carry.bash go on with it.  All three handle a stranger's files.
# None of these is executed; programs that read them in depth (git, patch, wiggle) run as nobody, and see nothing but
# the folder they work on (sandbox.bash).
# shellcheck disable=SC2154 # TREE, source, WORK, SUBMISSION and BASE are the caller's

# The part of a Linux tree that a submission may change, as find and git take it; copy_tree_source() copies it.
KVM_PLACES=(arch/x86/kvm arch/x86/include virt/kvm include/linux/kvm_host.h)
FILE_KIB_MAX=2048	# of one source file
SOURCE_FILES_MAX=4000

is_linux_tree() { [ -d "$1/arch/x86/kvm" ]; }

# refuse_links TREE: a stranger's tree has no link on the way to KVM's folders, so that nothing is read but the tree.
refuse_links() {
	local tree=$1 place path
	for place in "${KVM_PLACES[@]}"; do
		path=$place
		while [ "$path" != . ]; do
			[ ! -L "$tree/$path" ] || refuse form "$tree/$path is a link: hand in the folder itself"
			path=$(dirname -- "$path")
		done
	done
}

is_url() { [[ $1 =~ ^(https?|git|file):// ]]; }

# Whether a file is a patch, by its name and by its having a hunk.
is_patch() {
	[[ -f $1 && $1 =~ \.(patch|diff|mbox|eml)$ ]] && grep -qE '^@@ -[0-9]+(,[0-9]+)? \+[0-9]+' -- "$1"
}

# has_file FOLDER NAME-PATTERN: whether there is such a regular file in or below it.
has_file() { [ -n "$(find "$1" -xdev -type f -name "$2" -print -quit 2>/dev/null)" ]; }

# Sets FORM to what SUBMISSION is: modules, patches, tree, git, url, files or nothing.
find_form() {
	local place=${SUBMISSION%%#*}
	if is_url "$SUBMISSION"; then
		FORM=url
	elif [[ $SUBMISSION == *'#'* && ! -e $SUBMISSION ]]; then
		[ -e "$place/.git" ] || [ -f "$place/HEAD" ] || die 2 "$place is no git repository, so it has no '${SUBMISSION#*#}'"
		FORM=git
	elif [ ! -e "$SUBMISSION" ]; then
		die 2 "there is no $SUBMISSION: name a folder, a patch, or the URL of a git repository"
	elif is_patch "$SUBMISSION"; then
		FORM=patches
	elif [ ! -d "$SUBMISSION" ]; then
		die 2 "$SUBMISSION is neither a folder nor a patch (*.patch, *.diff, *.mbox with at least one hunk); unpack an archive first"
	elif [ -f "$SUBMISSION/kvm.ko" ]; then
		FORM=modules
	elif is_linux_tree "$SUBMISSION"; then
		FORM=tree
	elif has_file "$SUBMISSION" '*.patch' || has_file "$SUBMISSION" '*.diff' || has_file "$SUBMISSION" '*.mbox'; then
		FORM=patches
	elif has_file "$SUBMISSION" '*.[ch]'; then
		FORM=files
	else
		FORM=nothing
	fi
}

# copy_source FROM TO: the regular files of KVM_PLACES out of a Linux tree.  Links, devices and what a build has left
# are not taken; a file or a number of files beyond measure is refused.
copy_source() {
	local from=$1 to=$2 list=$WORK/source.list big
	refuse_links "$from"
	(cd -- "$from" && find "${KVM_PLACES[@]}" -xdev -type f \
		\( -name '*.[chS]' -o -name 'Makefile*' -o -name 'Kconfig*' -o -name 'Kbuild*' \) -print0 2>/dev/null) >"$list" || true
	[ "$(tr -cd '\0' <"$list" | wc -c)" -le $SOURCE_FILES_MAX ] || refuse form "$from has more than $SOURCE_FILES_MAX files in KVM's folders"
	big=$(cd -- "$from" && find "${KVM_PLACES[@]}" -xdev -type f -name '*.[chS]' -size +${FILE_KIB_MAX}k -print -quit 2>/dev/null || true)
	[ -z "$big" ] || refuse form "$from/$big is larger than $FILE_KIB_MAX KiB, which no file of KVM is"
	mkdir -p -- "$to"
	(cd -- "$from" && xargs -0 -r cp --parents --no-dereference --preserve=timestamps -t "$to" --) <"$list"
	[ ! -f "$from/Makefile" ] || [ -L "$from/Makefile" ] || cp -- "$from/Makefile" "$to/"
}

# "6.0.7" out of a Linux Makefile; nothing where there is none.
makefile_version() {
	[ -f "$1" ] || return 0
	awk -F ' *= *' '
		$1 == "VERSION" { v = $2 } $1 == "PATCHLEVEL" { p = $2 } $1 == "SUBLEVEL" { s = $2; exit }
		END { if (v ~ /^[0-9]+$/ && p ~ /^[0-9]+$/) print v "." p (s ~ /^[1-9][0-9]*$/ ? "." s : "") }' "$1"
}

# fetch_git REPOSITORY NAME INPUT: KVM's folders of a repository at a branch, tag or commit (empty: its head) into
# $WORK/submission, shallow and, where the server can, without the files of all other folders.
fetch_git() {
	local repository=$1 name=${2:-HEAD} input=$3 code=0
	local place=$WORK/clone
	mkdir -- "$place"
	chown $NOBODY:$NOBODY -- "$place"
	[[ $name != -* ]] || die 2 "'$name' is no name of a branch"
	# shellcheck disable=SC2016 # expanded by the inner shell
	SANDBOX_NET=1 SANDBOX_LIMIT=${SUBMISSION_TIMEOUT:-600} SANDBOX_FILE_MIB=$FETCH_MIB confined "$place" "$input" env GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=/bin/false GIT_CONFIG_NOSYSTEM=1 \
		GIT_ALLOW_PROTOCOL=http:https:git:file GIT_SSH_COMMAND=/bin/false GIT_LFS_SKIP_SMUDGE=1 \
		sh -euc '
			repository=$1 name=$2 max=$3
			shift 3
			# What reads a local repository takes this from a file only.
			git config --global safe.directory "*"
			git init -q repository
			cd repository
			git config protocol.version 2
			git config core.hooksPath /nonexistent
			git config core.symlinks false
			git config http.lowSpeedLimit 1000
			git config http.lowSpeedTime 30
			git remote add origin "$repository"
			git fetch -q --depth=1 --no-tags --no-recurse-submodules --filter=blob:none origin "$name" ||
				git fetch -q --depth=1 --no-tags --no-recurse-submodules origin "$name"
			files=$(git ls-tree -r --name-only FETCH_HEAD -- "$@" | head -n "$max" | wc -l)
			[ "$files" -lt "$max" ] || { echo "it has $max files and more in the folders of KVM" >&2; exit 1; }
			git config core.sparseCheckout true
			printf "/%s\n" "$@" Makefile >.git/info/sparse-checkout
			git checkout -q --detach FETCH_HEAD
		' sh "$repository" "$name" $SOURCE_FILES_MAX "${KVM_PLACES[@]}" >&2 || code=$?
	[ "$code" -ne 124 ] || die 3 "$repository did not answer within ${SUBMISSION_TIMEOUT:-600} s"
	[ "$code" -eq 0 ] || die 3 "git cannot fetch '$name' of $repository (its messages are above): is the name right, and can everybody read it?"
	is_linux_tree "$place/repository" || refuse form "$repository at '$name' has no arch/x86/kvm: it is no Linux tree"
	copy_source "$place/repository" "$WORK/submission"
}

# A local repository is read by nobody too, at /srv: its own configuration may name programs.
gather_git() {
	local place=${SUBMISSION%%#*}
	fetch_git file:///srv "${SUBMISSION#*#}" "$(realpath -- "$place")"
}

gather_url() {
	local name=
	[[ $SUBMISSION != *'#'* ]] || name=${SUBMISSION#*#}
	mkdir -- "$WORK/nothing"
	fetch_git "${SUBMISSION%%#*}" "$name" "$WORK/nothing"
}

gather_nothing() {
	refuse form "$SUBMISSION has nothing of KVM in it: no kvm.ko, no arch/x86/kvm, no patch, and no file of KVM's like vmx.c or cpuid.c"
}

gather_tree() { copy_source "$SUBMISSION" "$WORK/submission"; }

# differing_lines A B: how many lines differ.
differing_lines() { diff -b -- "$1" "$2" 2>/dev/null | grep -c '^[<>]' || true; }

# path_of FILE: where in a Linux tree a file of that name and, where several have the name, the likest content is, by the
# host kernel's source; nothing where KVM has no such file.
path_of() {
	local file=$1 path best='' least='' count
	while IFS= read -r path; do
		# One that lies in folders of the tree's own names says it itself.
		if [[ $file == */"$path" || $file == */"$(basename -- "$(dirname -- "$path")")/$(basename -- "$path")" ]]; then
			printf '%s\n' "$path"
			return
		fi
		count=$(differing_lines "$file" "$WORK/host/$path")
		if [[ -z $least || $count -lt $least ]]; then
			least=$count best=$path
		fi
	done < <(cd "$WORK/host" && find . -type f -name "$(basename -- "$file")" ! -path './arch/x86/include/generated/*' -printf '%P\n' | LC_ALL=C sort)
	[ -z "$best" ] || printf '%s\n' "$best"
}

# Loose files of KVM, wherever in the folder they are, and those that they bring along; all else is named and left out.
gather_files() {
	local file
	declare -gA FILE_OF=()
	local files=()
	mapfile -d '' files < <(find "$SUBMISSION" -xdev -type f \( -name '*.[ch]' -o -name Makefile \) -size -${FILE_KIB_MAX}k -print0 | LC_ALL=C sort -z)
	for file in "${files[@]}"; do
		[[ ${file##*/} == Makefile ]] || take_file "$file" "$(path_of "$file")"
	done
	((${#FILE_OF[@]} > 0)) || tell_left_out "${files[@]}"
	((${#FILE_OF[@]} > 0)) || refuse form "no file in $SUBMISSION has the name of one of KVM's (vmx.c, svm.c, cpuid.c, x86.c, kvm_host.h ...)"
	# A file that is new may want another that is new.
	for _ in 1 2; do
		for file in "${files[@]}"; do
			take_file "$file" "$(path_of_new "$file")"
		done
	done
	tell_left_out "${files[@]}"
	check_count "${#FILE_OF[@]}"
}

# take_file FILE PATH: FILE is the submission's PATH; nothing where PATH is empty.
take_file() {
	local file=$1 path=$2
	[ -n "$path" ] && [ "${FILE_OF[$path]-}" != "$file" ] || return 0
	if [ -n "${FILE_OF[$path]-}" ]; then
		cmp -s -- "$file" "${FILE_OF[$path]}" && return
		refuse form "two files are $path, and they differ: ${FILE_OF[$path]#"$SUBMISSION"/} and ${file#"$SUBMISSION"/}; leave one of them"
	fi
	FILE_OF[$path]=$file
	mkdir -p -- "$WORK/submission/$(dirname -- "$path")"
	cp --no-dereference -- "$file" "$WORK/submission/$path"
}

# path_of_new FILE: where a file that KVM has not belongs: KVM's Makefile, source that this names, or a header that a
# file of the submission includes; nothing where nobody wants it.
path_of_new() {
	local name=${1##*/} kvm=arch/x86/kvm
	[ -z "$(path_of "$1")" ] || [ "$name" = Makefile ] || return 0
	case $name in
	Makefile) ! grep -q '^kvm-y' -- "$1" || printf '%s\n' "$kvm/Makefile" ;;
	*.c) ! grep -qwsF -- "${name%.c}.o" "$WORK/submission/$kvm/Makefile" || printf '%s\n' "$kvm/$name" ;;
	*.h)
		if grep -rqF -- "#include <asm/$name>" "$WORK/submission"; then
			printf '%s\n' "arch/x86/include/asm/$name"
		elif grep -rqE -- "#[ ]*include *[<\"]${name//./\\.}[>\"]" "$WORK/submission"; then
			printf '%s\n' "$kvm/$name"
		fi
		;;
	esac
}

# tell_left_out FILE...: those that were not taken.
tell_left_out() {
	local file taken
	taken=$(printf '%s\n' "${FILE_OF[@]}")
	for file; do
		grep -qxF -- "$file" <<<"$taken" || [[ ${file##*/} == Makefile ]] || cmp_taken "$file" ||
			note "left out" "${file#"$SUBMISSION"/} (KVM has no file of that name)"
	done
}

# cmp_taken FILE: whether it is a copy of a file that was taken.
cmp_taken() {
	local path
	path=$(path_of "$1")
	[ -n "$path" ] && [ -n "${FILE_OF[$path]-}" ] && cmp -s -- "$1" "${FILE_OF[$path]}"
}

check_count() { (($1 <= 200)) || refuse form "$SUBMISSION has $1 files with names of KVM's: hand in those that were changed, or the whole tree"; }

# strip_cr FILE: a file or patch that was kept with CR LF.
strip_cr() {
	if ! LC_ALL=C grep -q $'\r$' -- "$1"; then return; fi
	LC_ALL=C sed -i 's/\r$//' -- "$1"
}

# strip_all_cr FOLDER: the same for all files of C in it. Linux's own have none.
strip_all_cr() { { find "$1" -type f -name '*.[chS]' -exec grep -lZ $'\r$' -- {} + || true; } | LC_ALL=C xargs -0 -r sed -i 's/\r$//' --; }

# end_last_line FILE: an editor may have left its line end out.
end_last_line() { [ ! -s "$1" ] || [ -z "$(tail -c 1 -- "$1" | tr -d '\0')" ] || echo >>"$1"; }

# split_patch FROM TO: each file's part of a patch becomes TO/NNN.patch, with the file's path in TO/NNN.path, taken from the
# line +++ (of a removed file ---) without what stands before KVM's folders.  Hunks are counted out by their own headers,
# so that no line in one is taken for the next file's.
split_patch() {
	awk -v to="$2" '
	function path(line) {
		sub(/^(---|\+\+\+) /, "", line); sub(/\t.*/, "", line)
		if (line == "/dev/null") return ""
		if (match("/" line, /\/(arch\/x86\/|virt\/kvm\/|include\/linux\/)/)) return substr("/" line, RSTART + 1)
		sub(/^[^\/]*\//, "", line)
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
		p = path($0); if (p == "") p = path(before)
		n++
		out = sprintf("%s/%03d.patch", to, n)
		print p > sprintf("%s/%03d.path", to, n)
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

# Patches, a file or a folder of them in the order of their names; mails are decoded first.
gather_patches() {
	local file copy n=0
	mkdir -- "$WORK/patches"
	while IFS= read -r -d '' file; do
		n=$((n + 1))
		copy=$WORK/patches/$(printf '%03d' "$n")
		mkdir -- "$copy"
		cp --no-dereference -- "$file" "$copy/mail"
		if grep -qiE '^Content-Transfer-Encoding: *(quoted-printable|base64)' -- "$copy/mail"; then
			chown $NOBODY:$NOBODY -- "$copy"
			confined "$copy" "$copy" sh -c 'git mailinfo message patch <mail >/dev/null' >&2 || refuse form "${file##*/} is a mail that git cannot read"
		else
			mv -- "$copy/mail" "$copy/patch"
		fi
		strip_cr "$copy/patch"
		mkdir -- "$copy/parts"
		split_patch "$copy/patch" "$copy/parts"
		add_parts "$copy/parts"
	done < <(find "$SUBMISSION" -xdev -maxdepth 3 -type f -regextype posix-extended -regex '.*\.(patch|diff|mbox|eml)' -size -8192k -print0 | LC_ALL=C sort -z)
	BASE_TOLD="the patch's own"
}

# add_parts FOLDER: its parts become the next changes.
add_parts() {
	local part path
	for part in "$1"/*.patch; do
		[ -e "$part" ] || continue
		path=$(<"${part%.patch}.path")
		if ! is_kvm_path "$path"; then
			note "left out" "$path (outside KVM's folders)"
			continue
		fi
		# diff -N gives a file that is new the name that it does not have.
		! sed -n 3p "$part" | grep -q '^@@ -0,0 ' || sed -i '1s|.*|--- /dev/null|' "$part"
		CHANGES=$((CHANGES + 1))
		cp -- "$part" "$WORK/changes/$(printf '%04d' $CHANGES).patch"
		printf '%s\n' "$path" >"$WORK/changes/$(printf '%04d' $CHANGES).path"
	done
}
