// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "evidence/records.h"
#include "run/config.h"
#include "run/config_option.h"

static void default_path(char **slot, const char *tail, const char *base)
{
	if (!*slot)
		*slot = xasprintf("%s%s", base, tail);
}

static int make_absolute(char **slot, struct error *err)
{
	char cwd[PATH_MAX];
	char *full;

	if (!*slot || **slot == '/')
		return 0;
	if (!getcwd(cwd, sizeof(cwd)))
		return error_errno(err, STATUS_USAGE, "cannot tell the current folder");
	full = xasprintf("%s/%s", cwd, *slot);
	text_replace(slot, full);
	return 0;
}

static int resolve_cache(struct config *c, struct error *err)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	const struct passwd *user = home && *home ? NULL : getpwuid(getuid());

	/* As a shell's ~ does, and so make's CACHE. */
	if (user)
		home = user->pw_dir;

	if (!c->cache && xdg && *xdg)
		c->cache = xasprintf("%s/exitmeter", xdg);
	else if (!c->cache && home && *home)
		c->cache = xasprintf("%s/.cache/exitmeter", home);
	if (!c->cache)
		return error_set(err, STATUS_USAGE,
				 "no cache folder: set HOME, XDG_CACHE_HOME or --cache");
	/* What the option says has been refused before. */
	if (*c->cache == '~')
		return error_set(err, STATUS_USAGE, "XDG_CACHE_HOME or HOME begins with ~, which the shell has not "
				 "expanded: write it outside of quotes");
	return 0;
}

/* Inside an L1 host the variable is not set, and libvirt's embedded driver is used. */
static void resolve_uri(struct config *c)
{
	const char *uri = getenv("LIBVIRT_URI");

	if (!c->libvirt_uri && uri && *uri)
		c->libvirt_uri = xstrdup(uri);
}

static int make_paths_absolute(struct config *c, struct error *err)
{
	for (size_t i = 0; i < config_option_count; i++)
		if (config_options[i].type == OPT_PATH &&
		    make_absolute(config_field(c, &config_options[i]), err) < 0)
			return -1;
	return 0;
}

/* A nonce is limited to hex digits, because it goes into a shell command of the guest and into records. */
static bool is_nonce(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && len <= EM_NONCE_MAX && strspn(s, "0123456789abcdef") == len;
}

static int make_nonce(struct config *c, struct error *err)
{
	unsigned long long n;

	if (c->deterministic && !c->nonce)
		c->nonce = xstrdup("0000000000000001");
	if (c->nonce && is_nonce(c->nonce))
		return 0;
	if (c->nonce)
		return error_set(err, STATUS_USAGE, "--nonce takes 1 to %d lower-case hex digits, not '%s'",
				 EM_NONCE_MAX, c->nonce);
	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		return error_errno(err, STATUS_USAGE, "no random number to be had");
	c->nonce = xasprintf("%016llx", n);
	return 0;
}

/*
 * Where the kit is follows from where the program is.  A program that is installed in PREFIX/bin has
 * it in PREFIX/lib/exitmeter; in a build folder and on the payload disk it is in the program's own
 * folder.  The caller frees.
 */
static char *own_kit(void)
{
	_cleanup_free_ char *path = subprocess_own_path();
	char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	*slash = '\0';
	slash = strrchr(path, '/');
	if (!slash || strcmp(slash, "/bin"))
		return xstrdup(path);
	return xasprintf("%.*s/lib/exitmeter", (int)(slash - path), path);
}

/* A workload is a scenario of its own. */
static int resolve_workload(struct config *c, struct error *err)
{
	if (c->workload && !config_is_given(c, "scenario"))
		c->scenario = SCENARIO_WORKLOAD;
	if (c->workload && c->scenario != SCENARIO_WORKLOAD)
		return error_set(err, STATUS_USAGE, "--workload is a scenario of its own: leave out --scenario %s",
				 scenario_name(c->scenario));
	if (!c->workload && c->scenario == SCENARIO_WORKLOAD)
		return error_set(err, STATUS_USAGE, "--scenario workload needs --workload FILE");
	return 0;
}

/* Whether "a=1 b=2" says something of the parameter. */
static bool has_parameter(const char *params, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = params; *p; p += strcspn(p, " \t")) {
		p += strspn(p, " \t");
		if (!strncmp(p, name, len) && (!p[len] || strchr("= \t", p[len])))
			return true;
	}
	return false;
}

/* The kernel would take the last of two that differ, without a word. */
static int check_paging(const struct config *c, struct error *err)
{
	static const char *const names[] = { "npt", "ept" };

	for (size_t i = 0; i < ARRAY_SIZE(names) && c->paging != PAGING_AUTO && c->vendor_params; i++)
		if (has_parameter(c->vendor_params, names[i]))
			return error_set(err, STATUS_USAGE, "--paging %s and --vendor-params '%s' both say how the guest's "
					 "memory is reached: leave out one", paging_words[c->paging], c->vendor_params);
	return 0;
}

int config_resolve(struct config *c, struct error *err)
{
	if (resolve_cache(c, err) < 0)
		return -1;
	resolve_uri(c);
	/* Sampling takes the emulated host's time, so that its guest's figures would be others. */
	if (c->deterministic && !config_is_given(c, "timeline"))
		c->timeline_ms = 0;
	if (!c->kit)
		c->kit = own_kit();
	default_path(&c->module_dir, "/modules/6.1", c->cache);
	default_path(&c->host_image, "/images/host-bookworm", c->cache);
	default_path(&c->guest_image, "/images/guest-bookworm", c->cache);
	default_path(&c->bochs, "/bochs-3.0", c->cache);
	default_path(&c->guest_kernel, "/vmlinuz", c->guest_image);
	default_path(&c->templates, "/cloud-init", c->kit);
	default_path(&c->manifests, "/manifests", c->kit);
	if (c->guest_disk && !c->guest_disk_format)
		c->guest_disk_format = xstrdup("raw");
	if (resolve_workload(c, err) < 0 || check_paging(c, err) < 0 || make_nonce(c, err) < 0)
		return -1;
	return make_paths_absolute(c, err);
}
