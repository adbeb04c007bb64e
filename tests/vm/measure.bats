#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Real runs on the emulated SVM host, as a user measures.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

# all_pass [CLAUSES]: every clause passes but for CLAUSES: those that take several CPUs, were not asked for, or have
# no leaf in this layout.
all_pass() {
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(not_passed)" = "$(unjudged "$@")" ]
	[ "$(jq '.clauses | length' "$OUT/verdicts.json")" -ge 25 ]
}

# exits REASON: prints how many exits of a reason the host has counted.
exits() {
	jq --arg name "$1" '[.host_counters.reasons[] | select(.name == $name) | .count] | add // 0' "$OUT/summary.json"
}

@test "the micro guest passes every clause, and the run folder is whole" {
	run_vm --host emulated-svm --guest micro
	all_pass
	for f in config.json domain.xml host-domain.xml console.log records.log host-console.log \
		host-counters.txt enabled.txt evidence.json verdicts.json summary.json report.txt report.tap \
		junit.xml; do
		[ -s "$OUT/$f" ]
	done
	[ "$(jq -r .records_by "$OUT/summary.json")" = mailbox ]
	prove "$OUT/report.tap"
	"$TOP/tests/schema/validate" "$OUT"
	jq -e '.started != null' "$OUT/summary.json"
	(cd "$OUT" && sha256sum --strict --quiet -c SHA256SUMS)
	[ "$(readlink "$C/cache/runs/latest")" = "$OUT" ]
	# Each point has its totals, and its reasons by name with count and cycles.
	[ "$(jq '[.points[] | select(.exits > 0 and .cycles > 0)] | length' "$OUT/summary.json")" -eq 3 ]
	jq -e '.points.shutdown.reasons | to_entries | map(select(.value.name == "CPUID")) | .[0].value.count > 1000' "$OUT/summary.json"
	# The guest prints the assignment's own line, as the probe does by hand, and not after the last record.
	exits=$(sed -n 's/^CPUID(0x4FFFFFFF), exits=\([0-9]*\), cycles spent in exit=[0-9]*\r*$/\1/p' "$OUT/console.log")
	[ "$exits" -ge "$(jq .points.shutdown.exits "$OUT/summary.json")" ]
	[ "$exits" -le "$(jq .host_counters.exits "$OUT/summary.json")" ]
	grep -q 'domain type=.qemu' "$OUT/host-domain.xml"
	grep -q 'domain type=.kvm' "$OUT/domain.xml"

	# A saved run is judged again, without a VM, to the same verdicts.
	cp "$OUT/verdicts.json" "$C/first.json"
	run "$EXITMETER" replay "$OUT"
	[ "$status" -eq 0 ]
	cmp "$C/first.json" "$OUT/verdicts.json"
}

@test "the combined layout passes with four vCPUs, and with nested paging asked for" {
	run_vm --guest micro --layout combined --vcpus 4 --paging nested
	all_pass "concurrent sum-cycles cycles-each cycles-carry both-totals"
	grep -q '^vcpus 4' "$OUT/host-counters.txt"
	grep -q '^layout combined' "$OUT/host-counters.txt"
	[ "$(verdict paging)" = pass ]
	grep -q 'npt, asked for as PAGING=nested' "$OUT/report.txt"
	[ "$(exits NPF)" -gt 0 ]
}

# The mailbox is the memory of a PCI device, which a lockdown keeps from user mode.
@test "the reversed layout passes, and records come by the port where the guest's kernel forbids the mailbox; with shadow paging" {
	run_vm --guest micro --layout reversed --guest-append lockdown=integrity --paging shadow
	# The exit whose handling is measured is a nested page fault.
	all_pass "concurrent cycles-handling cycles-carry both-totals"
	[ "$(jq -r .records_by "$OUT/summary.json")" = port ]
	grep -q 'records by port' "$OUT/report.txt"
	grep -q '^layout reversed' "$OUT/host-counters.txt"
	# What stock KVM answers was asked with the same paging, though the saved host knows the answers without.
	[ "$(verdict paging) $(verdict other-leaves)" = "pass pass" ]
	grep -q 'shadow, asked for as PAGING=shadow' "$OUT/report.txt"
	jq -e '.paging == "shadow" and .guest_machine.paging == "shadow"' "$OUT/summary.json"
	"$TOP/tests/schema/validate" "$OUT"
	[ "$(exits NPF)" -eq 0 ]
	[ "$(exits CR3_WRITE)" -gt 0 ]
}

@test "an unpatched KVM fails, and the message says so" {
	run_vm --guest micro --modules stock
	[ "$status" -eq 1 ]
	[ "$(verdict implemented)" = fail ]
	jq -r '.clauses[] | select(.id == "implemented") | .got' "$OUT/verdicts.json" |
		grep -q 'as an unpatched KVM answers'
	[ ! -e "$OUT/host-counters.txt" ]
}

# The first process of a container without --init: it waits for its own child, and reaps nobody else.
first_process() {
	cat >"$C/first" <<-'END'
	my $pid = fork;
	exec @ARGV if !$pid;
	waitpid $pid, 0;
	my $code = $? >> 8;
	print "in the table: $_" for grep { !/ (perl|sh|ps)$/ } `ps -eo pid=,ppid=,stat=,comm=`;
	exit $code;
	END
	run unshare --mount --pid --fork --kill-child --mount-proc perl "$C/first" "$@"
	echo "$output"
}

# libvirt says of a QEMU that has ended, and that nobody reaps, that it cannot be terminated; after 40 s, three times.
@test "where the first process reaps nobody, libvirt waits for no QEMU that has ended, and no process is left" {
	unshare --mount --pid --fork true 2>/dev/null || skip "this machine lets this user make no PID namespace"
	first_process sh -c '(sleep 0 &); sleep 1'
	[[ $output == *"in the table: "*" Z"*" sleep"* ]]
	# libvirt asks QEMU what it can do, and these QEMUs end too.
	rm -rf "$C/cache/libvirt"
	LIBVIRT_LOG_OUTPUTS="3:file:$C/libvirt.log" first_process "$EXITMETER" run --cache "$C/cache" --out "$OUT" \
		"${VM_KERNEL[@]}" --image built --guest micro --host emulated-svm
	[ "$status" -eq 0 ]
	[[ $output != *"in the table: "* ]]
	[ -s "$C/libvirt.log" ]
	[ "$(grep -ic "terminate process" "$C/libvirt.log")" -eq 0 ]
}
