/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation that never returns NULL, and attributes that free what a variable holds when it goes out
 * of scope.
 */
#ifndef EXITMETER_MEMORY_H
#define EXITMETER_MEMORY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* Hands a pointer over: the variable is NULL afterwards, so that its clean-up does nothing. */
#define take_ptr(p) ({ __auto_type taken_ = (p); (p) = NULL; taken_; })

/* Ends the program with a message: a harness has no better answer when memory runs out. */
__attribute__((noreturn)) void memory_is_out(void);

/* These call memory_is_out() in place of returning NULL. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

#endif
