// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_inputs.h"

#include <stdio.h>

#include "base/digest.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "evidence/file_names.h"

/* brief is what built_image_verify() tells of the image, or NULL. */
static void put_image(FILE *out, const char *what, const json_t *brief)
{
	static const char *const keys[] = { "name", "recipe", "file", "sha256" };

	fputs(what, out);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *value = json_string_value(json_object_get(brief, keys[i]));

		fprintf(out, " %s", value ? value : "-");
	}
	fputc('\n', out);
}

int host_inputs_write(const struct host_run *run, const char *payload, const char *description,
		      struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_INPUTS, run->dir);
	struct evidence *e = run->evidence;
	char hex[65];
	FILE *out;

	if (digest_file(payload, interrupt_check, hex, err) < 0)
		return -1;
	out = fopen(path, "we");
	if (out) {
		put_image(out, "emulator", e->emulator);
		put_image(out, "host-image", e->host_image);
		put_image(out, "guest-image", e->image);
		fprintf(out, "payload %s\n%s", hex, description);
	}
	if (!out || fclose(out) != 0)
		return error_errno(err, STATUS_USAGE, "cannot write %s", path);
	if (digest_file(path, interrupt_check, hex, err) < 0)
		return -1;
	e->inputs = xstrdup(hex);
	return 0;
}
