// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "run/config.h"
#include "run/config_option.h"

#define TEXT(n, f, h) { n, OPT_TEXT, offsetof(struct config, f), NULL, 0, 0, 0, h }
#define PATH(n, f, h) { n, OPT_PATH, offsetof(struct config, f), NULL, 0, 0, 0, h }
#define CHOICE(n, f, w, p, h) { n, OPT_CHOICE, offsetof(struct config, f), w, 0, 0, p, h }
#define NUMBER(n, f, lo, hi, p, h) \
	{ n, OPT_NUMBER, offsetof(struct config, f), NULL, lo, hi, p, h }
#define FLAG(n, f, h) { n, OPT_FLAG, offsetof(struct config, f), NULL, 0, 0, 0, h }

const struct option config_options[] = {
	CHOICE("host", host, host_words, HOST_AUTO,
	       "machine whose KVM is measured: nested (a VM under this machine's KVM),\n"
	       "emulated-svm (any machine), emulated-vmx (any machine, slower), native\n"
	       "(this very kernel; only when asked), auto (nested where it works, else\n"
	       "emulated-svm, and says which and why)"),
	CHOICE("guest", guest, guest_words, GUEST_CLOUD,
	       "cloud (cloud image, cloud-init, probe at boot and shutdown) or\n"
	       "micro (kernel plus probe as init: the fast loop)"),
	CHOICE("scenario", scenario, scenario_words, SCENARIO_BOOT,
	       "what is measured: boot, reboot (from the guest's order to reboot until\n"
	       "boot complete again), shutdown"),
	CHOICE("layout", layout, layout_words, EM_SPLIT,
	       "which CPUID leaf says what: split, combined, reversed, auto (what the\n"
	       "KVM under test turns out to speak)"),
	CHOICE("scope", scope, scope_words, SCOPE_VM,
	       "whose exits the guest reads: vm (its own), global (all VMs' since the\n"
	       "modules were loaded)"),
	CHOICE("modules", modules, kvm_words, KVM_PATCHED,
	       "KVM modules under test: patched, stock (must fail)"),
	NUMBER("vcpus", vcpus, 1, 64, 1, "virtual CPUs of the guest"),
	NUMBER("memory", memory_mib, 128, 65536, 1024, "memory of the guest in MiB"),
	PATH("out", out, "run folder to make (default: CACHE/runs/DATE-HOST-GUEST)"),
	PATH("cache", cache, "images, builds, runs (default: $XDG_CACHE_HOME/exitmeter)"),
	TEXT("libvirt-uri", libvirt_uri,
	     "libvirt connection, say qemu:///system (default: $LIBVIRT_URI, or else\n"
	     "the driver embedded in this program)"),
	PATH("kit", kit, "folder with the probe, the templates and the L1 harness"),
	PATH("module-dir", module_dir, "folder with the patched modules"),
	PATH("subjects", subjects, NULL),
	PATH("host-image", host_image, "folder of the L1 host image"),
	PATH("guest-image", guest_image, "folder of the guest image"),
	TEXT("image", image,
	     "cloud image, by name: see exitmeter image; built: the one in --guest-image\n"
	     "(default: the newest Ubuntu LTS, or where its server is out of reach, built)"),
	PATH("image-file", image_file, "cloud image of your own, qcow2 or raw; it stays as it is"),
	PATH("manifests", manifests, "folder with other manifests of images"),
	FLAG("refresh", refresh, "ask the image's server for a newer one than the cache has"),
	PATH("bochs", bochs, "folder of Bochs, the machine of emulated-vmx and of --deterministic"),
	PATH("guest-disk", guest_disk, NULL),
	TEXT("guest-disk-format", guest_disk_format, NULL),
	PATH("guest-kernel", guest_kernel, NULL),
	PATH("guest-init", guest_init, "static program to be the micro guest's init, not the probe"),
	TEXT("guest-append", guest_append, "more for the micro guest's kernel command line"),
	PATH("templates", templates, "folder with other cloud-init templates"),
	TEXT("vendor-params", vendor_params, NULL),
	TEXT("nonce", nonce, NULL),
	TEXT("progress", progress, NULL),
	NUMBER("timeout-start", timeout_start, 1, CONFIG_SECONDS_MAX, 120,
	       "seconds until the guest's first byte"),
	NUMBER("timeout-early", timeout_early, 1, CONFIG_SECONDS_MAX, 300,
	       "seconds until the probe's first point"),
	NUMBER("timeout-boot", timeout_boot, 1, CONFIG_SECONDS_MAX, 600,
	       "seconds from there until boot is complete"),
	NUMBER("timeout-shutdown", timeout_shutdown, 1, CONFIG_SECONDS_MAX, 180,
	       "seconds from there until the guest is off"),
	NUMBER("timeout-silence", timeout_silence, 1, CONFIG_SECONDS_MAX, 120,
	       "seconds without a byte from the guest that count as a hang"),
	NUMBER("timeout-fetch", timeout_fetch, 1, CONFIG_SECONDS_MAX, 30,
	       "seconds without a byte from an image's server that end a fetch"),
	NUMBER("sdm", sdm, 0, 2099, 0,
	       "year of the vendor's manual by which reasons count as undefined;\n"
	       "0: the newest"),
	FLAG("carry", carry,
	     "micro: have the probe spin until the total cycles pass a multiple of\n"
	     "2^32, a few seconds, so that the high half is seen to carry"),
	FLAG("deterministic", deterministic,
	     "the same inputs give the same count for every reason: emulated-svm (by Bochs\n"
	     "then) and emulated-vmx"),
	FLAG("dry-run", dry_run, "print what would be done and the VM's description; change nothing"),
	FLAG("json", json, "print verdicts as JSON instead of the table"),
};
const size_t config_option_count = ARRAY_SIZE(config_options);

void config_init(struct config *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < config_option_count; i++) {
		const struct option *o = &config_options[i];

		if (o->type == OPT_NUMBER)
			*(long *)config_field(c, o) = o->preset;
		else if (o->type == OPT_CHOICE)
			*config_choice(c, o) = (unsigned int)o->preset;
	}
}

void config_deinit(struct config *c)
{
	for (size_t i = 0; i < config_option_count; i++)
		if (config_options[i].type == OPT_TEXT || config_options[i].type == OPT_PATH)
			free(*(char **)config_field(c, &config_options[i]));
	memset(c, 0, sizeof(*c));
}

const struct option *config_option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < config_option_count; i++)
		if (strlen(config_options[i].name) == len && !strncmp(config_options[i].name, name, len))
			return &config_options[i];
	return NULL;
}

static int set_number(long *ret, const struct option *o, const char *value, struct error *err)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (errno || end == value || *end || n < o->min || n > o->max)
		return error_set(err, STATUS_USAGE, "--%s takes a whole number from %ld to %ld, not '%s'",
				 o->name, o->min, o->max, value);
	*ret = n;
	return 0;
}

static int set_choice(unsigned int *ret, const struct option *o, const char *value, struct error *err)
{
	_cleanup_free_ char *all = NULL;

	for (unsigned int i = 0; o->words[i]; i++) {
		if (!strcmp(o->words[i], value)) {
			*ret = i;
			return 0;
		}
		text_join(&all, " ", "%s", o->words[i]);
	}
	return error_set(err, STATUS_USAGE, "unknown %s '%s': it is one of %s", o->name, value, all);
}

int config_option_set(struct config *c, const struct option *o, const char *value,
		      struct error *err)
{
	char **text = config_field(c, o);

	switch (o->type) {
	case OPT_NUMBER:
		return set_number(config_field(c, o), o, value, err);
	case OPT_FLAG:
		*(bool *)config_field(c, o) = true;
		return 0;
	case OPT_CHOICE:
		return set_choice(config_choice(c, o), o, value, err);
	case OPT_TEXT:
	case OPT_PATH:
		if (!*value)
			return error_set(err, STATUS_USAGE, "--%s has an empty value", o->name);
		break;
	}
	free(*text);
	*text = xstrdup(value);
	return 0;
}

bool config_wants_value(const char *arg)
{
	const struct option *o;

	if (strncmp(arg, "--", 2))
		return false;
	o = config_option_find(arg + 2, strlen(arg + 2));
	return o && o->type != OPT_FLAG;
}

int config_parse(struct config *c, int argc, char **argv, bool *ret_help, struct error *err)
{
	*ret_help = false;
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i], *eq = strchr(arg, '=');
		const struct option *o;

		if (!strcmp(arg, "--help") || !strcmp(arg, "-h")) {
			*ret_help = true;
			return 0;
		}
		if (!strcmp(arg, "--config") || !strncmp(arg, "--config=", 9)) {
			if (!eq && ++i >= argc)
				return error_set(err, STATUS_USAGE, "--config needs a value");
			if (config_read(c, eq ? eq + 1 : argv[i], err) < 0)
				return -1;
			continue;
		}
		if (strncmp(arg, "--", 2))
			return error_set(err, STATUS_USAGE,
					 "unexpected argument '%s': see exitmeter run --help", arg);
		o = config_option_find(arg + 2, eq ? (size_t)(eq - arg - 2) : strlen(arg + 2));
		if (!o)
			return error_set(err, STATUS_USAGE,
					 "unknown option %s: see exitmeter run --help", arg);
		if (o->type == OPT_FLAG && eq)
			return error_set(err, STATUS_USAGE, "--%s takes no value", o->name);
		if (o->type != OPT_FLAG && !eq && i + 1 >= argc)
			return error_set(err, STATUS_USAGE, "--%s needs a value", o->name);
		if (config_option_set(c, o, o->type == OPT_FLAG ? "" : eq ? eq + 1 : argv[++i], err) < 0)
			return -1;
	}
	return 0;
}

void config_print_help(void)
{
	for (size_t i = 0; i < config_option_count; i++) {
		const struct option *o = &config_options[i];
		const char *line = o->help;

		if (!line)
			continue;
		printf("  --%-18s", o->name);
		for (const char *nl; (nl = strchr(line, '\n')); line = nl + 1)
			printf(" %.*s\n%22s", (int)(nl - line), line, "");
		printf(" %s", line);
		if (o->type == OPT_NUMBER)
			printf(" (default %ld)", o->preset);
		else if (o->type == OPT_CHOICE)
			printf(" (default %s)", o->words[o->preset]);
		putchar('\n');
	}
	printf("  --%-18s read options from the config.json of an earlier run\n", "config FILE");
}
