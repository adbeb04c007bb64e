// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine the program runs on, a real one or an L1 host from inside:
 * patched modules in, the guest booted and watched, its counters read after
 * its last instruction, the stock modules back.
 */
#include <string.h>
#include <sys/utsname.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/host_checks.h"
#include "guest/guest_facts.h"
#include "guest/guest_files.h"
#include "guest/guest_watch.h"
#include "guest/host_checks_gather.h"
#include "guest/oracle.h"
#include "guest/vm_counters.h"
#include "host/host.h"
#include "image/guest_image.h"
#include "kvm/modules.h"
#include "vm/domain.h"
#include "vm/domain_xml.h"
#include "version.gen.h"

/* What a run holds on to from its modules' loading to their unloading. */
struct native {
	struct host_run *run;
	struct oracle oracle;
	struct inspect inspect;
};

char *host_native_describe(const struct host_run *run)
{
	struct guest_files files = { 0 };
	struct domain_spec spec;
	char *xml;

	guest_files_name(run, &files);
	spec = guest_files_spec(run->config, &files);
	xml = domain_xml_render(&spec);
	guest_files_deinit(&files);
	return xml;
}

/* The base image is verified here unless an L0 has done it and hands a disk in. */
static int verify_guest_image(struct host_run *run, struct error *err)
{
	if (!guest_image_is_known(run->config))
		return 0;
	if (host_begin(run, "verify images", err) < 0)
		return -1;
	return guest_image_verify(run->config, &run->evidence->image, err);
}

static void note_versions(struct host_run *run, struct domain_conn *conn)
{
	char *libvirt, *qemu;
	struct utsname uts;

	uname(&uts);
	domain_versions(conn, &libvirt, &qemu);
	run->evidence->versions = json_pack("{ss ss ss}", "exitmeter", EXITMETER_VERSION,
					    "qemu", qemu, "libvirt", libvirt);
	run->evidence->host_kernel = xstrdup(uts.release);
	free(libvirt);
	free(qemu);
}

static int save_xml(const struct host_run *run, const char *name, const char *xml, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", run->dir, name);

	return file_write(path, xml, strlen(xml), err);
}

/*
 * Files of the VM's debugfs folder, and of the one above it what all VMs have
 * counted; what an unpatched KVM lacks is no error here.
 */
static int save_counters(const struct host_run *run, const struct vm_counters *vm, struct error *err)
{
	bool is_global = !strcmp(run->config->scope, "global");
	const struct { const char *from, *to; } files[] = {
		{ is_global ? "../exitmeter" : "exitmeter", FILE_HOST_COUNTERS },
		{ "exits", FILE_HOST_EXITS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", run->dir, files[i].to);

		if (vm_counters_save(vm, files[i].from, path, err) < 0 && err->status != STATUS_SKIP)
			return -1;
		error_clear(err);
	}
	return 0;
}

static void note_outcome(struct host_run *run, const struct guest_watch *w)
{
	struct evidence *e = run->evidence;

	e->outcome = w->outcome;
	e->detail = xstrdup(w->detail);
	e->resets = w->resets;
	for (int i = 0; i < EM_POINTS && !e->guest_kernel; i++)
		if (w->records.point[i].kernel[0]) {
			e->guest_kernel = xstrdup(w->records.point[i].kernel);
			e->layout = w->records.point[i].layout;
		}
}

/* The oracle's count while a point's records come in; best effort, as clauses do without. */
static char *snapshot_path(const struct native *n, enum em_point point)
{
	static const char *const points[] = EM_POINT_NAMES;

	return xasprintf("%s/" FILE_HOST_TRACE_AT("%s"), n->run->dir, points[point]);
}

static void take_snapshot(void *context, enum em_point point)
{
	const struct native *n = context;
	_cleanup_free_ char *path = snapshot_path(n, point);
	_cleanup_error_ struct error ignored = { 0 };

	oracle_save(&n->oracle, path, &ignored);
}

static void drop_snapshot(void *context, enum em_point point)
{
	_cleanup_free_ char *path = snapshot_path(context, point);

	unlink(path);
}

static int watch_domain(struct native *n, struct domain *domain, const struct guest_files *f,
			struct error *err)
{
	struct host_run *run = n->run;
	struct guest_watch *w = xcalloc(1, sizeof(*w));
	struct vm_counters vm = { .fd = -1 };
	pid_t pid = domain_pid(domain, err);
	int rc = -1;

	w->domain = domain;
	w->console_path = f->console;
	w->records_path = f->records;
	w->config = run->config;
	w->progress = run->progress;
	w->snapshot = take_snapshot;
	w->drop = drop_snapshot;
	w->context = n;
	if (pid > 0 && vm_counters_hold(pid, &vm, err) == 0 && domain_resume(domain, err) == 0)
		rc = guest_watch_run(w, err);
	domain_kill(domain);
	if (rc == 0) {
		note_outcome(run, w);
		rc = save_counters(run, &vm, err);
	}
	vm_counters_release(&vm);
	free(w);
	return rc;
}

static int save_oracle(const struct host_run *run, const struct oracle *o, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_HOST_TRACE, run->dir);

	return oracle_save(o, path, err);
}

static int run_guest(struct native *n, const struct guest_files *f, struct error *err)
{
	struct host_run *run = n->run;
	const struct config *c = run->config;
	_cleanup_free_ char *caps = xasprintf("%s/libvirt", c->cache);
	struct domain_spec spec = guest_files_spec(c, f);
	_cleanup_free_ char *xml = domain_xml_render(&spec);
	struct domain_conn *conn = NULL;
	struct domain *domain = NULL;
	int rc = -1;

	if (host_begin(run, "libvirt", err) < 0 ||
	    save_xml(run, FILE_DOMAIN, xml, err) < 0 ||
	    domain_connect(c->libvirt_uri, run->scratch->libvirt_root, caps, run->scratch->dir,
			   &conn, err) < 0)
		return -1;
	note_versions(run, conn);
	run->evidence->guest_machine = guest_facts_tell(&spec);
	if (host_begin(run, "domain", err) == 0 &&
	    domain_start_paused(conn, xml, &domain, err) == 0)
		rc = watch_domain(n, domain, f, err);
	domain_destroy(domain);
	domain_disconnect(conn);
	return rc;
}

static int prepare_and_run(struct native *n, struct error *err)
{
	struct host_run *run = n->run;
	struct guest_files files = { 0 };
	int rc;

	guest_files_name(run, &files);
	rc = host_begin(run, guest_is_micro(run->config) ? "initramfs" : "seed and overlay", err);
	if (rc == 0)
		rc = guest_files_make(run, &files, err);
	if (rc == 0)
		rc = run_guest(n, &files, err);
	guest_files_deinit(&files);
	return rc;
}

static bool is_svm(void)
{
	return vendor_of_cpu() == VENDOR_SVM;
}

/* The oracle counts from before the VM is made; a kernel without one only skips its clauses. */
static int run_with_oracle(struct native *n, struct error *err)
{
	struct host_run *run = n->run;
	_cleanup_free_ char *inspection = xasprintf("%s/" FILE_HOST_CHECKS, run->dir);
	/* In the other scope its exits belong to the figures. */
	bool wants_neighbour = !strcmp(run->config->scope, "vm");
	pid_t neighbour = inspect_start(&n->inspect, is_svm(), wants_neighbour);
	_cleanup_error_ struct error late = { 0 };
	int rc;

	if (oracle_start(scratch_id(run->scratch), neighbour, &n->oracle, err) < 0) {
		progress_note(run->progress, "%s", err->message);
		error_clear(err);
	}
	rc = prepare_and_run(n, err);
	if (rc == 0)
		rc = save_oracle(run, &n->oracle, err);
	oracle_stop(&n->oracle);
	if (inspect_stop(&n->inspect, is_svm(), rc == 0 ? inspection : NULL, &late) < 0 && rc == 0)
		rc = error_set(err, late.status, "%s", late.message);
	return rc;
}

/* What was built, as its builder tells; modules of others need not tell. */
static int note_build(struct host_run *run, const char *dir, struct error *err)
{
	_cleanup_free_ char *build = xasprintf("%s/build.json", dir);
	_cleanup_free_ char *kvm = xasprintf("%s/kvm.ko", dir);
	json_error_t je;

	if (access(kvm, R_OK) < 0)
		return error_set(err, STATUS_SKIP, "there is no module %s: run `make modules`", kvm);
	if (access(build, F_OK) < 0)
		return 0;
	run->evidence->module_build = json_load_file(build, 0, &je);
	return run->evidence->module_build ? 0 :
		error_set(err, STATUS_SKIP, "%s: %s: run `make modules FORCE=1`", build, je.text);
}

/* Which reasons this KVM handles, and what was built: part of the run's evidence. */
static int note_module_build(struct host_run *run, struct error *err)
{
	const struct config *c = run->config;
	_cleanup_free_ char *from = xasprintf("%s/enabled-%s.txt", c->module_dir, is_svm() ? "svm" : "vmx");
	_cleanup_free_ char *to = xasprintf("%s/" FILE_ENABLED, run->dir);
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (strcmp(c->modules, "patched"))
		return 0;
	if (note_build(run, c->module_dir, err) < 0)
		return -1;
	if (!run->evidence->module_build && access(from, F_OK) < 0)
		return 0;
	text = file_read(from, 1 << 20, &len, err);
	return text ? file_write(to, text, len, err) : -1;
}

int host_native_restore(const char *scratch_dir, struct error *err)
{
	(void)err;
	oracle_sweep(strrchr(scratch_dir, '/') + 1);
	return 0;
}

static enum em_layout layout_of(const struct config *c)
{
	static const char *const layouts[] = EM_LAYOUT_NAMES;

	for (unsigned int i = 0; i < EM_LAYOUTS; i++)
		if (!strcmp(layouts[i], c->layout))
			return (enum em_layout)i;
	return EM_LAYOUTS;
}

/* What cannot be found out is a note: the clauses that want it are skipped. */
static void note_uninspected(struct native *n, const char *what, struct error *err)
{
	progress_note(n->run->progress, "%s: %s", what, err->message);
	error_clear(err);
}

/* The stock KVM's answers to other leaves, from a VM of the harness: once a boot. */
static int inspect_stock_kvm(struct native *n, const struct modules_request *patched, struct error *err)
{
	const struct config *c = n->run->config;
	struct modules_request stock = *patched;
	_cleanup_error_ struct error inner = { 0 };
	struct modules *modules = NULL;

	if (inspect_recall_stock(&n->inspect, c->cache))
		return 0;
	stock.dir = NULL;
	if (host_begin(n->run, "ask stock KVM", err) < 0 ||
	    modules_load(MODULES_FOLDER, &stock, &modules, err) < 0)
		return -1;
	if (inspect_stock(&n->inspect, c->cache, &inner) < 0)
		note_uninspected(n, "the stock KVM", &inner);
	return modules_restore(modules, err);
}

static int inspect_and_run(struct native *n, struct error *err)
{
	if (inspect_subject(&n->inspect, layout_of(n->run->config), is_svm(), err) < 0)
		note_uninspected(n, "the KVM under test", err);
	return run_with_oracle(n, err);
}

int host_native_run(struct host_run *run, struct error *err)
{
	const struct config *c = run->config;
	struct native n = { .run = run };
	struct modules_request request = {
		.dir = strcmp(c->modules, "patched") ? NULL : c->module_dir,
		.layout = strcmp(c->layout, "auto") ? c->layout : NULL,
		.scope = c->scope,
		.vendor_params = c->vendor_params,
	};
	_cleanup_error_ struct error restore = { 0 };
	struct modules *modules = NULL;
	int rc;

	if (verify_guest_image(run, err) < 0 || note_module_build(run, err) < 0)
		return -1;
	rc = inspect_stock_kvm(&n, &request, err);
	if (rc == 0)
		rc = host_begin(run, "load modules", err);
	if (rc == 0)
		rc = modules_load(MODULES_FOLDER, &request, &modules, err);
	if (rc < 0) {
		inspect_deinit(&n.inspect);
		return -1;
	}
	rc = inspect_and_run(&n, err);
	inspect_deinit(&n.inspect);
	progress_begin(run->progress, "restore modules");
	if (modules_restore(modules, &restore) < 0) {
		if (rc < 0)
			return error_wrap(err, "%s; and before", restore.message);
		return error_set(err, STATUS_USAGE, "%s", restore.message);
	}
	return rc;
}
