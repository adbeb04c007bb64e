# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What of KVM is in a submission: for build-submission, which wants images/lib.sh and lib.bash too.  submission-form.bash
# says before in which form it was handed in, submission-patches.bash takes patches, and submission-base.bash and
# submission-carry.bash go on with it.  All of them handle a stranger's files.  None of these is executed; programs that
# read them in depth (git, patch, wiggle) run as nobody, and see nothing but the folder they work on (sandbox.bash).
# shellcheck disable=SC2154 # TREE, source, WORK, SUBMISSION and BASE are the caller's

FILE_KIB_MAX=2048	# of one source file
SOURCE_FILES_MAX=4000
SOURCE_MIB_MAX=64	# of a repository's files in KVM's folders, which are 10

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

# list_source: the files of KVM_PLACES in this folder, each with a NUL behind it. What a build has left is none.
list_source() {
	find "${KVM_PLACES[@]}" -xdev -type f \
		\( -name '*.[chS]' -o -name 'Makefile*' -o -name 'Kconfig*' -o -name 'Kbuild*' \) -print0 2>/dev/null || true
	find include/linux -xdev -maxdepth 1 -type f -name 'kvm_*.h' ! -name kvm_host.h -print0 2>/dev/null || true
}

# copy_source FROM TO: the regular files of KVM_PLACES out of a Linux tree.  Links, devices and what a build has left
# are not taken; a file or a number of files beyond measure is refused.
copy_source() {
	local from=$1 to=$2 list=$WORK/source.list big
	refuse_links "$from"
	(cd -- "$from" && list_source) >"$list"
	[ "$(tr -cd '\0' <"$list" | wc -c)" -le $SOURCE_FILES_MAX ] || refuse form "$from has more than $SOURCE_FILES_MAX files in KVM's folders"
	big=$(cd -- "$from" && find "${KVM_PLACES[@]}" -xdev -type f -name '*.[chS]' -size +${FILE_KIB_MAX}k -print -quit 2>/dev/null || true)
	[ -z "$big" ] || refuse form "$from/$big is larger than $FILE_KIB_MAX KiB, which no file of KVM is"
	mkdir -p -- "$to"
	(cd -- "$from" && xargs -0 -r cp --parents --no-dereference --preserve=timestamps -t "$to" --) <"$list"
	[ ! -f "$from/Makefile" ] || [ -L "$from/Makefile" ] || cp -- "$from/Makefile" "$to/"
}

# "6.0.7" or "5.15-rc6" out of a Linux Makefile; nothing where there is none. An EXTRAVERSION that an author has made up
# is no part of it.
makefile_version() {
	[ -f "$1" ] || return 0
	awk -F ' *= *' '
		{ sub(/[ \t\r]+$/, "") }
		$1 == "VERSION" { v = $2 } $1 == "PATCHLEVEL" { p = $2 } $1 == "SUBLEVEL" { s = $2 } $1 == "EXTRAVERSION" { e = $2; exit }
		END {
			if (!match(e, /^-rc[0-9]+/)) RLENGTH = 0
			if (v ~ /^[0-9]+$/ && p ~ /^[0-9]+$/) print v "." p (s ~ /^[1-9][0-9]*$/ ? "." s : "") substr(e, 1, RLENGTH)
		}' "$1"
}

# fetch_git REPOSITORY NAME INPUT: KVM's folders of a repository at a branch, tag or commit (empty: its head) into
# $WORK/submission, shallow and, where the server can, without the files of all other folders.
fetch_git() {
	local repository=$1 name=${2:-HEAD} input=$3 code=0 hint=
	local place=$WORK/clone
	mkdir -- "$place"
	chown $NOBODY:$NOBODY -- "$place"
	[[ $name != -* ]] || die 2 "'$name' is no name of a branch"
	# shellcheck disable=SC2016 # expanded by the inner shell
	SANDBOX_NET=1 SANDBOX_LIMIT=${SUBMISSION_TIMEOUT:-600} SANDBOX_FILE_MIB=$FETCH_MIB confined "$place" "$input" env GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=/bin/false GIT_CONFIG_NOSYSTEM=1 \
		GIT_ALLOW_PROTOCOL=http:https:git:file GIT_SSH_COMMAND=/bin/false GIT_LFS_SKIP_SMUDGE=1 \
		sh -euc '
			repository=$1 name=$2 max=$3 mib=$4
			shift 4
			# What reads a local repository takes this from a file only.
			git config --global safe.directory "*"
			git config --global uploadpack.allowAnySHA1InWant true
			# A local repository knows its own short names: of a commit, or of a branch that it has fetched.
			[ "$repository" != file:///srv ] ||
				name=$(git -C /srv rev-parse --verify --quiet --end-of-options "$name^{commit}") || name=$2
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
			printf "/%s\n" "$@" "include/linux/kvm_*.h" Makefile >.git/info/sparse-checkout
			# A few MiB can be packed that are many GiB: /tmp has an end.
			mkdir /tmp/tree
			git --work-tree=/tmp/tree checkout -q --detach FETCH_HEAD
			[ "$(du -sm /tmp/tree | cut -f 1)" -le "$mib" ] || { echo "it has more than $mib MiB in the folders of KVM" >&2; exit 1; }
			cp -r /tmp/tree/. .
			git ls-tree -r FETCH_HEAD >../whole
		' sh "$repository" "$name" $SOURCE_FILES_MAX $SOURCE_MIB_MAX "${KVM_PLACES[@]}" >&2 || code=$?
	[ "$code" -ne 124 ] || die 3 "$repository did not answer within ${SUBMISSION_TIMEOUT:-600} s"
	[[ ! $name =~ ^[0-9a-f]{4,39}$ || $repository == file:///srv ]] || hint=" A commit of a server's wants all of its 40 digits."
	[ "$code" -eq 0 ] || die 3 "git cannot fetch '$name' of $repository (its messages are above): is the name right, and can everybody read it?$hint"
	is_linux_tree "$place/repository" || refuse form "$repository at '$name' has no arch/x86/kvm: it is no Linux tree"
	copy_source "$place/repository" "$WORK/submission"
}

# A local repository is read by nobody too, at /srv: its own configuration may name programs.
gather_git() {
	local place=${SUBMISSION%%#*}
	local name=
	[[ $SUBMISSION != *'#'* ]] || name=${SUBMISSION#*#}
	fetch_git file:///srv "$name" "$(realpath -- "$place")"
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

gather_several() {
	refuse form "$SUBMISSION has several Linux trees in it: $TREES; name one of them, or leave one there"
}

gather_tree() {
	copy_source "$SUBMISSION" "$WORK/submission"
	[ ! -d "$SUBMISSION/.git" ] || list_committed "$SUBMISSION"
}

# list_committed TREE: what the head of a tree's own repository has, as $WORK/clone/whole, and the files that are not as
# in it, as $WORK/clone/uncommitted. A repository that is damaged tells nothing, and is a tree of files all the same.
list_committed() {
	mkdir -- "$WORK/clone"
	chown $NOBODY:$NOBODY -- "$WORK/clone"
	SANDBOX_LIMIT=20 confined "$WORK/clone" "$1" sh -c '
		git config --global safe.directory "*"
		export GIT_OPTIONAL_LOCKS=0
		git -C /srv ls-tree -r HEAD >whole
		git -C /srv -c core.fsmonitor=false -c core.checkStat=minimal diff --no-ext-diff --no-textconv \
			--ignore-submodules=all --name-only HEAD >uncommitted' 2>/dev/null || true
}

# differing_lines A B: how many lines differ.
differing_lines() { diff -b -- "$1" "$2" 2>/dev/null | grep -c '^[<>]' || true; }

# kvm_files NAME: the paths of KVM's files of that name, a line each, by the host kernel's source.
kvm_files() { (cd -- "$WORK/host" && find . -type f -name "$1" ! -path './arch/x86/include/generated/*' -printf '%P\n' | LC_ALL=C sort); }

# common_end A B: how many names, from the last one on, two paths have in common.
common_end() {
	local a=$1 b=$2 count=0
	while [[ -n $a && -n $b && ${a##*/} == "${b##*/}" ]]; do
		count=$((count + 1))
		if [[ $a == */* ]]; then a=${a%/*}; else a=; fi
		if [[ $b == */* ]]; then b=${b%/*}; else b=; fi
	done
	printf '%s\n' "$count"
}

# path_named FILE: where in a Linux tree a file belongs by its name: the place whose path ends like the file's, as far as
# that goes; where several do, the one whose content is likest. Nothing where KVM has no file of that name.
path_named() {
	local file=$1 most=0 best='' least='' path count likes=()
	[[ /${file#"$SUBMISSION"/} != */tools/@(arch|include)/* ]] || return 0	# copies, for programs
	while IFS= read -r path; do
		count=$(common_end "${file#"$SUBMISSION"/}" "$path")
		if ((count > most)); then
			likes=("$path") most=$count
		elif ((count == most)); then
			likes+=("$path")
		fi
	done < <(kvm_files "$(basename -- "$file")")
	if ((${#likes[@]} < 2)); then
		[ "$most" -eq 0 ] || printf '%s\n' "${likes[0]}"
		return
	fi
	for path in "${likes[@]}"; do
		count=$(differing_lines "$file" "$WORK/host/$path")
		if [[ -z $least || $count -lt $least ]]; then
			least=$count best=$path
		fi
	done
	printf '%s\n' "$best"
}

# The functions that a file of C defines, a line each.
defined_functions() {
	awk '/^[A-Za-z_]/ && !/;[ \t\r]*$/ && match($0, /[A-Za-z_][A-Za-z0-9_]*\(/) { print substr($0, RSTART, RLENGTH - 1) }' "$1" |
		{ grep -v '^[A-Z0-9_]*$' || true; } | LC_ALL=C sort -u
}

# why_not_kvm FILE PATH: why a file that has the name of KVM's is another all the same; nothing where it is KVM's.
why_not_kvm() {
	[[ $2 == *.c ]] || return 0
	if grep -qE '^[[:space:]]*((static|int|void)[[:space:]]+)*main[[:space:]]*\(' -- "$1"; then
		echo "it is a program of its own, with main()"
	elif [ -z "$(comm -12 <(defined_functions "$1") <(defined_functions "$WORK/host/$2"))" ]; then
		echo "it has none of the functions of KVM's $2"
	fi
}

# path_of FILE: where in a Linux tree a file belongs that is KVM's by its name and by what it defines; else nothing.
path_of() {
	local path
	path=$(path_named "$1")
	[ -z "$path" ] || [ -n "$(why_not_kvm "$1" "$path")" ] || printf '%s\n' "$path"
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
	[ -z "$(path_named "$1")" ] || [ "$name" = Makefile ] || return 0
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
	local file taken path why
	taken=$(printf '%s\n' "${FILE_OF[@]}")
	for file; do
		! grep -qxF -- "$file" <<<"$taken" && [[ ${file##*/} != Makefile ]] && ! cmp_taken "$file" || continue
		path=$(path_named "$file")
		why="KVM has no file of that name"
		[ -z "$path" ] || why=$(why_not_kvm "$file" "$path")
		note "left out" "${file#"$SUBMISSION"/} ($why)"
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
