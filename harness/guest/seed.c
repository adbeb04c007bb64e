// SPDX-License-Identifier: GPL-2.0-only
#include "guest/seed.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "base/template.h"
#include "base/text.h"
#include "run/config.h"
#include "vm/x86_file.h"

#define TEMPLATE_MAX (1 << 20)
#define WORKLOAD_MAX (4 << 20)
#define PROBE_MAX (256 * 1024)	/* the probe is under 128 KB; a debug build may be more */

/* cloud-init knows user-data by its first line, and passes anything else by in silence. */
static bool is_user_data(const char *text)
{
	static const char *const starts[] = { "#cloud-config", "#cloud-boothook", "#!", "#include",
					      "## template:", "Content-Type:", "MIME-Version:" };

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (!strncmp(text, starts[i], strlen(starts[i])))
			return true;
	return false;
}

/* NoCloud does not take a seed without an instance-id. */
static bool is_meta_data(const char *text)
{
	return !strncmp(text, "instance-id:", 12) || strstr(text, "\ninstance-id:");
}

static int check_known(const char *from, const char *text, bool (*is_known)(const char *),
		       struct error *err)
{
	if (is_known(text))
		return 0;
	return error_set(err, STATUS_USAGE, "%s: cloud-init would not take it: %s", from,
			 is_known == is_meta_data ? "it has no instance-id" :
			 "it begins with neither #cloud-config nor another of its marks");
}

static int render_file(const char *templates, const char *from_name, const char *name, const char *dir,
		       bool (*is_known)(const char *), const struct template_var *vars,
		       size_t count, struct error *err)
{
	_cleanup_free_ char *from = xasprintf("%s/%s.in", templates, from_name);
	_cleanup_free_ char *to = xasprintf("%s/%s", dir, name);
	_cleanup_free_ char *text = file_read(from, TEMPLATE_MAX, NULL, err);
	_cleanup_free_ char *out = NULL;

	if (!text)
		return -1;
	out = template_render(text, vars, count, err);
	if (!out)
		return error_wrap(err, "%s", from);
	if (check_known(from, out, is_known, err) < 0)
		return -1;
	return file_write(to, out, strlen(out), err);
}

/* Without a workload it is empty; NULL: it cannot be read. */
static char *workload_base64(const char *path, struct error *err)
{
	_cleanup_free_ char *bytes = NULL;
	size_t len;

	if (!path)
		return xstrdup("");
	bytes = file_read(path, WORKLOAD_MAX, &len, err);
	return bytes ? text_base64(bytes, len) : NULL;
}

int workload_check(const struct config *c, struct error *err)
{
	size_t len;
	_cleanup_free_ char *bytes = file_read(c->workload, WORKLOAD_MAX, &len, err);

	if (!bytes)
		return error_wrap(err, "--workload");
	if (c->guest == GUEST_MICRO && !strncmp(bytes, "#!", 2))
		return error_set(err, STATUS_USAGE, "--workload %s: the micro guest has no shell: it takes a static "
				 "program, and a cloud guest takes scripts", c->workload);
	return x86_file_check_program(c->workload, err);
}

int seed_render(const struct seed_input *in, const char *dir, struct error *err)
{
	size_t len;
	_cleanup_free_ char *probe = file_read(in->probe, PROBE_MAX, &len, err);
	_cleanup_free_ char *base64 = NULL, *work = NULL, *seconds = NULL;

	if (!probe)
		return -1;
	base64 = text_base64(probe, len);
	work = workload_base64(in->workload, err);
	if (!work)
		return -1;
	seconds = xasprintf("%ld", in->workload_seconds);

	const struct template_var vars[] = {
		{ "PROBE_BASE64", base64 },
		{ "SCENARIO", in->scenario },
		{ "LAYOUT", in->layout },
		{ "NONCE", in->nonce },
		{ "WORKLOAD_BASE64", work },
		{ "WORKLOAD_SECONDS", seconds },
	};
	if (render_file(in->templates, in->is_shell ? "shell-user-data" : "user-data", "user-data", dir, is_user_data, vars,
			ARRAY_SIZE(vars), err) < 0)
		return -1;
	return render_file(in->templates, "meta-data", "meta-data", dir, is_meta_data, vars, ARRAY_SIZE(vars), err);
}

int seed_make(const struct seed_input *in, const char *dir, struct error *err)
{
	_cleanup_free_ char *user = xasprintf("%s/user-data", dir);
	_cleanup_free_ char *meta = xasprintf("%s/meta-data", dir);
	_cleanup_free_ char *image = xasprintf("%s/seed.img", dir);
	const char *argv[] = { "cloud-localds", image, user, meta, NULL };

	if (seed_render(in, dir, err) < 0)
		return -1;
	return subprocess_run(argv, SUBPROCESS_SMALL_MS, err);
}
