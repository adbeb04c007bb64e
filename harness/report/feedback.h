/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_FEEDBACK_H
#define EXITMETER_FEEDBACK_H

#include "report/grade_view.h"

/*
 * What can be sent to a subject's author as it is, in Markdown: what passed, what failed and why, what to
 * do next, and, apart from that, advice.  Texts of strangers' are masked, and no character of theirs is
 * taken for Markdown or HTML.  The caller frees it.
 */
char *feedback_format(const struct grade_view *view, const struct grade_score *score);

#endif
