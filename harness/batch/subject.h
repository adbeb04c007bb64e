/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The subjects of a class: who handed in what.  They are the entries of a folder, or the rows of a list.
 *
 * A subject that cannot be measured stays in the list, with the reason: it never stops the others.
 */
#ifndef EXITMETER_SUBJECT_H
#define EXITMETER_SUBJECT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/csv.h"
#include "base/error.h"

#define SUBJECTS_MAX 5000

struct subject {
	/* Each char * is owned, and may be NULL but for the first two. */
	char *name;		/* as the course has it: any UTF-8, or bytes that are not even that */
	char *folder;		/* safe_name() of it */
	char *source;		/* an absolute path, PATH#NAME of a git repository, or a URL */
	char *base;		/* the version of the kernel that it was made on, as the list says */
	char *options;		/* more words for its run, as the list says */
	bool is_ours;		/* the list says so: what our builders wrote beside its modules is taken too */
	json_t *columns;	/* owned: an object with what else the list has, text by text */
	char *why_not;		/* why it cannot be measured */
	bool is_lost;		/* and that is not its author's fault */
};

struct subjects {
	struct subject *list;
	size_t count;
};

/*
 * Takes the rows of a list.  The columns `name` and `source` are needed; `base`, `options` and `built`
 * are for us (subject.built: "here"); all others are kept.  dir: sources are relative to it.  Pure.
 */
int subjects_from_csv(const struct csv *csv, const char *dir, struct subjects *ret, struct error *err);
/* Takes a list, which is a file, or each entry of a folder whose name has no dot at its begin. */
int subjects_load(const char *path, struct subjects *ret, struct error *err);
/* Gives the subject its reason, unless it has one; the format is printf's. */
void subject_refuse(struct subject *subject, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same, of what its author has no part in: the list, this machine, or a server. */
void subject_lose(struct subject *subject, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Whether it is a URL of a git repository. */
bool subject_is_url(const char *source);
void subjects_deinit(struct subjects *subjects);

#endif
