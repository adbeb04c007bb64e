// SPDX-License-Identifier: GPL-2.0-only
#include "judge/oracle_count.h"

/* Counters of which nothing is known are taken for the VM's own. */
static bool has_others(const struct case_file *cf)
{
	return cf->has_begin && cf->counted != COUNTED_MODULE;
}

/* On VMX the tracepoint has the whole field of the exit reason; its low 16 bits are the reason. */
uint64_t oracle_number(const struct case_file *cf, const struct trace_reason *t)
{
	return cf->vendor == EM_VMX ? t->number & 0xffff : t->number;
}

static uint64_t hits_of(const struct case_file *cf, const struct host_histogram *t, uint64_t number)
{
	return cf->vendor == EM_VMX ? host_histogram_hits_basic(t, number) : host_histogram_hits(t, number);
}

uint64_t oracle_total(const struct case_file *cf, const struct host_histogram *t)
{
	return t->hits - (has_others(cf) ? cf->begin.hits : 0);
}

uint64_t oracle_hits(const struct case_file *cf, const struct host_histogram *t, uint64_t number)
{
	return hits_of(cf, t, number) - (has_others(cf) ? hits_of(cf, &cf->begin, number) : 0);
}

uint64_t oracle_handled(const struct case_file *cf, const struct handled_count *h)
{
	return h->calls - (has_others(cf) ? cf->handled_begin.calls : 0);
}
