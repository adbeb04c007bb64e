// SPDX-License-Identifier: GPL-2.0-only
#include "command/edition_option.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "judge/edition_builtin.h"
#include "judge/edition_parse.h"
#include "run/config_option.h"

#define SUFFIX ".edition"

static bool is_path(const char *edition)
{
	size_t len = strlen(edition), suffix = strlen(SUFFIX);

	return strchr(edition, '/') || (len > suffix && !strcmp(edition + len - suffix, SUFFIX));
}

/* An edition of the user's own has the name of its file; the caller frees. */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t len = strlen(base), suffix = strlen(SUFFIX);

	if (len > suffix && !strcmp(base + len - suffix, SUFFIX))
		len -= suffix;
	return xasprintf("%.*s", (int)len, base);
}

static int read_own(const char *path, struct edition *ret, struct error *err)
{
	_cleanup_free_ char *text = NULL, *name = name_of(path);
	_cleanup_free_ struct edition *builtin = edition_builtin(name);
	size_t len;

	if (builtin || !strcmp(name, EDITION_AUTO))
		return error_set(err, STATUS_USAGE, "%s: '%s' is the name of an edition that is built in: give "
				 "the file another one", path, name);
	text = file_read(path, EDITION_TEXT_MAX, &len, err);
	if (!text)
		return -1;
	return edition_parse(name, text, len, ret, err) < 0 ? error_wrap(err, "%s", path) : 0;
}

static int refuse_name(const char *name, struct error *err)
{
	_cleanup_free_ char *all = NULL;

	for (unsigned int i = 0; i < edition_count; i++)
		text_join(&all, " ", "%s", edition_name(i));
	return error_set(err, STATUS_USAGE, "unknown edition '%s': it is one of %s, or " EDITION_AUTO ", or the path of "
			 "a file such as ./mine" SUFFIX, name, all);
}

static int read_edition(const char *edition, struct edition *ret, struct error *err)
{
	_cleanup_free_ struct edition *builtin = NULL;

	if (is_path(edition))
		return read_own(edition, ret, err);
	builtin = edition_builtin(edition);
	if (!builtin)
		return refuse_name(edition, err);
	*ret = *builtin;
	return 0;
}

/* Our own builds say what they are.  Modules that are not there are another stage's error. */
static bool is_foreign(const struct config *c)
{
	_cleanup_free_ char *build = xasprintf("%s/build.json", c->module_dir);

	return c->modules == KVM_PATCHED && access(c->module_dir, F_OK) == 0 && access(build, F_OK) < 0;
}

static int settle_layout(struct config *c, const struct edition *e, struct error *err)
{
	if (edition_is_own(e))
		return 0;
	if (config_is_given(c, "layout") && c->layout != e->layout)
		return error_set(err, STATUS_USAGE, "the edition %s has the layout %s: leave out --layout %s", e->name,
				 em_layout_names[e->layout], layout_words[c->layout]);
	c->layout = e->layout;
	return 0;
}

/* A run is repeated by its config.json from any folder. */
static int make_absolute(struct config *c, struct error *err)
{
	char *path = realpath(c->edition, NULL);

	if (!path)
		return error_errno(err, STATUS_USAGE, "cannot read the edition %s", c->edition);
	free(c->edition);
	c->edition = path;
	return 0;
}

int edition_option_settle(struct config *c, struct error *err)
{
	struct edition e;

	if (!c->edition && !config_is_given(c, "layout") && is_foreign(c))
		c->edition = xstrdup(EDITION_AUTO);
	if (!c->edition)
		return 0;
	if (!strcmp(c->edition, EDITION_AUTO)) {
		if (!config_is_given(c, "layout"))
			c->layout = LAYOUT_AUTO;
		return 0;
	}
	if (is_path(c->edition) && make_absolute(c, err) < 0)
		return -1;
	return read_edition(c->edition, &e, err) < 0 ? -1 : settle_layout(c, &e, err);
}

int edition_option_read(const char *edition, char **ret_name, struct edition **ret_own, struct error *err)
{
	_cleanup_free_ struct edition *e = xcalloc(1, sizeof(*e));

	*ret_name = NULL;
	*ret_own = NULL;
	if (strcmp(edition, EDITION_AUTO) && read_edition(edition, e, err) < 0)
		return -1;
	*ret_name = is_path(edition) ? name_of(edition) : xstrdup(edition);
	if (is_path(edition))
		*ret_own = take_ptr(e);
	return 0;
}

int edition_option_note(const struct config *c, struct evidence *e, char **ret_text, struct error *err)
{
	*ret_text = NULL;
	if (!c->edition)
		return 0;
	e->is_edition_kept = is_path(c->edition);
	e->edition = e->is_edition_kept ? name_of(c->edition) : xstrdup(c->edition);
	if (e->is_edition_kept)
		*ret_text = file_read(c->edition, EDITION_TEXT_MAX, NULL, err);
	return e->is_edition_kept && !*ret_text ? -1 : 0;
}
