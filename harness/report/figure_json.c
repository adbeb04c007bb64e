// SPDX-License-Identifier: GPL-2.0-only
#include "report/figure_json.h"

#include <string.h>

#include "report/picture.h"

const char *figure_text(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

double figure_number(const json_t *json, const char *key)
{
	return json_number_value(json_object_get(json, key));
}

bool figure_is_exits(const json_t *figure)
{
	return !strcmp(figure_text(figure, "measure"), "exits");
}

bool figure_is_total(const json_t *figure)
{
	return !strcmp(figure_text(figure, "reason"), "total");
}

bool figure_interval(const json_t *figure, double *ret_low, double *ret_high)
{
	const json_t *interval = json_object_get(figure, "interval");

	if (!json_is_array(interval))
		return false;
	*ret_low = json_number_value(json_array_get(interval, 0));
	*ret_high = json_number_value(json_array_get(interval, 1));
	return true;
}

void figures_put_tics(FILE *out, const json_t *const *figures, size_t count)
{
	fputs("set ytics (", out);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ", \"" : "\"", out);
		plot_put_name(out, figure_text(figures[i], "scenario"));
		fputc(' ', out);
		plot_put_name(out, figure_text(figures[i], "reason"));
		fprintf(out, "\" %zu", i);
	}
	fputs(")\n", out);
}
