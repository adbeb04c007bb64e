// SPDX-License-Identifier: GPL-2.0-only
#include "report/html_table.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/html.h"

/* A page whose table is too wide for the paper is printed smaller as a whole, so a reason's name may go on below. */
static void put_head(FILE *out, const char *name)
{
	for (const char *end; (end = strchr(name, '_')); name = end + 1) {
		_cleanup_free_ char *part = xasprintf("%.*s", (int)(end + 1 - name), name);

		html_put(out, part);
		fputs("<wbr/>", out);
	}
	html_put(out, name);
}

void html_table_begin(FILE *out, const char *caption, const char *const *heads, size_t count)
{
	fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\"", out);
	html_attribute(out, "aria-label", caption);
	fputs(">\n<table>\n", out);
	html_element(out, "caption", NULL, caption);
	fputs("\n<thead><tr>", out);
	for (size_t i = 0; i < count; i++) {
		fputs("<th scope=\"col\">", out);
		put_head(out, heads[i]);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

void html_table_end(FILE *out)
{
	fputs("</tbody>\n</table>\n</div>\n", out);
}

void html_row_begin(FILE *out, const char *name)
{
	fputs("<tr><th scope=\"row\">", out);
	html_put(out, name);
	fputs("</th>", out);
}

void html_put_number(FILE *out, uint64_t value)
{
	char buf[32];

	html_element(out, "td", "number", text_group_digits(value, buf));
}

void html_put_real(FILE *out, double value, int decimals)
{
	_cleanup_free_ char *text = xasprintf("%.*f", decimals, value);

	html_element(out, "td", "number", text);
}
