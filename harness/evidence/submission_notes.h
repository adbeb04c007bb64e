/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * submission.txt: what was handed in as source and how it went into the host's kernel, as
 * kernel-patch/build-submission has written it beside the modules.  It quotes a stranger's file names,
 * so that it is parsed strictly, in bounded memory.  The lines behind the first come in any order; a key
 * that this version does not know is passed over:
 *
 *	submission 1
 *	form: <modules, patches, files, tree, git, url, several or nothing>
 *	target: <release of the kernel that it was built for>
 *	base: <the kernel that it was made on, and how that was found>
 *	file: <as-is, other-lines, fuzz, placed or words> <path in the kernel's source>
 *	vendors: <svm, vmx, both or common>
 *	leaf <0x4ffffffc to 0x4fffffff>: <path>:<line of the submission's own file>
 *	handled: <path>:<line>			where exits are counted
 *	function <name>: <path>:<line>		a function that the change is in
 *	check: <what a person should look at>
 *	left out: <file, and why>
 */
#ifndef EXITMETER_SUBMISSION_NOTES_H
#define EXITMETER_SUBMISSION_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "probe/speaks.h"

#define SUBMISSION_FILES_MAX 64
#define SUBMISSION_CHECKS_MAX 16
#define SUBMISSION_FUNCTIONS_MAX 128
#define SUBMISSION_TEXT_BYTES 320
#define SUBMISSION_PATH_BYTES 160

/* How a file's change went into the host's kernel; each is worse than the one before. */
enum carry {
	CARRY_AS_IS,
	CARRY_OTHER_LINES,
	CARRY_FUZZ,
	CARRY_PLACED,	/* line by line */
	CARRY_WORDS,
	CARRIES
};

/* Whose code the change is in. */
enum touched {
	TOUCHED_UNKNOWN,
	TOUCHED_SVM,
	TOUCHED_VMX,
	TOUCHED_BOTH,
	TOUCHED_COMMON,		/* only what both vendors have in common */
	TOUCHED
};

struct source_place {
	char path[SUBMISSION_PATH_BYTES];	/* empty: it was not found */
	uint32_t line;
};

/* Plain data: there is nothing to free.  All texts are printable. */
struct submission_notes {
	char form[16], target[80];
	char base[SUBMISSION_TEXT_BYTES];
	enum touched touched;
	unsigned int file_count, left_out, check_count;
	struct {
		enum carry carry;
		char path[SUBMISSION_PATH_BYTES];
	} file[SUBMISSION_FILES_MAX];
	char check[SUBMISSION_CHECKS_MAX][SUBMISSION_TEXT_BYTES];
	struct source_place leaf[EM_NR_LEAVES];	/* by number, from 0x4ffffffc on */
	struct source_place handled;		/* the first of them */
	unsigned int function_count;
	struct {
		char name[96];
		struct source_place place;
	} function[SUBMISSION_FUNCTIONS_MAX];
};

extern const char *const carry_names[CARRIES], *const touched_names[TOUCHED];

/* Parses submission.txt.  STATUS_USAGE: it is malformed. */
int submission_notes_parse(const char *text, size_t len, struct submission_notes *ret, struct error *err);

/* Where a function begins that the change is in; NULL: it is in none of that name. */
const struct source_place *submission_function(const struct submission_notes *n, const char *name);

/* The worst way in which a file went in; CARRY_AS_IS where there is none. */
enum carry submission_worst_carry(const struct submission_notes *n);

#endif
