# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A local image server, keys made here, and manifests that name both: for tests of fetching.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${EXITMETER:=$TOP/build/exitmeter}"

# gpg_quiet HOME ARGUMENT...
gpg_quiet() {
	local home=$1
	shift
	gpg --homedir "$home" --batch --quiet --no-tty --pinentry-mode loopback --passphrase '' "$@"
}

# make_key NAME [FAKETIME EXPIRES]: a signing key in a home of its own, in $KEYS/NAME; sets nothing.
make_key() {
	local home=$KEYS/$1
	mkdir -m 700 "$home"
	gpg_quiet "$home" ${2:+--faked-system-time "$2!"} --quick-generate-key "$1 <$1@localhost>" ed25519 sign "${3:-never}"
	gpg_quiet "$home" --export >"$KEYS/$1.gpg"
	gpgconf --homedir "$home" --kill all
}

fingerprint() { gpg_quiet "$KEYS/$1" --with-colons --list-keys | awk -F: '$1 == "fpr" { print $10; exit }'; }

# Once a file of tests: two keys that are good, and one that expired after it signed.
make_keys() {
	KEYS=$BATS_FILE_TMPDIR/keys
	export KEYS
	mkdir -p "$KEYS"
	make_key ours
	make_key theirs
	make_key expired 20200101T000000 2020-02-01
}

# sign NAME [FAKETIME]: the list, with that key.
sign() {
	rm -f "$ROOT/img/SHA256SUMS.gpg"
	gpg_quiet "$KEYS/$1" ${2:+--faked-system-time "$2!"} --detach-sign \
		--output "$ROOT/img/SHA256SUMS.gpg" "$ROOT/img/SHA256SUMS"
	gpgconf --homedir "$KEYS/$1" --kill all
}

write_list() {
	(cd "$ROOT/img" && sha256sum --binary test.img >SHA256SUMS)
}

# publish [KEY [FAKETIME]]: what the server has is listed and signed.
publish() {
	write_list
	sign "${1:-ours}" "${2-}"
}

# manifest NAME [SED]: as Ubuntu's, on our server.
manifest() {
	sed "${2-}" >"$C/manifests/$1" <<-END
	base http://127.0.0.1:1/
	folder img/
	serial current
	file test.img
	format qcow2
	sums SHA256SUMS
	signature SHA256SUMS.gpg
	keyring $KEYS/ours.gpg
	key $(fingerprint ours)
	since 2021-01-01
	END
}

# faults JSON: of test.img, unless it names files itself.
faults() {
	case $1 in
	*SHA256SUMS* | '{}') printf '%s' "$1" >"$CONTROL/faults" ;;
	*) printf '{"test.img": %s}' "$1" >"$CONTROL/faults" ;;
	esac
}

# A folder for the test, and a server on it.  Descriptor 3 is bats' own.
server_setup() {
	: "${C:=$BATS_TEST_TMPDIR}"
	ROOT=$C/root CONTROL=$C/control
	mkdir -p "$ROOT/img" "$CONTROL" "$C/manifests" "$C/cache"
	"$TOP/tests/lib/image-server" "$ROOT" "$CONTROL" 3>&- &
	SERVER=$!
	for _ in $(seq 100); do
		if [ -f "$CONTROL/port" ]; then break; fi
		sleep 0.05
	done
	IMAGE_MIRROR=http://127.0.0.1:$(cat "$CONTROL/port")
	export IMAGE_MIRROR IMAGE_HTTP=1 no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
}

server_teardown() {
	kill "$SERVER"
	wait "$SERVER" || true
}

# fetch [OPTION...]: the image `test` into this test's cache; sets status, output and stderr.
fetch() {
	run --separate-stderr "$EXITMETER" image --cache "$C/cache" --manifests "$C/manifests" "$@" test
	# shellcheck disable=SC2154 # bats sets them
	printf '%s\n%s\n' "$output" "$stderr"
}
