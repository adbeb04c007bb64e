# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a submission is called by, and in which form it was handed in: the first step of build-submission, before
# anything of it is copied. Nothing of it is executed here, and no link is followed.
# shellcheck disable=SC2034 # FORM and FORM_TOLD are for the caller
# shellcheck disable=SC2154 # SUBMISSION, kernel and the others are the caller's

NESTED_MAX=4		# folders around a tree of Linux; patches lie in twice as many
PATCH_ENDINGS='patch|diff|mbox|eml'	# in any case; harness/batch/source.c has the same
PATCH_KIB_MAX=8192
FORM_TOLD=()		# what there is to tell of the form, once there is a place for it
TREES=''		# of FORM=several

# The part of a Linux tree that a submission may change, as find and git take it; of include/linux the files kvm_*.h.
KVM_PLACES=(arch/x86/kvm arch/x86/include virt/kvm include/linux/kvm_host.h)

is_url() { [[ ${1,,} =~ ^(https?|git):// ]]; }

is_linux_tree() { [ -d "$1/arch/x86/kvm" ]; }

# is_repository FOLDER: of git, with or without a work tree.
is_repository() { [ -e "$1/.git" ] || [[ -f $1/HEAD && -d $1/objects && -d $1/refs ]]; }

# tell_page ADDRESS: dies where it is that of a page about a branch, as a browser shows it, and not of the repository.
tell_page() {
	[[ $1 =~ ^(https?://[^/]+/[^/]+/[^/#]+)/(-/)?(tree|commit)/([^#]+)$ ]] || return 0
	die 2 "$1 is the address of a page: the repository is ${BASH_REMATCH[1]}#${BASH_REMATCH[4]}"
}

tell_ssh() {
	die 2 "$1 is fetched by ssh, which wants a key, and the sandbox that fetches it has none: give the address that everybody can read, https://$2"
}

# take_address: sets SUBMISSION to a URL with its scheme in small letters, or to the whole path of what is on this machine.
take_address() {
	local scheme rest
	if [ -e "$SUBMISSION" ]; then
		SUBMISSION=$(realpath -m -- "$SUBMISSION")
	elif [[ $SUBMISSION =~ ^([A-Za-z][A-Za-z0-9+.-]*)://(.*)$ ]]; then
		scheme=${BASH_REMATCH[1],,} rest=${BASH_REMATCH[2]}
		case $scheme in
		https | http | git) tell_page "$scheme://$rest"; SUBMISSION=$scheme://$rest ;;
		file) SUBMISSION=$(realpath -m -- "/${rest#*/}") ;;
		*ssh*) tell_ssh "$SUBMISSION" "${rest#*@}" ;;
		*) die 2 "$SUBMISSION: a repository is fetched by https://, http:// or git://, not by $scheme://" ;;
		esac
	elif [[ $SUBMISSION =~ ^([A-Za-z0-9._-]+@)?([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+):([^/].*)$ ]]; then
		tell_ssh "$SUBMISSION" "${BASH_REMATCH[2]}/${BASH_REMATCH[4]}"
	elif [[ $SUBMISSION =~ ^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[a-z]+/ ]]; then
		die 2 "there is no $SUBMISSION; if it is the address of a repository, write https:// in front"
	else
		SUBMISSION=$(realpath -m -- "$SUBMISSION")
	fi
}

# Whether there is a hunk in what an encoded mail says in clear. It is decoded, and
# nothing else is done with it.
has_encoded_hunk() {
	grep -qaiE '^Content-Transfer-Encoding: *(quoted-printable|base64)' -- "$1" || return 1
	head -c $((PATCH_KIB_MAX << 10)) -- "$1" | perl -MMIME::Base64 -0777 -ne '
		my $hunk = qr/^@@ -\d+(?:,\d+)? \+\d+/m;
		exit 0 if s/=\r?\n//gr =~ s/=([0-9A-F]{2})/chr hex $1/ger =~ $hunk;
		while (m{((?:^[A-Za-z0-9+/]+={0,2}\r?\n?)+)}mg) { exit 0 if decode_base64($1) =~ $hunk }
		exit 1'
}

# Whether a file is a patch, by its name and by its having a hunk.
is_patch() {
	[[ -f $1 && ! -L $1 && ${1,,} =~ \.($PATCH_ENDINGS)$ ]] || return 1
	grep -qaE '^@@ -[0-9]+(,[0-9]+)? \+[0-9]+' -- "$1" || has_encoded_hunk "$1"
}

# find_patches PLACE: the files that are called like a patch, in the order of their paths, each with a NUL behind it.
find_patches() {
	find "$1" -xdev -maxdepth $((2 * NESTED_MAX)) -type f -regextype posix-extended -iregex ".*\.($PATCH_ENDINGS)" \
		-size -${PATCH_KIB_MAX}k -print0 | LC_ALL=C sort -z
}

has_patch() {
	local file
	while IFS= read -r -d '' file; do
		! is_patch "$file" || return 0
	done < <(find_patches "$1")
	return 1
}

# has_file FOLDER NAME-PATTERN: whether there is such a regular file in or below it.
has_file() { [ -n "$(find "$1" -xdev -type f -name "$2" -print -quit 2>/dev/null)" ]; }

# The whole trees of Linux in a folder, or below it, a line each. What has a few files of one is none.
nested_trees() {
	find "$1" -xdev -mindepth 4 -maxdepth $((NESTED_MAX + 4)) -type f -path '*/arch/x86/kvm/Makefile' -printf '%h\n' 2>/dev/null |
		sed 's|/arch/x86/kvm$||' | LC_ALL=C sort
}

# has_kvm_source FOLDER: whether files of C by which KVM is known lie beside its modules.
has_kvm_source() {
	local name
	for name in cpuid.c x86.c vmx.c svm.c vmx/vmx.c svm/svm.c; do
		[ ! -f "$1/$name" ] || return 0
	done
	return 1
}

# The kernel that a module was built for. It is read as text, since it is a stranger's.
module_kernel() {
	[[ -f $1 && ! -L $1 ]] || return 0
	LC_ALL=C grep -aozE 'vermagic=[[:graph:]]+' -- "$1" | tr '\0' '\n' | sed -n '1s/^vermagic=//p' || true
}

# Whether a folder with kvm.ko is taken for its modules: source beside them is taken in their place where they are of
# another kernel.
takes_modules() {
	local built
	[ -f "$1/kvm.ko" ] || return 1
	has_kvm_source "$1" || return 0
	built=$(module_kernel "$1/kvm.ko")
	if [ "$built" = "$kernel" ]; then
		FORM_TOLD+=("check: kvm.ko was taken, which is of this kernel; the source beside it was not: remove kvm.ko to have that built")
		return 0
	fi
	FORM_TOLD+=("left out: kvm.ko and the other modules (they are of ${built:-no kernel that can be read}, not of $kernel); the source beside them was taken")
	return 1
}

find_form_of_folder() {
	local trees
	mapfile -t trees < <(nested_trees "$SUBMISSION")
	if takes_modules "$SUBMISSION"; then
		FORM=modules
	elif is_linux_tree "$SUBMISSION"; then
		FORM=tree
	elif ((${#trees[@]} == 1)); then
		FORM=tree
		FORM_TOLD+=("taken: ${trees[0]#"$SUBMISSION"/}, which has arch/x86/kvm in it; nothing beside it")
		SUBMISSION=${trees[0]}
	elif ((${#trees[@]} > 1)); then
		FORM=several TREES=$(printf '%s\n' "${trees[@]#"$SUBMISSION"/}" | head -n 8 | paste -s -d ' ')
	elif has_patch "$SUBMISSION"; then
		FORM=patches
		tell_beside_patches
	elif has_file "$SUBMISSION" '*.[ch]'; then
		FORM=files
	elif is_repository "$SUBMISSION"; then
		FORM=git
	else
		FORM=nothing
	fi
}

# Files of C that lie beside patches are not looked at.
tell_beside_patches() {
	local file
	while IFS= read -r -d '' file; do
		FORM_TOLD+=("left out: ${file#"$SUBMISSION"/} (the patches beside it were taken)")
	done < <(find "$SUBMISSION" -xdev -type f -name '*.[ch]' -print0 | LC_ALL=C sort -z | head -z -n 20)
}

# Sets FORM to what SUBMISSION is: modules, patches, tree, git, url, files, several or nothing.
find_form() {
	local place=${SUBMISSION%%#*}
	if is_url "$SUBMISSION"; then
		FORM=url
	elif [[ $SUBMISSION == *'#'* && ! -e $SUBMISSION ]]; then
		is_repository "$place" || die 2 "$place is no git repository, so it has no '${SUBMISSION#*#}'"
		# The sandbox sees this folder alone.
		[ ! -f "$place/.git" ] || die 2 "$place is a worktree of another repository: name that one, with #${SUBMISSION#*#}"
		FORM=git
	elif [ ! -e "$SUBMISSION" ]; then
		die 2 "there is no $SUBMISSION: name a folder, a patch, or the URL of a git repository"
	elif is_patch "$SUBMISSION"; then
		FORM=patches
	elif [ ! -d "$SUBMISSION" ]; then
		die 2 "$SUBMISSION is neither a folder nor a patch (*.patch, *.diff, *.mbox, *.eml with at least one hunk); unpack an archive first"
	else
		find_form_of_folder
	fi
}

# tell_form: what find_form had to say, into submission.txt too.
tell_form() {
	local line
	for line in "${FORM_TOLD[@]}"; do
		note "${line%%: *}" "${line#*: }"
	done
}
