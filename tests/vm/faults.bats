#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# What happens to the machine under a run: kill -9, and a host that dies. Signals are in signals.bats.

load ../lib/vm.bash
load ../lib/signals.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the L1 host killed halfway is lost, and the run folder says so" {
	start_run
	wait_for "$C/cache/scratch/*/host-progress.log" "phase domain"
	pkill -9 -f "qemu.*$C/cache/scratch"
	wait "$PID" || got=$?
	cat "$C/log"
	[ "$got" -eq 3 ]
	[ "$(outcome)" = host-lost ]
	[ "$(verdict finished)" = lost ]
	[ -s "$OUT/host-console.log" ]
}

@test "after kill -9 the next start cleans what was left" {
	start_run
	wait_for "$C/cache/scratch/*/host-progress.log" "phase domain"
	kill -9 "$PID"
	wait "$PID" || true
	# In a whole sandbox QEMU ends with the run, whose child it is (bubblewrap's --die-with-parent); one without lives on,
	# as in test_scratch_sweep. The half-made folders stay, which is what the next start must clean up.
	compgen -G "$OUT.part.*"
	root=$(sed -n '/^\/.*exitmeter-/p' "$C"/cache/scratch/*/owned | head -n 1)
	[ -d "$root" ]

	run "$EXITMETER" clean --cache "$C/cache"
	[ "$status" -eq 0 ]
	[[ $output == "1 dead run put away" ]]
	[ ! -e "$root" ]
	! pgrep -f "qemu.*$C/cache/scratch" || return 1
}

@test "two runs at once do not meet" {
	start_run
	first=$PID
	OUT2=$C/out2
	"$EXITMETER" run --cache "$C/cache" --out "$OUT2" "${VM_KERNEL[@]}" --guest micro > "$C/log2" 2>&1 3>&- &
	second=$!
	wait "$first" || { cat "$C/log"; false; }
	wait "$second" || { cat "$C/log2"; false; }
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(jq -r .verdict "$OUT2/verdicts.json")" = pass ]
}

@test "an L1 host whose kernel crashes is started once more, then lost" {
	make_kit
	printf '#!/bin/bash\nmount -t proc proc /proc\necho c > /proc/sysrq-trigger\n' > "$C/kit/host-init"
	chmod +x "$C/kit/host-init"
	run_vm --host emulated-svm --guest micro --kit "$C/kit"
	[ "$status" -eq 3 ]
	[ "$(outcome)" = host-lost ]
	[ "$(grep -c 'once more: the emulator' <<< "$output")" -eq 1 ]
	grep -q 'Kernel panic' "$OUT/host-console.1.log"
	[ "$(jq .host_attempts "$OUT/summary.json")" -eq 2 ]
	grep -q 'Kernel panic' "$OUT/host-console.log"
}

@test "stock modules that were loaded are put back, with their parameters" {
	make_kit
	# The machine is as its owner left it, who goes on using it: KVM is loaded, with a parameter that the owner has set.
	sed -e 's|^\trun_one$|throwaway=()\nmodprobe kvm_amd nested=0\n&\necho "after: nested=$(cat /sys/module/kvm_amd/parameters/nested) layout=$(ls /sys/module/kvm/parameters \| grep -c exitmeter)"|' \
		"${EXITMETER_BUILD:-$TOP/build}/host-init" > "$C/kit/host-init"
	chmod +x "$C/kit/host-init"
	run_vm --host emulated-svm --guest micro --kit "$C/kit"
	[ "$status" -eq 0 ]
	# kvm_amd is back with its parameter, and kvm.ko is the stock one, which has none of ours.
	tr -d '\r' < "$OUT/host-console.log" | grep -q '^after: nested=0 layout=0$'
}
