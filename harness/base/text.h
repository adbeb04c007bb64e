/* SPDX-License-Identifier: GPL-2.0-only */
/* Texts that are put together piece by piece. */
#ifndef EXITMETER_TEXT_H
#define EXITMETER_TEXT_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A text that grows as it is printed to:
 *
 *	_cleanup_text_ struct text t;
 *	FILE *out = text_open(&t);
 *
 *	fprintf(out, ...);
 *	return text_close(&t);
 *
 * The clean-up frees what was printed where the function returns before text_close().  When memory
 * runs out, both functions end the program, as those of memory.h do.
 */
struct text {
	FILE *out;	/* owned; NULL once it is closed */
	char *bytes;	/* owned; NULL once it is closed */
	size_t len;	/* how many bytes were printed, without the NUL; stands after text_close() */
};

/* Begins a text and returns the stream that appends to it. */
FILE *text_open(struct text *t);
/* Ends it and returns all that was printed, with a NUL behind it; the caller frees it. */
char *text_close(struct text *t);
/* Drops a text that is not closed yet. */
void text_drop(struct text *t);

#define _cleanup_text_ __attribute__((cleanup(text_drop)))

/*
 * Appends a part to *list, behind the separator unless the list is empty.  *list is NULL (as good as
 * empty) or a string on the heap, which is reallocated; the caller frees it.
 */
void text_join(char **list, const char *separator, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Frees what *slot has, and puts `value` in its place, which may be NULL and is owned from then on. */
void text_replace(char **slot, char *value);

/*
 * Prints into a buffer of more than three bytes.  What does not fit is cut, and "..." at the end says
 * so.
 */
void text_fit(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void text_vfit(char *buf, size_t size, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

/* Writes 1,234,567 into buf, which holds any 64-bit figure, and returns buf. */
const char *text_group_digits(uint64_t value, char buf[32]);
/* Encodes bytes as Base64 (RFC 4648), in lines of 76 characters; the caller frees. */
char *text_base64(const void *data, size_t len);

#endif
