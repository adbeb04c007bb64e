// SPDX-License-Identifier: GPL-2.0-only
#include "report/summary_rates.h"

#include <math.h>

#include "base/memory.h"
#include "judge/rates.h"
#include "judge/reasons.h"

static json_t *figure(uint64_t value)
{
	return json_integer(value < INT64_MAX ? (json_int_t)value : INT64_MAX);
}

/* Three decimals, because more are no more than noise. */
static json_t *rounded(double value)
{
	return json_real(round(value * 1000) / 1000);
}

static json_t *variation(double value)
{
	return value < 0 ? json_null() : rounded(value);
}

static json_t *reasons(const struct case_file *cf, const struct rate_phase *p)
{
	json_t *list = json_array();
	char number[24];

	for (unsigned int i = 0; i < p->top_count; i++)
		json_array_append_new(list,
				      json_pack("{ss ss so}", "number",
						reason_number(cf->vendor, p->top[i].number, number),
						"name", reason_name(cf->vendor, p->top[i].number),
						"exits", figure(p->top[i].exits)));
	return list;
}

static json_t *phase(const struct case_file *cf, const struct rate_phase *p)
{
	return json_pack("{ss so so so so so so so so}", "phase", boot_mark_name(p->mark),
			 "from_ms", figure(p->from_ms), "to_ms", figure(p->to_ms), "exits",
			 figure(p->exits), "cycles", figure(p->cycles), "exits_per_second",
			 rounded(p->per_second), "exits_per_million_cycles", rounded(p->per_mcycle),
			 "variation", variation(p->variation), "reasons", reasons(cf, p));
}

static json_t *seconds(const struct rates *r)
{
	if (!r->has_seconds)
		return json_null();
	return json_pack("{so so so}", "busiest_from_ms", figure(r->busiest_ms), "busiest",
			 figure(r->busiest), "median", figure(r->median));
}

void summary_add_rates(const struct case_file *cf, json_t *summary)
{
	const struct rates *r = cf->rates;
	json_t *json, *phases;

	if (r) {
		phases = json_array();
		for (unsigned int i = 0; i < r->phase_count; i++)
			json_array_append_new(phases, phase(cf, &r->phase[i]));
		json = json_pack("{ss so so so so so so so so}", "source",
				 cf->phases.source == TIMELINE_COUNTERS ? "counters" : "trace",
				 "interval_ms", figure(cf->phases.interval_ms), "samples",
				 figure(cf->phases.samples), "spent_us",
				 figure(cf->phases.spent_us), "duration_ms", figure(r->duration_ms),
				 "exits", figure(r->exits), "variation", variation(r->variation),
				 "seconds", seconds(r), "phases", phases);
		json_object_set_new(summary, "timeline", json);
	}
}
