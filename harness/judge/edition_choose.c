// SPDX-License-Identifier: GPL-2.0-only
#include "judge/edition_choose.h"

#include <limits.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"
#include "judge/edition_builtin.h"

/* How an edition fits what the leaves tell, in figures. */
struct fit {
	unsigned int match;	/* are told by the leaf in which the edition has them */
	unsigned int missing;	/* are not */
	unsigned int beside;	/* are told by a leaf that the edition has for something else, or not at all */
};

static int score(const struct fit *f)
{
	return (int)f->match - (int)f->missing - (int)f->beside;
}

/* More for it than against it, or as much: one of two leaves may be broken. */
static bool fits(const struct fit *f)
{
	return f->match && score(f) >= 0;
}

/* The leaf of total exits may tell the cycles too where the edition has another leaf for these. */
static unsigned int tolerated(const struct edition *e, uint32_t leaf)
{
	return edition_leaf_figures(e->layout, leaf) & FIGURE_EXITS ? FIGURE_CYCLES : 0;
}

static struct fit fit_of(const struct edition *e, const unsigned int told[EM_NR_LEAVES])
{
	struct fit f = { 0 };

	for (unsigned int i = 0; i < EM_NR_LEAVES; i++) {
		uint32_t leaf = EM_LEAF_FIRST + i;
		unsigned int wanted = edition_leaf_figures(e->layout, leaf) & e->figures;

		f.match += (unsigned int)__builtin_popcount(wanted & told[i]);
		f.missing += (unsigned int)__builtin_popcount(wanted & ~told[i]);
		f.beside += (unsigned int)__builtin_popcount(told[i] & ~wanted & ~tolerated(e, leaf));
	}
	return f;
}

static struct edition *find_best(const unsigned int told[EM_NR_LEAVES], enum em_layout layout, struct fit *ret)
{
	struct edition *best = NULL;

	*ret = (struct fit){ .missing = INT_MAX };
	for (unsigned int i = 0; i < edition_count; i++) {
		struct edition *e = edition_builtin(edition_name(i));
		struct fit f = fit_of(e, told);

		if (e->layout == layout && !edition_is_own(e) && score(&f) > score(ret)) {
			free(best);
			best = take_ptr(e);
			*ret = f;
		}
		free(e);
	}
	return best;
}

/* Only what hangs on no layout is demanded: it is the clauses' part to say what that is. */
static struct edition *make_none(enum em_layout layout)
{
	struct edition *e = xcalloc(1, sizeof(*e));

	strcpy(e->name, "none");
	strcpy(e->title, "no edition fits");
	e->layout = layout;
	return e;
}

static char *list_figures(unsigned int figures)
{
	char *list = NULL;

	for (unsigned int bit = 1; bit < 1u << FIGURE_COUNT; bit <<= 1)
		if (figures & bit)
			text_join(&list, " and ", "%s", edition_figure_name(bit));
	return list;
}

char *edition_tell_leaves(const unsigned int told[EM_NR_LEAVES])
{
	unsigned int mute = 0;
	char *list = NULL;

	for (unsigned int i = EM_NR_LEAVES; i-- > 0;) {
		_cleanup_free_ char *figures = list_figures(told[i]);

		if (figures)
			text_join(&list, ", ", "0x%X tells %s", EM_LEAF_FIRST + i, figures);
		else
			mute++;
	}
	if (!list)
		return xstrdup("no leaf tells a figure that is known");
	if (mute)
		text_join(&list, ", ", "%s", mute == 1 ? "the fourth leaf nothing that is known" :
			  "the other leaves nothing that is known");
	return list;
}

static char *tell_fit(const struct edition *e, const struct fit *f)
{
	if (!f->missing && !f->beside)
		return xasprintf("that is all that %s asks for, and no more", e->name);
	return xasprintf("%s fits best, though not all: of its %u figures %u are where they belong, and %u "
			 "are told that it does not have there", e->name, f->match + f->missing, f->match,
			 f->beside);
}

struct edition *edition_choose(const unsigned int told[EM_NR_LEAVES], enum em_layout layout, char **ret_why)
{
	_cleanup_free_ char *leaves = edition_tell_leaves(told), *how = NULL;
	struct fit fit;
	struct edition *best = find_best(told, layout, &fit);

	if (!best || !fits(&fit)) {
		free(best);
		*ret_why = xasprintf("%s: no edition has it so", leaves);
		return make_none(layout);
	}
	how = tell_fit(best, &fit);
	*ret_why = xasprintf("%s: %s", leaves, how);
	return best;
}
