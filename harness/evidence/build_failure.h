/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * build-failed.txt: why a submission could not be built, as kernel-patch/build-submission has written it in
 * place of modules.  Its words come from a stranger's source, by way of the compiler:
 *
 *	build-failed 1
 *	kind: <compiler, conflict, unchanged or form>
 *	kernel: <release of the kernel that it should have been built for>
 *	message: <in one sentence>
 *	error: <PATH:LINE:COLUMN: what the compiler says, or PATH: what conflicts>	any number of these
 *	details:
 *	<what a person wants to see besides>
 */
#ifndef EXITMETER_BUILD_FAILURE_H
#define EXITMETER_BUILD_FAILURE_H

#include <stddef.h>

#include "base/error.h"

#define BUILD_ERRORS_MAX 20
#define BUILD_TEXT_BYTES 320

enum failure_kind {
	FAILURE_COMPILER,	/* it does not compile */
	FAILURE_CONFLICT,	/* the change does not fit into this kernel */
	FAILURE_UNCHANGED,	/* there is no change */
	FAILURE_FORM,		/* it is no submission, or one that is refused */
	FAILURE_KINDS
};

/* Plain data: there is nothing to free.  All texts are printable. */
struct build_failure {
	enum failure_kind kind;
	char kernel[80], message[BUILD_TEXT_BYTES];
	unsigned int error_count;
	char error[BUILD_ERRORS_MAX][BUILD_TEXT_BYTES];
};

/* Parses build-failed.txt.  STATUS_USAGE: it is malformed. */
int build_failure_parse(const char *text, size_t len, struct build_failure *ret, struct error *err);

#endif
