/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kvm:kvm_exit had counted, at some moment, of the exits that the counters count: the guest's
 * alone, or those of all VMs since the modules were loaded.
 */
#ifndef EXITMETER_ORACLE_COUNT_H
#define EXITMETER_ORACLE_COUNT_H

#include "judge/case_file.h"

/* Of all reasons.  t: cf->trace, or one of cf->snapshot. */
uint64_t oracle_total(const struct case_file *cf, const struct host_histogram *t);
/* Of one; on VMX, of all whose low 16 bits are this number. */
uint64_t oracle_hits(const struct case_file *cf, const struct host_histogram *t, uint64_t number);
/* How often KVM had called its exit handler for them. */
uint64_t oracle_handled(const struct case_file *cf, const struct handled_count *h);
/* The number by which the counters know an exit that was traced. */
uint64_t oracle_number(const struct case_file *cf, const struct trace_reason *t);

#endif
