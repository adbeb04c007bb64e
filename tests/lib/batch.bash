# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of batches share: a fake for `exitmeter run`. D is the test's folder, and cli.bash is loaded.
# shellcheck disable=SC2154 # D, top, exitmeter, cache and kit are the test's

# batch_setup: gives a test its folder D, a cache with what a plan wants to see, and the fake.
batch_setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=$(realpath -- "${EXITMETER:-${EXITMETER_BUILD:-$top/build}/exitmeter}")
	D=$BATS_TEST_TMPDIR
	cache=$D/cache
	export HOME=$D
	unset XDG_CACHE_HOME
	make_pieces
	make_program
}

# make_program [COMMANDS]: makes $D/program, which stands for exitmeter: its `run` notes the run folder in $D/ran, does
# COMMANDS, and leaves a saved run; the rest is the real one.
make_program() {
	cat >"$D/program" <<-END
	#!/bin/bash
	set -eu
	[ "\$1" = run ] || exec "$exitmeter" "\$@"
	D="$D" config=\$3
	out=\$(jq -r .out "\$config")
	echo "\${out#*/runs/}" >>"$D/ran"
	${1-}
	cp -r "$top/tests/fixtures/runs/\${saved:-pass-micro}" "\$out.part"
	rm -f "\$out.part/expected.txt"
	cp "\$config" "\$out.part/config.json"
	(cd "\$out.part" && LC_ALL=C sha256sum -- * >SHA256SUMS)
	mv "\$out.part" "\$out"
	exec "$exitmeter" replay "\$out"
	END
	chmod 755 "$D/program"
}

# plan OPTION...: plans a batch of micro guests in ${out:-$D/b}.
plan() {
	"$exitmeter" batch plan --guest micro --cache "$cache" --kit "$kit" --host emulated-svm --out "${out:-$D/b}" "$@"
}

# edit_run N JQ: changes the evidence of the N-th run, and seals it again.
edit_run() {
	local dir
	dir=$D/b/runs/run/00$1
	jq "$2" "$dir/evidence.json" >"$dir/evidence.new"
	mv "$dir/evidence.new" "$dir/evidence.json"
	(cd "$dir" && awk '{ print $2 }' SHA256SUMS | xargs sha256sum >sums && mv sums SHA256SUMS)
}
