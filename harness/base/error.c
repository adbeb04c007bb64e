// SPDX-License-Identifier: GPL-2.0-only
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"

static void error_take(struct error *err, enum exit_status status, char *message)
{
	free(err->message);
	err->status = status;
	err->message = message;
}

int error_set(struct error *err, enum exit_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_take(err, status, xvasprintf(fmt, ap));
	va_end(ap);
	return -1;
}

int error_errno(struct error *err, enum exit_status status, const char *fmt, ...)
{
	int saved = errno;
	_cleanup_free_ char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	error_take(err, status, xasprintf("%s: %s", what, strerror(saved)));
	return -1;
}

int error_wrap(struct error *err, const char *fmt, ...)
{
	_cleanup_free_ char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	error_take(err, err->status,
		   xasprintf("%s: %s", what, err->message ? err->message : "unknown error"));
	return -1;
}

int error_print(const struct error *err)
{
	_cleanup_free_ char *masked = printable_lines(err->message);

	fprintf(stderr, "exitmeter: %s\n", masked);
	return (int)err->status;
}

void error_clear(struct error *err)
{
	free(err->message);
	err->message = NULL;
	err->status = STATUS_PASS;
}
