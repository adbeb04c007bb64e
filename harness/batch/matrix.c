// SPDX-License-Identifier: GPL-2.0-only
#include "batch/matrix.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "batch/run_id.h"
#include "batch/safe_name.h"
#include "batch/source.h"
#include "run/config_option.h"

static bool has_word(const struct axis *axis, const char *word)
{
	for (size_t i = 0; i < axis->count; i++)
		if (!strcmp(axis->words[i], word))
			return true;
	return false;
}

static int add_words(struct axis *axis, const char *text, struct error *err)
{
	_cleanup_free_ char *copy = xstrdup(text);

	for (char *word = copy, *next; word; word = next) {
		next = strchr(word, ',');
		if (next)
			*next++ = '\0';
		if (!*word || has_word(axis, word))
			return error_set(err, STATUS_USAGE, "--axis %s has a word that is %s",
					 axis->name, *word ? "there twice" : "empty");
		axis->words = xrealloc(axis->words, (axis->count + 1) * sizeof(char *));
		axis->words[axis->count++] = xstrdup(word);
	}
	return 0;
}

int matrix_add(struct matrix *matrix, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');
	struct axis *axis = &matrix->axes[matrix->count];

	if (!equals || equals == text)
		return error_set(err, STATUS_USAGE,
				 "--axis takes OPTION=WORD,WORD..., as vcpus=1,2, not '%s'", text);
	if (matrix->count == AXES_MAX)
		return error_set(err, STATUS_USAGE, "there are more than %d axes", AXES_MAX);
	axis->name = xasprintf("%.*s", (int)(equals - text), text);
	for (size_t i = 0; i < matrix->count; i++)
		if (!strcmp(matrix->axes[i].name, axis->name)) {
			error_set(err, STATUS_USAGE, "--axis %s is there twice", axis->name);
			free(axis->name);
			return -1;
		}
	matrix->count++;
	return add_words(axis, equals + 1, err);
}

void matrix_deinit(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->count; i++) {
		for (size_t k = 0; k < matrix->axes[i].count; k++)
			free(matrix->axes[i].words[k]);
		free(matrix->axes[i].words);
		free(matrix->axes[i].name);
	}
	memset(matrix, 0, sizeof(*matrix));
}

/* The index-th variant; all words of the matrix are counted through as digits of a number. */
static int add_variant(const struct matrix *m, size_t index, const struct config *base,
		       const struct matrix_ways *ways, struct plan *plan, struct error *err)
{
	_cleanup_free_ char *name = NULL, *safe = NULL;
	json_t *axes = json_object();
	size_t below = 1;
	struct config c;
	int rc = 0;

	config_init(&c);
	config_copy(&c, base);
	for (size_t i = 0; i < m->count; i++)
		below *= m->axes[i].count;
	for (size_t i = 0; i < m->count && rc == 0; i++) {
		const struct axis *a = &m->axes[i];
		const char *word;

		below /= a->count;
		word = a->words[index / below % a->count];
		text_join(&name, "_", "%s-%s", a->name, word);
		json_object_set_new(axes, a->name, json_string(word));
		rc = ways->set(ways->context, &c, a->name, word, err);
	}
	safe = safe_name(name ? name : "run");
	if (rc == 0)
		rc = ways->settle(ways->context, &c, err);
	if (rc == 0)
		plan_add_variant(plan, safe, json_incref(axes), &c);
	json_decref(axes);
	config_deinit(&c);
	return rc;
}

static json_t *words_of(const struct axis *axis)
{
	json_t *list = json_array();

	for (size_t i = 0; i < axis->count; i++)
		json_array_append_new(list, json_string(axis->words[i]));
	return list;
}

int matrix_expand(const struct matrix *matrix, const struct config *base,
		  const struct matrix_ways *ways, struct plan *plan, struct error *err)
{
	size_t count = 1;

	for (size_t i = 0; i < matrix->count; i++) {
		count *= matrix->axes[i].count;
		if (count > VARIANTS_MAX)
			return error_set(err, STATUS_USAGE, "the axes make more than %d variants",
					 VARIANTS_MAX);
		json_object_set_new(plan->axes, matrix->axes[i].name, words_of(&matrix->axes[i]));
	}
	for (size_t i = 0; i < count; i++)
		if (add_variant(matrix, i, base, ways, plan, err) < 0)
			return -1;
	return 0;
}

/* What the runs of each variant have in common. */
struct content {
	char *modules, *image; /* owned */
};

static int add_repetition(struct plan *plan, size_t variant, unsigned int repetition,
			  const struct content *content, struct error *err)
{
	const struct plan_variant *v = &plan->variants[variant];
	const struct run_inputs inputs = { content->modules, plan->program, repetition, content->image };
	_cleanup_free_ char *place = xasprintf("runs/%s/%03u", v->name, repetition);
	char id[65];

	if (run_id(&v->config, &inputs, id, err) < 0)
		return -1;
	plan_add_run(plan, variant, repetition, place, id);
	return 0;
}

static int check_names(const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->variant_count; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(plan->variants[i].name, plan->variants[k].name))
				return error_set(err, STATUS_USAGE, "two variants are called %s",
						 plan->variants[i].name);
	return 0;
}

static int read_contents(const struct plan *plan, const struct run_image *image, struct content *ret,
			 struct error *err)
{
	for (size_t i = 0; i < plan->variant_count; i++) {
		const struct config *c = &plan->variants[i].config;

		ret[i].modules = source_list_modules(c->module_dir, err);
		ret[i].image = ret[i].modules ? image->tell(image->context, c, err) : NULL;
		if (!ret[i].image)
			return -1;
	}
	return 0;
}

static int add_repetitions(struct plan *plan, unsigned int count, const struct content *contents,
			   struct error *err)
{
	for (unsigned int r = 1; r <= count; r++)
		for (size_t i = 0; i < plan->variant_count; i++) {
			size_t k = r % 2 ? i : plan->variant_count - 1 - i;

			if (add_repetition(plan, k, r, &contents[k], err) < 0)
				return -1;
		}
	return 0;
}

int plan_repeat(struct plan *plan, unsigned int count, const struct run_image *image, struct error *err)
{
	_cleanup_free_ struct content *contents = xcalloc(plan->variant_count + 1, sizeof(*contents));
	int rc = check_names(plan, err);

	if (rc == 0 && plan->variant_count * count > PLAN_RUNS_MAX)
		rc = error_set(err, STATUS_USAGE, "these are more than %d runs", PLAN_RUNS_MAX);
	if (rc == 0)
		rc = read_contents(plan, image, contents, err);
	if (rc == 0)
		rc = add_repetitions(plan, count, contents, err);
	for (size_t i = 0; i < plan->variant_count; i++) {
		free(contents[i].modules);
		free(contents[i].image);
	}
	return rc;
}
