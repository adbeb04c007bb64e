/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdicts in the forms that test runners read, with a test for each clause.  A clause that is
 * lost is a failed test in TAP, and an error in JUnit.  The caller frees the text.
 */
#ifndef EXITMETER_REPORT_H
#define EXITMETER_REPORT_H

#include "judge/judge.h"

/* TAP version 13, the newest that every `prove` reads. */
char *report_tap(const struct case_file *cf, const struct judgement *j);
/*
 * The form of Ant's JUnit task, which all readers of JUnit know; tests/schema/junit.xsd describes
 * it.
 */
char *report_junit(const struct case_file *cf, const struct judgement *j);

#endif
