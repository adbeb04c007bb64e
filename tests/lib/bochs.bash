# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests share in which fake-bochs stands for Bochs. cli.bash is loaded.

# bochs_setup: gives a test its folder D, a cache with what a run wants to see, and the fake.
# shellcheck disable=SC2034 # these are the test's
bochs_setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=$(realpath -- "${EXITMETER:-$top/build/exitmeter}")
	D=$BATS_TEST_TMPDIR
	cache=$D/cache
	export HOME=$D TMPDIR=$D
	unset XDG_CACHE_HOME
	make_pieces
	make_bochs
}

# make_bochs: puts the fake one into the cache, in the form of the real one, with its saved runs.
make_bochs() {
	bochs=$cache/bochs-3.0
	mkdir -p "$bochs"
	cp "$top/tests/lib/fake-bochs" "$bochs/bochs"
	touch "$bochs/BIOS-bochs-latest" "$bochs/vgabios.bin"
	echo "$(($(sed -n 's/^#define GRUB_AREA_BYTES (\([0-9]*\)L\([^)]*\)).*/\1\2/p' "$top/harness/vm/grub_area.h")))" >"$bochs/offset"
	cp "$top/tests/lib/renonce" "$bochs/"
	cp -r "$top/tests/fixtures/runs" "$bochs/runs"
	printf '{"kind": "bochs", "name": "bochs", "files": {"bochs": {"sha256": "%s", "bytes": %s}}}\n' \
		"$(sha256sum <"$bochs/bochs" | cut -d' ' -f1)" "$(stat -c %s "$bochs/bochs")" >"$bochs/image.json"
}
