# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For tests of fetching: a local image server, signing keys that are made here, and manifests that name both.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${EXITMETER:=${EXITMETER_BUILD:-$TOP/build}/exitmeter}"

# gpg_quiet HOME ARGUMENT...: runs gpg with that home folder, and lets it ask nothing.
gpg_quiet() {
	local home=$1
	shift
	gpg --homedir "$home" --batch --quiet --no-tty --pinentry-mode loopback --passphrase '' "$@"
}

# make_key NAME [FAKETIME EXPIRES]: makes a signing key in the home $KEYS/NAME, and its public half in $KEYS/NAME.gpg.
# FAKETIME is when it is made, and EXPIRES when it expires (never).
make_key() {
	local home=$KEYS/$1
	mkdir -m 700 "$home"
	gpg_quiet "$home" ${2:+--faked-system-time "$2!"} --quick-generate-key "$1 <$1@localhost>" ed25519 sign "${3:-never}"
	gpg_quiet "$home" --export >"$KEYS/$1.gpg"
	gpgconf --homedir "$home" --kill all
}

fingerprint() { gpg_quiet "$KEYS/$1" --with-colons --list-keys | awk -F: '$1 == "fpr" { print $10; exit }'; }

# Called once in a file of tests: makes two good keys, and one that expires after it has signed.
make_keys() {
	KEYS=$BATS_FILE_TMPDIR/keys
	export KEYS
	mkdir -p "$KEYS"
	make_key ours
	make_key theirs
	make_key expired 20200101T000000 2020-02-01
}

# sign NAME [FAKETIME]: signs the server's list with that key, as at FAKETIME.
sign() {
	rm -f "$ROOT/img/SHA256SUMS.gpg"
	gpg_quiet "$KEYS/$1" ${2:+--faked-system-time "$2!"} --detach-sign \
		--output "$ROOT/img/SHA256SUMS.gpg" "$ROOT/img/SHA256SUMS"
	gpgconf --homedir "$KEYS/$1" --kill all
}

write_list() {
	(cd "$ROOT/img" && sha256sum --binary test.img >SHA256SUMS)
}

# publish [KEY [FAKETIME]]: lists what the server has, and signs the list (with the key `ours`).
publish() {
	write_list
	sign "${1:-ours}" "${2-}"
}

# manifest NAME [SED]: writes a manifest like Ubuntu's for our server, changed by the sed script SED.
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

# faults JSON: tells the server which faults to have. They are those of test.img, unless JSON names files itself.
faults() {
	case $1 in
	*SHA256SUMS* | '{}') printf '%s' "$1" >"$CONTROL/faults" ;;
	*) printf '{"test.img": %s}' "$1" >"$CONTROL/faults" ;;
	esac
}

# Makes the folder of the test, and starts a server on it. Descriptor 3 is Bats' own, and the server must not hold it.
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

# fetch [OPTION...]: fetches the image `test` into this test's cache; sets status, output and stderr.
fetch() {
	run --separate-stderr "$EXITMETER" image --cache "$C/cache" --manifests "$C/manifests" "$@" test
	# shellcheck disable=SC2154 # bats sets them
	printf '%s\n%s\n' "$output" "$stderr"
}
