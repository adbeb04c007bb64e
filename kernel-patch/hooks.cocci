// SPDX-License-Identifier: GPL-2.0-only
//
// Where KVM calls exitmeter, with one rule for each place. apply-hooks applies the
// rules, and checks by the table below that each has matched exactly once: the text
// must then be in the file once.
//
// Known to fit: 5.10.262 6.1.192 6.12.117 7.2.12
//
//# rule        file                             text
//# include     arch/x86/include/asm/kvm_host.h  #include <asm/exitmeter.h>
//# vcpu_field  include/linux/kvm_host.h         struct exitmeter exitmeter;
//# vm_field    arch/x86/include/asm/kvm_host.h  struct exitmeter_vm exitmeter;
//# vmx_enter   arch/x86/kvm/vmx/vmx.c           exitmeter_close(
//# vmx_enter   arch/x86/kvm/vmx/vmx.c           exitmeter_stamp(
//# vmx_record  arch/x86/kvm/vmx/vmx.c           exitmeter_record(
//# svm_enter   arch/x86/kvm/svm/svm.c           exitmeter_close(
//# svm_enter   arch/x86/kvm/svm/svm.c           exitmeter_stamp(
//# svm_enter   arch/x86/kvm/svm/svm.c           exitmeter_record(
//# handled     arch/x86/kvm/x86.c               exitmeter_close(
//# postcreate  arch/x86/kvm/x86.c               exitmeter_vcpu_postcreate(
//# destroy     arch/x86/kvm/x86.c               exitmeter_destroy_vm(
//# cpuid       arch/x86/kvm/cpuid.c             exitmeter_cpuid(

@include@
@@
 #include <asm/pvclock-abi.h>
+#include <asm/exitmeter.h>

// The field is the last of struct kvm_vcpu, and not in its arch, because no other field
// may move: the core kernel, which is not compiled again, writes vcpu->stat
// (kvm_handle_signal_exit(), inlined into kernel/entry/kvm.c). All architectures share
// this header.
@vcpu_field@
@@
struct kvm_vcpu {
	...
+#ifdef CONFIG_X86
+	struct exitmeter exitmeter;
+#endif
};

@vm_field@
@@
struct kvm_arch {
	...
+	struct exitmeter_vm exitmeter;
};

@vmx_enter@
symbol vcpu;
expression list arguments;
@@
+exitmeter_close(&vcpu->exitmeter);
vmx_vcpu_enter_exit(arguments);
+exitmeter_stamp(&vcpu->exitmeter);

// The basic reason is counted, without the flags above it, such as that of a failed
// entry. Kernels differ in where the reason is: vmx->exit_reason up to 6.12,
// vmx_get_exit_reason(vcpu) in 7.2. The rule takes it from the next statement.
@vmx_record@
symbol vcpu;
expression reason;
expression list arguments;
@@
vmx_vcpu_run(...)
{
	<...
+	exitmeter_record(&vcpu->exitmeter, reason.basic,
+			 EXITMETER_VENDOR(EXITMETER_VMX, kvm_vmx_exit_handlers));
	trace_kvm_exit(arguments);
	if (unlikely(reason.failed_vmentry))
		return ...;
	...>
}

// The exit is recorded at once, because a nested exit switches svm->vmcb, and
// svm_check_intercept() overwrites the exit code while the exit is handled.
@svm_enter@
symbol vcpu, svm;
expression list arguments;
@@
+exitmeter_close(&vcpu->exitmeter);
svm_vcpu_enter_exit(arguments);
+exitmeter_stamp(&vcpu->exitmeter);
+exitmeter_record(&vcpu->exitmeter, svm->vmcb->control.exit_code,
+		 EXITMETER_VENDOR(EXITMETER_SVM, svm_exit_handlers));

// This is the call of the vendor's handle_exit, whatever macro wraps it.
@handled@
symbol vcpu, exit_fastpath;
expression handle_exit;
identifier result;
@@
vcpu_enter_guest(...)
{
	<...
	result = handle_exit(vcpu, exit_fastpath);
+	exitmeter_close(&vcpu->exitmeter);
	...>
}

@postcreate@
symbol vcpu;
@@
kvm_arch_vcpu_postcreate(...)
{
	...
+	exitmeter_vcpu_postcreate(vcpu);
+
	if (mutex_lock_killable(&vcpu->mutex))
		return;
	...
}

// At this point no descriptor of the VM or its vCPUs is left, and its debugfs folder is
// gone.
@destroy@
symbol kvm;
@@
kvm_arch_pre_destroy_vm(...)
{
+	exitmeter_destroy_vm(kvm);
	...
}

@cpuid@
symbol vcpu, eax, ebx, ecx, edx;
expression list rest;
@@
kvm_emulate_cpuid(...)
{
	...
-	kvm_cpuid(vcpu, &eax, &ebx, &ecx, &edx, rest);
+	if (!exitmeter_cpuid(vcpu, &eax, &ebx, &ecx, &edx))
+		kvm_cpuid(vcpu, &eax, &ebx, &ecx, &edx, rest);
	...
}
