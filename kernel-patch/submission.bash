# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a submission is and what it changes: for build-submission, which wants images/lib.sh and lib.bash
# too.  Everything here handles a stranger's files.  None of them is executed; programs that read them in
# depth (git, patch, wiggle) run as nobody, and see nothing but the folder they work on (sandbox.bash).
# shellcheck disable=SC2154 # TREE, source, WORK, SUBMISSION and BASE are the caller's

# The part of a Linux tree that a submission may change, as find and git take it; copy_tree_source() copies it.
KVM_PLACES=(arch/x86/kvm arch/x86/include virt/kvm include/linux/kvm_host.h)
FILE_KIB_MAX=2048	# of one source file
SOURCE_FILES_MAX=4000
CUT_BASES_MAX=4		# of the known kernels, the nearest, among which the author's lines are looked for
STRAYS_MAX=20		# lines by which a base that is the right one may differ besides the author's

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

# The kernels whose source is known here, a line each: "VERSION<tab>tree<tab>FOLDER" or "VERSION<tab>tag<tab>TAG".
list_bases() {
	local json tag
	for json in "$TREE/tree.json" "$(dirname -- "$TREE")"/build-*/tree.json; do
		[ -f "$json" ] || continue
		printf '%s\ttree\t%s%s\n' "$(json_field "$json" version | sed 's/-[^-]*$//')" "${json%/tree.json}" "$(json_field "$json" source)"
	done | awk '!seen[$0]++'
	[ -n "$LINUX" ] || return 0
	git -c safe.directory='*' -C "$LINUX" rev-parse --git-dir >/dev/null 2>&1 || die 2 "--linux $LINUX is no git repository of Linux"
	for tag in $(git -c safe.directory='*' -C "$LINUX" tag -l 'v[4-9].*'); do
		[[ ! $tag =~ ^v[0-9]+(\.[0-9]+){1,2}$ ]] || printf '%s\ttag\t%s\n' "${tag#v}" "$tag"
	done
}

# take_base KIND PLACE TO [PATH...]: the source of a base; all of KVM's, or these files of it.
take_base() {
	local kind=$1 place=$2 to=$3
	shift 3
	mkdir -p -- "$to"
	if [ "$kind" = tree ]; then
		(cd -- "$place" && find "${@:-${KVM_PLACES[@]}}" -type f -exec cp --parents -t "$to" -- {} + 2>/dev/null) || true
	else
		git -c safe.directory='*' -C "$LINUX" archive "$place" -- "${@:-${KVM_PLACES[@]}}" 2>/dev/null | tar -x -C "$to" 2>/dev/null || true
	fi
}

# distance KIND PLACE: in how many lines the submission's files differ from a base.
distance() {
	local path sum=0 to=$WORK/candidate
	remove_tree "$to"
	take_base "$1" "$2" "$to" "${TELLING[@]}"
	for path in "${TELLING[@]}"; do
		[ -f "$to/$path" ] || { sum=$((sum + 100000)); continue; }
		sum=$((sum + $(differing_lines "$WORK/submission/$path" "$to/$path")))
	done
	printf '%s\n' "$sum"
}

# by_nearness: the bases on standard input, the one that differs least first, as "LINES VERSION KIND PLACE".
by_nearness() {
	local version kind place
	while IFS=$'\t' read -r version kind place; do
		printf '%s\t%s\t%s\t%s\n' "$(distance "$kind" "$place")" "$version" "$kind" "$place"
	done | LC_ALL=C sort -s -n -k 1,1
}

# Sets BASE_KIND, BASE_PLACE and BASE_TOLD: the kernel that the submission's files were changed from.
find_base() {
	local bases version found lines
	bases=$(list_bases)
	version=${BASE#v}
	[ -n "$version" ] || version=$(makefile_version "$WORK/submission/Makefile")
	found=$(awk -F '\t' -v v="$version" '$1 == v { print; exit }' <<<"$bases")
	if [ -n "$found" ]; then
		IFS=$'\t' read -r version BASE_KIND BASE_PLACE <<<"$found"
		BASE_TOLD="$version, ${BASE:+as --base says}"
		[ -n "$BASE" ] || BASE_TOLD="$version, as its Makefile says"
		return
	fi
	[ -z "$BASE" ] || die 2 "no source of Linux $version is known here, only of: $(cut -f 1 <<<"$bases" | sort -uV | paste -s -d ' '); --linux (make: LINUX=) names a clone of Linux that has the tag v$version"
	telling_files
	NEARNESS=$(by_nearness <<<"$bases")
	IFS=$'\t' read -r lines version BASE_KIND BASE_PLACE <<<"$NEARNESS"
	BASE_TOLD="$version, the nearest of those known here ($lines lines differ); --base (make: BASE=) names another"
}

# cut_change [known]: lets cut-change, which says what it does, look at the submission; its words on standard output.
cut_change() {
	local n=0 kind place code=0
	mkdir -p -- "$WORK/known/bases" "$WORK/cut"
	if [ -n "${1-}" ]; then
		cp -r -- "$WORK/base" "$WORK/known/bases/0"
	else
		while IFS=$'\t' read -r _ _ kind place; do
			take_base "$kind" "$place" "$WORK/known/bases/$n"
			n=$((n + 1))
		done < <(head -n $CUT_BASES_MAX <<<"$NEARNESS")
	fi
	cp -r -- "$WORK/host" "$WORK/known/target"
	cp -r -- "$WORK/submission" "$here/cut-change" "$here/SourceLines.pm" "$WORK/known/"
	chown $NOBODY:$NOBODY -- "$WORK/cut"
	confined "$WORK/cut" "$WORK/known" /srv/cut-change /srv /mnt "$@" || code=$?
	remove_tree "$WORK/known"
	return $code
}

# own_lines_only: where the base is not known, $WORK/base becomes what was before the lines of the submission's author.
# A nearest base that differs by next to nothing else is taken for the right one.
own_lines_only() {
	local taken left strays
	[ -n "$NEARNESS" ] || return 0
	cut_change >"$WORK/cut.told" || die 1 "cut-change failed on $SUBMISSION: its message is above"
	read -r taken left strays <<<"$(awk -F '\t' '{ n[$1] = $2 } END { print n["taken"], n["left"], n["strays"] }' "$WORK/cut.told")"
	if ((strays <= STRAYS_MAX || taken == 0)); then
		remove_tree "$WORK/cut"
		return
	fi
	cp -r -- "$WORK/cut/base/." "$WORK/base/"
	BASE_TOLD="not known here, like $(told_bases); the $taken lines that have to do with the leaves were taken; --base (make: BASE=) names it"
	note check "the base is not known: $taken lines are taken for the author's, since they name the leaves or what belongs to them; $left others that no known kernel has are taken for Linux's own and left out"
	FUZZY=1
}

# The nearest two versions, in words.
told_bases() { head -n 2 <<<"$NEARNESS" | cut -f 2 | LC_ALL=C sort -V | paste -s -d ' ' | sed 's/ / and /'; }

# TELLING: the submission's files that tell its base.  Of a whole tree a few are enough.
telling_files() {
	local path
	TELLING=()
	if [ "$FORM" = files ]; then
		mapfile -t TELLING < <(cd "$WORK/submission" && find . -type f -printf '%P\n' | LC_ALL=C sort)
		return
	fi
	for path in arch/x86/kvm/{cpuid.c,x86.c,emulate.c,vmx/vmx.c,svm/svm.c}; do
		[ ! -f "$WORK/submission/$path" ] || TELLING+=("$path")
	done
}

# The difference between the base and the submission, a change for each file.
compare_with_base() {
	local path listed
	take_base "$BASE_KIND" "$BASE_PLACE" "$WORK/base"
	strip_all_cr "$WORK/submission"
	own_lines_only
	if [ "$FORM" = files ]; then
		listed=$(cd "$WORK/submission" && find . -type f -printf '%P\n')
	else
		listed=$(cd "$WORK" && { find submission base -type f ! -path '*/include/generated/*' ! -name Makefile -printf '%P\n'
			find submission/arch base/arch submission/virt base/virt -type f -name 'Makefile*' -printf '%H/%P\n' | cut -d/ -f 2-; })
	fi
	while IFS= read -r path; do
		is_kvm_path "$path" || continue
		compare_file "$path"
	done < <(LC_ALL=C sort -u <<<"$listed")
}

compare_file() {
	local old=$WORK/base/$1 new=$WORK/submission/$1 label=a/$1
	! cmp -s -- "$old" "$new" || return 0
	[ ! -f "$new" ] || end_last_line "$new"
	! cmp -s -- "$old" "$new" || return 0
	[ -f "$old" ] || { old=/dev/null label=/dev/null; }
	[ -f "$new" ] || return 0	# a file that a partial copy lacks was not removed on purpose
	CHANGES=$((CHANGES + 1))
	diff -up --label "$label" --label "b/$1" -- "$old" "$new" >"$WORK/changes/$(printf '%04d' $CHANGES).patch" || true
	printf '%s\n' "$1" >"$WORK/changes/$(printf '%04d' $CHANGES).path"
}

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
	local json suite series
	for json in "$(dirname -- "$TREE")"/build-*/tree.json; do
		[ -f "$json" ] && [ "$(realpath -- "${json%/tree.json}")" != "$(realpath -- "$TREE")" ] || continue
		suite=$(json_field "$json" suite)
		series=$(awk -v suite="$suite" '$2 == suite { print $1 }' "$here/../images/kernels.txt")
		[ -n "$series" ] || continue
		if fits_tree "${json%/tree.json}$(json_field "$json" source)" 0; then
			note fits "KERNEL=$series takes it without fuzz"
			FITS+=" KERNEL=$series takes it without fuzz."
		elif ((CONFLICTS > 0)) && fits_tree "${json%/tree.json}$(json_field "$json" source)" 2; then
			note fits "KERNEL=$series takes it with fuzz"
			FITS+=" KERNEL=$series takes it with fuzz."
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
