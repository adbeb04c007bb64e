/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables as spreadsheets save them: CSV by RFC 4180, in UTF-8.
 *
 * The first row is the header.  The separator is a semicolon where the header has one outside of quotes,
 * as spreadsheets of many countries write it, and a comma otherwise.  A byte order mark is passed over,
 * lines end with LF or CR LF, and empty lines are left out.  Everything else that RFC 4180 does not allow
 * is an error, because a table that is half understood would give somebody the marks of another.
 *
 * (libcsv, which Debian has, is of 2013, and takes a quote in the middle of a field for text or for its end.)
 */
#ifndef EXITMETER_CSV_H
#define EXITMETER_CSV_H

#include <stddef.h>

#include "base/error.h"

#define CSV_BYTES_MAX (8u << 20)
#define CSV_ROWS_MAX 20000
#define CSV_FIELDS_MAX 200	/* of a row */

struct csv_row {
	char **fields;		/* owned; UTF-8 without a NUL in it */
	size_t count;		/* which need not be that of the header */
	unsigned int line;	/* on which it begins, counted from 1 */
};

struct csv {
	struct csv_row *rows;	/* owned; the first is the header; those without a word in them are left out */
	size_t count;		/* at least 1 */
};

/*
 * Reads a table of `len` bytes.  STATUS_USAGE: it is none, is not UTF-8, or is too large; the message
 * names the line.  ret is empty after a failure.
 */
int csv_parse(const char *text, size_t len, struct csv *ret, struct error *err);
/* Reads a file. The message names it. */
int csv_read(const char *path, struct csv *ret, struct error *err);
/* Takes lines that begin with # out of a text, in its place, but for their ends; returns its new length. */
size_t csv_drop_comments(char *text, size_t len);
/* Which column has that name, in any case of its letters and with blanks around it; -1: none has. */
int csv_column(const struct csv *csv, const char *name);
/* The field of a row in that column; NULL: the row is too short, or column is -1. */
const char *csv_field(const struct csv_row *row, int column);
void csv_deinit(struct csv *csv);

#endif
