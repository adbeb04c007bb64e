// SPDX-License-Identifier: GPL-2.0-only
#include "run/stages.h"

#include "base/interrupt.h"

static int begin(const struct stage *s, struct progress *p, void *context, struct error *err)
{
	if (s->phase) {
		progress_begin(p, s->phase);
		if (interrupt_check(err) < 0)
			return -1;
	} else {
		progress_hold(p, s->quiet);
	}
	return s->begin ? s->begin(context, err) : 0;
}

static int end(const struct stage *s, void *context, int rc, struct error *err)
{
	_cleanup_error_ struct error late = { 0 };

	if (s->end(context, &late) == 0)
		return rc;
	if (rc < 0)
		return error_wrap(err, "%s; and before", late.message);
	return error_set(err, late.status, "%s", late.message);
}

static int finish(const struct stage *s, struct progress *p, void *context, int rc, struct error *err)
{
	bool is_kept = rc == 0 && s->keep;

	if (s->end_phase && (is_kept || s->end))
		progress_begin(p, s->end_phase);
	if (is_kept)
		rc = s->keep(context, err);
	return s->end ? end(s, context, rc, err) : rc;
}

/* Each stage lasts from its begin to its end, and those after it lie between the two. */
int stages_run(const struct stage *stages, size_t count, struct progress *p, void *context,
	       struct error *err)
{
	int rc;

	if (!count)
		return 0;
	if (stages->when && !stages->when(context))
		return stages_run(stages + 1, count - 1, p, context, err);
	if (begin(stages, p, context, err) < 0)
		return -1;
	rc = stages_run(stages + 1, count - 1, p, context, err);
	return finish(stages, p, context, rc, err);
}
