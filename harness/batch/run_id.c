// SPDX-License-Identifier: GPL-2.0-only
#include "batch/run_id.h"

#include <jansson.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "run/config_json.h"
#include "run/config_option.h"

/*
 * What is kept inside an L1 decides over the figures; these do not.  An edition has a layout, and whether
 * a run of another layout will do is found out when it is judged.
 */
static bool is_measured(const struct config *c, const struct config_option *o)
{
	static const char *const others[] = { "nonce", "json", "edition" };

	if (o->inner != INNER_KEPT && o->inner != INNER_STRETCHED)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcmp(o->name, others[i]))
			return false;
	return !c->edition || strcmp(o->name, "layout") != 0;
}

static void put_option(FILE *out, const struct config *c, const struct config_option *o)
{
	struct config *config = (struct config *)c;
	const char *text;

	fprintf(out, "%s ", o->name);
	switch (o->type) {
	case OPT_NUMBER:
		fprintf(out, "%ld\n", *(long *)config_field(config, o));
		break;
	case OPT_FLAG:
		fprintf(out, "%d\n", *(bool *)config_field(config, o));
		break;
	case OPT_CHOICE:
		fprintf(out, "%s\n", o->words[*config_choice(config, o)]);
		break;
	default:
		text = *(char **)config_field(config, o);
		fprintf(out, "%s\n", text ? text : "-");
	}
}

/* A file that is not there is so for each run alike, and the run itself says what is missing. */
static int put_file(FILE *out, const char *name, const char *dir, const char *file, struct error *err)
{
	_cleanup_free_ char *path = file ? xasprintf("%s/%s", dir, file) : dir ? xstrdup(dir) : NULL;
	char hex[65] = "-";

	if (path && access(path, F_OK) == 0 && digest_file(path, NULL, hex, err) < 0)
		return -1;
	fprintf(out, "%s %s\n", name, hex);
	return 0;
}

/* When an image was built is in its record, and says nothing of its content: that of its files counts. */
static int put_image(FILE *out, const char *name, const char *dir, struct error *err)
{
	_cleanup_free_ char *path = dir ? xasprintf("%s/image.json", dir) : NULL;
	json_t *record = path ? json_load_file(path, 0, NULL) : NULL, *files = json_object_get(record, "files"), *file;
	const char *key;

	if (!json_object_size(files)) {
		json_decref(record);
		return put_file(out, name, dir, "image.json", err);
	}
	json_object_foreach(files, key, file) {
		const char *sha256 = json_string_value(json_object_get(file, "sha256"));

		fprintf(out, "%s %s %s\n", name, key, sha256 ? sha256 : "-");
	}
	json_decref(record);
	return 0;
}

static int put_files(FILE *out, const struct config *c, struct error *err)
{
	if (put_image(out, "host image", c->host_image, err) < 0 ||
	    put_image(out, "guest image", c->guest_image, err) < 0 ||
	    put_file(out, "guest init", c->guest_init, NULL, err) < 0 ||
	    put_file(out, "workload", c->workload, NULL, err) < 0)
		return -1;
	return config_wants_bochs(c) ? put_image(out, "emulator", c->bochs, err) : 0;
}

int run_id(const struct config *c, const struct run_inputs *inputs, char ret_hex[65], struct error *err)
{
	_cleanup_text_ struct text text = { 0 };
	_cleanup_free_ char *all = NULL;
	FILE *out = text_open(&text);

	fprintf(out, "exitmeter run 3\nprogram %s\nhost %s\n", inputs->version, host_words[c->host]);
	for (size_t i = 0; i < config_option_count; i++)
		if (is_measured(c, &config_options[i]))
			put_option(out, c, &config_options[i]);
	if (c->deterministic)
		fputs("deterministic\n", out);
	if (put_files(out, c, err) < 0)
		return -1;
	fprintf(out, "image %s\n", inputs->image ? inputs->image : "");
	fputs(inputs->modules, out);
	if (inputs->repetition)
		fprintf(out, "repetition %u\n", inputs->repetition);
	all = text_close(&text);
	digest_bytes(all, text.len, ret_hex);
	return 0;
}

bool run_id_is_done(const char *dir, const char *id)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_CONFIG, dir);
	_cleanup_free_ char *verdicts = xasprintf("%s/" FILE_VERDICTS, dir);
	_cleanup_error_ struct error ignored = { 0 };
	struct config c;
	bool is_done;

	config_init(&c);
	is_done = access(verdicts, F_OK) == 0 && config_read(&c, path, &ignored) == 0 && c.run_id &&
		  !strcmp(c.run_id, id);
	config_deinit(&c);
	return is_done;
}
