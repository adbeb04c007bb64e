// SPDX-License-Identifier: GPL-2.0-only
#include "seed.h"

#include <string.h>

#include "subprocess.h"
#include "template.h"
#include "util.h"

#define TEMPLATE_MAX (1 << 20)
#define PROBE_MAX (256 * 1024)	/* the probe is under 100 KB; a debug build may be more */

static int render_file(const char *templates, const char *name, const char *dir,
		       const struct template_var *vars, size_t count, struct error *err)
{
	_cleanup_free_ char *from = xasprintf("%s/%s.in", templates, name);
	_cleanup_free_ char *to = xasprintf("%s/%s", dir, name);
	_cleanup_free_ char *text = file_read(from, TEMPLATE_MAX, NULL, err);
	_cleanup_free_ char *out = NULL;

	if (!text)
		return -1;
	out = template_render(text, vars, count, err);
	if (!out)
		return error_wrap(err, "%s", from);
	return file_write(to, out, strlen(out), err);
}

int seed_render(const struct seed_input *in, const char *dir, struct error *err)
{
	size_t len;
	_cleanup_free_ char *probe = file_read(in->probe, PROBE_MAX, &len, err);
	_cleanup_free_ char *base64 = NULL;

	if (!probe)
		return -1;
	base64 = base64_encode(probe, len);

	const struct template_var vars[] = {
		{ "PROBE_BASE64", base64 },
		{ "LAYOUT", in->layout },
		{ "NONCE", in->nonce },
	};
	if (render_file(in->templates, "user-data", dir, vars, ARRAY_SIZE(vars), err) < 0)
		return -1;
	return render_file(in->templates, "meta-data", dir, vars, ARRAY_SIZE(vars), err);
}

int seed_make(const struct seed_input *in, const char *dir, struct error *err)
{
	_cleanup_free_ char *user = xasprintf("%s/user-data", dir);
	_cleanup_free_ char *meta = xasprintf("%s/meta-data", dir);
	_cleanup_free_ char *image = xasprintf("%s/seed.img", dir);
	const char *argv[] = { "cloud-localds", image, user, meta, NULL };

	if (seed_render(in, dir, err) < 0)
		return -1;
	return subprocess_run(argv, err);
}
