# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# On which kernel a submission was made, and what it changes in that.  See submission.bash, which is sourced before.
# shellcheck disable=SC2154 # TREE, source, WORK, SUBMISSION, BASE and LINUX are the caller's

CUT_BASES_MAX=4		# of the known kernels, the nearest, among which the author's lines are looked for
APART_MAX=2000		# lines without a leaf in their files by which no author's tree differs from its base
STRAYS_MAX=20		# lines by which a base that is the right one may differ besides the author's

# The kernels whose source is known here, a line each: "VERSION<tab>tree<tab>FOLDER" or "VERSION<tab>tag<tab>TAG".
list_bases() {
	local json tag
	for json in "$TREE/tree.json" "$(dirname -- "$TREE")"/build-*/tree.json; do
		[ -f "$json" ] || continue
		printf '%s\ttree\t%s%s\n' "$(json_field "$json" version | sed 's/-[^-]*$//')" "${json%/tree.json}" "$(json_field "$json" source)"
	done | awk '!seen[$0]++'
	[ -n "$LINUX" ] || return 0
	! is_url "$LINUX" ||
		die 2 "--linux (make: LINUX=) takes a clone on this machine, not an address: git clone --filter=blob:none --no-checkout ${LINUX} linux, and then LINUX=linux"
	git -c safe.directory='*' -C "$LINUX" rev-parse --git-dir >/dev/null 2>&1 || die 2 "--linux (make: LINUX=) $LINUX is no git repository: name a clone of Linux"
	for tag in $(git -c safe.directory='*' -C "$LINUX" tag -l 'v[4-9].*'); do
		[[ ! $tag =~ ^v[0-9]+(\.[0-9]+){1,2}(-rc[0-9]+)?$ ]] || printf '%s\ttag\t%s\n' "${tag#v}" "$tag"
	done
}

# take_base KIND PLACE TO [PATH...]: the source of a base; all of KVM's, or those of these files that it has.
take_base() {
	local kind=$1 place=$2 to=$3 paths
	shift 3
	mkdir -p -- "$to"
	if [ "$kind" = tree ]; then
		(cd -- "$place" && find "${@:-${KVM_PLACES[@]}}" -type f -exec cp --parents -t "$to" -- {} + 2>/dev/null) || true
		take_headers "$place" "$to"
	else
		mapfile -t paths < <(git -c safe.directory='*' -C "$LINUX" ls-tree -r --name-only "$place" -- "${@:-${KVM_PLACES[@]}}" 2>/dev/null)
		(($# > 0)) || mapfile -t -O ${#paths[@]} paths < <(git -c safe.directory='*' -C "$LINUX" ls-tree --name-only "$place" -- include/linux/ |
			grep '^include/linux/kvm_.*\.h$' | grep -v kvm_host)
		((${#paths[@]} == 0)) || git -c safe.directory='*' -C "$LINUX" archive "$place" -- "${paths[@]}" 2>/dev/null | tar -x -C "$to" 2>/dev/null || true
	fi
}

# take_headers SOURCE TO: of a build tree's kernel the headers kvm_*.h that the submission has, as the package of its
# headers has them: the source there is KVM's alone.
take_headers() {
	local file name
	for file in "$WORK"/submission/include/linux/kvm_*.h; do
		name=${file##*/}
		[[ -f $file && ! -f $2/include/linux/$name ]] || continue
		take_header "$1" "$2" "include/linux/$name"
	done
}

# take_header SOURCE TO PATH: one of them, if the kernel has it.
take_header() {
	local headers=("${1%/usr/src/*}"/usr/src/linux-headers-*-common)
	[ ! -f "${headers[0]}/$3" ] || { mkdir -p -- "$2/include/linux" && cp -- "${headers[0]}/$3" "$2/$3"; }
}

# drop_like_headers: what the submission has of these as its base has is nothing to look at. One that Linux has and this
# base has not got cannot be compared.
drop_like_headers() {
	local file path
	for file in "$WORK"/submission/include/linux/kvm_*.h; do
		path=include/linux/${file##*/}
		[[ -f $file && $path != */kvm_host.h ]] || continue
		if cmp -s -- "$file" "$WORK/base/$path"; then
			rm -- "$file"
		elif [[ ! -f $WORK/base/$path && $path =~ /kvm_(types|para|irqfd|dirty_ring|stat)\.h$ ]]; then
			note "left out" "$path (the source of the base, which is known here, has not got it)"
			rm -- "$file"
		fi
	done
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

# likely_bases VERSION: of the bases on standard input those among which the nearest is looked for. A version has many
# release candidates: only those of VERSION are, and the first of each, near to which a tree of a merge window is.
likely_bases() {
	awk -F '\t' -v v="${1%-rc*}-rc" '$1 !~ /-rc/ || $1 ~ /-rc1$/ || index($1, v) == 1'
}

# Sets NEARNESS and, by it, the base, which is not known otherwise: VERSION, if any, is the one that the Makefile says.
take_nearest() {
	local lines version
	telling_files
	NEARNESS=$(list_bases | likely_bases "$1" | by_nearness)
	IFS=$'\t' read -r lines version BASE_KIND BASE_PLACE <<<"$NEARNESS"
	BASE_TOLD="$version, the nearest of those known here ($lines lines differ); --base (make: BASE=) names another"
}

# Sets BASE_KIND, BASE_PLACE and BASE_TOLD: the kernel that the submission's files were changed from.
find_base() {
	local bases version found
	bases=$(list_bases)
	version=${BASE#v}
	MAKEFILE_SAYS=$(makefile_version "$WORK/submission/Makefile")
	found=$(awk -F '\t' -v v="${version:-$MAKEFILE_SAYS}" '$1 == v { print; exit }' <<<"$bases")
	if [ -n "$found" ]; then
		IFS=$'\t' read -r version BASE_KIND BASE_PLACE <<<"$found"
		BASE_TOLD="$version, as --base says"
		[ -n "$BASE" ] || BASE_TOLD="$version, as its Makefile says"
		return
	fi
	[ -z "$BASE" ] || die 2 "no source of Linux $version is known here, only of: $(cut -f 1 <<<"$bases" | sort -uV | paste -s -d ' '); --linux (make: LINUX=) names a clone of Linux that has the tag v$version"
	take_nearest "$MAKEFILE_SAYS"
}

# lines_apart: by how many lines the submission's files differ from $WORK/base that have no leaf's number in them. It is
# soon counted, and where there are few, nothing else is to be asked.
lines_apart() {
	local path sum=0
	while IFS= read -r path; do
		[[ $path == *.[ch] && -f $WORK/submission/$path && -f $WORK/base/$path ]] || continue
		! grep -qiE '0x0*4ffffff[c-f]|134217727[6-9]' -- "$WORK/submission/$path" || continue
		sum=$((sum + $(differing_lines "$WORK/submission/$path" "$WORK/base/$path")))
	done < <(unlike_files submission base)
	printf '%s\n' "$sum"
}

# The version that a Makefile says is that of the last release before: of a tree from between two releases Linux's own
# changes would be taken for the author's. That base is held against the tree: lines that have nothing to do with the
# leaves may be the author's own, but not in files in which the author has done nothing else.
doubt_makefile() {
	local strays untouched=1
	[[ -z $BASE && -z $NEARNESS ]] || return 0
	strays=$(lines_apart)
	((strays > STRAYS_MAX)) || return 0
	# What is that far away need not be looked at line by line, which would take long.
	if ((strays <= APART_MAX)); then
		NEARNESS=$'0\t'"$MAKEFILE_SAYS"$'\t'"$BASE_KIND"$'\t'"$BASE_PLACE"
		cut_change >"$WORK/cut.told" || die 1 "cut-change failed on $SUBMISSION: its message is above"
		read -r strays untouched <<<"$(awk -F '\t' '{ n[$1] = $2 } END { print (n["taken"] ? n["strays"] : 0), n["untouched"] }' "$WORK/cut.told")"
		remove_tree "$WORK/cut"
		NEARNESS=''
	fi
	((strays > STRAYS_MAX && untouched > 0)) || return 0
	note check "the Makefile says $MAKEFILE_SAYS, but $strays lines differ from that which have nothing to do with the leaves, in files too in which nothing else does: the base is looked for by content; --base (make: BASE=) names it"
	take_nearest "$MAKEFILE_SAYS"
	remove_tree "$WORK/base"
	take_base "$BASE_KIND" "$BASE_PLACE" "$WORK/base"
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
	cp -r -- "$WORK/submission" "$here"/{cut-change,SourceLines.pm,SourcePlaces.pm} "$WORK/known/"
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

# unlike_files A B: the files of two folders in WORK that are not the same in both. Of a tree's 500 that is soon said.
unlike_files() {
	local folder
	for folder; do
		(cd -- "$WORK/$folder" && find . -type f -exec sha256sum -- {} +)
	done | LC_ALL=C sort | uniq -u | cut -c 69- | LC_ALL=C sort -u
}

# The difference between the base and the submission, a change for each file.
compare_with_base() {
	local path listed
	if [ -z "$NEARNESS" ] && [ "$BASE_PLACE" = "$TREE$source" ]; then
		cp -al -- "$WORK/host" "$WORK/base"	# neither is written to
		take_headers "$BASE_PLACE" "$WORK/base"
	else
		take_base "$BASE_KIND" "$BASE_PLACE" "$WORK/base"
	fi
	strip_all_cr "$WORK/submission"
	drop_like_headers
	doubt_makefile
	own_lines_only
	if [ "$FORM" = files ]; then
		listed=$(cd "$WORK/submission" && find . -type f -printf '%P\n')
	else
		listed=$(cd "$WORK" && { find submission base -type f ! -path '*/include/generated/*' ! -name Makefile -printf '%P\n'
			find submission/arch base/arch submission/virt base/virt -type f -name 'Makefile*' -printf '%H/%P\n' | cut -d/ -f 2-; })
		listed=$(comm -12 <(LC_ALL=C sort -u <<<"$listed") <(unlike_files submission base))
	fi
	while IFS= read -r path; do
		is_kvm_path "$path" || continue
		compare_file "$path"
	done < <(LC_ALL=C sort -u <<<"$listed")
}

# need_header PATH: a header of include/linux that is changed is wanted in the host's source too, which has only one of them.
need_header() {
	[[ $1 != include/linux/* || -f $WORK/host/$1 ]] || take_header "$TREE$source" "$WORK/host" "$1"
}

compare_file() {
	local old=$WORK/base/$1 new=$WORK/submission/$1 label=a/$1
	! cmp -s -- "$old" "$new" || return 0
	[ ! -f "$new" ] || end_last_line "$new"
	! cmp -s -- "$old" "$new" || return 0
	[ -f "$old" ] || { old=/dev/null label=/dev/null; }
	[ -f "$new" ] || return 0	# a file that a partial copy lacks was not removed on purpose
	need_header "$1"
	CHANGES=$((CHANGES + 1))
	diff -up --label "$label" --label "b/$1" -- "$old" "$new" >"$WORK/changes/$(printf '%04d' $CHANGES).patch" || true
	printf '%s\n' "$1" >"$WORK/changes/$(printf '%04d' $CHANGES).path"
}
