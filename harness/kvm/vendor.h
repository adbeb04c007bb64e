/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose virtualization this machine's CPU has, and what KVM's module for it is called. */
#ifndef EXITMETER_VENDOR_H
#define EXITMETER_VENDOR_H

#include <stdbool.h>

enum kvm_vendor { VENDOR_NONE, VENDOR_SVM, VENDOR_VMX };

/* Reads the flags in /proc/cpuinfo. */
enum kvm_vendor vendor_of_cpu(void);
/* The module's name as /sys/module has it: "kvm_amd", "kvm_intel"; "none" for VENDOR_NONE. */
const char *vendor_module(enum kvm_vendor vendor);
/* The name of its file: "kvm-amd.ko", "kvm-intel.ko". */
const char *vendor_file(enum kvm_vendor vendor);
/* The module's parameter that turns nested paging on, which is also the CPU's flag: "npt", "ept". */
const char *vendor_paging_param(enum kvm_vendor vendor);
/* Whether /proc/cpuinfo has a flag. */
bool vendor_cpu_has(const char *flag);

#endif
