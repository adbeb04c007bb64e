/* SPDX-License-Identifier: GPL-2.0-only */
/* What the inits share: a machine that is nothing but a kernel and its KVM. */
#ifndef TESTS_KERNEL_MACHINE_H
#define TESTS_KERNEL_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct reason_name;

struct vendor {
	const char *name, *module, *file, *parameters, *enabled_file;
	const struct reason_name *reasons;
	size_t n_reasons;
	uint32_t cpuid, hlt;
};

/* Of this machine's CPU. */
extern struct vendor vendor;

/* Prints "ok: ..." or "FAIL: ...". */
void check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* To be called first: file systems, console, vendor; exit() powers off from then on. */
void machine_start(void);
int load_module(const char *path, const char *parameters);
/* kvm.ko with these parameters and the vendor's module, in and out. */
void kvm_load(const char *parameters);
void kvm_unload(void);
/* Lines of the kernel's log that have the text in them. */
unsigned int count_in_log(const char *text);
void vendor_load(void);
void vendor_unload(void);

#endif
