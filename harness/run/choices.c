// SPDX-License-Identifier: GPL-2.0-only
#include "run/choices.h"

#include <stddef.h>

const char *const host_words[] = {
	[HOST_AUTO] = "auto",
	[HOST_NESTED] = "nested",
	[HOST_EMULATED_SVM] = "emulated-svm",
	[HOST_EMULATED_VMX] = "emulated-vmx",
	[HOST_NATIVE] = "native",
	NULL
};
const char *const guest_words[] = { [GUEST_CLOUD] = "cloud", [GUEST_MICRO] = "micro", NULL };
const char *const firmware_words[] = {
	[FIRMWARE_AUTO] = "auto", [FIRMWARE_BIOS] = "bios", [FIRMWARE_UEFI] = "uefi", NULL
};
const char *const scenario_words[] = { SCENARIO_WORDS, NULL };
const char *const layout_words[] = { EM_LAYOUT_WORDS, [LAYOUT_AUTO] = "auto", NULL };
const char *const scope_words[] = { [SCOPE_VM] = "vm", [SCOPE_GLOBAL] = "global", NULL };
const char *const paging_words[] = { PAGING_WORDS, NULL };
const char *const saved_host_words[] = {
	[SAVED_HOST_YES] = "yes", [SAVED_HOST_NO] = "no", [SAVED_HOST_ANEW] = "anew", NULL
};
const char *const kvm_words[] = { [KVM_PATCHED] = "patched", [KVM_STOCK] = "stock", NULL };
