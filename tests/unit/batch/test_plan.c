// SPDX-License-Identifier: GPL-2.0-only
/* Plans as text and back, matrices, and shards. */
#include "support/configtest.h"

#include <string.h>

#include "base/memory.h"
#include "batch/matrix.h"
#include "batch/plan_json.h"
#include "batch/shard.h"
#include "run/config_option.h"

static int set_word(void *context, struct config *config, const char *axis, const char *word, struct error *err)
{
	(void)context;
	return config_option_set(config, config_option_find(axis, strlen(axis)), word, err);
}

static int settle(void *context, struct config *config, struct error *err)
{
	(void)context;
	(void)config;
	(void)err;
	return 0;
}

static char *tell_image(void *context, const struct config *config, struct error *err)
{
	(void)context;
	(void)config;
	(void)err;
	return xstrdup("");
}

static void make_plan(struct plan *plan, unsigned int runs)
{
	const struct run_image image = { tell_image, NULL };
	const struct matrix_ways ways = { set_word, settle, NULL };
	struct matrix matrix = { 0 };
	struct error err = { 0 };

	plan_init(plan, "1.0");
	c.module_dir = c.module_dir ? c.module_dir : xstrdup("/nonexistent");
	assert_ok(matrix_add(&matrix, "vcpus=1,2", &err), &err);
	assert_ok(matrix_add(&matrix, "memory=512,1024,2048", &err), &err);
	assert_ok(matrix_expand(&matrix, &c, &ways, plan, &err), &err);
	assert_ok(plan_repeat(plan, runs, &image, &err), &err);
	matrix_deinit(&matrix);
}

static void a_matrix_has_each_word_with_each_other(void **state)
{
	struct plan plan;

	(void)state;
	make_plan(&plan, 2);
	assert_int_equal(plan.variant_count, 6);
	assert_int_equal(plan.run_count, 12);
	assert_string_equal(plan.variants[4].name, "vcpus-2_memory-1024");
	assert_int_equal(plan.variants[4].config.vcpus, 2);
	assert_int_equal(plan.variants[4].config.memory_mib, 1024);
	/* Every other repetition goes through them in the opposite order. */
	assert_string_equal(plan.runs[6].place, "runs/vcpus-2_memory-2048/002");
	plan_deinit(&plan);
}

static void a_plan_comes_back_from_its_text(void **state)
{
	struct error err = { 0 };
	struct plan plan, again;
	char id[65], other[65];

	(void)state;
	make_plan(&plan, 2);
	_cleanup_free_ char *text = plan_format(&plan, &err);
	assert_ok(plan_parse(text, strlen(text), &again, &err), &err);
	_cleanup_free_ char *second = plan_format(&again, &err);
	assert_string_equal(text, second);
	plan_id(&plan, id);
	plan_id(&again, other);
	assert_string_equal(id, other);
	assert_non_null(plan_find(&again, "runs/vcpus-1_memory-512/001"));
	assert_null(plan_find(&again, "runs/vcpus-1_memory-512/003"));
	plan_deinit(&plan);
	plan_deinit(&again);
}

static void refused(const char *text, const char *words)
{
	struct error err = { 0 };
	struct plan plan;

	assert_int_equal(plan_parse(text, strlen(text), &plan, &err), -1);
	if (!strstr(err.message, words))
		fail_msg("'%s' does not say '%s'", err.message, words);
	error_clear(&err);
}

static void what_is_no_plan_is_refused(void **state)
{
#define ID "\"0000000000000000000000000000000000000000000000000000000000000000\""
#define RUN(id, folder, more) \
	"{\"format\": 1, \"id\": " ID ", \"variants\": [{\"name\": \"a\", \"axes\": {}, \"options\": {}}], \"runs\": " \
	"[{\"id\": " id ", \"folder\": \"" folder "\", " more "}]}"
#define FIRST "\"variant\": 0, \"repetition\": 1"

	(void)state;
	refused("{", "line 1");
	refused("{\"format\": 2}", "plan.json");
	refused("{\"format\": 1}", "it has no list of variants and runs");
	refused(RUN("\"00\"", "runs/a/1", FIRST), "an id or a folder that none can have");
	refused(RUN(ID, "../a/1", FIRST), "an id or a folder");
	refused(RUN(ID, "/runs/a", FIRST), "an id or a folder");
	refused(RUN(ID, "runs//a", FIRST), "an id or a folder");
	refused(RUN(ID, "runs/a/", FIRST), "an id or a folder");
	refused(RUN(ID, "runs/a/b/c", FIRST), "an id or a folder");
	refused(RUN(ID, "runs", FIRST), "an id or a folder");
	refused(RUN(ID, "runs/a b", FIRST), "an id or a folder");
	refused(RUN(ID, "runs/a/1", "\"variant\": 1, \"repetition\": 1"), "a variant that there is not");
	refused(RUN(ID, "runs/a/1", "\"variant\": 0"), "a run has no id, folder");
	refused(RUN(ID, "runs/a/1", FIRST), "its list of runs is not the one that was planned");
}

static void paths_move_with_their_cache_and_kit(void **state)
{
	struct plan plan;
	struct config *config;

	(void)state;
	make_plan(&plan, 1);
	config = &plan.variants[0].config;
	free(config->cache);
	free(config->module_dir);
	free(config->kit);
	config->cache = xstrdup("/home/a/cache");
	config->module_dir = xstrdup("/home/a/cache/modules/6.1");
	config->host_image = xstrdup("/home/a/cache2/images");
	config->kit = xstrdup("/kit");
	plan_relocate(&plan, "/b", NULL);
	assert_string_equal(config->cache, "/b");
	assert_string_equal(config->module_dir, "/b/modules/6.1");
	assert_string_equal(config->host_image, "/home/a/cache2/images");
	assert_string_equal(config->kit, "/kit");
	plan_deinit(&plan);
}

/* Each run is of exactly one shard. */
static void shards_are_parts(const struct plan *plan, unsigned int n)
{
	for (size_t i = 0; i < plan->run_count; i++) {
		unsigned int has = 0;

		for (unsigned int k = 1; k <= n; k++)
			has += shard_has(&(struct shard){ k, n }, plan, i);
		assert_int_equal(has, 1);
	}
}

static void a_shard_has_whole_repetitions_where_there_are_enough(void **state)
{
	const struct shard second = { 2, 3 };
	struct plan plan;

	(void)state;
	make_plan(&plan, 4);
	for (unsigned int n = 1; n < 30; n++)
		shards_are_parts(&plan, n);
	for (size_t i = 0; i < plan.run_count; i++)
		assert_int_equal(shard_has(&second, &plan, i), plan.runs[i].repetition == 2);
	assert_true(shard_has(&(struct shard){ 0, 0 }, &plan, 5));
	plan_deinit(&plan);
}

static void a_shard_is_said_as_k_of_n(void **state)
{
	static const char *const wrong[] = { "", "1", "0/2", "3/2", "1/2x", "1/", "/2", "-1/2", " 1/2", "1/2/3" };
	struct error err = { 0 };
	struct shard shard;

	(void)state;
	assert_ok(shard_parse("2/8", &shard, &err), &err);
	assert_int_equal(shard.k, 2);
	assert_int_equal(shard.n, 8);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (shard_parse(wrong[i], &shard, &err) == 0)
			fail_msg("'%s' is taken", wrong[i]);
		error_clear(&err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(a_matrix_has_each_word_with_each_other),
		config_test(a_plan_comes_back_from_its_text),
		config_test(what_is_no_plan_is_refused),
		config_test(paths_move_with_their_cache_and_kit),
		config_test(a_shard_has_whole_repetitions_where_there_are_enough),
		config_test(a_shard_is_said_as_k_of_n),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
