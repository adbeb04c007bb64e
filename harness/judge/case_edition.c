// SPDX-License-Identifier: GPL-2.0-only
#include "judge/case_edition.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "judge/edition_builtin.h"
#include "judge/edition_choose.h"
#include "judge/edition_parse.h"

#define ASKED_FOR "it was asked for"

static unsigned int figure_of(enum em_holds holds, unsigned int total, unsigned int reason)
{
	return holds == EM_HOLDS_TOTAL ? total : holds == EM_HOLDS_REASON ? reason : 0;
}

static bool was_measured(const struct case_file *cf)
{
	return cf->evidence.outcome != OUTCOME_NOT_BUILT && cf->evidence.outcome != OUTCOME_HOST_CRASHED;
}

bool case_edition_was_found(const struct case_file *cf)
{
	return cf->evidence.edition && !strcmp(cf->evidence.edition, EDITION_AUTO);
}

static struct edition *choose_edition(const struct case_file *cf, char **ret_why)
{
	const char *name = cf->evidence.edition;
	unsigned int told[EM_NR_LEAVES];
	struct edition *e;

	if (case_edition_was_found(cf) && !was_measured(cf)) {
		*ret_why = xstrdup("no guest has read a leaf, so that none could be found out");
		return edition_of_layout(cf->evidence.layout);
	}
	if (case_edition_was_found(cf)) {
		for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
			told[i] = figure_of(cf->meaning[i].exits, FIGURE_EXITS, FIGURE_REASON_EXITS) |
				  figure_of(cf->meaning[i].cycles, FIGURE_CYCLES, FIGURE_REASON_CYCLES);
		return edition_choose(told, cf->evidence.layout, ret_why);
	}
	*ret_why = xstrdup(name ? ASKED_FOR : "no other was asked for");
	e = name ? edition_builtin(name) : NULL;
	if (e && !edition_is_own(e))
		return e;
	free(e);
	return edition_of_layout(cf->evidence.layout);
}

void case_edition_take(struct case_file *cf)
{
	struct edition *e;
	char *why;

	/* One of the user's own is there already. */
	if (cf->evidence.is_edition_kept && cf->edition)
		return;
	e = choose_edition(cf, &why);
	free((struct edition *)cf->edition);
	free(cf->edition_why);
	cf->edition = e;
	cf->edition_why = why;
}

static void take_own(struct case_file *cf, const struct edition *own)
{
	struct edition *copy = xcalloc(1, sizeof(*copy));

	*copy = *own;
	free((struct edition *)cf->edition);
	free(cf->edition_why);
	cf->edition = copy;
	cf->edition_why = xstrdup(ASKED_FOR);
}

/* By `auto` the guest itself finds the layout out, and this one was told to read by another. */
static bool has_read_by_another(const struct case_file *cf, const char *name)
{
	return !strcmp(name, EDITION_AUTO) && was_measured(cf) && !cf->evidence.is_layout_found &&
	       cf->spoken != EM_LAYOUTS && cf->spoken != cf->evidence.layout;
}

int case_edition_change(struct case_file *cf, const char *name, const struct edition *own, struct error *err)
{
	_cleanup_free_ struct edition *builtin = edition_builtin(name);
	const struct edition *e = own ? own : builtin;

	if (e && !edition_is_own(e) && e->layout != cf->evidence.layout &&
	    cf->evidence.outcome != OUTCOME_NOT_BUILT)
		return error_set(err, STATUS_USAGE, "the guest has read the leaves by the layout %s, and the edition %s "
				 "has %s: measure it again", em_layout_names[cf->evidence.layout], name,
				 em_layout_names[e->layout]);
	if (!own && has_read_by_another(cf, name))
		return error_set(err, STATUS_USAGE, "the guest has read the leaves by the layout %s, and this KVM answers by "
				 "%s: measure it again", em_layout_names[cf->evidence.layout],
				 em_layout_names[cf->spoken]);
	free(cf->evidence.edition);
	cf->evidence.edition = xstrdup(name);
	cf->evidence.is_edition_kept = own;
	if (own)
		take_own(cf, own);
	return 0;
}

static int load_kept(const char *dir, struct case_file *cf, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EDITION, dir), *text = NULL;
	struct edition e;
	size_t len;

	text = file_read(path, EDITION_TEXT_MAX, &len, err);
	if (!text)
		return -1;
	if (edition_parse(cf->evidence.edition, text, len, &e, err) < 0)
		return error_wrap(err, "%s", path);
	take_own(cf, &e);
	return 0;
}

int case_edition_load(const char *dir, struct case_file *cf, struct error *err)
{
	const char *name = cf->evidence.edition;
	_cleanup_free_ struct edition *known = name ? edition_builtin(name) : NULL;

	if (name && cf->evidence.is_edition_kept)
		return load_kept(dir, cf, err);
	if (!name || known || !strcmp(name, EDITION_AUTO))
		return 0;
	return error_set(err, STATUS_USAGE, "%s is judged by the edition '%s', which this exitmeter does not have",
			 dir, name);
}
