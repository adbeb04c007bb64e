/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a host's kernel says of itself when it crashes, hangs or complains: a line that names the trouble
 * and, below it, where that was, "RIP: 0010:svm_handle_exit+0x1c/0x340 [kvm_amd]", and who called.  Only
 * traces are found that KVM's modules are part of.  The text comes from a machine that ran a stranger's
 * modules: what is taken of it is bounded and printable.
 */
#ifndef EXITMETER_KERNEL_TRACE_H
#define EXITMETER_KERNEL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trace_kind {
	TRACE_CRASH,		/* the kernel, or the process that it worked for, cannot go on */
	TRACE_HANG,		/* a CPU or a task does not come back */
	TRACE_COMPLAINT,	/* a warning: of WARN_ON(), lockdep, a sanitizer */
	TRACE_KINDS
};

/* Plain data: there is nothing to free. */
struct kernel_trace {
	enum trace_kind kind;
	char what[160];		/* the line that names the trouble, without its time stamp */
	char function[96], module[16];
	uint32_t offset;	/* of the instruction, or of the return address, in the function */
	bool is_own;		/* the very instruction was in the module, not one that it had called for */
};

/*
 * Finds the first trace of one of these kinds (bits, 1 << kind).  False: there is none.
 * `ret_count`, which may be NULL, tells how many there are.
 */
bool kernel_trace_find(const char *text, size_t len, unsigned int kinds, struct kernel_trace *ret,
		       unsigned int *ret_count);

/*
 * Whether no fault of an emulator looks like this (images/README.md, ERRATA): the module's own instruction
 * has followed a NULL pointer, divided by 0 or run into BUG().
 */
bool kernel_trace_is_certain(const struct kernel_trace *t);

#endif
