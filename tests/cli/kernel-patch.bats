#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The scripts of kernel-patch/ and images/build-tree, without a VM and without a build tree. That the patch compiles
# and counts is proved in tests/vm.

bats_require_minimum_version 1.5.0

load ../lib/root.bash

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	patch=$top/kernel-patch
	cd "$BATS_TEST_TMPDIR" || return 1
}

# Makes a kernel source of a few lines, with every place that the hooks look for.
fake_source() {
	local kvm=$1/arch/x86/kvm
	mkdir -p "$kvm/vmx" "$kvm/svm" "$1/arch/x86/include/asm" "$1/include/linux"
	cat >"$1/Makefile" <<-'END'
	VERSION = 6
	PATCHLEVEL = 1
	SUBLEVEL = 200
	END
	printf 'kvm-y\t\t\t+= x86.o emulate.o cpuid.o\n' >"$kvm/Makefile"
	cat >"$1/arch/x86/include/asm/kvm_host.h" <<-'END'
	#include <asm/pvclock-abi.h>
	struct kvm_arch {
		unsigned long pages;
	};
	END
	cat >"$1/include/linux/kvm_host.h" <<-'END'
	struct kvm_vcpu {
		struct kvm *kvm;
	};
	END
	cat >"$kvm/vmx/vmx.c" <<-'END'
	static int vmx_vcpu_run(struct kvm_vcpu *vcpu)
	{
		vmx_vcpu_enter_exit(vcpu, vmx);
		trace_kvm_exit(vcpu, KVM_ISA_VMX);
		if (unlikely(vmx->exit_reason.failed_vmentry))
			return EXIT_FASTPATH_NONE;
		return 0;
	}
	END
	cat >"$kvm/svm/svm.c" <<-'END'
	static int svm_vcpu_run(struct kvm_vcpu *vcpu)
	{
		svm_vcpu_enter_exit(vcpu, false);
		return 0;
	}
	END
	cat >"$kvm/x86.c" <<-'END'
	static int vcpu_enter_guest(struct kvm_vcpu *vcpu)
	{
		r = static_call(kvm_x86_handle_exit)(vcpu, exit_fastpath);
		return r;
	}
	void kvm_arch_vcpu_postcreate(struct kvm_vcpu *vcpu)
	{
		if (mutex_lock_killable(&vcpu->mutex))
			return;
		vcpu_load(vcpu);
	}
	void kvm_arch_pre_destroy_vm(struct kvm *kvm)
	{
		kvm_mmu_pre_destroy_vm(kvm);
	}
	END
	cat >"$kvm/cpuid.c" <<-'END'
	int kvm_emulate_cpuid(struct kvm_vcpu *vcpu)
	{
		kvm_cpuid(vcpu, &eax, &ebx, &ecx, &edx, false);
		return 1;
	}
	END
}

# Makes a copy of kernel-patch that a test may spoil.
spoilt_patch() {
	cp -r "$patch" "$BATS_TEST_TMPDIR/patch"
	patch=$BATS_TEST_TMPDIR/patch
}

require_coccinelle() {
	command -v spatch >/dev/null || skip "spatch is missing; apt-get install coccinelle"
}

@test "the kernel's ranges have the manual's holes and nothing above the last reason" {
	run "$patch/gen-reasons" --kernel
	[ "$status" -eq 0 ]
	[[ $output == *"{ 0x0, 0x22 },"*"{ 0x24, 0x25 },"*"{ 0x27, 0x29 },"*"{ 0x2b, 0x46 },"*"{ 0x48, 0x51 },"*"{ 0x54, 0x55 },"* ]]
	[[ $output == *"{ 0x0, 0xa6 },"*"{ 0x400, 0x403 },"*"{ 0xf0000000, 0xf0000000 },"* ]]
	[[ $output != *0xffffffff* ]]
}

@test "the harness's table compiles without a warning, is sorted, and knows the disputed ones" {
	"$patch/gen-reasons" --harness >reasons.gen.h
	cat >show.c <<-'END'
	#include <inttypes.h>
	#include <stdio.h>
	#include "reasons.gen.h"
	#define SHOW(table) show(#table, table, sizeof(table) / sizeof(table[0]))
	static void show(const char *title, const struct reason_name *table, unsigned int n)
	{
		printf("%s %u\n", title, n);
		for (unsigned int i = 0; i < n; i++) {
			if (i && table[i].number <= table[i - 1].number)
				printf("unsorted 0x%" PRIx64 "\n", table[i].number);
			if (table[i].disputed)
				printf("disputed %s\n", table[i].name);
		}
	}
	int main(void)
	{
		SHOW(vmx_reasons);
		SHOW(svm_reasons);
		return 0;
	}
	END
	for compiler in gcc clang; do
		command -v "$compiler" >/dev/null || continue
		"$compiler" -Wall -Wextra -o show show.c
	done
	run ./show
	[ "$output" = "vmx_reasons 80
disputed ENCLV
svm_reasons 176
disputed SW" ]
}

@test "a reason that is in a table twice is refused, and no half table is written" {
	spoilt_patch
	echo '3,AGAIN,again,original,' >>"$patch/reasons/vmx.csv"
	run --separate-stderr "$patch/gen-reasons" --harness
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	# shellcheck disable=SC2154 # set by bats
	[[ $stderr == *"vmx.csv line 83: number 3 is there twice"* ]]
}

@test "a line with a field too many is refused with its number" {
	spoilt_patch
	echo '99,NEW,one, two,original,' >>"$patch/reasons/vmx.csv"
	run "$patch/gen-reasons" --kernel
	[ "$status" -eq 1 ]
	[[ $output == *"vmx.csv line 83: wanted 5 fields, got 6"* ]]
}

@test "every rule of the semantic patch has a line in its table, and the other way round" {
	diff <(sed -n 's/^@\([a-z_][a-z_]*\)@$/\1/p' "$patch/hooks.cocci" | sort -u) \
		<(sed -n 's|^//# \([a-z_]*\) .*/.*|\1|p' "$patch/hooks.cocci" | sort -u)
}

@test "the hooks go where they belong, each once" {
	require_coccinelle
	fake_source source
	"$patch/apply-hooks" source
	[ "$(grep -o 'exitmeter_[a-z]*\|[a-z_]*_enter_exit\|trace_kvm_exit' source/arch/x86/kvm/vmx/vmx.c | tr '\n' ' ')" = \
		"exitmeter_close vmx_vcpu_enter_exit exitmeter_stamp exitmeter_record trace_kvm_exit " ]
	[ "$(grep -o 'exitmeter_[a-z]*\|[a-z_]*_enter_exit' source/arch/x86/kvm/svm/svm.c | tr '\n' ' ')" = \
		"exitmeter_close svm_vcpu_enter_exit exitmeter_stamp exitmeter_record " ]
	[ "$(grep -o 'exitmeter_[a-z_]*\|kvm_mmu_pre_destroy_vm' source/arch/x86/kvm/x86.c | tr '\n' ' ')" = \
		"exitmeter_close exitmeter_vcpu_postcreate exitmeter_destroy_vm kvm_mmu_pre_destroy_vm " ]
	grep -q 'exitmeter\.o exitmeter-params\.o exitmeter-vms\.o x86\.o' source/arch/x86/kvm/Makefile
	cmp "$patch/exitmeter.c" source/arch/x86/kvm/exitmeter.c
	cmp "$patch/exitmeter-params.c" source/arch/x86/kvm/exitmeter-params.c
	cmp "$patch/exitmeter-vms.c" source/arch/x86/kvm/exitmeter-vms.c
	cmp "$patch/exitmeter.h" source/arch/x86/include/asm/exitmeter.h
}

@test "a rule that does not match is named with its file and the nearest known kernel" {
	require_coccinelle
	fake_source source
	sed -i 's/trace_kvm_exit/trace_other/' source/arch/x86/kvm/vmx/vmx.c
	run "$patch/apply-hooks" source
	[ "$status" -eq 1 ]
	[[ $output == *"rule 'vmx_record'"*"arch/x86/kvm/vmx/vmx.c, got 0 (kernel 6.1.200; nearest known to fit: 6.1."* ]]
	[[ $output != *"rule 'svm_enter'"* ]]
}

@test "the VMX reason is taken from where the kernel has it" {
	require_coccinelle
	fake_source source
	sed -i 's/vmx->exit_reason/vmx_get_exit_reason(vcpu)/' source/arch/x86/kvm/vmx/vmx.c
	"$patch/apply-hooks" source
	grep -q 'exitmeter_record(&vcpu->exitmeter, vmx_get_exit_reason(vcpu).basic,' source/arch/x86/kvm/vmx/vmx.c
}

@test "the nearest known kernel is the newest that is not newer" {
	require_coccinelle
	while read -r version patchlevel nearest; do
		fake_source source
		sed -i 's/trace_kvm_exit/trace_other/' source/arch/x86/kvm/vmx/vmx.c
		printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 9\n' "$version" "$patchlevel" >source/Makefile
		run "$patch/apply-hooks" source
		[ "$status" -eq 1 ]
		[[ $output == *"(kernel $version.$patchlevel.9; nearest known to fit: $nearest."* ]]
		rm -rf source
	done <<-'END'
	5 4 5.10
	5 15 5.10
	6 11 6.1
	6 18 6.12
	8 0 7.2
	END
}

@test "a rule that matches twice is refused" {
	require_coccinelle
	fake_source source
	sed -i 's/^.*svm_vcpu_enter_exit.*/&\n&/' source/arch/x86/kvm/svm/svm.c
	run "$patch/apply-hooks" source
	[ "$status" -eq 1 ]
	[[ $output == *"rule 'svm_enter'"*"got 2"* ]]
}

@test "a Makefile without KVM's object list is refused" {
	require_coccinelle
	fake_source source
	echo 'kvm-objs := x86.o' >source/arch/x86/kvm/Makefile
	run "$patch/apply-hooks" source
	[ "$status" -eq 1 ]
	[[ $output == *"rule 'makefile'"*"got 0"* ]]
}

@test "a source that has the counter code already is not patched again" {
	require_coccinelle
	fake_source source
	"$patch/apply-hooks" source
	run "$patch/apply-hooks" source
	[ "$status" -eq 2 ]
	[[ $output == *"give a clean copy"* ]]
}

@test "a folder that is not a kernel source is refused" {
	require_coccinelle
	mkdir source
	run "$patch/apply-hooks" source
	[ "$status" -eq 2 ]
	[[ $output == *"not a kernel source with KVM"* ]]
}

@test "build-modules names what is missing on its command line" {
	need_root "a builder enters the build tree"
	run "$patch/build-modules" out
	[ "$status" -eq 2 ]
	[[ $output == *"--tree BUILD_TREE is missing"* ]]
	run "$patch/build-modules" --tree tree
	[ "$status" -eq 2 ]
	[[ $output == *"OUTDIR is missing"* ]]
	run "$patch/build-modules" --tree tree out more
	[ "$status" -eq 2 ]
	run "$patch/build-modules" --frob
	[ "$status" -eq 2 ]
	[[ $output == *"--frob"* ]]
}

@test "build-modules wants a finished build tree and leaves nothing behind" {
	need_root "a builder enters the build tree"
	require_coccinelle
	mkdir tree
	run "$patch/build-modules" --tree tree "$BATS_TEST_TMPDIR/out/modules"
	[ "$status" -eq 2 ]
	[[ $output == *"tree is no finished build tree; make one with images/build-tree"* ]]
	[ ! -e out ]
}

@test "a module build that fails leaves neither an output nor a temporary folder" {
	require_coccinelle
	need_root "a builder enters the build tree"
	mkdir tree
	fake_source tree/usr/src/linux-source-6.1
	mkdir -p tree/usr/src/linux-source-6.1/virt/kvm
	printf '{\n  "suite": "bookworm",\n  "kernel": "6.1.0-0-fake",\n  "version": "6.1.200-1",\n  "source": "/usr/src/linux-source-6.1",\n  "recipe": "0"\n}\n' >tree/tree.json
	run "$patch/build-modules" --tree tree out
	[ "$status" -eq 1 ]
	[[ $output == *"wanted '-I \$(srctree)/arch/x86/kvm' once in arch/x86/kvm/Makefile"* ]]
	[ "$(ls -d out*)" = out.lock ]
}

@test "build-tree refuses a wrong suite, a missing folder and an unknown option" {
	run "$top/images/build-tree" --suite '../etc' out
	[ "$status" -eq 2 ]
	[[ $output == *"not the name of a suite: ../etc"* ]]
	run "$top/images/build-tree"
	[ "$status" -eq 2 ]
	[[ $output == *"OUTDIR is missing"* ]]
	run "$top/images/build-tree" --frob
	[ "$status" -eq 2 ]
}

@test "build-tree knows the kernel of each suite it builds, and of no other" {
	need_root "a builder enters the build tree"
	run "$top/images/build-tree" --suite buster out
	[ "$status" -eq 2 ]
	[[ $output == *"no kernel is known for the suite buster"* ]]
	[ ! -e out.lock ]
}

@test "build-tree with a mirror out of reach says so and leaves nothing" {
	need_root "a builder enters the build tree"
	command -v mmdebstrap >/dev/null || skip "mmdebstrap is missing; apt-get install mmdebstrap"
	[ -r /usr/share/keyrings/debian-archive-keyring.gpg ] || skip "debian-archive-keyring is missing"
	MIRROR=http://127.0.0.1:9/debian run "$top/images/build-tree" out
	[ "$status" -eq 1 ]
	[[ $output == *"MIRROR= names another"* ]]
	[ "$(ls -A)" = out.lock ]
}

# Makes a kernel source of the user's own, with all that is looked at before anything is built.
own_source() {
	fake_source "$1"
	mkdir -p "$1/include/generated" "$1/include/config" "$1/scripts/mod" "$1/virt/kvm"
	printf 'CONFIG_KVM=m\nCONFIG_KVM_AMD=m\nCONFIG_KVM_INTEL=m\n' >"$1/.config"
	touch "$1/include/generated/autoconf.h"
	echo 6.1.200-mine >"$1/include/config/kernel.release"
	install -m 755 /dev/null "$1/scripts/mod/modpost"
	echo '0x0 printk vmlinux EXPORT_SYMBOL' >"$1/Module.symvers"
}

@test "a source of the user's own is told what it lacks, and what to do" {
	need_root "a builder enters the build tree"
	require_coccinelle
	local lack remedy
	while read -r lack remedy; do
		rm -rf mine
		own_source mine
		rm "mine/$lack"
		run "$patch/build-modules" --tree mine out
		[ "$status" -eq 2 ]
		[[ $output == *"$remedy"* ]]
		[ ! -e out ]
	done <<-'END'
	.config make olddefconfig
	include/generated/autoconf.h make modules_prepare
	scripts/mod/modpost make modules_prepare
	Module.symvers has no Module.symvers: run make there
	END
	own_source mine
	sed -i 's/KVM_AMD=m/KVM_AMD=y/' mine/.config
	run "$patch/build-modules" --tree mine out
	[ "$status" -eq 2 ]
	[[ $output == *"CONFIG_KVM_AMD is not m in "*"/mine/.config"* ]]
}

@test "a source that has another version of the series in it is refused" {
	require_coccinelle
	need_root "a builder enters the build tree"
	own_source mine
	"$patch/apply-hooks" mine
	echo '/* mine */' >>mine/arch/x86/kvm/exitmeter.c
	run "$patch/build-modules" --tree mine out
	[ "$status" -eq 2 ]
	[[ $output == *"another version of the series in it (exitmeter.c differs)"* ]]
	[ "$(ls -d out*)" = out.lock ]
}
