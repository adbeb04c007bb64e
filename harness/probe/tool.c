// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has Debian's cpuid tool, which knows nothing of exitmeter, read the same leaves.  Each
 * call is between two readings of the probe's own.
 */
#include "probe.h"

#include <stdio.h>

#define SAID_MAX 256	/* an answer has about 86 bytes */

/* The reason with the fewest exits in the sweep, or that of CPUID if there were none. */
static uint32_t rarest_of(const struct measurement *m)
{
	uint32_t rarest = probe_cpuid_reason(m->vendor), least = 0;

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct em_regs *r = &m->sweep[i].exits;

		if (!r->eax || r->edx || (least && r->eax >= least))
			continue;
		least = r->eax;
		rarest = em_sweep_number(i);
	}
	return rarest;
}

static enum em_tool_end ask(const struct em_asking *asked, struct em_regs *ret, int *ret_code)
{
	char leaf[12], sub[12], said[SAID_MAX];
	char *const argv[] = { EM_TOOL_PATH, "-1", "-i", "-r", "-l", leaf, "-s", sub, NULL };
	enum em_tool_end end;

	snprintf(leaf, sizeof(leaf), "0x%x", asked->fn);
	snprintf(sub, sizeof(sub), "0x%x", asked->sub);
	end = tool_run(argv, said, sizeof(said), ret_code);
	if (end == EM_TOOL_ANSWERED && !tool_text_read(said, asked, ret))
		end = EM_TOOL_RUBBISH;
	return end;
}

void probe_tool(const struct measurement *m, struct probe_tool *ret)
{
	uint32_t rarest = rarest_of(m);

	for (unsigned int i = 0; i < em_asks_of(m->layout); i++) {
		struct probe_saying *s = &ret->saying[i];

		s->asked = ret->last = em_asking_of(m->layout, m->vendor, (enum em_ask)i, rarest);
		s->before = probe_cpuid(s->asked.fn, s->asked.sub);
		ret->end = ask(&s->asked, &s->says, &ret->code);
		s->after = probe_cpuid(s->asked.fn, s->asked.sub);
		if (ret->end != EM_TOOL_ANSWERED)
			return;
		ret->count++;
	}
}
