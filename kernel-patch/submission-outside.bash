# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a submission changes outside of KVM's folders, which is left out: it is named, as far as it can be known without
# the files. See submission.bash, which is sourced before.
# shellcheck disable=SC2154 # WORK, TREE, LINUX and the others are the caller's

OUTSIDE_NAMED=8		# of the files, in one line
OUTSIDE_MAX=200		# files by which a tree differs from its base, if that is the right one

# outside_source: of paths on standard input the source outside of what is compared.
outside_source() {
	grep -E '(\.[chS]|/Makefile|/Kconfig|/Kbuild)$' | grep -vE '^(arch/x86/kvm/|arch/x86/include/|virt/kvm/|include/linux/kvm_[^/]*$|tools/|Documentation/|samples/)' || true
}

# tell_outside: the files outside that differ from the base's, by the lists that git has of both.
tell_outside() {
	local paths count more='' whole=$WORK/clone/whole
	paths=$({
		[ ! -f "$WORK/clone/uncommitted" ] || outside_source <"$WORK/clone/uncommitted"
		if [ -s "$whole" ] && [ "$BASE_KIND" = tag ]; then
			LC_ALL=C comm -23 <(LC_ALL=C sort "$whole") \
				<(git -c safe.directory='*' -C "$LINUX" ls-tree -r "$BASE_PLACE" 2>/dev/null | LC_ALL=C sort) | cut -f 2 | outside_source
		fi
	} | LC_ALL=C sort -u)
	[ -n "$paths" ] || return 0
	count=$(wc -l <<<"$paths")
	((count <= OUTSIDE_MAX)) || return 0
	((count <= OUTSIDE_NAMED)) || more=" and $((count - OUTSIDE_NAMED)) more"
	note "left out" "$(head -n $OUTSIDE_NAMED <<<"$paths" | paste -s -d ' ')$more (outside KVM's folders)"
}

# included_headers: the headers of Linux's that a change's new lines include, a line each.
included_headers() {
	sed -nE 's/^\+[[:space:]]*#[[:space:]]*include[[:space:]]*<((linux|asm|trace|uapi|kvm|net|crypto)\/[A-Za-z0-9_./-]+\.h)>.*/\1/p' "$@" | LC_ALL=C sort -u
}

# kernel_has_header NAME: whether the tree's kernel, or the submission's own part of it, has a header. Some are made by a build.
kernel_has_header() {
	local place
	for place in "$WORK"/{submission,host}/{include,arch/x86/include} "$WORK"/{submission,host}/{include,arch/x86/include}/uapi \
		"$TREE"/usr/src/linux-headers-*/{include,arch/x86/include}{,/uapi,/generated,/generated/uapi}; do
		[ ! -f "$place/$1" ] || return 0
	done
	return 1
}

# tell_missing_headers: those that are in the author's tree outside of KVM's folders, and so in no kernel.
tell_missing_headers() {
	local name changes=("$WORK"/changes/*.patch)
	compgen -G "$TREE/usr/src/linux-headers-*-common" >/dev/null && [ -e "${changes[0]}" ] || return 0
	while IFS= read -r name; do
		[[ $name == *..* ]] || kernel_has_header "$name" ||
			grep -qsF -- "/$name" "$WORK"/changes/*.path ||
			note check "the change includes <$name>, which $kernel has not; a header outside of KVM's folders is left out: put it into arch/x86/kvm"
	done < <(included_headers "${changes[@]}")
}
