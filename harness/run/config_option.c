// SPDX-License-Identifier: GPL-2.0-only
#include "run/config_option.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* What the option is inside an L1 host stands first in each row. */
#define KEPT .inner = INNER_KEPT
#define DROPPED .inner = INNER_DROPPED
#define STRETCHED .inner = INNER_STRETCHED
#define PLACED .inner = INNER_PLACED
#define THERE(text) .inner = INNER_THERE, .there = text

#define ROW(t, n, f, h) .name = n, .type = t, .offset = offsetof(struct config, f), .help = h
#define TEXT(i, n, f, h) { ROW(OPT_TEXT, n, f, h), i }
#define PATH(i, n, f, h) { ROW(OPT_PATH, n, f, h), i }
#define FLAG(i, n, f, h) { ROW(OPT_FLAG, n, f, h), i }
#define CHOICE(i, n, f, w, p, h) { ROW(OPT_CHOICE, n, f, h), i, .words = w, .preset = p }
#define NUMBER(i, n, f, lo, hi, p, h, ...) \
	{ ROW(OPT_NUMBER, n, f, h), i, .min = lo, .max = hi, .preset = p, __VA_ARGS__ }

const struct config_option config_options[] = {
	CHOICE(THERE("native"), "host", host, host_words, HOST_AUTO,
	       "machine whose KVM is measured: nested (a VM under this machine's KVM),\n"
	       "emulated-svm (works on any machine), emulated-vmx (the same, slower), native\n"
	       "(the kernel that runs on this machine), auto (nested where it works, else\n"
	       "emulated-svm; the run says which and why)"),
	CHOICE(KEPT, "guest", guest, guest_words, GUEST_CLOUD,
	       "cloud (a cloud image, where cloud-init starts the probe) or micro (a kernel\n"
	       "whose init is the probe: the fast loop)"),
	CHOICE(KEPT, "firmware", firmware, firmware_words, FIRMWARE_AUTO,
	       "what boots a cloud guest: bios (SeaBIOS), uefi (OVMF), auto (bios where the\n"
	       "image's disk has code for one, else uefi)"),
	CHOICE(KEPT, "scenario", scenario, scenario_words, SCENARIO_BOOT,
	       "what is measured: boot, reboot (from the guest's order to reboot until its\n"
	       "boot is complete again), shutdown, operations (CPUID, port I/O and others,\n"
	       "one after the other)"),
	CHOICE(KEPT, "layout", layout, layout_words, EM_SPLIT,
	       "which CPUID leaf says what: split, combined, reversed, auto (the run finds\n"
	       "out which layout the KVM under test has)"),
	TEXT(DROPPED, "edition", edition,
	     "assignment to judge by: a name (see kernel-patch/editions), a file of your\n"
	     "own, or auto (the one that fits what the leaves tell); default: our full\n"
	     "specification, and auto for modules that are not ours without --layout"),
	CHOICE(KEPT, "scope", scope, scope_words, SCOPE_VM,
	       "whose exits the guest reads: vm (those of its own VM), global (those of all\n"
	       "VMs since the modules were loaded)"),
	CHOICE(KEPT, "paging", paging, paging_words, PAGING_AUTO,
	       "how KVM reaches the guest's memory: nested (NPT or EPT), shadow (page tables\n"
	       "that KVM makes), auto (as KVM's module chooses)"),
	CHOICE(KEPT, "modules", modules, kvm_words, KVM_PATCHED,
	       "KVM modules under test: patched, stock (the run must fail)"),
	NUMBER(KEPT, "vcpus", vcpus, 1, 64, 1, "virtual CPUs of the guest"),
	NUMBER(KEPT, "memory", memory_mib, 128, 65536, 1024, "memory of the guest in MiB"),
	PATH(DROPPED, "out", out, "run folder to make (default: CACHE/runs/DATE-HOST-GUEST)"),
	PATH(DROPPED, "cache", cache, "folder for images, builds and runs (default: $XDG_CACHE_HOME/exitmeter)"),
	TEXT(DROPPED, "libvirt-uri", libvirt_uri,
	     "libvirt connection, for example qemu:///system (default: $LIBVIRT_URI, or\n"
	     "else the driver that is embedded in this program)"),
	PATH(THERE("/payload"), "kit", kit, "folder with the probe, the templates and the L1 harness"),
	PATH(THERE("/payload/modules"), "module-dir", module_dir, "folder with the patched modules"),
	/* These are of grade, whose help tells of them. */
	PATH(DROPPED, "subjects", subjects, NULL),
	PATH(DROPPED, "rubric", rubric, NULL),
	TEXT(DROPPED, "only", only, NULL),
	NUMBER(DROPPED, "jobs", jobs, 0, 1024, 0, NULL),
	FLAG(DROPPED, "force", force, NULL),
	FLAG(DROPPED, "measured", measured, NULL),
	PATH(DROPPED, "builder", builder, NULL),
	PATH(DROPPED, "tree", tree, NULL),
	TEXT(DROPPED, "base", base, NULL),
	PATH(DROPPED, "linux", linux_clone, NULL),
	TEXT(DROPPED, "kernels", kernels, NULL),
	PATH(DROPPED, "program", program, NULL),
	TEXT(DROPPED, "run-id", run_id, NULL),
	/* These are of stat, whose help tells of them. */
	NUMBER(DROPPED, "interval", stat_interval, 1, 3600, 1, NULL, .letter = 'i'),
	NUMBER(DROPPED, "count", stat_count, 0, 1000000, 0, NULL, .letter = 'n'),
	FLAG(DROPPED, "csv", csv, NULL),
	PATH(DROPPED, "host-image", host_image, "folder of the L1 host image"),
	CHOICE(DROPPED, "saved-host", saved_host, saved_host_words, SAVED_HOST_YES,
	       "yes: an L1 host is restored as it was saved after an earlier boot, where its\n"
	       "machine can do that, and is saved first where it was not; no: it boots; anew:\n"
	       "as yes, but the earlier save is thrown away"),
	PATH(DROPPED, "guest-image", guest_image, "folder of the guest image"),
	TEXT(DROPPED, "image", image,
	     "name of a cloud image (exitmeter image lists them), or built: the image in\n"
	     "--guest-image (default: the newest Ubuntu LTS; built where its server cannot\n"
	     "be reached)"),
	PATH(DROPPED, "image-file", image_file, "disk image of your own, of any format that qemu-img reads; it stays as it is"),
	PATH(DROPPED, "manifests", manifests, "folder with manifests of cloud images, in place of the kit's"),
	FLAG(DROPPED, "refresh", refresh, "ask the image's server for a newer image than the cache has"),
	PATH(DROPPED, "bochs", bochs, "folder of Bochs, the machine of emulated-vmx,\n"
	     "of --deterministic, and of UEFI on emulated-svm"),
	PATH(PLACED, "guest-disk", guest_disk, NULL),
	TEXT(PLACED, "guest-disk-format", guest_disk_format, NULL),
	PATH(THERE("/payload/uefi-code.fd"), "uefi-code", uefi_code, NULL),
	PATH(THERE("/payload/uefi-vars.fd"), "uefi-vars", uefi_vars, NULL),
	PATH(PLACED, "guest-kernel", guest_kernel, NULL),
	PATH(THERE("/payload/guest-init"), "guest-init", guest_init, "static program that is the micro guest's init in place of the probe"),
	PATH(THERE("/payload/workload"), "workload", workload,
	     "script or program that runs in the guest when its boot is complete, in place\n"
	     "of --scenario; a micro guest takes a static program"),
	TEXT(KEPT, "guest-append", guest_append, "text to append to the micro guest's kernel command line"),
	PATH(THERE("/payload/templates"), "templates", templates, "folder with cloud-init templates, in place of the kit's"),
	TEXT(PLACED, "vendor-params", vendor_params, NULL),
	TEXT(KEPT, "nonce", nonce, NULL),
	TEXT(DROPPED, "progress", progress, NULL),
	NUMBER(STRETCHED, "patience", patience, 1, 1000, 1,
	       "factor for all time limits of a run, for a slow or a busy machine"),
	NUMBER(KEPT, "timeout-start", timeout_start, 1, CONFIG_SECONDS_MAX, 120,
	       "seconds until the guest's first byte"),
	NUMBER(KEPT, "timeout-early", timeout_early, 1, CONFIG_SECONDS_MAX, 300,
	       "seconds until the probe's first point"),
	NUMBER(KEPT, "timeout-boot", timeout_boot, 1, CONFIG_SECONDS_MAX, 600,
	       "seconds from there until boot is complete"),
	NUMBER(KEPT, "timeout-shutdown", timeout_shutdown, 1, CONFIG_SECONDS_MAX, 180,
	       "seconds from there until the guest is off"),
	NUMBER(KEPT, "timeout-workload", timeout_workload, 1, CONFIG_SECONDS_MAX, 60,
	       "seconds until the workload is killed"),
	NUMBER(KEPT, "timeout-silence", timeout_silence, 1, CONFIG_SECONDS_MAX, 120,
	       "seconds without a byte from the guest that count as a hang"),
	NUMBER(KEPT, "timeout-fetch", timeout_fetch, 1, CONFIG_SECONDS_MAX, 30,
	       "seconds without a byte from an image's server that end a fetch"),
	NUMBER(KEPT, "sdm", sdm, 0, 2099, 0,
	       "year of the vendor's manual by which reasons count as undefined;\n"
	       "0: the newest"),
	NUMBER(KEPT, "timeline", timeline_ms, 0, 60000, 100,
	       "milliseconds between two samples of the VM's exits, of which timeline.csv is\n"
	       "made; 0: none (default: 100, and 0 with --deterministic)"),
	FLAG(KEPT, "carry", carry,
	     "micro: have the probe spin until the total cycles pass a multiple of\n"
	     "2^32, a few seconds, so that the high half is seen to carry"),
	FLAG(DROPPED, "deterministic", deterministic,
	     "the same inputs give the same count for every reason; for emulated-vmx, and\n"
	     "for emulated-svm, which Bochs then emulates"),
	/* The command shell sets it. */
	FLAG(KEPT, "shell", shell, NULL),
	FLAG(DROPPED, "throwaway", throwaway, NULL),
	FLAG(DROPPED, "dry-run", dry_run, "print what would be done and the VM's description, and change nothing"),
	FLAG(KEPT, "json", json, "print verdicts as JSON instead of the table"),
};
const size_t config_option_count = ARRAY_SIZE(config_options);
_Static_assert(ARRAY_SIZE(config_options) <= CONFIG_OPTIONS_MAX, "config.given has room for each option");

long config_patience(const struct config *c)
{
	return c->patience * (c->pace ? c->pace : 1);
}

void config_init(struct config *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < config_option_count; i++) {
		const struct config_option *o = &config_options[i];

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

const struct config_option *config_option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < config_option_count; i++)
		if (strlen(config_options[i].name) == len && !strncmp(config_options[i].name, name, len))
			return &config_options[i];
	return NULL;
}

static int set_number(long *ret, const struct config_option *o, const char *value, struct error *err)
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

static int set_choice(unsigned int *ret, const struct config_option *o, const char *value, struct error *err)
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

bool config_is_given(const struct config *c, const char *name)
{
	const struct config_option *o = config_option_find(name, strlen(name));

	return o && c->given[o - config_options];
}

bool config_wants_bochs(const struct config *c)
{
	bool may_be_uefi = c->firmware == FIRMWARE_UEFI || (c->firmware == FIRMWARE_AUTO && c->image_file);

	return c->host == HOST_EMULATED_VMX || c->deterministic ||
	       (c->host == HOST_EMULATED_SVM && c->guest == GUEST_CLOUD && may_be_uefi);
}

int config_option_set(struct config *c, const struct config_option *o, const char *value,
		      struct error *err)
{
	char **text = config_field(c, o);

	c->given[o - config_options] = true;
	switch (o->type) {
	case OPT_NUMBER:
		return set_number(config_field(c, o), o, value, err);
	case OPT_FLAG:
		*(bool *)config_field(c, o) = true;
		return 0;
	case OPT_CHOICE:
		return set_choice(config_choice(c, o), o, value, err);
	case OPT_PATH:
		if (*value == '~')
			return error_set(err, STATUS_USAGE, "--%s %s begins with ~, which the shell has not "
					 "expanded: write it outside of quotes, or $HOME", o->name, value);
		/* fallthrough */
	case OPT_TEXT:
		if (!*value)
			return error_set(err, STATUS_USAGE, "--%s has an empty value", o->name);
		break;
	}
	free(*text);
	*text = xstrdup(value);
	return 0;
}

void config_option_copy(struct config *to, const struct config *from, const struct config_option *o)
{
	void *source = config_field((struct config *)from, o), *field = config_field(to, o);

	switch (o->type) {
	case OPT_NUMBER:
		*(long *)field = *(long *)source;
		break;
	case OPT_FLAG:
		*(bool *)field = *(bool *)source;
		break;
	case OPT_CHOICE:
		*config_choice(to, o) = *config_choice((struct config *)from, o);
		break;
	case OPT_TEXT:
	case OPT_PATH:
		free(*(char **)field);
		*(char **)field = *(char **)source ? xstrdup(*(char **)source) : NULL;
		break;
	}
}

void config_copy(struct config *to, const struct config *from)
{
	for (size_t i = 0; i < config_option_count; i++)
		config_option_copy(to, from, &config_options[i]);
	memcpy(to->given, from->given, sizeof(to->given));
}
