/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small helpers every stage uses: clean-up attributes with an explicit
 * hand-over of ownership, and allocation that cannot return NULL.
 */
#ifndef EXITMETER_UTIL_H
#define EXITMETER_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline void cleanup_free_(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_fclose_(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void cleanup_close_(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_free_ __attribute__((cleanup(cleanup_free_)))
#define _cleanup_fclose_ __attribute__((cleanup(cleanup_fclose_)))
#define _cleanup_close_ __attribute__((cleanup(cleanup_close_)))
#define _cleanup_error_ __attribute__((cleanup(error_clear)))

/* Hands a pointer over: the variable is NULL afterwards, so its clean-up is idle. */
#define take_ptr(p) ({ __auto_type taken_ = (p); (p) = NULL; taken_; })

/* Out of memory ends the program: a harness has no better answer. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* Milliseconds of the monotonic clock. */
int64_t now_ms(void);

/*
 * Reads a whole file of at most max_bytes into a NUL-terminated buffer that
 * the caller frees.  ret_len may be NULL.  A longer file is an error.
 */
char *file_read(const char *path, size_t max_bytes, size_t *ret_len, struct error *err);
/* Writes aside and renames into place: a reader never sees half a file. */
int file_write(const char *path, const void *data, size_t len, struct error *err);

/* 1,234,567; the buffer holds any 64-bit figure, and is what is returned. */
const char *group_digits(uint64_t value, char buf[32]);

#endif
