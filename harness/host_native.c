// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine the program runs on, a real one or an L1 host from inside:
 * patched modules in, the guest booted and watched, its counters read after
 * its last instruction, the stock modules back.
 */
#include <string.h>
#include <sys/utsname.h>

#include "arch.h"
#include "domain.h"
#include "domain_xml.h"
#include "guest_image.h"
#include "guest_machine.h"
#include "guest_watch.h"
#include "host.h"
#include "kvm_vm.h"
#include "modules.h"
#include "oracle.h"
#include "seed.h"
#include "subprocess.h"
#include "util.h"


/* Files of the run that only live as long as it does. */
struct guest_files {
	char *name, *initrd, *overlay, *seed, *cmdline, *console, *records;
};

static void guest_files_deinit(struct guest_files *f)
{
	free(f->name);
	free(f->initrd);
	free(f->overlay);
	free(f->seed);
	free(f->cmdline);
	free(f->console);
	free(f->records);
}

static bool is_micro(const struct config *c)
{
	return !strcmp(c->guest, "micro");
}

static void name_files(const struct host_run *run, struct guest_files *f)
{
	const struct config *c = run->config;
	const char *scratch = run->scratch->dir;

	/* The user's own libvirt may have the domain of another run. */
	f->name = xasprintf("exitmeter-guest-%s", scratch_id(run->scratch));
	f->initrd = xasprintf("%s/initrd.img", scratch);
	f->overlay = xasprintf("%s/overlay.qcow2", scratch);
	f->seed = xasprintf("%s/seed.img", scratch);
	f->console = xasprintf("%s/console.log", run->dir);
	f->records = xasprintf("%s/records.log", run->dir);
	/* panic=-1 would reset at once and lose the console's last words: halt instead. */
	/* quiet: a byte on the serial console is two exits, and each costs an emulated host dear. */
	f->cmdline = xasprintf("console=ttyS0 quiet panic=0 exitmeter.scenario=%s exitmeter.layout=%s "
			       "exitmeter.nonce=%s%s%s", c->scenario, c->layout, c->nonce,
			       c->guest_append ? " " : "", c->guest_append ? c->guest_append : "");
}

static struct domain_spec make_spec(const struct config *c, const struct guest_files *f)
{
	struct domain_spec spec = {
		.name = f->name,
		.accel = "kvm",
		.machine = "pc",
		.vcpus = c->vcpus,
		.memory_mib = c->memory_mib,
		.serial = { f->console, f->records },
		.is_reboot_allowed = true,
	};

	if (is_micro(c)) {
		spec.kernel = c->guest_kernel;
		spec.initrd = f->initrd;
		spec.cmdline = f->cmdline;
	} else {
		spec.disks[0] = (struct domain_disk){ .path = f->overlay, .format = "qcow2" };
		spec.disks[1] = (struct domain_disk){ .path = f->seed, .format = "raw",
						      .is_readonly = true };
	}
	return spec;
}

char *host_native_describe(const struct host_run *run)
{
	struct guest_files files = { 0 };
	struct domain_spec spec;
	char *xml;

	name_files(run, &files);
	spec = make_spec(run->config, &files);
	xml = domain_xml_render(&spec);
	guest_files_deinit(&files);
	return xml;
}

static int make_overlay(const struct config *c, const char *overlay, struct error *err)
{
	const char *argv[] = { "qemu-img", "create", "-q", "-f", "qcow2", "-b", c->guest_disk,
			       "-F", c->guest_disk_format, overlay, NULL };

	return subprocess_run(argv, SUBPROCESS_SMALL_MS, err);
}

static int make_initrd(const struct config *c, const char *init, const char *initrd,
		       struct error *err)
{
	if (arch_check_kernel(c->guest_kernel, err) < 0 || arch_check_program(init, err) < 0)
		return -1;
	return initramfs_make(init, initrd, err);
}

static int make_guest_files(const struct host_run *run, const struct guest_files *f,
			    struct error *err)
{
	const struct config *c = run->config;
	_cleanup_free_ char *probe = xasprintf("%s/probe", c->kit);
	struct seed_input seed = { .templates = c->templates, .probe = probe,
				   .scenario = c->scenario, .layout = c->layout,
				   .nonce = c->nonce };

	if (is_micro(c))
		return make_initrd(c, c->guest_init ? c->guest_init : probe, f->initrd, err);
	if (make_overlay(c, f->overlay, err) < 0)
		return -1;
	return seed_make(&seed, run->scratch->dir, err);
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
static int save_counters(const struct host_run *run, const struct kvm_vm *vm, struct error *err)
{
	bool is_global = !strcmp(run->config->scope, "global");
	const struct { const char *from, *to; } files[] = {
		{ is_global ? "../exitmeter" : "exitmeter", "host-counters.txt" },
		{ "exits", "host-exits.txt" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", run->dir, files[i].to);

		if (kvm_vm_save(vm, files[i].from, path, err) < 0 && err->status != STATUS_SKIP)
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
		if (w->records.point[i].kernel[0])
			e->guest_kernel = xstrdup(w->records.point[i].kernel);
}

static int watch_domain(struct host_run *run, struct domain *domain, const struct guest_files *f,
			struct error *err)
{
	struct guest_watch *w = xcalloc(1, sizeof(*w));
	struct kvm_vm vm = { .fd = -1 };
	pid_t pid = domain_pid(domain, err);
	int rc = -1;

	w->domain = domain;
	w->console_path = f->console;
	w->records_path = f->records;
	w->config = run->config;
	w->progress = run->progress;
	if (pid > 0 && kvm_vm_hold(pid, &vm, err) == 0 && domain_resume(domain, err) == 0)
		rc = guest_watch_run(w, err);
	domain_kill(domain);
	if (rc == 0) {
		note_outcome(run, w);
		rc = save_counters(run, &vm, err);
	}
	kvm_vm_release(&vm);
	free(w);
	return rc;
}

static int save_oracle(const struct host_run *run, const struct oracle *o, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/host-trace.txt", run->dir);

	return oracle_save(o, path, err);
}

static int run_guest(struct host_run *run, const struct guest_files *f, struct error *err)
{
	const struct config *c = run->config;
	_cleanup_free_ char *caps = xasprintf("%s/libvirt", c->cache);
	struct domain_spec spec = make_spec(c, f);
	_cleanup_free_ char *xml = domain_xml_render(&spec);
	struct domain_conn *conn = NULL;
	struct domain *domain = NULL;
	int rc = -1;

	if (host_begin(run, "libvirt", err) < 0 ||
	    save_xml(run, "domain.xml", xml, err) < 0 ||
	    domain_connect(c->libvirt_uri, run->scratch->libvirt_root, caps, run->scratch->dir,
			   &conn, err) < 0)
		return -1;
	note_versions(run, conn);
	run->evidence->guest_machine = guest_machine_tell(&spec);
	if (host_begin(run, "domain", err) == 0 &&
	    domain_start_paused(conn, xml, &domain, err) == 0)
		rc = watch_domain(run, domain, f, err);
	domain_destroy(domain);
	domain_disconnect(conn);
	return rc;
}

static int prepare_and_run(struct host_run *run, struct error *err)
{
	struct guest_files files = { 0 };
	int rc;

	name_files(run, &files);
	rc = host_begin(run, is_micro(run->config) ? "initramfs" : "seed and overlay", err);
	if (rc == 0)
		rc = make_guest_files(run, &files, err);
	if (rc == 0)
		rc = run_guest(run, &files, err);
	guest_files_deinit(&files);
	return rc;
}

/* The oracle counts from before the VM is made; a kernel without one only skips its clause. */
static int run_with_oracle(struct host_run *run, struct error *err)
{
	struct oracle oracle = { 0 };
	int rc;

	if (oracle_start(scratch_id(run->scratch), &oracle, err) < 0) {
		progress_note(run->progress, "%s", err->message);
		error_clear(err);
	}
	rc = prepare_and_run(run, err);
	if (rc == 0)
		rc = save_oracle(run, &oracle, err);
	oracle_stop(&oracle);
	return rc;
}

/* Which reasons this KVM handles, and what was built: part of the run's evidence. */
static int note_module_build(struct host_run *run, struct error *err)
{
	const struct config *c = run->config;
	_cleanup_free_ char *build = xasprintf("%s/build.json", c->module_dir);
	_cleanup_free_ char *from = xasprintf("%s/enabled-%s.txt", c->module_dir,
		modules_cpu_vendor() == VENDOR_SVM ? "svm" : "vmx");
	_cleanup_free_ char *to = xasprintf("%s/enabled.txt", run->dir);
	_cleanup_free_ char *text = NULL;
	json_error_t je;
	size_t len;

	if (strcmp(c->modules, "patched"))
		return 0;
	run->evidence->module_build = json_load_file(build, 0, &je);
	if (!run->evidence->module_build)
		return error_set(err, STATUS_SKIP, "no built modules in %s (%s): run `make modules`",
				 c->module_dir, je.text);
	text = file_read(from, 1 << 20, &len, err);
	return text ? file_write(to, text, len, err) : -1;
}

int host_native_restore(const char *scratch_dir, struct error *err)
{
	(void)err;
	oracle_sweep(strrchr(scratch_dir, '/') + 1);
	return 0;
}

int host_native_run(struct host_run *run, struct error *err)
{
	const struct config *c = run->config;
	struct modules_request request = {
		.dir = strcmp(c->modules, "patched") ? NULL : c->module_dir,
		.layout = c->layout,
		.scope = c->scope,
		.vendor_params = c->vendor_params,
	};
	_cleanup_error_ struct error restore = { 0 };
	struct modules *modules = NULL;
	int rc;

	if (verify_guest_image(run, err) < 0 || note_module_build(run, err) < 0)
		return -1;
	if (host_begin(run, "load modules", err) < 0 ||
	    modules_load(MODULES_FOLDER, &request, &modules, err) < 0)
		return -1;
	rc = run_with_oracle(run, err);
	progress_begin(run->progress, "restore modules");
	if (modules_restore(modules, &restore) < 0) {
		if (rc < 0)
			return error_wrap(err, "%s; and before", restore.message);
		return error_set(err, STATUS_USAGE, "%s", restore.message);
	}
	return rc;
}
