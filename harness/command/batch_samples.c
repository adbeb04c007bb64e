// SPDX-License-Identifier: GPL-2.0-only
#include "command/batch_samples.h"

#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "batch/run_whole.h"
#include "evidence/seal.h"
#include "judge/case_file_load.h"
#include "judge/figures.h"
#include "judge/reasons.h"
#include "report/verdict_read.h"

static void put_reason(struct samples *s, const struct case_file *cf, const char *scenario,
		       const struct host_reason *row, bool has_cycles)
{
	char number[24];
	_cleanup_free_ char *reason = xasprintf("%s %s", reason_name(cf->vendor, row->number),
						reason_number(cf->vendor, row->number, number));

	samples_put(s, scenario, reason, MEASURE_EXITS, row->exits);
	if (has_cycles)
		samples_put(s, scenario, reason, MEASURE_CYCLES, row->cycles);
}

static void put_scenario(struct samples *s, const struct case_file *cf, enum scenario scenario,
			 const struct figures *f)
{
	const char *name = scenario_name(scenario);

	samples_put(s, name, REASON_TOTAL, MEASURE_EXITS, f->exits);
	samples_put(s, name, REASON_TOTAL, MEASURE_CYCLES, f->cycles);
	for (unsigned int i = 0; i < f->count; i++)
		put_reason(s, cf, name, &f->row[i], f->has_cycles);
}

/* Whether each scenario of the run has its figures. */
static bool has_all(const struct case_file *cf, struct figures *f)
{
	struct span span;

	for (enum scenario i = 0; i < SCENARIOS; i++)
		if (scenario_span(cf->evidence.scenario, i, &span) && !figures_of_scenario(cf, i, f))
			return false;
	return cf->evidence.outcome == OUTCOME_FINISHED;
}

static void take_run(struct samples *s, const struct case_file *cf, bool is_failed, bool all)
{
	struct figures *f = xcalloc(1, sizeof(*f));
	bool is_retried = cf->evidence.host_attempts > 1, is_woken = cf->evidence.host_nudges > 0;
	bool is_lost = !has_all(cf, f);

	s->lost += is_lost;
	s->retried += !is_lost && is_retried;
	s->woken += !is_lost && !is_retried && is_woken;
	if (!is_lost && (all || (!is_retried && !is_woken))) {
		samples_begin_run(s);
		s->failed += is_failed;
		s->by_port += cf->evidence.records_by && !strcmp(cf->evidence.records_by, RECORDS_BY_PORT);
		for (enum scenario i = 0; i < SCENARIOS; i++)
			if (figures_of_scenario(cf, i, f))
				put_scenario(s, cf, i, f);
	}
	free(f);
}

static int read_run(const char *dir, bool all, struct samples *s, struct error *err)
{
	struct case_file *cf = xcalloc(1, sizeof(*cf));
	int rc = seal_check(dir, case_file_inputs, err);
	enum exit_status verdict;

	free(verdict_read(dir, &verdict));

	if (rc == 0)
		rc = case_file_load(dir, cf, err);
	if (rc == 0)
		take_run(s, cf, verdict == STATUS_FAIL, all);
	case_file_deinit(cf);
	free(cf);
	return rc;
}

int batch_samples_read(const char *dir, const struct plan *plan, size_t variant, bool all,
		       struct samples *ret, struct error *err)
{
	*ret = (struct samples){ .name = printable_text(plan->variants[variant].name),
				 .is_exact = plan->variants[variant].config.deterministic };
	for (size_t i = 0; i < plan->run_count; i++) {
		const struct plan_run *run = &plan->runs[i];
		_cleanup_free_ char *folder = xasprintf("%s/%s", dir, run->place);

		if (run->variant != variant)
			continue;
		if (!run_is_whole(folder, run->id))
			ret->missing++;
		else if (read_run(folder, all, ret, err) < 0)
			return -1;
	}
	return 0;
}

void batch_samples_free(struct samples *samples, size_t count)
{
	for (size_t i = 0; samples && i < count; i++)
		samples_deinit(&samples[i]);
	free(samples);
}

struct samples *batch_samples_read_all(const char *dir, const struct plan *plan, bool all,
				       struct error *err)
{
	struct samples *list = xcalloc(plan->variant_count + 1, sizeof(*list));

	for (size_t i = 0; i < plan->variant_count; i++)
		if (batch_samples_read(dir, plan, i, all, &list[i], err) < 0) {
			batch_samples_free(list, plan->variant_count);
			return NULL;
		}
	return list;
}
