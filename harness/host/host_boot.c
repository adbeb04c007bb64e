// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_boot.h"

#include <fcntl.h>
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/pace.h"
#include "evidence/file_names.h"
#include "host/host_sandbox.h"
#include "host/logcopy.h"
#include "host/payload.h"
#include "host/results_disk.h"
#include "host/saved_host.h"
#include "image/built_image.h"
#include "image/guest_image.h"
#include "vm/tsc_rate.h"

#define HOST_UUID "e817e7e4-0000-4000-8000-000000000002"
#define L1_OVERHEAD_MIB 2048 /* for the root's overlay, QEMU, and the guest's overlay */
#define LOG_BYTES_MAX (64u << 20) /* of a log that is kept in the run folder */

static void host_files_deinit(struct host_files *f)
{
	free(f->name);
	free(f->kernel);
	free(f->initrd);
	free(f->root);
	free(f->payload);
	free(f->results);
	free(f->console);
	free(f->port);
	free(f->blank);
	free(f->shell);
	free(f->caps);
}

/* Libvirt's capabilities are those of an image on a machine. */
static char *caps_path(const struct config *c, const struct machine_kind *kind)
{
	_cleanup_free_ char *record = xasprintf("%s/image.json", c->host_image);
	_cleanup_error_ struct error ignored = { 0 };
	char hex[65] = "";

	digest_file(record, interrupt_check, hex, &ignored);
	return xasprintf("%s/hosts/caps-%.16s-%s.tar", c->cache, hex, kind->name);
}

static void host_files_name(const struct host_run *run, struct host_files *f)
{
	const struct config *c = run->config;
	const char *scratch = run->scratch->dir;

	/*
	 * The driver that libvirt embeds has no machine but this run's, and one that is restored goes
	 * by the name that it was saved with.
	 */
	f->name = c->libvirt_uri ? xasprintf("exitmeter-host-%s", scratch_id(run->scratch)) :
				   xstrdup("exitmeter-host");
	f->kernel = xasprintf("%s/vmlinuz", c->host_image);
	f->initrd = xasprintf("%s/initrd.img", c->host_image);
	f->root = xasprintf("%s/root.img", c->host_image);
	f->payload = xasprintf("%s/payload.img", scratch);
	f->results = xasprintf("%s/results.img", scratch);
	f->console = xasprintf("%s/" FILE_HOST_CONSOLE, scratch);
	f->port = xasprintf("%s/" FILE_HOST_PROGRESS, scratch);
	f->blank = xasprintf("%s/blank.img", scratch);
}

void host_boot_init(struct host_boot *b, const struct machine_kind *kind, struct host_run *run)
{
	memset(b, 0, sizeof(*b));
	b->kind = kind;
	b->run = run;
	host_files_name(run, &b->files);
	if (run->config->shell)
		b->files.shell = kind->is_libvirts ? shell_socket(run->scratch) : xasprintf("%s/shell", run->scratch->dir);
	b->files.caps = caps_path(run->config, kind);
}

void host_boot_deinit(struct host_boot *b)
{
	host_files_deinit(&b->files);
	free(b->saved);
	free(b->emulator);
	sandbox_deinit(&b->sandbox);
}

struct machine_spec host_boot_spec(const struct host_boot *b)
{
	const struct config *c = b->run->config;
	const struct host_files *f = &b->files;
	struct machine_spec spec = {
		.name = f->name,
		.uuid = c->libvirt_uri ? NULL : HOST_UUID,
		.kernel = f->kernel,
		.initrd = f->initrd,
		.root = f->root,
		.payload = f->payload,
		.results = f->results,
		.console = f->console,
		.port = f->port,
		.shell = f->shell,
		.scratch = b->run->scratch->dir,
		.firmware = c->bochs,
		.emulator = b->emulator,
		.sandbox = b->sandbox.script,
		.memory_mib = c->memory_mib + L1_OVERHEAD_MIB,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
		.tsc_khz = b->kind->is_timed_by_this_machine ? tsc_rate_khz() : 0,
		.is_deterministic = c->deterministic,
	};

	if (c->guest != GUEST_MICRO) {
		spec.guest_disk = b->is_clean ? f->blank : c->guest_disk;
		spec.guest_disk_format = b->is_clean ? "raw" : c->guest_disk_format;
	}
	return spec;
}

char *host_boot_describe_plainly(const struct host_boot *b)
{
	struct machine_spec spec = host_boot_spec(b);

	spec.name = "host";
	spec.kernel = "vmlinuz";
	spec.initrd = "initrd.img";
	spec.root = "root.img";
	spec.payload = "payload.img";
	spec.results = "results.img";
	spec.guest_disk = spec.guest_disk ? "guest" : NULL;
	spec.console = "console";
	spec.port = "port";
	spec.scratch = "scratch";
	spec.firmware = "bochs";
	spec.emulator = NULL;
	spec.tsc_khz = 0;
	return b->kind->describe(&spec);
}

int host_boot_verify_images(void *boot, struct error *err)
{
	const struct host_boot *b = boot;
	const struct config *c = b->run->config;
	struct evidence *e = b->run->evidence;

	if (b->kind->verify && b->kind->verify(b->run, err) < 0)
		return -1;
	if (built_image_verify(c->host_image, "host image", "make images", "root.img", false,
			       &e->host_image, err) < 0)
		return -1;
	return guest_image_verify(c, &e->image, err);
}

/* The limits are those of an idle machine, and this one may be busy or slow. */
static long measure_pace(const struct host_boot *b)
{
	long pace = b->kind->is_in_real_time ? pace_measure() : 1;

	if (pace > 1 && !b->is_clean)
		progress_note(b->run->progress, PACE_NOTE, pace);
	return pace;
}

int host_boot_make_payload(void *boot, struct error *err)
{
	struct host_boot *b = boot;
	const struct config *c = b->run->config;
	const struct machine_spec spec = host_boot_spec(b);
	const long pace = b->pace = measure_pace(b);
	const struct payload_place place = {
		.is_clean = b->is_clean,
		/* They depend on an earlier run, which a deterministic run must not. */
		.caps = c->deterministic ? NULL : b->files.caps,
		.offset = b->kind->payload_offset,
		.guest_device = b->kind->guest_device,
		.guest_format = b->kind->is_guest_disk_raw ? "raw" : c->guest_disk_format,
		.vendor_params = b->kind->vendor_params,
		.patience = b->kind->patience * pace,
		.time = c->deterministic ? MACHINE_FIXED_TIME : 0,
	};

	if (payload_make(c, &place, b->run->scratch->dir, b->files.payload, err) < 0)
		return -1;
	return b->kind->prepare ? b->kind->prepare(&spec, err) : 0;
}

int host_boot_make_results_disk(void *boot, struct error *err)
{
	const struct host_boot *b = boot;
	const char *path = b->files.results;
	_cleanup_close_ int fd = -1;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, RESULTS_DISK_IMAGE_BYTES) < 0)
		return error_errno(err, STATUS_USAGE, "cannot make the results disk %s", path);
	return 0;
}

/* Returns the machine's description, which the caller frees, and leaves it in the run folder. */
static char *write_description(const struct host_boot *b, const struct machine_spec *spec,
			       struct error *err)
{
	_cleanup_free_ char *description = b->kind->describe(spec);
	_cleanup_free_ char *path = xasprintf("%s/%s", b->run->dir, b->kind->description);

	if (file_write(path, description, strlen(description), err) < 0)
		return NULL;
	return take_ptr(description);
}

/* What comes before a start of either kind: the sandbox, and the description of the machine in it, as *spec has it. */
static char *prepare_start(struct host_boot *b, enum host_start start, struct machine_spec *spec, struct error *err)
{
	b->run->evidence->host_start = start;
	sandbox_deinit(&b->sandbox);
	free(take_ptr(b->emulator));
	*spec = host_boot_spec(b);
	if (host_sandbox_make(spec, b->kind, b->run, &b->sandbox, &b->emulator, err) < 0)
		return NULL;
	*spec = host_boot_spec(b);
	return write_description(b, spec, err);
}

int host_boot_start(void *boot, struct error *err)
{
	struct host_boot *b = boot;
	struct machine_spec spec;
	_cleanup_free_ char *description = prepare_start(b, HOST_START_BOOTED, &spec, err);

	if (!description)
		return -1;
	return machine_start(b->kind, &spec, description, b->run, &b->machine, err);
}

int host_boot_close_shell(void *boot, struct error *err)
{
	struct host_boot *b = boot;

	shell_close(&b->shell);
	return host_boot_destroy(b, err);
}

int host_boot_start_shell(void *boot, struct error *err)
{
	struct host_boot *b = boot;

	if (!b->kind->is_libvirts && shell_open_terminal(&b->shell, b->files.shell, err) < 0)
		return -1;
	if (host_boot_start(b, err) == 0 &&
	    (b->shell.is_open || shell_connect(&b->shell, b->files.shell, err) == 0))
		return 0;
	host_boot_close_shell(b, err);
	return -1;
}

int host_boot_restore(void *boot, struct error *err)
{
	struct host_boot *b = boot;
	_cleanup_free_ char *state = xasprintf("%s/" SAVED_HOST_STATE, b->saved);
	struct machine_spec spec;
	_cleanup_free_ char *description = prepare_start(b, HOST_START_RESTORED, &spec, err);

	if (!description)
		return -1;
	if (machine_restore(b->kind, &spec, state, b->run, &b->machine, err) == 0)
		return 0;
	if (interrupt_pending())
		return -1;
	progress_note(b->run->progress, "the saved host is thrown away: %s", err->message);
	error_clear(err);
	dir_remove(b->saved);
	free(take_ptr(b->saved));
	return 0;
}

int host_boot_destroy(void *boot, struct error *err)
{
	struct host_boot *b = boot;

	(void)err;
	machine_destroy(take_ptr(b->machine));
	return 0;
}

int host_boot_watch(void *boot, struct error *err)
{
	struct host_boot *b = boot;
	struct host_watch *w = &b->watch;

	w->machine = b->machine;
	w->console_path = b->files.console;
	w->progress_path = b->files.port;
	w->config = b->run->config;
	w->progress = b->run->progress;
	w->shell = b->run->config->shell ? &b->shell : NULL;
	w->is_prepared = b->is_clean;
	w->is_restored = b->saved != NULL;
	w->pace = b->pace;
	return host_watch_run(w, err);
}

int host_boot_keep_log(const char *from, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *to = xasprintf("%s/%s", dir, name);

	return logcopy(from, to, LOG_BYTES_MAX, err);
}
