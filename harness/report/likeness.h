/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Likeness: how much of what one subject adds to KVM another one adds, too.  It is a list for a person to
 * look at, and never a verdict: the same task, the same lecture and the same web page make alike.
 *
 * A subject's part is the lines that its change adds (submission.patch), without those that the base has
 * in the same place, and without those that more than half of all subjects add (and at least four of them).  sim_c, which is
 * Debian's similarity-tester, compares the parts by the C that they are: names, numbers, comments and layout
 * do not count.
 */
#ifndef EXITMETER_LIKENESS_H
#define EXITMETER_LIKENESS_H

#include <stdbool.h>
#include <stddef.h>

/* "percent of subject a's part is in that of b, too", and the other way round. */
struct likeness_pair {
	size_t a, b;		/* rows of the list; a < b */
	unsigned int a_in_b, b_in_a;	/* percent */
};

struct likeness {
	struct likeness_pair *pairs;	/* the most alike first */
	size_t count;
	unsigned int *lines;	/* of each row's part; 0: it has no change that could be compared */
	char *why_not; /* why there is no list, such as a program that is not installed; NULL */
};

/*
 * The lines that a patch adds, without those that the base has in the same place, a line each and without
 * the blanks around it.  The caller frees the text.
 */
char *likeness_added_lines(const char *patch);
/*
 * Leaves out of each part (NULL: the row has none) the lines that more than half of all the parts have,
 * and sets ret->lines, where at least four have them.
 */
void likeness_drop_shared(char **parts, size_t count, struct likeness *ret);
/*
 * Adds what sim_c says of the parts, which were files named "N.c" by their row's number:
 * "1.c consists for 40 % of 2.c material".  A line of another form is passed over.
 */
void likeness_parse(struct likeness *l, const char *output, size_t rows);
void likeness_deinit(struct likeness *l);

#endif
