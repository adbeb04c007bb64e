// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_boot.h"

#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "host/logcopy.h"
#include "host/payload.h"
#include "host/results_disk.h"
#include "image/built_image.h"
#include "image/guest_image.h"

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
}

static void host_files_name(const struct host_run *run, struct host_files *f)
{
	const struct config *c = run->config;
	const char *scratch = run->scratch->dir;

	f->name = xasprintf("exitmeter-host-%s", scratch_id(run->scratch));
	f->kernel = xasprintf("%s/vmlinuz", c->host_image);
	f->initrd = xasprintf("%s/initrd.img", c->host_image);
	f->root = xasprintf("%s/root.img", c->host_image);
	f->payload = xasprintf("%s/payload.img", scratch);
	f->results = xasprintf("%s/results.img", scratch);
	f->console = xasprintf("%s/" FILE_HOST_CONSOLE, scratch);
	f->port = xasprintf("%s/" FILE_HOST_PROGRESS, scratch);
}

void host_boot_init(struct host_boot *b, const struct machine_kind *kind, struct host_run *run)
{
	memset(b, 0, sizeof(*b));
	b->kind = kind;
	b->run = run;
	b->slots = 1;
	host_files_name(run, &b->files);
}

void host_boot_deinit(struct host_boot *b)
{
	host_files_deinit(&b->files);
}

struct machine_spec host_boot_spec(const struct host_boot *b)
{
	const struct config *c = b->run->config;
	const struct host_files *f = &b->files;
	struct machine_spec spec = {
		.name = f->name,
		.kernel = f->kernel,
		.initrd = f->initrd,
		.root = f->root,
		.payload = f->payload,
		.results = f->results,
		.console = f->console,
		.port = f->port,
		.scratch = b->run->scratch->dir,
		.firmware = c->bochs,
		.memory_mib = c->memory_mib + L1_OVERHEAD_MIB,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
		.is_deterministic = c->deterministic,
	};

	if (c->guest != GUEST_MICRO) {
		spec.guest_disk = c->guest_disk;
		spec.guest_disk_format = c->guest_disk_format;
	}
	return spec;
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

int host_boot_make_payload(void *boot, struct error *err)
{
	const struct host_boot *b = boot;
	const struct config *c = b->run->config;
	const struct machine_spec spec = host_boot_spec(b);
	const struct payload_place place = {
		.machine = b->kind->name,
		.offset = b->kind->payload_offset,
		.guest_device = b->kind->guest_device,
		.guest_format = b->kind->is_guest_disk_raw ? "raw" : c->guest_disk_format,
		.vendor_params = b->kind->vendor_params,
		.patience = b->kind->patience,
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
	if (fd < 0 || ftruncate(fd, results_disk_slot(b->slots)) < 0)
		return error_errno(err, STATUS_USAGE, "cannot make the results disk %s", path);
	return 0;
}

int host_boot_start(void *boot, struct error *err)
{
	struct host_boot *b = boot;
	const struct machine_spec spec = host_boot_spec(b);
	_cleanup_free_ char *description = b->kind->describe(&spec);
	_cleanup_free_ char *path = xasprintf("%s/%s", b->run->dir, b->kind->description);

	if (file_write(path, description, strlen(description), err) < 0)
		return -1;
	return machine_start(b->kind, &spec, description, b->run, &b->machine, err);
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
	return host_watch_run(w, err);
}

int host_boot_keep_log(const char *from, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *to = xasprintf("%s/%s", dir, name);

	return logcopy(from, to, LOG_BYTES_MAX, err);
}
