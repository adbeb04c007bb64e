// SPDX-License-Identifier: GPL-2.0-only
#include "judge/finding.h"

#include <stdarg.h>
#include <string.h>

#include "base/memory.h"

void finding_deinit(struct finding *f)
{
	free(f->wanted);
	free(f->got);
	free(f->where);
	memset(f, 0, sizeof(*f));
}

void finding_wanted(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	free(f->wanted);
	va_start(ap, fmt);
	f->wanted = xvasprintf(fmt, ap);
	va_end(ap);
}

static void take_got(struct finding *f, enum verdict verdict, const char *fmt, va_list ap)
{
	char *before = f->got;	/* the caller may have passed it as an argument */

	f->got = xvasprintf(fmt, ap);
	f->verdict = verdict;
	f->is_consequence = false;
	free(before);
}

void finding_set(struct finding *f, enum verdict verdict, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	take_got(f, verdict, fmt, ap);
	va_end(ap);
}

void finding_lose(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	take_got(f, VERDICT_LOST, fmt, ap);
	va_end(ap);
	f->is_consequence = true;
}

void finding_weigh(struct finding *f, enum weight weight)
{
	f->weight = weight;
	if (weight != WEIGHT_PRACTICE)
		return;
	if (f->verdict == VERDICT_FAIL)
		f->verdict = VERDICT_ADVICE;
	else if (f->verdict == VERDICT_LOST)
		f->verdict = VERDICT_SKIP;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {
		[VERDICT_PASS] = "pass",
		[VERDICT_FAIL] = "fail",
		[VERDICT_ADVICE] = "advice",
		[VERDICT_SKIP] = "skip",
		[VERDICT_LOST] = "lost",
		[VERDICT_NONE] = "none",
	};

	return names[verdict];
}

const char *weight_name(enum weight weight)
{
	static const char *const names[WEIGHTS] = {
		[WEIGHT_REQUIRED] = "required",
		[WEIGHT_PRACTICE] = "practice",
		[WEIGHT_NOT_ASKED] = "not asked",
	};

	return names[weight];
}
