#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The command line, without a VM: what it refuses, in which words, with which exit code, and that it leaves nothing
# behind.
#
# shellcheck disable=SC2016 # a shell of the test's own expands them
# shellcheck disable=SC2154 # output, stderr and their lines are run's

bats_require_minimum_version 1.5.0

load ../lib/cli.bash

# --- help and usage ---------------------------------------------------------------

@test "without arguments the usage comes on stderr, and 2" {
	run -2 --separate-stderr "$exitmeter"
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == "usage: exitmeter COMMAND"* ]]
}

@test "--help of the program and of each command fits a terminal" {
	for words in --help -h help "run --help" "run -h" "check --help" "clean --help" "replay --help"; do
		# shellcheck disable=SC2086 # words, split as they are meant
		run -0 --separate-stderr "$exitmeter" $words
		[ -z "$stderr" ]
		[[ ${lines[0],,} == "usage: exitmeter "* ]]
		[ "$(wc -L <<<"$output")" -le 100 ]
	done
}

@test "the help names every command and every exit code" {
	run -0 "$exitmeter" --help
	for word in run replay check clean; do [[ $output == *$'\n'"  $word "* ]]; done
	for code in 0 1 2 3 77 124 130/143; do [[ $output == *"$code "* ]]; done
}

@test "--version is one line" {
	run -0 "$exitmeter" --version
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ ^exitmeter\ [0-9]+\.[0-9]+\.[0-9]+(\ \([0-9a-f]+(-dirty)?\))?$ ]]
}

@test "output that cannot be written is no success" {
	run -2 bash -c '"$1" run --help >/dev/full' - "$exitmeter"
	[[ $output == *"cannot write the output: No space left on device"* ]]
}

@test "what is said on a terminal holds nothing that is not seen, whatever a name is" {
	refused 2 "Müller .[31m.. " "$exitmeter" replay $'M\u00fcller \033[31m\xc2\x9b\xe2\x80\xae '
}

@test "an unknown command is refused, and the known are named" {
	refused 2 "unknown command 'mesure': it is one of run shell batch grade grades replay check image clean" "$exitmeter" mesure
	refused 2 "unknown command ''" "$exitmeter" ""
	refused 2 "unknown command '--nosuch'" "$exitmeter" --nosuch
}

@test "an unknown option or a stray word is refused" {
	for command in run check clean; do
		refused 2 "unknown option --nosuch" "$exitmeter" $command --nosuch
		refused 2 "unexpected argument 'stray'" "$exitmeter" $command stray
	done
	refused 2 "--nosuch" "$exitmeter" replay --nosuch
	refused 2 "want one run folder" "$exitmeter" replay
	refused 2 "want one run folder" "$exitmeter" replay a b
}

@test "a wrong host, guest, layout or modules is refused with the choices" {
	refused 2 "unknown host 'nowhere': it is one of auto nested emulated-svm emulated-vmx native" \
		"$exitmeter" run --host nowhere
	refused 2 "unknown guest 'debian': it is one of cloud micro" "$exitmeter" run --guest=debian
	refused 2 "unknown layout 'Split': it is one of split combined reversed auto" \
		"$exitmeter" run --layout Split
	refused 2 "unknown modules 'mine': it is one of patched stock" "$exitmeter" run --modules mine
}

@test "a bad number is refused with its bounds" {
	for value in 0 65 -1 x 1.5 99999999999999999999 ""; do
		refused 2 "--vcpus takes a whole number from 1 to 64, not '$value'" \
			"$exitmeter" run --vcpus "$value"
	done
	refused 2 "--memory takes a whole number from 128 to 65536, not '64'" \
		"$exitmeter" run --memory 64
	refused 2 "--timeout-boot takes a whole number from 1 to 86400, not '10s'" \
		"$exitmeter" run --timeout-boot 10s
	refused 2 "--vcpus needs a value" "$exitmeter" run --vcpus
}

@test "a bad --config file is refused by its name" {
	refused 2 "/nonexistent/c.json" "$exitmeter" run --config /nonexistent/c.json
	echo '{"guests": "micro"}' >"$BATS_TEST_TMPDIR/c.json"
	refused 2 "c.json: unknown key 'guests'" "$exitmeter" run --config "$BATS_TEST_TMPDIR/c.json"
}

@test "without HOME and a cache it says what to set" {
	need_root "no user without a home can be taken on"
	chmod 711 "$BATS_TEST_TMPDIR"
	install -m 755 "$exitmeter" "$BATS_TEST_TMPDIR/program"
	refused 2 "set HOME, XDG_CACHE_HOME or --cache" env -u HOME -u XDG_CACHE_HOME setpriv --reuid 54321 --clear-groups \
		"$BATS_TEST_TMPDIR/program" run --dry-run
}

# --- dry run ----------------------------------------------------------------------

@test "--dry-run changes nothing, wherever it looks" {
	(cd "$BATS_TEST_TMPDIR" && "$exitmeter" run --dry-run)
	(cd "$BATS_TEST_TMPDIR" && "$exitmeter" run --dry-run --cache some/cache --out some/out)
	[ -z "$(ls -A "$HOME")" ]
	[ ! -e "$BATS_TEST_TMPDIR/some" ]
}

@test "--dry-run says which host auto takes, and why" {
	run -0 --separate-stderr "$exitmeter" run --dry-run
	[ "${#stderr_lines[@]}" -eq 1 ]
	host=emulated-svm
	[[ $stderr != "host: nested "* ]] || host=nested
	if [ $host = nested ]; then
		[[ $stderr == "host: nested (auto: KVM offers its guests "* ]]
	else
		[[ $stderr == "host: emulated-svm (auto, for nested cannot run here: "?* ]]
	fi
	[[ ${lines[0]} == "host $host, guest cloud, scenario boot, layout split, modules patched" ]]
	[[ ${lines[1]} == "run folder $HOME/.cache/exitmeter/runs/"*-$host-cloud-* ]]
}

# The user's own libvirt may have the domain of another run.
@test "a domain's name is the run's own" {
	for host in native:guest emulated-svm:host; do
		run -0 "$exitmeter" run --dry-run --host ${host%:*} --guest micro --cache "$cache" --libvirt-uri test:///default
		[[ $output =~ "<name>exitmeter-${host#*:}-XXXXXX</name>" ]]
		[[ $output != *"<uuid>"* ]]
	done
}

# A host that is restored has the name and the UUID that it was saved with. Each run has an embedded driver of its own.
@test "a host of the embedded driver has one name for all runs" {
	run -0 "$exitmeter" run --dry-run --host emulated-svm --guest micro --cache "$cache"
	[[ $output == *"<name>exitmeter-host</name>"* ]]
	[[ $output == *"<uuid>"* ]]
}

@test "what becomes of saved hosts is one of three words" {
	run -2 "$exitmeter" run --dry-run --host emulated-svm --guest micro --cache "$cache" --saved-host maybe
	[[ $output == "exitmeter: unknown saved-host 'maybe': it is one of yes no anew" ]]
}

@test "a libvirt that cannot be reached is named, and the option outranks the environment" {
	export LIBVIRT_URI=qemu+unix:///system?socket=/nonexistent/socket
	make_pieces
	stopped 77 "libvirt: qemu+unix:///system?socket=/nonexistent/socket: " run_emulated --guest micro
	stopped 77 "libvirt: qemu:///nosuch: " run_emulated --guest micro --libvirt-uri qemu:///nosuch
	[ ! -e "$out" ]
}

@test "--dry-run prints XML that libvirt's schema accepts" {
	command -v xmllint >/dev/null || skip "no xmllint (libxml2-utils)"
	xml=$BATS_TEST_TMPDIR/domain.xml
	odd="$BATS_TEST_TMPDIR/a & b <it's> \"c\""
	for host in native nested emulated-svm; do
		for guest in micro cloud; do
			for place in "$cache" "$odd" relative; do
				(cd "$BATS_TEST_TMPDIR" && "$exitmeter" run --dry-run --host $host \
					--guest $guest --cache "$place" --vcpus 4 --memory 2048 --out "$place/out" \
					--guest-append "x='1 < 2'") | sed -n '/^<domain/,$p' >"$xml"
				xmllint --noout "$xml"
				! command -v virt-xml-validate >/dev/null || virt-xml-validate "$xml" domain
			done
		done
	done
}

# to_native XML: prints the command line that libvirt makes of the XML; fails where libvirt refuses it.
to_native() {
	mkdir -p "$BATS_TEST_TMPDIR/v/etc"
	printf '%s\n' 'security_driver = "none"' 'cgroup_controllers = []' 'namespaces = []' \
		'user = "root"' 'group = "root"' >"$BATS_TEST_TMPDIR/v/etc/qemu.conf"
	virsh -q -c "qemu:///embed?root=$BATS_TEST_TMPDIR/v" domxml-to-native qemu-argv --xml "$1"
}

@test "libvirt makes of the nested host's XML a QEMU that uses KVM and passes the CPU on" {
	command -v virsh >/dev/null || skip "no virsh (libvirt-clients)"
	need_root "libvirt asks the kernel what this machine is"
	[ -r /dev/kvm ] || skip "no /dev/kvm, so libvirt knows no domain type kvm here"
	xml=$BATS_TEST_TMPDIR/domain.xml
	"$exitmeter" run --dry-run --host nested --guest cloud --cache "$cache" |
		sed -n '/^<domain/,$p' >"$xml"
	run -0 to_native "$xml"
	[[ $output == *" -accel kvm -cpu host,"* ]]
	[[ $output == *" -smp 2,"* ]]
	# libvirt must refuse this one, or the check above proves nothing.
	sed "s/host-passthrough/host-handthrough/" "$xml" >"$xml.wrong"
	run -1 to_native "$xml.wrong"
	[[ $output == *"host-handthrough"* ]]
	run ! virt-xml-validate "$xml.wrong" domain
}

@test "nested is 77, in the words that auto has for it" {
	run -0 --separate-stderr "$exitmeter" run --dry-run
	[[ $stderr == *"nested cannot run here: "* ]] || skip "nested works here"
	why=${stderr#*nested cannot run here: }
	make_pieces
	stopped 77 "--host nested cannot run here: ${why%)}: " "$exitmeter" run --host nested \
		--guest micro --cache "$cache" --kit "$kit" --out "$out"
	[ ! -e "$out" ]
}

# --- images -----------------------------------------------------------------------

@test "a missing image is 77, with the command that mends it" {
	make_pieces
	rm -r "$cache/images/guest-bookworm"
	stopped 77 "there is no guest image in $cache/images/guest-bookworm: run \`make images\`" run_emulated
	rm -r "$cache/images/host-bookworm"
	stopped 77 "there is no host image in $cache/images/host-bookworm: run \`make images\`" run_emulated
	[ ! -e "$out" ]
}

# damaged WORDS FILE COMMAND...: after COMMAND has damaged FILE, a run refuses the image with WORDS and leaves FILE
# as it is.
damaged() {
	local words=$1 file=$2 before
	shift 2
	"$@"
	before=$(fingerprint "$cache/images")
	stopped 2 "$words" run_emulated
	[[ ${stderr_lines[-1]} == *"$file"* ]]
	[[ ${stderr_lines[-1]} == *"make images FORCE=1"* ]]
	[ "$(fingerprint "$cache/images")" = "$before" ]
	[ ! -e "$out" ]
}

@test "a truncated image is refused by its name, and left as it is" {
	make_pieces
	damaged "is truncated or altered: 5 bytes" "$cache/images/guest-bookworm/disk.qcow2" \
		truncate -s 5 "$cache/images/guest-bookworm/disk.qcow2"
	damaged "is truncated or altered: 0 bytes" "$cache/images/host-bookworm/root.img" \
		truncate -s 0 "$cache/images/host-bookworm/root.img"
}

@test "an altered image of the right size is refused by its name" {
	make_pieces
	damaged "is altered: SHA-256" "$cache/images/host-bookworm/initrd.img" \
		sed -i s/content/CONTENT/ "$cache/images/host-bookworm/initrd.img"
}

@test "an image file that has gone is refused by its name" {
	make_pieces
	damaged "No such file or directory" "$cache/images/guest-bookworm/vmlinuz" \
		rm "$cache/images/guest-bookworm/vmlinuz"
}

@test "a manifest that is none is refused" {
	make_pieces
	echo '{"files"' >"$cache/images/host-bookworm/image.json"
	stopped 2 "host-bookworm/image.json is not a record of an image" run_emulated
}

@test "a host image of no suite is refused: which harness runs in it?" {
	make_pieces
	sed -i 's/"suite": "bookworm", //' "$cache/images/host-bookworm/image.json"
	stopped 2 "host-bookworm/image.json names no suite" run_emulated
}

# --- what a run needs besides -------------------------------------------------------

@test "a missing piece of the kit is 77, with the command that mends it" {
	make_pieces
	rm "$kit/host/bookworm/exitmeter"
	stopped 77 "there is no $kit/host/bookworm/exitmeter: run \`make prepare\`" run_emulated
	touch "$kit/host/bookworm/exitmeter"
	rm -r "$cache/modules"
	stopped 77 "there is no $cache/modules/6.1: run \`make modules\`" run_emulated
	mkdir -p "$cache/modules/6.1"
	touch "$cache/modules/6.1/"{kvm,kvm-amd,kvm-intel}.ko
	rm "$kit/probe"
	stopped 77 "there is no $kit/probe: run \`make kit\`" run_emulated
	[ ! -e "$out" ]
}

@test "a missing tool is 77, by its name" {
	make_pieces
	need_root "mke2fs cannot be hidden"
	exitmeter=$(without_tool mke2fs "$exitmeter")
	stopped 77 "mke2fs is not installed: run ci/install-deps" run_emulated
	[ ! -e "$out" ]
}

@test "a guest for another machine is refused, and the machine named" {
	make_pieces
	printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\267\0' >"$BATS_TEST_TMPDIR/arm64"
	stopped 2 "arm64 is no program for x86 (it is for arm64)" \
		run_emulated --guest micro --guest-init "$BATS_TEST_TMPDIR/arm64"
	stopped 2 "arm64 is no Linux kernel for x86 (it is for arm64)" \
		run_emulated --guest micro --guest-kernel "$BATS_TEST_TMPDIR/arm64"
	[ ! -e "$out" ]
}

@test "a missing --guest-init is refused by its name" {
	make_pieces
	stopped 2 "--guest-init /nonexistent/init: No such file or directory" \
		run_emulated --guest micro --guest-init /nonexistent/init
}

@test "native on a CPU without svm and vmx is 77, and touches no module" {
	! grep -qE '^flags.* (svm|vmx)( |$)' /proc/cpuinfo || skip "this CPU has svm or vmx"
	make_pieces
	before=$(cut -d' ' -f1 /proc/modules | sort)
	stopped 77 "so KVM cannot run on it: " \
		"$exitmeter" run --host native --guest micro --modules stock --cache "$cache" \
		--kit "$kit" --out "$out"
	[ "$(cut -d' ' -f1 /proc/modules | sort)" = "$before" ]
	[ ! -e "$out" ]
}

# --- where the run goes -------------------------------------------------------------

@test "an OUT with something in it is refused and stays as it is" {
	make_pieces
	mkdir "$out"
	echo precious >"$out/verdicts.json"
	before=$(fingerprint "$out")
	refused 2 "$out is there and not empty: an earlier run is never overwritten" run_emulated
	refused 2 "is there and not empty" run_emulated --dry-run
	[ "$(fingerprint "$out")" = "$before" ]
	[ "$(ls -A "$out")" = verdicts.json ]
}

@test "an OUT that is a file, a link or beneath a file is refused" {
	make_pieces
	echo precious >"$out"
	refused 2 "$out is there and not empty" run_emulated
	[ "$(cat "$out")" = precious ]
	refused 2 "cannot make the folder $out: Not a directory" run_emulated --out "$out/below"
	ln -s "$HOME" "$BATS_TEST_TMPDIR/link"
	refused 2 "link is a symbolic link" run_emulated --out "$BATS_TEST_TMPDIR/link"
}

@test "an OUT on a full disk is refused before the run, and nothing is left" {
	need_root "no file system can be filled up"
	make_pieces
	mount_small "$BATS_TEST_TMPDIR/small"
	refused 2 "no space left for the run: $mounted has 0 MiB free" run_emulated --out "$mounted/out"
	[ "$(ls -A "$mounted")" = filler ]
	rm "$mounted/filler"
	refused 2 "is a mount point" run_emulated --out "$mounted"
}

@test "a CACHE on a full disk is refused before the run, and nothing is left" {
	need_root "no file system can be filled up"
	mount_small "$cache"
	refused 2 "space" run_emulated
	[ ! -e "$out" ]
	rm "$cache/filler"
	refused 2 "no space left for the run: $cache/scratch" run_emulated
	[ ! -e "$out" ]
}

@test "a CACHE that cannot be made is refused by its name" {
	refused 2 "/proc/nonexistent/cache/scratch" "$exitmeter" run --host emulated-svm \
		--cache /proc/nonexistent/cache
	refused 2 "/proc/nonexistent/cache/scratch" "$exitmeter" clean --cache /proc/nonexistent/cache
}

# --- clean --------------------------------------------------------------------------

@test "clean on an empty cache puts nothing away" {
	run -0 --separate-stderr "$exitmeter" clean --cache "$cache"
	[ "$output" = "0 dead runs put away" ]
	[ -z "$stderr" ]
}

@test "clean puts a dead run away, with what it owned and nothing else" {
	mkdir -p "$cache/scratch/dead01" "$out.owned" "$out.mine"
	touch "$cache/scratch/dead01/lock" "$out.mine/precious"
	printf %s "$cache/scratch/dead01" >"$out.owned/.exitmeter-part"
	printf '%s\n' "$out.owned" "$out.mine" >"$cache/scratch/dead01/owned"
	run -0 "$exitmeter" clean --cache "$cache"
	[ "$output" = "1 dead run put away" ]
	[ ! -e "$out.owned" ]
	[ -e "$out.mine/precious" ]
}

@test "clean takes its mark from a run folder that was whole when the run was killed" {
	mkdir -p "$cache/scratch/dead01" "$out.whole"
	touch "$cache/scratch/dead01/lock" "$out.whole/report.txt"
	printf %s "$cache/scratch/dead01" >"$out.whole/.exitmeter-part"
	printf '%s\n' "$out.whole.part" "=$out.whole" >"$cache/scratch/dead01/owned"
	run -0 "$exitmeter" clean --cache "$cache"
	[ "$(ls -A "$out.whole")" = report.txt ]
}

@test "clean leaves a live run alone" {
	mkdir -p "$cache/scratch/live01"
	run -0 flock "$cache/scratch/live01/lock" "$exitmeter" clean --cache "$cache"
	[ "$output" = "0 dead runs put away" ]
	[ -d "$cache/scratch/live01" ]
	rm -r "$cache/scratch/live01"
}

# --- another user -----------------------------------------------------------------

# as_nobody COMMAND...: as a user who is not root, with a PATH that has no sbin.
as_nobody() { env PATH=/usr/bin:/bin setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"; }

# for_nobody: lets that user reach the program and the test's own folder.
for_nobody() {
	need_root "another user cannot be played"
	chmod a+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
	cp "$exitmeter" "$BATS_TEST_TMPDIR/exitmeter"
	exitmeter=$BATS_TEST_TMPDIR/exitmeter
	as_nobody test -x "$exitmeter" || skip "the folder for tests is not open to other users"
}

# The cache is empty, so a run that looked for an image first would miss that.
@test "what only root may do is refused before a run looks at anything else" {
	for_nobody
	mkdir -m 777 "$cache"
	run -77 as_nobody "$exitmeter" run --host native --guest micro --cache "$cache" --out "$out"
	[[ $output == "exitmeter: only root may change kernel modules: "* ]]
	[ -z "$(ls -A "$cache")" ]
}

@test "root without the right to change modules is told so, before a run looks at anything else" {
	need_root "no rights can be given up"
	run -77 setpriv --bounding-set -sys_module --inh-caps -sys_module "$exitmeter" run --host native --guest micro \
		--cache "$cache" --out "$out"
	[[ $output == "exitmeter: this root may not change kernel modules (CAP_SYS_MODULE): "*"--host emulated-svm" ]]
	if unshare --user --map-root-user true 2>/dev/null; then
		run -77 unshare --user --map-root-user "$exitmeter" run --host native --guest micro --cache "$cache" --out "$out"
		[[ $output == "exitmeter: this root may not change kernel modules (it is that of a user namespace): "* ]]
	fi
	[ ! -e "$cache" ]
}

@test "a cache that is root's names the owner and the remedy" {
	for_nobody
	user=$(id -nu 65534)
	mkdir -m 755 "$cache"
	run -2 as_nobody "$exitmeter" clean --cache "$cache"
	[ "$output" = "exitmeter: $cache belongs to root: \`sudo chown -R $user $cache\` makes the cache yours, or choose another place with CACHE=" ]
	chmod 777 "$cache"
	mkdir -m 755 "$cache/scratch"
	run -2 as_nobody "$exitmeter" clean --cache "$cache"
	[[ $output == "exitmeter: $cache/scratch belongs to root: "* ]]
	chmod 777 "$cache/scratch"
	touch "$cache/scratch/.lock"
	run -2 as_nobody "$exitmeter" clean --cache "$cache"
	[[ $output == "exitmeter: $cache/scratch/.lock belongs to root: "* ]]
	chmod 700 "$cache"
	run -2 as_nobody "$exitmeter" clean --cache "$cache/below"
	[ "$output" = "exitmeter: $cache/below lies in a folder that $user may not enter: choose another place with CACHE=" ]
}

# A builder by sudo was there first.
@test "images are not fetched into a folder that is root's, and what is in it already is taken" {
	for_nobody
	user=$(id -nu 65534)
	mkdir -m 777 "$cache"
	mkdir -m 755 "$cache/images" "$cache/images/debian-12" "$BATS_TEST_TMPDIR/manifests"
	cp "$top/images/manifests/debian-12" "$BATS_TEST_TMPDIR/manifests/"
	chmod 644 "$BATS_TEST_TMPDIR/manifests/debian-12"
	image() { as_nobody "$exitmeter" image --cache "$cache" --manifests "$BATS_TEST_TMPDIR/manifests" "$@"; }
	run -2 image debian-12
	[ "$output" = "exitmeter: $cache/images belongs to root: \`sudo chown -R $user $cache\` makes the cache yours, or choose another place with CACHE=" ]
	# It is verified, and so is found not to be what it says it is.
	echo '{}' >"$cache/images/debian-12/image.json"
	run -2 image debian-12
	[[ $output != *"belongs to root"* ]]
	run -2 image --refresh debian-12
	[[ $output == *"$cache/images belongs to root: "* ]]
}

# mke2fs is in /usr/sbin.
@test "the program finds tools that an ordinary user's PATH does not have" {
	run ! env PATH=/usr/bin:/bin sh -c 'command -v mke2fs'
	env PATH=/usr/bin:/bin "$exitmeter" check --json >"$BATS_TEST_TMPDIR/said" || [ $? -eq 77 ]
	[ "$(jq -r '.facts[] | select(.id == "mke2fs") | .ok' "$BATS_TEST_TMPDIR/said")" = true ]
}
