// SPDX-License-Identifier: GPL-2.0-only
#include "verdict.h"

#include <stdarg.h>
#include <string.h>

#include "util.h"

void finding_deinit(struct finding *f)
{
	free(f->wanted);
	free(f->got);
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

void finding_set(struct finding *f, enum verdict verdict, const char *fmt, ...)
{
	char *before = f->got;	/* may be an argument */
	va_list ap;

	va_start(ap, fmt);
	f->got = xvasprintf(fmt, ap);
	va_end(ap);
	f->verdict = verdict;
	free(before);
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {
		[VERDICT_PASS] = "pass",
		[VERDICT_FAIL] = "fail",
		[VERDICT_SKIP] = "skip",
		[VERDICT_LOST] = "lost",
	};

	return names[verdict];
}
