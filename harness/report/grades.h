/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The grades of a class: a row for each subject, with what became of it and the verdicts of its runs.
 * Whoever grades fills a list, and grades_write.h turns it into files.  grades.json holds a whole list,
 * so that the other files can be written anew from it (grades_json.h).
 */
#ifndef EXITMETER_GRADES_H
#define EXITMETER_GRADES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "judge/finding.h"

enum grade_state {
	GRADE_MEASURED,
	GRADE_NOT_BUILT,	/* it does not compile; `why` has the compiler's first errors */
	GRADE_NOT_A_SUBMISSION,	/* `why` tells what was found in its place */
	GRADE_LOST,		/* no run came to an end, which is nobody's fault */
	GRADE_CRASHED,		/* the host's kernel came to a bad end in its code */
	GRADE_STATES
};

/* A key and its value, such as a further column of the class list, or a note of the build. */
struct grade_pair {
	char *key, *value;
};

struct grade_pairs {
	struct grade_pair *pairs;
	size_t count;
};

/* What verdicts.json tells of a clause.  A text that it does not tell is NULL. */
struct grade_clause {
	char *id, *title;
	enum verdict verdict;
	enum weight weight;
	bool is_leak;	/* it shows a guest words of the host's kernel */
	char *wanted, *got, *hint;
	char *where;	/* the file and line of the subject's that it is about */
};

/* One run of a subject, on the host of one vendor. */
struct grade_run {
	char *folder;		/* the run folder, relative to the folder of the grades */
	char *host;		/* "emulated-svm" */
	char *vendor;		/* "svm", "vmx" or "unknown" */
	char *edition;		/* by which it was judged */
	bool is_edition_found;	/* nobody has named it: it fits what the leaves turned out to tell */
	char *asked;		/* variables of make that ask for the same; NULL in older grades */
	enum verdict verdict;
	int exit_code;
	struct grade_pairs notes;	/* of its source: base, how the files went in, ... */
	char *errors;	/* the compiler's first, a line each, or why it was not judged; NULL: neither */
	struct grade_clause *clauses;	/* in the order of verdicts.json */
	size_t clause_count;
};

/* A subject.  It owns all of its strings; `why` and `source` may be NULL. */
struct grade_row {
	char *name;		/* as it was given: anything at all */
	char *folder;		/* a plain file name of its own: [A-Za-z0-9_][A-Za-z0-9._-]* */
	char *source;		/* as it was given */
	struct grade_pairs columns;	/* what else the class list says */
	struct grade_pairs notes;	/* on the row as a whole, such as why a host was taken */
	enum grade_state state;
	char *why;			/* where it is no run that tells */
	struct grade_run *runs;
	size_t run_count;
};

struct grade_list {
	struct grade_row *rows;	/* in the order of the class list */
	size_t count;
};

/* The note of a run that names the files whose change went in only by being bent to fit. */
#define GRADE_NOTE_BENT "went in by fuzz or by words"
/* And of a row: the kernel, where it is not the one that was asked for. */
#define GRADE_NOTE_KERNEL "kernel"

/* "measured", "not built", "not a submission", "lost", "crashed" */
const char *grade_state_name(enum grade_state state);

/* Adds a row, which is measured until it is said otherwise.  The pointer holds until the next is added. */
struct grade_row *grades_add(struct grade_list *list, const char *name, const char *folder,
			     const char *source);
/* Adds a pair at the end; the texts are copied. */
void grade_pairs_add(struct grade_pairs *pairs, const char *key, const char *value);
/* The value of the first pair of that key, or NULL. */
const char *grade_pairs_find(const struct grade_pairs *pairs, const char *key);
void grade_pairs_deinit(struct grade_pairs *pairs);
/* Sets the state, and why (NULL: nothing to tell). */
void grade_row_set(struct grade_row *row, enum grade_state state, const char *why);
/* Drops the runs, so that they can be added anew. */
void grade_row_drop_runs(struct grade_row *row);
/*
 * Adds the run whose folder is `folder`, relative to `dir`: what its verdicts.json, summary.json,
 * submission.txt and build-failed.txt tell.  The state of the row follows, the worst of its runs: crashed where the clause
 * `stable` has failed, not built where `builds` has, lost where the verdict is.  STATUS_USAGE: a file
 * is missing or malformed.
 */
int grade_row_add_run(struct grade_row *row, const char *dir, const char *folder, struct error *err);

/* Takes its verdicts from a run that cannot be judged: it is lost, and why is among its errors. */
void grade_run_lose(struct grade_run *run, const char *why);
/* What is to be told of a row, in one line or more: why it is as it is; NULL: nothing. */
const char *grade_row_why(const struct grade_row *row);

/* A row's verdict: that of its worst run.  Without a run it is lost for GRADE_LOST, otherwise a failure. */
enum verdict grade_row_verdict(const struct grade_row *row);
/* In a word or a few: what its state says, or else its verdict. */
const char *grade_row_outcome(const struct grade_row *row);
/* Of all rows: a failure, else a loss, else a pass. */
enum exit_status grades_status(const struct grade_list *list);

void grades_deinit(struct grade_list *list);

#endif
