# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of tests/kernel/cost share: an emulated SVM machine whose TSC counts instructions, so that
# figures are the same on every machine and in every run. Source images/lib.sh, kernel-patch/lib.bash and
# tests/lib/machine.bash before it.
# shellcheck disable=SC2154 # kernel is lib.bash's

: "${LIMIT:=300}"	# seconds that one machine may run
work=

clean_up() {
	local code=$?
	trap '' HUP INT TERM
	if [ -n "$RUNNING" ]; then
		kill -TERM -- "-$RUNNING" 2>/dev/null || true
		wait "$RUNNING" 2>/dev/null || true
	fi
	rm -rf -- "$work"
	exit "$code"
}

# open_work: makes a folder for this run, sets $work to it, and sees to its removal.
open_work() {
	work=$(mktemp -d)
	trap clean_up EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# make_machine KIND [MODULES]: puts the content of an initrd into $work/KIND, with $work/init as its init. It gets
# the KVM modules of the folder MODULES, or else the kernel's own.
make_machine() {
	local to=$work/$1
	mkdir "$to"
	cp -- "$work/init" "$to/"
	unpack_needed "$to"
	if (($# == 2)); then
		cp -- "$2/kvm.ko" "$2/kvm-amd.ko" "$to/"
	else
		unpack_module kvm "$to"
		unpack_module kvm-amd "$to"
	fi
}

# run_machine KIND: boots that initrd, and leaves the console's text in $work/text.
run_machine() {
	local kind=$1 status=0 image
	image=$(kernel_image)
	pack_initrd "$work/$kind" "$work/initrd"
	rm -f -- "$work/console"
	run timeout -k 5 "$LIMIT" qemu-system-x86_64 -accel tcg,thread=single -icount shift=0,sleep=off,align=off \
		-rtc base=2026-01-01,clock=vm -seed 1 -machine q35 -cpu EPYC,+svm,+npt,-rdrand,-rdseed -smp 1 -m 768 \
		-nodefaults -no-user-config -display none -no-reboot -serial "file:$work/console" \
		-kernel "$image" -initrd "$work/initrd" \
		-append 'console=ttyS0 loglevel=4 panic=-1 tsc=reliable transparent_hugepage=never' 2>"$work/qemu" || status=$?
	tr -d '\r' <"$work/console" >"$work/text"
	if ! grep -q '^done$' "$work/text" || grep -q '^FAIL' "$work/text"; then
		tail -n 30 "$work/text" "$work/qemu" >&2
		die 3 "the machine for $kind was lost (qemu: $status)"
	fi
}
