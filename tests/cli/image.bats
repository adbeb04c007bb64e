#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Fetching a cloud image from a local server that knows ranges, with keys that are made here, and with every fault
# of a server, a connection, a disk and an impostor.
bats_require_minimum_version 1.5.0

load ../lib/image-server.bash
load ../lib/disk.bash

setup_file() { make_keys; }

setup() {
	server_setup
	head -c 3000000 /dev/urandom >"$ROOT/img/test.img"
	publish
	manifest test
	DIR=$C/cache/images/test
	SHA=$(sha256sum <"$ROOT/img/test.img")
	SHA=${SHA%% *}
}

teardown() { server_teardown; }

arrived() {
	[ "$status" -eq 0 ]
	[ "$output" = "$SHA  test" ]
	cmp "$ROOT/img/test.img" "$DIR/disk.img"
	[ ! -e "$DIR.part" ]
	[ ! -e "$DIR.old" ]
}

# refused WORDS: the fetch ends with 2, says WORDS, and leaves nothing that could boot.
refused() {
	[ "$status" -eq 2 ]
	[[ $stderr == *"$1"* ]]
	[ "$(grep -c '^exitmeter: ' <<<"$stderr")" -eq 1 ]
	[ ! -e "$DIR" ]
}

# requests [PATTERN]: prints how many requests to the server match.
requests() { grep -c -e "${1-.}" "$CONTROL/log"; }

# --- the way it should be ----------------------------------------------------------

@test "an image is fetched, verified and in place, with what it is" {
	fetch
	arrived
	[ "$(jq -r .name "$DIR/image.json")" = test ]
	[ "$(jq -r .serial "$DIR/image.json")" = current ]
	[ "$(jq -r .url "$DIR/image.json")" = "$IMAGE_MIRROR/img/test.img" ]
	[ "$(jq -r '.files["disk.img"].sha256' "$DIR/image.json")" = "$SHA" ]
	[[ $(jq -r .signed "$DIR/image.json") == "$(date -u +%Y-)"* ]]
	[ "$(requests)" -eq 3 ]
}

@test "one in the cache is verified, and no server asked" {
	fetch
	kill "$SERVER"
	fetch
	arrived
	[ "$(requests)" -eq 3 ]
	server_setup
}

@test "a log gets a line for each tenth, and a terminal a bar" {
	faults '{"slow": 6000000}'
	fetch
	arrived
	[ "$(grep -c '^  fetch image: [0-9]* %' <<<"$stderr")" -ge 5 ]
	[[ $stderr != *$'\r'* ]]
	rm -rf "$DIR"
	run script -qec "'$EXITMETER' image --cache '$C/cache' --manifests '$C/manifests' test" /dev/null
	[ "$status" -eq 0 ]
	[[ $output == *$'\r\e[K['*'#'*' MiB/s'* ]]
}

@test "--refresh takes a newer one, and keeps one that is the newest" {
	fetch
	fetch --refresh
	arrived
	[[ $stderr == *"is what the server has"* ]]
	[ "$(requests test.img)" -eq 1 ]
	head -c 1000000 /dev/urandom >"$ROOT/img/test.img"
	publish
	SHA=$(sha256sum <"$ROOT/img/test.img") SHA=${SHA%% *}
	fetch --refresh
	arrived
}

@test "a list of SHA-512, and an image pinned by its own" {
	(cd "$ROOT/img" && sha512sum test.img >SHA256SUMS)
	sign ours
	fetch
	arrived
	sum=$(sha512sum <"$ROOT/img/test.img")
	manifest test "/^sums/,\$d; s/^serial.*/serial 7/; \$a sha512 ${sum%% *}"
	sed -i '$!b; /^sha512/b; a sha512 '"${sum%% *}" "$C/manifests/test"
	rm -rf "$DIR"
	fetch
	arrived
	echo >>"$DIR/disk.img"
	fetch
	[ "$status" -eq 2 ]
}

@test "a server that does not tell the length" {
	faults '{"length": null}'
	fetch
	arrived
}

# --- cut and killed ----------------------------------------------------------------

@test "a connection that is cut, at whatever point, is taken up where it was" {
	faults '{"cut": [0, 1, 700000, 16383, 2000000]}'
	fetch
	arrived
	# Each later request asks for what is missing, and for nothing else.
	[ "$(requests 'test.img bytes=1-')" -ge 1 ]
	[ "$(requests 'test.img bytes=700001-')" -eq 1 ]
	[ "$(requests 'test.img bytes=716384-')" -eq 1 ]
	[ "$(requests 'test.img bytes=2716384-')" -eq 1 ]
	[ "$(requests '206$')" -eq "$(requests 'bytes=')" ]
}

@test "a server that breaks off for good: code 77, and the next start goes on" {
	faults '{"cut": [1000000, 0, 0, 0, 0, 0, 0]}'
	fetch
	[ "$status" -eq 77 ]
	[ ! -e "$DIR" ]
	faults '{}'
	fetch
	arrived
	[ "$(requests 'test.img bytes=1000000- 206')" -ge 1 ]
}

@test "kill -9 on the way: the next start goes on" {
	faults '{"slow": 2000000}'
	"$EXITMETER" image --cache "$C/cache" --manifests "$C/manifests" test 3>&- 2>"$C/log" &
	pid=$!
	for _ in $(seq 100); do
		if [ "$(stat -c %s "$DIR.part/disk.img" 2>/dev/null || echo 0)" -gt 300000 ]; then break; fi
		sleep 0.05
	done
	kill -9 $pid
	wait $pid || true
	[ ! -e "$DIR" ]
	faults '{}'
	fetch
	arrived
	[ "$(requests 'test.img bytes=[1-9].* 206')" -eq 1 ]
}

@test "killed after the last byte: nothing is fetched twice" {
	fetch
	mv "$DIR" "$DIR.part"
	rm "$DIR.part/image.json"
	printf %s "$SHA" >"$DIR.part/want"
	fetch
	arrived
	printf '"%s"' "$(md5sum <"$ROOT/img/test.img" | cut -d' ' -f1)" >"$C/etag"
	mv "$DIR" "$DIR.part"
	rm "$DIR.part/image.json"
	printf %s "$SHA" >"$DIR.part/want"
	cp "$C/etag" "$DIR.part/disk.img.from"
	fetch
	arrived
	[ "$(requests 'test.img .* 200')" -eq 1 ]
	[ "$(requests 'test.img .* 416')" -eq 1 ]
}

@test "Ctrl-C ends it at once, and the next start goes on" {
	faults '{"slow": 1000000}'
	setsid --wait env --default-signal=INT "$EXITMETER" image --cache "$C/cache" --manifests "$C/manifests" test 3>&- 2>"$C/log" &
	job=$!
	for _ in $(seq 100); do
		if [ "$(stat -c %s "$DIR.part/disk.img" 2>/dev/null || echo 0)" -gt 100000 ]; then break; fi
		sleep 0.05
	done
	kill -INT "$(pgrep -f "^$EXITMETER image --cache $C/cache")"
	code=0
	wait $job || code=$?
	[ "$code" -eq 130 ]
	faults '{}'
	fetch
	arrived
	[ "$(requests 'test.img bytes=[1-9].* 206')" -eq 1 ]
}

@test "a server that knows no ranges is asked for all of it again" {
	faults '{"cut": [1000000], "ranges": false}'
	fetch
	arrived
	[ "$(requests 'test.img .* 206')" -eq 0 ]
	[[ $stderr == *"knows no ranges"* ]]
}

@test "a server without ETag and date is asked for all of it again" {
	faults '{"cut": [1000000], "etag": ""}'
	fetch
	arrived
	[ "$(requests 'test.img bytes')" -eq 0 ]
}

@test "an ETag that changes midway: all of it again, and no mixture" {
	faults '{"cut": [1000000, 0, 0, 0, 0, 0]}'
	fetch
	[ "$status" -eq 77 ]
	faults '{"etag": "\"another\""}'
	fetch
	arrived
	[ "$(requests 'test.img bytes=1000000- 200')" -eq 1 ]
}

@test "a server that sends another part than was asked for" {
	faults '{"cut": [1000000], "other": 100}'
	fetch
	arrived
	[[ $stderr == *"another part than was asked for"* ]]
}

@test "a beginning that is wrong gets another chance, from the first byte" {
	faults '{"cut": [1000000, 0, 0, 0, 0, 0]}'
	fetch
	[ "$status" -eq 77 ]
	printf "not so random" | dd of="$DIR.part/disk.img" bs=1 seek=5000 conv=notrunc status=none
	faults '{}'
	fetch
	arrived
	[[ $stderr == *"not the real one"*"from the start"* ]]
}

@test "a beginning of another image is thrown away" {
	faults '{"cut": [1000000, 0, 0, 0, 0, 0]}'
	fetch
	[ "$status" -eq 77 ]
	faults '{}'
	head -c 2000000 /dev/urandom >"$ROOT/img/test.img"
	publish
	SHA=$(sha256sum <"$ROOT/img/test.img") SHA=${SHA%% *}
	fetch
	arrived
	[ "$(requests 'test.img bytes=1000000- ')" -eq 4 ]
}

@test "a server that falls silent: code 77 within the time asked for" {
	faults '{"cut": [500000], "stall": 0}'
	started=$SECONDS
	fetch --timeout-fetch 1
	[ "$status" -eq 77 ]
	[ $((SECONDS - started)) -le 20 ]
	faults '{}'
	fetch
	arrived
}

@test "two fetches at once: the second waits, and fetches nothing" {
	faults '{"slow": 3000000}'
	"$EXITMETER" image --cache "$C/cache" --manifests "$C/manifests" test 3>&- >"$C/first" 2>&1 &
	pid=$!
	for _ in $(seq 100); do
		if [ -e "$DIR.part/disk.img" ]; then break; fi
		sleep 0.05
	done
	fetch
	wait $pid
	arrived
	[[ $stderr == *"waiting for another fetch of test"* ]]
	[ "$(requests test.img)" -eq 1 ]
}

# --- refused -----------------------------------------------------------------------

@test "a file of another content is refused, and not kept" {
	printf "not so random" | dd of="$ROOT/img/test.img" bs=1 seek=5000 conv=notrunc status=none
	fetch
	refused "is not the real one: its SHA-256 is"
	[ ! -e "$DIR.part/disk.img" ]
}

@test "a shorter or longer file is refused" {
	truncate -s 2999999 "$ROOT/img/test.img"
	fetch
	refused "is not the real one"
	truncate -s 3000001 "$ROOT/img/test.img"
	fetch
	refused "is not the real one"
}

@test "a Content-Length that is too large is seen through, one that is too small is refused" {
	faults '{"length": 10}'
	fetch
	arrived
	[[ $stderr == *"with 10 bytes "* ]]	# curl says remaining, or missing
	rm -rf "$DIR"
	faults '{"length": -10}'
	fetch
	[ "$status" -eq 2 ]
	[ ! -e "$DIR" ]
}

@test "a list that was changed after it was signed" {
	echo >>"$ROOT/img/SHA256SUMS"
	fetch
	refused "it is not the signature of this file"
	[ "$(requests test.img)" -eq 0 ]
}

@test "a list that is not signed" {
	rm "$ROOT/img/SHA256SUMS.gpg"
	fetch
	refused "cannot fetch $IMAGE_MIRROR/img/SHA256SUMS.gpg"
	: >"$ROOT/img/SHA256SUMS.gpg"
	fetch
	refused "there is no signature in it"
	cp "$ROOT/img/SHA256SUMS" "$ROOT/img/SHA256SUMS.gpg"
	fetch
	refused "there is no signature in it"
}

@test "a list signed by a key that is not in the keyring" {
	sign theirs
	fetch
	refused "a key made it that is not in the keyring"
}

@test "a list signed by a key of the keyring that is not the one" {
	cat "$KEYS/ours.gpg" "$KEYS/theirs.gpg" >"$C/both.gpg"
	manifest test "s,^keyring .*,keyring $C/both.gpg,"
	sign theirs
	fetch
	refused "key $(fingerprint theirs) made it, not $(fingerprint ours)"
}

@test "a list signed by a key that has expired" {
	manifest test "s,^keyring .*,keyring $KEYS/expired.gpg,; s/^key .*/key $(fingerprint expired)/; s/^since .*/since 2020-01-01/"
	sign expired 20200115T000000
	fetch
	refused "the key that made it has expired"
}

@test "a stale list: signed before the day that the manifest names" {
	manifest test "s/^since .*/since $(date -u -d tomorrow +%F)/"
	fetch
	refused "is stale: it was signed on $(date -u +%F)"
}

@test "a downgrade: a list older than the one in the cache" {
	fetch
	arrived
	cp -r "$ROOT/img" "$C/older"
	sleep 1
	head -c 1000000 /dev/urandom >"$ROOT/img/test.img"
	publish
	SHA=$(sha256sum <"$ROOT/img/test.img") SHA=${SHA%% *}
	fetch --refresh
	arrived
	cp "$ROOT/img/test.img" "$C/newer"
	cp "$C/older/"* "$ROOT/img/"
	fetch --refresh
	[ "$status" -eq 2 ]
	[[ $stderr == *"older than the one in the cache"*"a downgrade is refused"* ]]
	cmp "$C/newer" "$DIR/disk.img"
}

@test "a list that does not name the image, or names it twice" {
	(cd "$ROOT/img" && mv test.img x && sha256sum x >SHA256SUMS && mv x test.img)
	sign ours
	fetch
	refused "the list does not name test.img"
	write_list
	sed 's/^./0/; s/^0\(.\)/1\1/' "$ROOT/img/SHA256SUMS" >"$C/other"
	sed 's/^../ff/' "$ROOT/img/SHA256SUMS" >>"$C/other"
	cp "$C/other" "$ROOT/img/SHA256SUMS"
	sign ours
	fetch
	refused "the list has two checksums of test.img"
}

@test "a redirect is followed, a loop of them and one to another protocol are not" {
	cp "$ROOT/img/test.img" "$ROOT/img/elsewhere"
	faults '{"redirect": "/img/elsewhere"}'
	fetch
	arrived
	rm -rf "$DIR"
	faults '{"redirect": "/img/test.img"}'
	fetch
	refused "Maximum (5) redirects followed"
	faults '{"redirect": "file:///etc/passwd"}'
	fetch
	refused "cannot fetch"
}

@test "plain HTTP is refused unless asked for" {
	IMAGE_HTTP='' fetch
	refused "http"
	[ ! -e "$CONTROL/log" ]
}

@test "a file that the server has not" {
	rm "$ROOT/img/test.img"
	fetch
	refused "404"
}

@test "no space: found before the first byte, and again on the way" {
	unshare --mount --map-root-user true 2>/dev/null || skip "no mount namespaces here"
	mkdir "$C/small"
	in_small() {
		run --separate-stderr unshare --mount --map-root-user sh -c "mount -t tmpfs -o size=$1 small '$C/small' &&
			'$EXITMETER' image --cache '$C/small' --manifests '$C/manifests' test; code=\$?
			ls '$C/small/images/test' >&2; exit \$code"
		echo "$stderr"
		[ "$status" -eq 2 ]
		[[ $stderr == *"$2"*CACHE=* ]]
		[[ $stderr == *"cannot access"* ]]
	}
	in_small 2m "no space for $C/small/images/test.part/disk.img: 2 MiB are to come, 1 MiB are free"
	faults '{"length": null}'
	in_small 2m "cannot write $C/small/images/test.part/disk.img"
}

@test "a server that is out of reach: code 77, at once" {
	kill "$SERVER"
	wait "$SERVER" || true
	started=$SECONDS
	fetch
	[ "$status" -eq 77 ]
	[[ $stderr == *"cannot fetch $IMAGE_MIRROR/img/SHA256SUMS"* ]]
	[ $((SECONDS - started)) -le 2 ]
	server_setup
}

@test "no keyring: code 77, and how to get it" {
	manifest test "s,^keyring .*,keyring none.gpg,"
	fetch
	[ "$status" -eq 77 ]
	[[ $stderr == *"there is no keyring $C/cache/keyrings/none.gpg: run \`make keyring\`"* ]]
}

# --- in the cache ------------------------------------------------------------------

spoilt() {
	fetch
	[ "$status" -eq 2 ]
	[[ $stderr == *"the image test is not used (\`make image IMAGE=test FORCE=1\`"* ]]
}

@test "an image that was changed in the cache is refused, with its record changed too" {
	fetch
	printf "not so random" | dd of="$DIR/disk.img" bs=1 seek=5000 conv=notrunc status=none
	spoilt
	sum=$(sha256sum <"$DIR/disk.img")
	sed -i "s/$SHA/${sum%% *}/" "$DIR/image.json"
	spoilt
	[[ $stderr == *"not what the signed list names"* ]]
	sed -i "s/$SHA/${sum%% *}/" "$DIR/list"
	lists=$(sha256sum <"$DIR/list")
	jq --arg sum "${lists%% *}" '.files.list.sha256 = $sum' "$DIR/image.json" >"$C/json"
	cp "$C/json" "$DIR/image.json"
	spoilt
	[[ $stderr == *"it is not the signature of this file"* ]]
	fetch --refresh
	arrived
}

@test "a truncated one, and one whose signature is gone" {
	fetch
	truncate -s 2999999 "$DIR/disk.img"
	spoilt
	fetch --refresh
	arrived
	rm "$DIR/list.gpg"
	spoilt
}

# --- names and manifests -----------------------------------------------------------

@test "without a name: those there are, the default marked" {
	run "$EXITMETER" image
	[ "$status" -eq 0 ]
	for name in ubuntu-18.04 ubuntu-20.04 ubuntu-22.04 ubuntu-24.04 'ubuntu-26.04  (the default)' debian-11 debian-12 debian-13; do
		grep -qxF "$name" <<<"$output"
	done
	run "$EXITMETER" image --refresh --manifests "$C/manifests" --cache "$C/cache"
	[ "$status" -eq 0 ]
	[ "$output" = test ]
}

@test "every manifest is sound, https, and signed or pinned" {
	for manifest in "$TOP"/images/manifests/*; do
		# The server is out of reach, so the fetch ends once the manifest has been read.
		IMAGE_HTTP='' IMAGE_MIRROR=https://127.0.0.1:1 run "$EXITMETER" image --cache "$C/cache" "${manifest##*/}"
		[ "$status" -eq 77 ]
		grep -qE '^base https://' "$manifest"
		grep -qE '^(key [0-9A-F]{40}|sha512 [0-9a-f]{128})$' "$manifest"
	done
}

@test "an unknown name is refused, with those that are known; a path is no name" {
	fetch
	run "$EXITMETER" image --cache "$C/cache" ubuntu-12.04
	[ "$status" -eq 2 ]
	[[ $output == *"unknown image 'ubuntu-12.04': it is one of debian-11 "* ]]
	run "$EXITMETER" image --cache "$C/cache" --manifests "$C/manifests" ../manifests/test
	[ "$status" -eq 2 ]
	[[ $output == *"unknown image"* ]]
}

# --- in a run ----------------------------------------------------------------------

# dry OPTION...: shows what a run would do.
dry() {
	run --separate-stderr "$EXITMETER" run --dry-run --host emulated-svm --cache "$C/cache" --manifests "$C/manifests" "$@"
	printf '%s\n%s\n' "$output" "$stderr"
}

@test "a dry run names the disk, and asks no server" {
	dry --image test
	[ "$status" -eq 0 ]
	[[ $output == *"<driver name=\"qemu\" type=\"qcow2\" "*"<source file=\"$DIR/disk.img\"/>"* ]]
	cp "$C/manifests/test" "$C/manifests/ubuntu-26.04"
	dry
	[ "$status" -eq 0 ]
	[[ $output == *"<source file=\"$C/cache/images/ubuntu-26.04/disk.img\"/>"* ]]
	dry --image built
	[ "$status" -eq 0 ]
	[[ $output == *"<source file=\"$C/cache/images/guest-bookworm/disk.qcow2\"/>"* ]]
	[ ! -e "$CONTROL/log" ]
	[ ! -e "$C/cache/images" ]
}

disk() { bios_disk "$1" 10M; }

@test "with a micro guest it is said that no image is used" {
	for option in --image-file=/none/x.img --image=test; do
		run "$EXITMETER" run --guest micro "$option" --host emulated-svm --cache "$C/cache" --out "$C/out"
		[ "$status" -ne 0 ] # there is no L1 host in this cache
		[[ $output == "image: ${option#*=} is not used, for the micro guest has no disk"$'\n'* ]]
	done
	run "$EXITMETER" run --guest micro --image built --host emulated-svm --cache "$C/cache" --out "$C/out"
	[[ $output != *"is not used"* ]]
}

# uefi_disk FILE: one with a GPT and an EFI system partition, and nothing that a BIOS can run.
uefi_disk() {
	truncate -s 10M "$1"
	printf 'label: gpt\ntype=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\n' | sfdisk -q "$1"
	fill_disk "$1"
}

@test "an image of one's own: qemu-img tells its format, whatever its name" {
	disk "$C/my.qcow2"
	qemu-img convert -O qcow2 "$C/my.qcow2" "$C/my.raw"
	dry --image-file "$C/my.raw"
	[[ $output == *"type=\"qcow2\" "*"<source file=\"$C/my.raw\"/>"* ]]
	dry --image-file "$C/my.qcow2"
	[[ $output == *"type=\"raw\" "*"<source file=\"$C/my.qcow2\"/>"* ]]
	for format in vmdk vhdx vdi vpc; do
		qemu-img convert -O "$format" "$C/my.qcow2" "$C/other"
		dry --image-file "$C/other"
		[ "$status" -eq 0 ]
		[[ $output == *"type=\"$format\" "*"<source file=\"$C/other\"/>"* ]]
	done
}

# no_image FILE WORDS: the file must be refused at once, in these words.
no_image() {
	dry --image-file "$1"
	[ "$status" -eq 2 ]
	[[ $stderr == *"the image $1 is not used: "*"$2"* ]] || return 1
}

@test "what no guest can boot from is refused by its name" {
	disk "$C/whole.raw"
	dd if=/dev/urandom of="$C/whole.raw" bs=1M seek=1 count=4 conv=notrunc status=none
	qemu-img convert -O qcow2 "$C/whole.raw" "$C/whole.qcow2"
	gzip -k "$C/whole.qcow2"
	xz -0 -k "$C/whole.qcow2"
	tar -cf "$C/whole.tar" -C "$C" whole.qcow2
	no_image "$C/whole.qcow2.gz" "a gzip archive"
	no_image "$C/whole.qcow2.xz" "an xz archive"
	no_image "$C/whole.tar" "a tar archive"
	head -c 3M "$C/whole.qcow2" >"$C/half.qcow2"
	no_image "$C/half.qcow2" "truncated or damaged"
	head -c 100K "$C/whole.qcow2" >"$C/half.qcow2"
	no_image "$C/half.qcow2" "truncated or damaged"
	truncate -s 300K "$C/zeros"
	no_image "$C/zeros" "zeros only"
	qemu-img create -q -f qcow2 "$C/empty" 10M
	no_image "$C/empty" "zeros only"
	head -c 300K /dev/urandom >"$C/noise"
	no_image "$C/noise" "no boot sector"
	truncate -s 4M "$C/fs"
	mke2fs -q -F -t ext4 "$C/fs"
	no_image "$C/fs" "an ext file system"
	uefi_disk "$C/cut.raw"
	truncate -s 9M "$C/cut.raw"
	no_image "$C/cut.raw" "truncated: its partitions need 10485760 bytes, and it has 9437184"
	qemu-img create -q -f qcow2 --object secret,id=s,data=x -o encrypt.format=aes,encrypt.key-secret=s "$C/locked" 10M
	no_image "$C/locked" "is encrypted"
	mv "$C/whole.qcow2" "$C/base.qcow2"
	qemu-img create -q -f qcow2 -b "$C/base.qcow2" -F qcow2 "$C/lost.qcow2"
	rm "$C/base.qcow2"
	no_image "$C/lost.qcow2" "base.qcow2"
}

@test "a disk that cannot hold a kernel is refused at once, and one that can is not" {
	disk "$C/whole.raw"
	head -c 300K /dev/urandom >"$C/small.raw"
	dd if="$C/whole.raw" of="$C/small.raw" bs=512 count=1 conv=notrunc status=none
	no_image "$C/small.raw" "it has a boot sector and no system: it holds 307200 bytes of data"
	# The disk is large, and nothing was installed on it.
	dd if="$C/whole.raw" of="$C/sparse.raw" bs=512 count=1 status=none
	truncate -s 100M "$C/sparse.raw"
	# The other formats have blocks of a megabyte and more, each of which counts as data.
	for format in qcow2 vmdk; do
		qemu-img convert -O "$format" "$C/sparse.raw" "$C/sparse.$format"
		no_image "$C/sparse.$format" "it has a boot sector and no system"
	done
	# What lies behind a layer is data, too.
	qemu-img create -q -f qcow2 -b "$C/whole.raw" -F raw "$C/layer.qcow2"
	dry --image-file "$C/layer.qcow2"
	[ "$status" -eq 0 ]
	# What is compressed counts as what it comes to.
	qemu-img convert -c -O qcow2 "$C/whole.raw" "$C/packed.qcow2"
	dry --image-file "$C/packed.qcow2"
	[ "$status" -eq 0 ]
	head -c 1M /dev/urandom >"$C/enough.raw"
	dd if="$C/whole.raw" of="$C/enough.raw" bs=512 count=1 conv=notrunc status=none
	dry --image-file "$C/enough.raw"
	[ "$status" -eq 0 ]
}

@test "a truncated image is refused whatever its format, also one behind another" {
	disk "$C/whole"
	dd if=/dev/urandom of="$C/whole" bs=1M seek=1 count=9 conv=notrunc status=none
	for format in qcow2 vmdk vhdx vdi vpc; do
		qemu-img convert -O "$format" "$C/whole" "$C/part.$format"
		truncate -s 6M "$C/part.$format"
		no_image "$C/part.$format" truncated
	done
	qemu-img convert -O vmdk -o subformat=monolithicFlat "$C/whole" "$C/flat.vmdk"
	dry --image-file "$C/flat.vmdk"
	[ "$status" -eq 0 ]
	truncate -s 6M "$C/flat-flat.vmdk"
	no_image "$C/flat.vmdk" "the data of $C/flat.vmdk needs 10485760 bytes, and there are 6291456"
	qemu-img create -q -f qcow2 -b "$C/part.qcow2" -F qcow2 "$C/top.qcow2"
	no_image "$C/top.qcow2" "\`qemu-img check\` finds errors in $C/part.qcow2"
}

@test "firmware: what the disk has, and what is asked for if the disk has it" {
	[ -e /usr/share/OVMF ] || skip "OVMF is not installed"
	disk "$C/bios.raw"
	uefi_disk "$C/uefi.raw"
	own() { dry --host native "$@"; }
	own --image-file "$C/bios.raw"
	[[ $output != *"<loader"* ]]
	own --image-file "$C/uefi.raw"
	[[ $output == *"<loader readonly=\"yes\" type=\"pflash\">/usr/share/OVMF/OVMF_CODE"* ]]
	own --image-file "$C/uefi.raw" --firmware bios
	[ "$status" -eq 2 ]
	[[ $stderr == *"no code for a BIOS"*"FIRMWARE=uefi"* ]]
	own --image-file "$C/bios.raw" --firmware uefi
	[ "$status" -eq 2 ]
	[[ $stderr == *"no EFI system partition"*"FIRMWARE=bios"* ]]
	own --image built --firmware uefi
	[[ $output == *"<loader "* ]]
	# QEMU's SVM does not survive OVMF.
	dry --host emulated-svm --image built --firmware uefi
	[[ $output == *"romimage: "* ]]
	dry --host emulated-svm --image built --firmware uefi --vcpus 2
	[ "$status" -eq 2 ]
	[[ $stderr == *"does not bring up a second vCPU: take --host emulated-vmx, or --vcpus 1"* ]]
	own --guest micro --firmware uefi
	[ "$status" -eq 2 ]
}

@test "an image of one's own that is none, and one beside a name, are refused" {
	dry --image-file "$C/nowhere"
	[ "$status" -eq 2 ]
	[[ $stderr == *"cannot read image file $C/nowhere"* ]]
	dry --image-file "$C"
	[ "$status" -eq 2 ]
	dry --image-file "$C/manifests/test" --image test
	[ "$status" -eq 2 ]
	[[ $stderr == *"--image and --image-file exclude each other"* ]]
	dry --image nosuch
	[ "$status" -eq 2 ]
	[[ $stderr == *"unknown image 'nosuch': it is one of test"* ]]
}
