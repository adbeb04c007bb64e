// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades_html.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "report/grades_html_row.h"
#include "report/html.h"

static bool has_points(const struct grade_view *view)
{
	for (size_t i = 0; i < view->list->count; i++)
		if (view->scores[i].item_count)
			return true;
	return false;
}

static void put_summary(FILE *out, const struct grade_view *view)
{
	static const enum verdict shown[] = { VERDICT_FAIL, VERDICT_LOST, VERDICT_PASS };

	fprintf(out, "<p>%zu %s:", view->list->count, view->list->count == 1 ? "subject" : "subjects");
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		fprintf(out, " %u <strong class=\"mark %s\">%s</strong>%s",
			grade_view_count(view, shown[i]), verdict_name(shown[i]),
			verdict_name(shown[i]), i + 1 < ARRAY_SIZE(shown) ? "," : ".");
	fputs(" The worst stand first.</p>\n"
	      "<p class=\"dim\">A verdict is about what the assignment demands: <em>advice</em> costs nothing, and "
	      "<em>skip</em> was not tried. A subject's kernel code ran where it could forge its own figures, "
	      "so a pass is no proof against malice.</p>\n",
	      out);
}

/* How many columns from `from` on are of the same group. */
static size_t group_span(const struct grade_view *view, size_t from)
{
	size_t to = from;

	while (to < view->column_count && view->columns[to].group == view->columns[from].group)
		to++;
	return to - from;
}

static void put_head(FILE *out, const struct grade_view *view)
{
	fputs("<thead>\n<tr><th scope=\"col\" rowspan=\"2\">subject</th><th scope=\"col\" rowspan=\"2\">verdict</th>",
	      out);
	if (has_points(view))
		fputs("<th scope=\"col\" rowspan=\"2\">points</th><th scope=\"col\" rowspan=\"2\">look at</th>",
		      out);
	for (size_t i = 0; i < view->column_count; i += group_span(view, i)) {
		enum clause_group group = view->columns[i].group;

		fprintf(out, "<th scope=\"colgroup\" colspan=\"%zu\">", group_span(view, i));
		html_put(out, group < CLAUSE_GROUPS ? clause_group_title(group) : "Others");
		fputs("</th>", out);
	}
	fputs("</tr>\n<tr>", out);
	for (size_t i = 0; i < view->column_count; i++) {
		fputs("<th scope=\"col\" class=\"clause\"", out);
		html_attribute(out, "title", view->columns[i].title);
		fputc('>', out);
		html_element(out, "span", NULL, view->columns[i].id);
		fputs("</th>", out);
	}
	fputs("</tr>\n</thead>\n", out);
}

static void put_table(FILE *out, const struct grade_view *view)
{
	fputs("<div class=\"scroll\" role=\"region\" aria-label=\"Verdicts\" tabindex=\"0\">\n<table>\n"
	      "<caption>A row for each subject and a column for each clause. A word that failed opens, and tells "
	      "what was got.</caption>\n",
	      out);
	put_head(out, view);
	fputs("<tbody>\n", out);
	for (size_t i = 0; i < view->list->count; i++)
		grades_html_row(out, view, view->sorted[i], has_points(view));
	fputs("</tbody>\n</table>\n</div>\n", out);
}

static void put_rubric(FILE *out, const struct rubric *rubric)
{
	char buf[24];

	fputs("<h2>The rubric</h2>\n<p>Points of an item that could not be tried are open: they count neither way "
	      "until somebody has looked.</p>\n<table>\n<thead><tr><th scope=\"col\">item</th>"
	      "<th scope=\"col\">points</th><th scope=\"col\">what it is about</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < rubric->count; i++) {
		const struct rubric_item *item = &rubric->items[i];

		fputs("<tr>", out);
		html_element(out, "td", NULL,
			     item->clause ? item->clause : clause_group_name(item->group));
		html_element(out, "td", "number", points_format(item->points, buf));
		html_element(out, "td", NULL, item->text);
		fputs("</tr>\n", out);
	}
	fputs("</tbody>\n</table>\n", out);
}

static void put_likeness_row(FILE *out, const struct grade_list *list, const struct likeness *l,
			     const struct likeness_pair *pair)
{
	fputs("<tr>", out);
	html_element(out, "td", NULL, list->rows[pair->a].name);
	html_element(out, "td", NULL, list->rows[pair->b].name);
	fprintf(out,
		"<td class=\"number\">%u %% of %u lines</td><td class=\"number\">%u %% of %u lines</td></tr>\n",
		pair->a_in_b, l->lines[pair->a], pair->b_in_a, l->lines[pair->b]);
}

static void put_likeness(FILE *out, const struct grade_list *list, const struct likeness *l)
{
	fputs("<h2>Likeness</h2>\n<p>How much of the lines that one subject adds another one adds, too, apart from "
	      "names, numbers, comments and layout, and from what the base has or more than half of all subjects "
	      "add. This is a list for a person to look at and never a verdict.</p>\n",
	      out);
	if (l->why_not || !l->count) {
		html_element(out, "p", NULL, l->why_not ? l->why_not : "No two subjects are alike.");
		fputc('\n', out);
		return;
	}
	fputs("<table>\n<thead><tr><th scope=\"col\">one</th><th scope=\"col\">another</th><th scope=\"col\">of the one "
	      "in the other</th><th scope=\"col\">of the other in the one</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < l->count; i++)
		put_likeness_row(out, list, l, &l->pairs[i]);
	fputs("</tbody>\n</table>\n", out);
}

char *grades_html(const struct grade_view *view, const struct likeness *likeness)
{
	_cleanup_text_ struct text t;
	FILE *out = text_open(&t);

	html_page_begin(out, "Grades");
	put_summary(out, view);
	put_table(out, view);
	fputs("<h2>Subject by subject</h2>\n", out);
	for (size_t i = 0; i < view->list->count; i++)
		grades_html_subject(out, view, view->sorted[i]);
	if (view->rubric)
		put_rubric(out, view->rubric);
	if (likeness)
		put_likeness(out, view->list, likeness);
	html_page_end(out);
	return text_close(&t);
}
