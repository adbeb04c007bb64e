// SPDX-License-Identifier: GPL-2.0-only
/* The stages of a native run that are about its guest: the files, the domain, the watch. */
#include "host/native_stages.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "guest/guest_facts.h"
#include "version.gen.h"

bool native_is_micro(const void *context)
{
	const struct native *n = context;

	return guest_is_micro(n->run->config);
}

bool native_is_cloud(const void *context)
{
	return !native_is_micro(context);
}

int native_make_guest_files(void *context, struct error *err)
{
	struct native *n = context;

	return guest_files_make(n->run, &n->files, err);
}

static void note_versions(struct host_run *run, struct domain_conn *conn)
{
	char *libvirt, *qemu;
	struct utsname uts;

	uname(&uts);
	domain_versions(conn, &libvirt, &qemu);
	run->evidence->versions = json_pack("{ss ss ss}", "exitmeter", EXITMETER_VERSION, "qemu",
					    qemu, "libvirt", libvirt);
	run->evidence->host_kernel = xstrdup(uts.release);
	free(libvirt);
	free(qemu);
}

int native_connect_libvirt(void *context, struct error *err)
{
	struct native *n = context;
	const struct host_run *run = n->run;
	_cleanup_free_ char *caps = xasprintf("%s/libvirt", run->config->cache);

	/* In a machine that is thrown away nobody wants them again. */
	if (domain_connect(run->config->libvirt_uri, run->scratch->libvirt_root, caps,
			   run->config->throwaway ? NULL : run->scratch->dir, false, &n->conn, err) < 0)
		return -1;
	note_versions(n->run, n->conn);
	run->evidence->guest_machine = guest_facts_tell(&n->spec);
	return 0;
}

int native_disconnect_libvirt(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	domain_disconnect(n->conn);
	return 0;
}

/* The records in the mailbox are the guest's, as are those on its port, and stand in the same file. */
int native_save_mailbox(void *context, struct error *err)
{
	const struct native *n = context;

	return mailbox_save(&n->mailbox, n->files.records, err);
}

int native_remove_mailbox(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	mailbox_remove(&n->mailbox);
	return 0;
}

int native_open_mailbox(void *context, struct error *err)
{
	struct native *n = context;

	return mailbox_open(&n->mailbox, n->run->config->nonce, err);
}

int native_start_domain(void *context, struct error *err)
{
	struct native *n = context;
	_cleanup_free_ char *path = xasprintf("%s/" FILE_DOMAIN, n->run->dir);
	_cleanup_free_ char *xml = domain_xml_render(&n->spec);

	if (file_write(path, xml, strlen(xml), err) < 0)
		return -1;
	return domain_start_paused(n->conn, xml, &n->domain, err);
}

int native_destroy_domain(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	domain_destroy(n->domain);
	return 0;
}

/* Holding the VM keeps its counters until they are saved, although its QEMU is gone by then. */
int native_hold_counters(void *context, struct error *err)
{
	struct native *n = context;
	pid_t pid = domain_pid(n->domain, err);

	return pid > 0 ? vm_counters_hold(pid, &n->counters, err) : -1;
}

/* The file that a patch of ours has in the VM's debugfs folder or, for scope=global, above it. */
static const char *counters_file(const struct native *n)
{
	return n->run->config->scope == SCOPE_GLOBAL ? "../exitmeter" : "exitmeter";
}

/*
 * Saves files of the VM's debugfs folder, or, for scope=global, of the folder above it.  An
 * unpatched KVM does not have them all, which is no error here.
 */
int native_save_counters(void *context, struct error *err)
{
	const struct native *n = context;
	const struct {
		const char *from, *to;
	} files[] = {
		{ counters_file(n), FILE_HOST_COUNTERS },
		{ "exits", FILE_HOST_EXITS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", n->run->dir, files[i].to);

		if (vm_counters_save(&n->counters, files[i].from, path, err) < 0 &&
		    err->status != STATUS_SKIP)
			return -1;
		error_clear(err);
	}
	return 0;
}

int native_release_counters(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	vm_counters_release(&n->counters);
	return 0;
}

static char *snapshot_path(const struct native *n, enum em_point point)
{
	return xasprintf("%s/" FILE_HOST_TRACE_AT("%s"), n->run->dir, em_point_names[point]);
}

static char *handled_path(const struct native *n, enum em_point point)
{
	return xasprintf("%s/" FILE_HOST_HANDLED_AT("%s"), n->run->dir, em_point_names[point]);
}

/*
 * Saves what the oracle has counted by the point, and before it how many of these exits reached KVM's handler, so
 * that no exit seems to have passed it by.  Best effort, for the clause is skipped without it.
 */
static void take_snapshot(void *context, enum em_point point)
{
	const struct native *n = context;
	_cleanup_free_ char *path = snapshot_path(n, point);
	_cleanup_free_ char *handled = handled_path(n, point);
	_cleanup_error_ struct error ignored = { 0 }, none = { 0 };

	handled_save(n->handled, handled, &none);
	oracle_save(&n->oracle, path, &ignored);
}

static void drop_snapshot(void *context, enum em_point point)
{
	_cleanup_free_ char *path = snapshot_path(context, point);
	_cleanup_free_ char *handled = handled_path(context, point);

	unlink(path);
	unlink(handled);
}

static uint64_t count_exits(void *context)
{
	const struct native *n = context;

	return vm_counters_exits(&n->counters);
}

static void look_at_exits(void *context)
{
	struct native *n = context;

	sampler_look(&n->sampler);
}

static void mark_exits(void *context, enum boot_mark mark)
{
	struct native *n = context;

	sampler_mark(&n->sampler, mark);
}

/* guest_watch_run() shows the phases of the guest's life itself. */
int native_watch_guest(void *context, struct error *err)
{
	struct native *n = context;
	int rc = -1;

	n->watch.domain = n->domain;
	n->watch.console_path = n->files.console;
	n->watch.records_path = n->files.records;
	n->watch.mailbox = &n->mailbox;
	n->watch.config = n->run->config;
	n->watch.progress = n->run->progress;
	n->watch.snapshot = take_snapshot;
	n->watch.drop = drop_snapshot;
	n->watch.exits = count_exits;
	n->watch.look = look_at_exits;
	n->watch.mark = mark_exits;
	n->watch.context = n;
	n->sampler = (struct sampler){
		.vm = &n->counters,
		.oracle = &n->oracle,
		.counters = counters_file(n),
		.is_svm = n->is_svm,
		.interval_ms = n->run->config->timeline_ms,
	};
	sampler_begin(&n->sampler);
	if (domain_resume(n->domain, err) == 0)
		rc = guest_watch_run(&n->watch, err);
	domain_kill(n->domain);
	return rc;
}

int native_save_timeline(void *context, struct error *err)
{
	struct native *n = context;

	return sampler_save(&n->sampler, n->run->dir, err);
}

int native_forget_timeline(void *context, struct error *err)
{
	struct native *n = context;

	(void)err;
	sampler_deinit(&n->sampler);
	return 0;
}

int native_note_outcome(void *context, struct error *err)
{
	const struct native *n = context;
	const struct guest_watch *w = &n->watch;
	struct evidence *e = n->run->evidence;

	(void)err;
	e->outcome = w->outcome;
	e->detail = xstrdup(w->detail);
	e->resets = w->resets;
	e->records_by = xstrdup(n->mailbox.taken ? RECORDS_BY_MAILBOX : RECORDS_BY_PORT);
	for (int i = 0; i < EM_POINTS && !e->guest_kernel; i++)
		if (w->records.point[i].kernel[0]) {
			e->guest_kernel = xstrdup(w->records.point[i].kernel);
			e->layout = w->records.point[i].layout;
		}
	return 0;
}
