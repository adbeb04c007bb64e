# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests share in which fake-bochs stands for Bochs. They have set $top and $cache.
# shellcheck disable=SC2154 # top and cache are the tests'

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
