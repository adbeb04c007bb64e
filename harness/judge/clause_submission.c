// SPDX-License-Identifier: GPL-2.0-only
#include "judge/clause.h"

static void tell_failure(const struct build_failure *b, struct finding *f)
{
	unsigned int more = b->error_count ? b->error_count - 1 : 0;

	if (!b->error_count)
		finding_set(f, VERDICT_FAIL, "%s", b->message);
	else if (more)
		finding_set(f, VERDICT_FAIL, "%s: %s (and %u more)", b->message, b->error[0], more);
	else
		finding_set(f, VERDICT_FAIL, "%s: %s", b->message, b->error[0]);
}

/* A file whose change had to be bent to fit is named, so that a person looks at it. */
static void tell_carry(const struct submission_notes *n, struct finding *f)
{
	static const char *const ways[CARRIES] = {
		[CARRY_FUZZ] = "with fuzz",
		[CARRY_PLACED] = "line by line",
		[CARRY_WORDS] = "merged by words",
	};
	enum carry worst = submission_worst_carry(n);

	for (unsigned int i = 0; worst >= CARRY_FUZZ && i < n->file_count; i++) {
		if (n->file[i].carry != worst)
			continue;
		finding_set(f, VERDICT_PASS, "%s went in %s: submission.patch is what was measured",
			    n->file[i].path, ways[worst]);
		return;
	}
	finding_set(f, VERDICT_PASS, "%u files, none with fuzz", n->file_count);
}

/* Modules that were handed in built, and our own, have no submission.txt: there is nothing to say. */
void clause_builds(const struct case_file *cf, struct finding *f)
{
	if (cf->evidence.outcome == OUTCOME_NOT_BUILT && !case_has_input(cf, CASE_BUILD_FAILURE))
		finding_set(f, VERDICT_LOST, "%s", cf->input[CASE_BUILD_FAILURE].why ? : "?");
	else if (case_has_input(cf, CASE_BUILD_FAILURE))
		tell_failure(&cf->build_failure, f);
	else if (case_has_input(cf, CASE_SUBMISSION) && cf->submission.file_count)
		tell_carry(&cf->submission, f);
	else
		finding_set(f, VERDICT_NONE, "the modules were handed in built");
}

static void tell_crash(const struct case_file *cf, struct finding *f)
{
	const struct evidence *e = &cf->evidence;
	const char *detail = e->detail ? e->detail : "the host has crashed";
	const struct source_place *p = e->crashed_in ? submission_function(&cf->submission, e->crashed_in) : NULL;

	if (p)
		finding_set(f, VERDICT_FAIL, "%s; the submission has this function at %s:%u", detail, p->path,
			    p->line);
	else
		finding_set(f, VERDICT_FAIL, "%s", detail);
}

void clause_stable(const struct case_file *cf, struct finding *f)
{
	const struct evidence *e = &cf->evidence;

	if (e->outcome == OUTCOME_HOST_CRASHED)
		tell_crash(cf, f);
	else if (e->outcome == OUTCOME_HOST_LOST)
		finding_lose(f, "the host was lost");
}

/* A host without a log of its own, such as this very machine, tells nothing. */
void clause_host_complains(const struct case_file *cf, struct finding *f)
{
	const struct kernel_trace *t = &cf->complaint;

	if (!case_has_input(cf, CASE_HOST_DMESG))
		finding_set(f, VERDICT_NONE, "the run holds no host-dmesg.log");
	else if (cf->complaints)
		finding_set(f, VERDICT_FAIL, "%u, first in %s+0x%x of %s: %s", cf->complaints, t->function,
			    t->offset, t->module, t->what);
}
