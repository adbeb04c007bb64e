// SPDX-License-Identifier: GPL-2.0-only
/* batch compare: holds two variants of runs against each other. */
#include <jansson.h>

#include "base/json_text.h"
#include "base/memory.h"
#include "command/batch_commands.h"
#include "command/batch_read.h"
#include "command/draw_pictures.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"
#include "report/compare_html.h"
#include "report/compare_plot.h"
#include "stats/samples_text.h"

static int write_page(const char *dir, const json_t *json, struct error *err)
{
	_cleanup_free_ char *page = compare_html(json);
	struct plot plot;

	compare_plot_make(json, &plot);
	return page_write(dir, FILE_COMPARISON_HTML, page, &compare_picture, &plot, 1, err);
}

/* Where nothing differs, what is missing might. */
static enum exit_status status_of(const struct comparison *c)
{
	const struct samples *const sides[] = { c->a, c->b };

	if (comparison_findings(c))
		return STATUS_FAIL;
	for (int i = 0; i < 2; i++)
		if (sides[i]->missing || sides[i]->lost)
			return STATUS_LOST;
	return STATUS_PASS;
}

static int compare_samples(const char *dir, const struct samples *a, const struct samples *b,
			   bool is_json, struct error *err)
{
	struct comparison c;
	json_t *json;
	int rc;

	if (!a->runs || !b->runs)
		return error_set(err, STATUS_LOST, "%s has no run that can be compared",
				 a->runs ? b->name : a->name);
	compare(a, b, SAMPLES_SEED, &c);
	json = comparison_to_json(&c);
	file_format_set(json, FORMAT_BATCH);
	if (is_json) {
		_cleanup_free_ char *text = json_format(json);

		fputs(text, stdout);
	} else {
		comparison_print(stdout, &c);
	}
	rc = batch_write_json(dir, FILE_COMPARISON, json, err);
	if (rc == 0)
		rc = write_page(dir, json, err);
	json_decref(json);
	if (rc == 0)
		rc = (int)status_of(&c);
	comparison_deinit(&c);
	return rc;
}

/* Two variants of one batch, or one of each of two batches. */
int batch_compare(const struct batch_call *call, struct error *err)
{
	bool all = call->words->all, has_two = call->operand_count > 1;
	struct read_batch a, b;
	int rc;

	if (batch_read(call->operand[0], all, &a, err) < 0)
		return -1;
	if (has_two && batch_read(call->operand[1], all, &b, err) < 0) {
		batch_drop(&a);
		return -1;
	}
	if (a.plan.variant_count != (has_two ? 1 : 2) || (has_two && b.plan.variant_count != 1))
		rc = error_set(err, STATUS_USAGE,
			       "batch compare wants a batch of two variants, or two batches of one "
			       "each");
	else
		rc = compare_samples(call->operand[0], &a.samples[0],
				     has_two ? &b.samples[0] : &a.samples[1], call->config->json, err);
	if (has_two)
		batch_drop(&b);
	batch_drop(&a);
	return rc;
}
