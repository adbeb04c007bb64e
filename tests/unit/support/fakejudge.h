/* SPDX-License-Identifier: GPL-2.0-only */
/* A run of the fake machine, judged.  For one translation unit. */
#ifndef EXITMETER_TESTS_FAKEJUDGE_H
#define EXITMETER_TESTS_FAKEJUDGE_H

#include "support/helpers.h"
#include "support/fakerun.h"

#include "judge/judge.h"

static struct case_file run;
static struct judgement verdicts;
static struct fake_run texts;

static inline void judge_texts(void)
{
	fake_parse(&texts, &run);
	judge(&run, &verdicts);
}

static inline void clean(void)
{
	judgement_deinit(&verdicts);
	case_file_deinit(&run);
	fake_run_deinit(&texts);
}

/* A check has a fresh machine of each vendor in each layout; what it leaves is put away. */
static inline void in_each_layout(void (*check)(void))
{
	for (int vendor = EM_SVM; vendor <= EM_VMX; vendor++) {
		for (int layout = 0; layout < EM_LAYOUTS; layout++) {
			fake_init((enum em_vendor)vendor, (enum em_layout)layout);
			check();
			clean();
		}
	}
}

static inline void live_and_judge(void)
{
	fake_live(&texts);
	judge_texts();
}

static inline unsigned int clause_number(const char *id)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, id))
			return i;
	fail_msg("no clause %s", id);
	return 0;
}

static inline enum verdict verdict_of(const char *id)
{
	return verdicts.findings[clause_number(id)].verdict;
}

static inline bool is_listed(const char *list, const char *id)
{
	size_t len = strlen(id);

	for (const char *at = list; (at = strstr(at, id)); at += len)
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* Exactly the listed clauses fail. */
static inline void assert_fails(const char *list)
{
	for (unsigned int i = 0; i < clause_count; i++) {
		bool failed = verdicts.findings[i].verdict == VERDICT_FAIL;

		if (failed != is_listed(list, clauses[i].id))
			fail_msg("%s: %s (wanted %s, got %s)", clauses[i].id,
				 failed ? "failed" : "did not fail", verdicts.findings[i].wanted,
				 verdicts.findings[i].got);
	}
}

/* Parses what the guest left, for an edition that is found out, and judges nothing yet. */
static inline void live_for(enum em_vendor vendor, enum em_layout layout,
			     void (*mangle)(uint32_t, uint32_t, struct em_regs *))
{
	fake_init(vendor, layout);
	fake.mangle = mangle;
	fake_live(&texts);
	free(texts.host);
	texts.host = NULL;
	fake_parse(&texts, &run);
	run.evidence.edition = xstrdup("auto");
	case_file_derive(&run);
}

static inline const char *got(const char *id)
{
	return verdicts.findings[clause_number(id)].got;
}

static inline void assert_got(const char *id, const char *part)
{
	if (!strstr(got(id), part))
		fail_msg("%s: got %s", id, got(id) ? got(id) : "nothing");
}

/* The oracle at each point: what the guest read there, and so many exits more of one reason. */
static inline void count_at(enum em_point at, uint32_t reason, int64_t more)
{
	struct host_histogram *t = &run.snapshot[at];

	run.has_snapshot[at] = true;
	t->hits = run.records.point[at].leaf[EM_TAG_AFTER_TOTAL].regs.eax + (uint64_t)more;
	t->reason_count = 0;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		t->reason[t->reason_count++] = (struct trace_reason){ em_sweep_number(i),
			run.records.point[at].sweep[i].exits.eax + (em_sweep_number(i) == reason ? (uint64_t)more : 0) };
}

#endif
