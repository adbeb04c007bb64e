// SPDX-License-Identifier: GPL-2.0-only
/* batch report: sums up the runs of a batch; batch compare: holds two variants against each other. */
#include <jansson.h>
#include <string.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "batch/plan_json.h"
#include "command/batch_commands.h"
#include "command/batch_samples.h"
#include "command/draw_pictures.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"
#include "report/batch_html.h"
#include "report/batch_plots.h"
#include "report/report_folder.h"
#include "stats/samples_text.h"

/* A batch that was read. */
struct read_batch {
	struct plan plan;
	struct samples *samples; /* one of each variant */
};

static void batch_drop(struct read_batch *b)
{
	batch_samples_free(b->samples, b->plan.variant_count);
	plan_deinit(&b->plan);
}

static int batch_read(const char *dir, bool all, struct read_batch *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	if (!random_is_there())
		return error_set(err, STATUS_SKIP,
				 "this exitmeter was built without GSL, and sums up nothing");
	if (plan_read(dir, &ret->plan, err) < 0)
		return -1;
	ret->samples = batch_samples_read_all(dir, &ret->plan, all, err);
	if (ret->samples)
		return 0;
	batch_drop(ret);
	return -1;
}

/* Takes over the reference. */
static int write_json(const char *dir, const char *name, json_t *json, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name), *text = json_format(json);

	json_decref(json);
	return file_write(path, text, strlen(text), err);
}

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
	_cleanup_free_ char *path = xasprintf("%s/" FILE_BATCH_HTML, dir), *page = batch_html(json, axes);

	if (file_write(path, page, strlen(page), err) < 0)
		return -1;
	for (int i = 0; i < BATCH_PLOTS; i++) {
		struct plot plot;
		int rc;

		if (!batch_plot_make(json, (enum batch_plot_kind)i, &plot))
			continue;
		rc = plot_write(dir, batch_pictures[i].name, &plot, err);
		plot_deinit(&plot);
		if (rc < 0)
			return -1;
	}
	return draw_pictures(dir, FILE_BATCH_HTML, batch_pictures, BATCH_PLOTS, err);
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
	rc = write_json(dir, FILE_BATCH, json_incref(json), err);
	if (rc == 0)
		rc = write_page(dir, json, b.plan.axes, err);
	json_decref(json);
	if (rc == 0)
		rc = (int)status_of(&b);
	batch_drop(&b);
	return rc;
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
	rc = write_json(dir, FILE_COMPARISON, json, err);
	if (rc == 0)
		rc = comparison_findings(&c) ? STATUS_FAIL : STATUS_PASS;
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
