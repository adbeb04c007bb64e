// SPDX-License-Identifier: GPL-2.0-only
/* batch report: sums up the runs of a batch. */
#include <jansson.h>

#include "base/json_text.h"
#include "base/memory.h"
#include "command/batch_commands.h"
#include "command/batch_read.h"
#include "command/draw_pictures.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"
#include "report/batch_html.h"
#include "report/batch_plots.h"
#include "stats/samples_text.h"

static json_t *batch_to_json(const struct read_batch *b)
{
	json_t *root = json_object(), *list = json_array();
	char id[65];

	plan_id(&b->plan, id);
	for (size_t i = 0; i < b->plan.variant_count; i++) {
		json_t *variant = samples_to_json(&b->samples[i]);

		json_object_set(variant, "axes", b->plan.variants[i].axes);
		json_array_append_new(list, variant);
	}
	file_format_set(root, FORMAT_BATCH);
	json_object_set_new(root, "id", json_string(id));
	json_object_set_new(root, "program", json_text(b->plan.program));
	json_object_set_new(root, "runs", json_integer((json_int_t)b->plan.run_count));
	json_object_set_new(root, "variants", list);
	return root;
}

/* As that of `batch run`: what failed says more than what is lost. */
static enum exit_status status_of(const struct read_batch *b)
{
	enum exit_status status = STATUS_PASS;

	for (size_t i = 0; i < b->plan.variant_count; i++) {
		if (b->samples[i].failed)
			return STATUS_FAIL;
		if (b->samples[i].missing || b->samples[i].lost)
			status = STATUS_LOST;
	}
	return status;
}

static int write_page(const char *dir, const json_t *json, const json_t *axes, struct error *err)
{
	_cleanup_free_ char *page = batch_html(json, axes);
	struct plot plots[BATCH_PLOTS];

	for (int i = 0; i < BATCH_PLOTS; i++)
		batch_plot_make(json, (enum batch_plot_kind)i, &plots[i]);
	return page_write(dir, FILE_BATCH_HTML, page, batch_pictures, plots, BATCH_PLOTS, err);
}

int batch_report(const struct batch_call *call, struct error *err)
{
	const char *dir = call->operand[0];
	struct read_batch b;
	json_t *json;
	int rc;

	if (batch_read(dir, call->words->all, &b, err) < 0)
		return -1;
	for (size_t i = 0; i < b.plan.variant_count; i++)
		samples_describe(&b.samples[i]);
	json = batch_to_json(&b);
	for (size_t i = 0; i < b.plan.variant_count; i++)
		samples_print(stdout, &b.samples[i]);
	rc = batch_write_json(dir, FILE_BATCH, json, err);
	if (rc == 0)
		rc = write_page(dir, json, b.plan.axes, err);
	json_decref(json);
	if (rc == 0)
		rc = (int)status_of(&b);
	batch_drop(&b);
	return rc;
}
