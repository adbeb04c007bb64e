// SPDX-License-Identifier: GPL-2.0-only
/*
 * An L1 host in a VM or an emulator, so that any machine can run it.  Inside, the same
 * program does a native run; what goes in is disks, what comes out is a disk
 * and two serial ports.  The machine itself is machine.h's.
 */
#include "host/host_emulated.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "host/host.h"
#include "host/host_inputs.h"
#include "host/host_watch.h"
#include "host/logcopy.h"
#include "host/machine.h"
#include "host/payload.h"
#include "host/results_disk.h"
#include "image/built_image.h"
#include "image/guest_image.h"
#include "kvm/nested.h"

#define L1_OVERHEAD_MIB 2048		/* root overlay, QEMU, the guest's overlay */
#define LOG_BYTES_MAX (64u << 20)	/* of a log that goes into the run folder */

void host_files_deinit(struct host_files *f)
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

void host_files_name(const struct host_run *run, struct host_files *f)
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

static struct machine_spec make_spec(const struct host_run *run, const struct host_files *f)
{
	const struct config *c = run->config;
	struct machine_spec spec = {
		.name = f->name,
		.kernel = f->kernel,
		.initrd = f->initrd,
		.root = f->root,
		.payload = f->payload,
		.results = f->results,
		.console = f->console,
		.port = f->port,
		.scratch = run->scratch->dir,
		.firmware = c->bochs,
		.memory_mib = c->memory_mib + L1_OVERHEAD_MIB,
		.is_deterministic = c->deterministic,
	};

	if (strcmp(c->guest, "micro")) {
		spec.guest_disk = c->guest_disk;
		spec.guest_disk_format = c->guest_disk_format;
	}
	return spec;
}

static char *describe(const struct machine_kind *kind, const struct host_run *run)
{
	struct host_files files = { 0 };
	struct machine_spec spec;
	char *text;

	host_files_name(run, &files);
	spec = make_spec(run, &files);
	text = kind->describe(&spec);
	host_files_deinit(&files);
	return text;
}

/* A deterministic run tells what it is made of, by names that are the same on every machine. */
static int note_inputs(const struct machine_kind *kind, const struct host_run *run,
		       const struct host_files *f, struct error *err)
{
	struct machine_spec spec = make_spec(run, f);
	_cleanup_free_ char *description = NULL;

	if (!spec.is_deterministic)
		return 0;
	spec.name = "host";
	spec.root = "root.img";
	spec.payload = "payload.img";
	spec.results = "results.img";
	spec.guest_disk = spec.guest_disk ? "guest" : NULL;
	spec.console = "console";
	spec.port = "port";
	spec.scratch = "scratch";
	spec.firmware = "bochs";
	description = kind->describe(&spec);
	return host_inputs_write(run, f->payload, description, err);
}

static int make_results_disk(const char *path, unsigned int slots, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, HOST_RESULTS_BYTES * (off_t)slots) < 0)
		return error_errno(err, STATUS_USAGE, "cannot make the results disk %s", path);
	return 0;
}

int host_verify_images(const struct machine_kind *kind, struct host_run *run, struct error *err)
{
	const struct config *c = run->config;

	if (host_begin(run, "verify images", err) < 0)
		return -1;
	if (kind->verify && kind->verify(run, err) < 0)
		return -1;
	if (built_image_verify(c->host_image, "host image", "make images", "root.img",
			 &run->evidence->host_image, err) < 0)
		return -1;
	return guest_image_verify(c, &run->evidence->image, err);
}

int host_keep_log(const char *from, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *to = xasprintf("%s/%s", dir, name);

	return logcopy(from, to, LOG_BYTES_MAX, err);
}

/* L0's own logs of the L1, kept whatever became of it. */
static int keep_host_logs(const struct host_run *run, const struct host_files *f, struct error *err)
{
	if (host_keep_log(f->console, run->dir, FILE_HOST_CONSOLE, err) < 0)
		return -1;
	return host_keep_log(f->port, run->dir, FILE_HOST_PROGRESS, err);
}

int host_boot(const struct machine_kind *kind, struct host_run *run,
	      const struct host_files *f, struct host_watch *w, struct error *err)
{
	struct machine_spec spec = make_spec(run, f);
	_cleanup_free_ char *description = kind->describe(&spec);
	_cleanup_free_ char *path = xasprintf("%s/%s", run->dir, kind->description);
	struct machine *machine = NULL;
	int rc;

	if (file_write(path, description, strlen(description), err) < 0 ||
	    machine_start(kind, &spec, description, run, &machine, err) < 0)
		return -1;
	w->machine = machine;
	rc = host_watch_run(w, err);
	machine_destroy(machine);
	return rc;
}

/* What the harness inside could not do, it said on its port. */
static int inner_error(const struct host_watch *w, struct error *err)
{
	int status = w->error_status;

	if (status < STATUS_FAIL || status > 255)
		status = STATUS_LOST;
	return error_set(err, (enum exit_status)status, "inside the L1 host: %s", w->error_text);
}

/* The inner run's evidence is the run's; L0 adds what only it knows. */
static int take_evidence(struct host_run *run, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EVIDENCE, run->dir);
	struct evidence inner = { 0 }, *e = run->evidence;
	_cleanup_free_ char *text = NULL;
	size_t len;

	text = file_read(path, 1 << 20, &len, err);
	if (!text || evidence_parse(text, len, &inner, err) < 0) {
		err->status = STATUS_LOST;
		return error_wrap(err, "the L1 host's results");
	}
	e->outcome = inner.outcome;
	e->layout = inner.layout;
	e->detail = take_ptr(inner.detail);
	e->resets = inner.resets;
	e->host_kernel = take_ptr(inner.host_kernel);
	e->guest_kernel = take_ptr(inner.guest_kernel);
	e->guest_machine = take_ptr(inner.guest_machine);
	e->versions = take_ptr(inner.versions);
	e->module_build = take_ptr(inner.module_build);
	evidence_deinit(&inner);
	return 0;
}

static int run_host(const struct machine_kind *kind, struct host_run *run,
		    const struct host_files *f, bool *ret_is_seized, struct error *err)
{
	struct host_watch *w = xcalloc(1, sizeof(*w));
	int rc;

	w->console_path = f->console;
	w->progress_path = f->port;
	w->config = run->config;
	w->progress = run->progress;
	rc = host_begin(run, "boot L1 host", err);
	if (rc == 0)
		rc = host_boot(kind, run, f, w, err);
	if (rc == 0)
		progress_begin(run->progress, "take results");
	if (rc == 0 && w->error_status >= 0)
		rc = inner_error(w, err);
	else if (rc == 0 && (rc = results_disk_read(f->results, run->dir, err)) == 0)
		rc = take_evidence(run, err);
	*ret_is_seized = w->is_seized;
	run->evidence->host_nudges += w->nudges;
	free(w);
	return rc;
}

/* A results disk as new, and the seized host's console out of the way. */
static int clear_attempt(struct host_run *run, const struct host_files *f, struct error *err)
{
	if (host_keep_log(f->console, run->dir, FILE_HOST_CONSOLE_OF("1"), err) < 0)
		return -1;
	unlink(f->results);
	return make_results_disk(f->results, 1, err);
}

/*
 * QEMU 7.2's SVM emulation now and then lets an interrupt through right after
 * #VMEXIT, where GIF is 0 and GS still the guest's, and the host's kernel runs
 * into its stack guard; or it loses an interrupt, and the host hangs.  That is no
 * finding on the KVM under test, so a host that seized up is started once more,
 * and it is said; a KVM that does this to its host does so again, and is lost.
 */
static int run_attempts(const struct machine_kind *kind, struct host_run *run,
			const struct host_files *f, struct error *err)
{
	bool is_seized = false;
	int rc;

	run->evidence->host_attempts = 1;
	rc = run_host(kind, run, f, &is_seized, err);

	for (int left = kind->attempts - 1; rc < 0 && is_seized && left > 0; left--) {
		progress_note(run->progress, "%s", err->message);
		progress_note(run->progress, "once more: the emulator is known to do this to its host at times");
		error_clear(err);
		run->evidence->host_attempts++;
		rc = clear_attempt(run, f, err);
		if (rc == 0)
			rc = run_host(kind, run, f, &is_seized, err);
	}
	return rc;
}

/* A lost host is an outcome of the run: there is a run folder, and a verdict of `lost`. */
static int note_lost_host(struct host_run *run, struct error *err)
{
	if ((err->status != STATUS_LOST && err->status != STATUS_TIMEOUT) || interrupt_pending())
		return -1;
	run->evidence->outcome = err->status == STATUS_TIMEOUT ? OUTCOME_TIMEOUT :
								   OUTCOME_HOST_LOST;
	free(run->evidence->detail);
	run->evidence->detail = xstrdup(err->message);
	error_clear(err);
	return 0;
}

/* The disks that a machine is started with. */
int host_make_disks(const struct machine_kind *kind, const struct host_run *run,
		    const struct host_files *f, unsigned int slots, struct error *err)
{
	const struct machine_spec spec = make_spec(run, f);
	const struct payload_place place = {
		.machine = kind->name,
		.offset = kind->payload_offset,
		.guest_device = kind->guest_device,
		.guest_format = kind->is_guest_disk_raw ? "raw" : run->config->guest_disk_format,
		.vendor_params = kind->vendor_params,
		.patience = kind->patience,
		.time = run->config->deterministic ? MACHINE_FIXED_TIME : 0,
	};

	if (payload_make(run->config, &place, run->scratch->dir, f->payload, err) < 0 ||
	    (kind->prepare && kind->prepare(&spec, err) < 0))
		return -1;
	return make_results_disk(f->results, slots, err);
}

static int run_on(const struct machine_kind *kind, struct host_run *run, struct error *err)
{
	_cleanup_error_ struct error logs = { 0 };
	struct host_files files = { 0 };
	int rc;

	if (host_verify_images(kind, run, err) < 0)
		return -1;
	host_files_name(run, &files);
	rc = host_begin(run, "payload", err);
	if (rc == 0)
		rc = host_make_disks(kind, run, &files, 1, err);
	if (rc == 0)
		rc = note_inputs(kind, run, &files, err);
	if (rc == 0) {
		rc = run_attempts(kind, run, &files, err);
		if (rc < 0)
			rc = note_lost_host(run, err);
		if (keep_host_logs(run, &files, &logs) < 0 && rc == 0)
			rc = error_set(err, STATUS_USAGE, "%s", logs.message);
	}
	if (rc == 0)
		payload_keep_caps(run->config, kind->name, run->dir);
	host_files_deinit(&files);
	return rc;
}

int host_nested_run(struct host_run *run, struct error *err)
{
	struct kvm_facts facts;

	nested_gather(&facts);
	if (nested_require(&facts, err) < 0)
		return -1;
	return run_on(&machine_nested, run, err);
}

/*
 * QEMU is the faster one, and repeats nothing: its vCPU, its timers and its disks are threads, which meet
 * where this machine has them meet (-icount too: two runs were seen to differ beside other work).  Bochs
 * is one thread, and its time is instructions.
 */
static const struct machine_kind *svm_machine(const struct host_run *run)
{
	return run->config->deterministic ? &machine_bochs_svm : &machine_qemu;
}

int host_emulated_svm_run(struct host_run *run, struct error *err)
{
	return run_on(svm_machine(run), run, err);
}

int host_emulated_vmx_run(struct host_run *run, struct error *err)
{
	return run_on(&machine_bochs_vmx, run, err);
}

char *host_nested_describe(const struct host_run *run)
{
	return describe(&machine_nested, run);
}

char *host_emulated_svm_describe(const struct host_run *run)
{
	return describe(svm_machine(run), run);
}

char *host_emulated_vmx_describe(const struct host_run *run)
{
	return describe(&machine_bochs_vmx, run);
}
