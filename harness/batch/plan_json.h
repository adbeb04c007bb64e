/* SPDX-License-Identifier: GPL-2.0-only */
/* plan.json as text: tests/schema/plan.schema.json has its form. */
#ifndef EXITMETER_PLAN_JSON_H
#define EXITMETER_PLAN_JSON_H

#include "batch/plan.h"

/* The whole file as text, which the caller frees.  Pure.  STATUS_USAGE: an option is not UTF-8. */
char *plan_format(const struct plan *plan, struct error *err);
/* ret is empty after a failure.  STATUS_USAGE: it is no plan that we know, or names folders outside of its own. */
int plan_parse(const char *text, size_t len, struct plan *ret, struct error *err);
/* Reads DIR/plan.json, or the file itself, which `path` may name as well; writes DIR/plan.json. */
int plan_read(const char *path, struct plan *ret, struct error *err);
int plan_write(const char *dir, const struct plan *plan, struct error *err);

#endif
