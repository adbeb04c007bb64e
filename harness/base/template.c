// SPDX-License-Identifier: GPL-2.0-only
#include "base/template.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static size_t name_length(const char *s)
{
	size_t n = 0;

	while (isupper((unsigned char)s[n]) || isdigit((unsigned char)s[n]) || s[n] == '_')
		n++;
	return s[n] == '@' ? n : 0;
}

static const char *find_value(const struct template_var *vars, size_t count, const char *name,
			      size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(vars[i].name) == len && !strncmp(vars[i].name, name, len))
			return vars[i].value;
	return NULL;
}

/* By how many blanks the line that holds `at` is indented. */
static int indent_of(const char *text, const char *at)
{
	const char *line = at;
	int n = 0;

	while (line > text && line[-1] != '\n')
		line--;
	while (line[n] == ' ')
		n++;
	return n;
}

static void put_value(FILE *out, const char *value, int indent)
{
	for (; *value; value++) {
		fputc(*value, out);
		if (*value == '\n' && value[1] && value[1] != '\n')
			fprintf(out, "%*s", indent, "");
	}
}

static int render(FILE *out, const char *text, const struct template_var *vars, size_t count,
		  struct error *err)
{
	for (const char *p = text; *p; p++) {
		size_t len = *p == '@' ? name_length(p + 1) : 0;
		const char *value;

		if (*p != '@' || (!len && p[1] != '@')) {
			fputc(*p, out);
			continue;
		}
		if (!len) {
			fputc('@', out);
			p++;
			continue;
		}
		value = find_value(vars, count, p + 1, len);
		if (!value)
			return error_set(err, STATUS_USAGE, "template names @%.*s@, which is unknown",
					 (int)len, p + 1);
		put_value(out, value, indent_of(text, p));
		p += len + 1;
	}
	return 0;
}

char *template_render(const char *text, const struct template_var *vars, size_t count,
		      struct error *err)
{
	_cleanup_text_ struct text rendered;
	FILE *out = text_open(&rendered);

	return render(out, text, vars, count, err) < 0 ? NULL : text_close(&rendered);
}
