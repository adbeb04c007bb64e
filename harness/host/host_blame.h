/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose fault it is that an L1 host has crashed or hangs: that of the KVM under test, or nobody's.  The
 * emulators crash their hosts now and then (images/README.md, ERRATA, Q1 to Q5), so that a trace in KVM's
 * modules alone blames nobody.  The module is blamed where
 *
 *	- the trace is one that no emulator's fault makes (kernel_trace_is_certain()), or
 *	- every attempt that the machine has ended so.  QEMU with TCG has two.  A real CPU and Bochs, which are
 *	  not known to do this, have one.
 *
 * A host that falls silent without a trace is lost, however often it does so.
 */
#ifndef EXITMETER_HOST_BLAME_H
#define EXITMETER_HOST_BLAME_H

#include "evidence/kernel_trace.h"
#include "host/host_boot.h"

/*
 * Whether the console of the host that has just seized up has a trace in KVM's modules.  False where an
 * unpatched KVM was measured.
 */
bool host_blame_find(const struct host_boot *b, struct kernel_trace *ret);
/* "it crashed in svm_handle_exit+0x1c of kvm_amd: BUG: ..."; the caller frees. */
char *host_blame_tell(const struct kernel_trace *t);

#endif
