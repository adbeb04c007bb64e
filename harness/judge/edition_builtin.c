// SPDX-License-Identifier: GPL-2.0-only
#include "judge/edition_builtin.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "judge/edition_parse.h"

#include "editions.gen.h"

const unsigned int edition_count = ARRAY_SIZE(edition_texts);

const char *edition_name(unsigned int index)
{
	return edition_texts[index].name;
}

/* A unit test reads all of them, so that none that is built in can be refused. */
static struct edition *read_text(const char *name, const char *text)
{
	struct edition *e = xcalloc(1, sizeof(*e));
	_cleanup_error_ struct error err = { 0 };
	int rc = edition_parse(name, text, strlen(text), e, &err);

	assert(rc == 0);
	(void)rc;
	return e;
}

struct edition *edition_builtin(const char *name)
{
	for (unsigned int i = 0; i < edition_count; i++)
		if (!strcmp(edition_texts[i].name, name))
			return read_text(name, edition_texts[i].text);
	return NULL;
}

struct edition *edition_of_layout(enum em_layout layout)
{
	struct edition *e = edition_builtin(EDITION_OWN);

	e->layout = layout;
	e->figures &= edition_layout_figures(layout) | FIGURE_ANY;
	return e;
}
