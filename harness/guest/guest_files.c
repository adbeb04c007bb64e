// SPDX-License-Identifier: GPL-2.0-only
#include "guest/guest_files.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "evidence/file_names.h"
#include "guest/cpuid_tool.h"
#include "guest/seed.h"
#include "guest/shell.h"
#include "run/protocol.h"
#include "vm/x86_file.h"

#define UEFI_VARS_MAX (4u << 20)
#define BUSYBOX "/bin/busybox"

void guest_files_deinit(struct guest_files *f)
{
	free(f->name);
	free(f->initrd);
	free(f->overlay);
	free(f->seed);
	free(f->uefi_vars);
	free(f->cmdline);
	free(f->console);
	free(f->records);
	free(f->shell);
}

/* In a libvirt of the user's own there may be the domain of another run. */
char *guest_files_domain(const char *scratch_id)
{
	return xasprintf("exitmeter-guest-%s", scratch_id);
}

bool guest_is_micro(const struct config *c)
{
	return c->guest == GUEST_MICRO;
}

void guest_files_name(const struct host_run *run, struct guest_files *f)
{
	const struct config *c = run->config;
	const char *scratch = run->scratch->dir;
	_cleanup_free_ char *work = NULL;

	f->name = guest_files_domain(scratch_id(run->scratch));
	f->initrd = xasprintf("%s/initrd.img", scratch);
	f->overlay = xasprintf("%s/overlay.qcow2", scratch);
	f->seed = xasprintf("%s/seed.img", scratch);
	f->uefi_vars = xasprintf("%s/uefi-vars.fd", scratch);
	f->console = xasprintf("%s/" FILE_CONSOLE, run->dir);
	f->records = xasprintf("%s/" FILE_RECORDS, run->dir);
	/* Where an L0 listens, it carries this machine's port to the user. */
	if (c->shell)
		f->shell = c->progress ? xstrdup(PROTOCOL_SHELL_PORT) : shell_socket(run->scratch);
	work = c->workload ? xasprintf(" exitmeter.workload=%ld", c->timeout_workload * config_patience(c)) : xstrdup("");
	/*
	 * panic=0 halts where panic=-1 would reset at once and lose the console's last words.
	 * quiet, because a byte on the serial console is two exits, which take an emulated host
	 * long.
	 */
	f->cmdline = xasprintf("console=ttyS0 quiet panic=0 exitmeter.scenario=%s exitmeter.layout=%s "
			       "exitmeter.nonce=%s%s%s%s%s", c->shell ? "shell" : scenario_name(c->scenario),
			       layout_words[c->layout], c->nonce,
			       c->carry ? " exitmeter.carry" : "", work, c->guest_append ? " " : "",
			       c->guest_append ? c->guest_append : "");
}

struct domain_spec guest_files_spec(const struct config *c, const struct guest_files *f)
{
	struct domain_spec spec = {
		.name = f->name,
		.accel = "kvm",
		.machine = "pc",
		.vcpus = c->vcpus,
		.memory_mib = c->memory_mib,
		.mailbox = f->name,
		.serial = { f->console, f->records },
		.is_reboot_allowed = true,
	};

	if (guest_is_micro(c)) {
		spec.kernel = c->guest_kernel;
		spec.initrd = f->initrd;
		spec.cmdline = f->cmdline;
	} else {
		spec.uefi_code = c->uefi_code;
		spec.uefi_vars = f->uefi_vars;
		spec.disks[0] = (struct domain_disk){ .path = f->overlay, .format = "qcow2" };
		spec.disks[1] = (struct domain_disk){ .path = f->seed, .format = "raw",
						      .is_readonly = true };
	}
	if (c->shell) {
		spec.mailbox = NULL;
		spec.serial[0] = f->shell;
		spec.serial_kind[0] = c->progress ? SERIAL_DEVICE : SERIAL_SOCKET;
		spec.serial[1] = NULL;
	}
	return spec;
}

/* The guest writes its boot entries into it. */
static int copy_uefi_vars(const char *from, const char *to, struct error *err)
{
	_cleanup_free_ char *data = NULL;
	size_t len;

	data = file_read(from, UEFI_VARS_MAX, &len, err);
	return data ? file_write(to, data, len, err) : -1;
}

static int make_overlay(const struct config *c, const char *overlay, struct error *err)
{
	const char *argv[] = { "qemu-img", "create", "-q", "-f", "qcow2", "-b", c->guest_disk,
			       "-F", c->guest_disk_format, overlay, NULL };

	return subprocess_run(argv, SUBPROCESS_SMALL_MS, err);
}

/*
 * Packs the probe, and the tool that it asks.  Where this machine has no such tool, only its clause
 * is skipped.
 */
static int make_probes_initrd(const struct host_run *run, const char *probe, const char *initrd, struct error *err)
{
	struct initramfs_file files[4 + CPUID_TOOL_FILES_MAX] = { { probe, "init" } };
	struct cpuid_tool tool;
	unsigned int count = 1;
	int rc;

	if (cpuid_tool_find(&tool, err) < 0) {
		if (err->status != STATUS_SKIP)
			return -1;
		progress_note(run->progress, "%s: %s", run->config->shell ? "the guest has no cpuid" :
			      "the clause cpuid-tool is skipped", err->message);
		error_clear(err);
	}
	for (unsigned int i = 0; i < tool.count; i++)
		files[count++] = (struct initramfs_file){ tool.path[i], tool.path[i] + 1 };
	if (run->config->workload)
		files[count++] = (struct initramfs_file){ run->config->workload, "workload" };
	if (run->config->shell) {
		files[count++] = (struct initramfs_file){ BUSYBOX, &BUSYBOX[1] };
		files[count++] = (struct initramfs_file){ probe, "usr/bin/exitmeter-probe" };
	}
	rc = initramfs_make(files, count, initrd, err);
	cpuid_tool_deinit(&tool);
	return rc;
}

static int make_initrd(const struct host_run *run, const char *probe, const char *initrd, struct error *err)
{
	const struct config *c = run->config;
	const struct initramfs_file other = { c->guest_init, "init" };

	if (c->shell && access(BUSYBOX, X_OK) < 0)
		return error_set(err, STATUS_SKIP, "the micro guest's shell is " BUSYBOX ", which is not there: "
				 "apt-get install busybox-static");
	if (x86_file_check_kernel(c->guest_kernel, err) < 0 ||
	    x86_file_check_program(c->guest_init ? c->guest_init : probe, err) < 0)
		return -1;
	return c->guest_init ? initramfs_make(&other, 1, initrd, err) : make_probes_initrd(run, probe, initrd, err);
}

int guest_files_make(const struct host_run *run, const struct guest_files *f, struct error *err)
{
	const struct config *c = run->config;
	_cleanup_free_ char *probe = xasprintf("%s/probe", c->kit);
	struct seed_input seed = { .templates = c->templates, .probe = probe,
				   .scenario = scenario_name(c->scenario),
				   .layout = layout_words[c->layout],
				   .is_shell = c->shell,
				   .nonce = c->nonce, .workload = c->workload,
				   .workload_seconds = c->timeout_workload * config_patience(c) };

	if (c->workload && workload_check(c, err) < 0)
		return -1;
	if (guest_is_micro(c))
		return make_initrd(run, probe, f->initrd, err);
	if (make_overlay(c, f->overlay, err) < 0 ||
	    (c->uefi_code && copy_uefi_vars(c->uefi_vars, f->uefi_vars, err) < 0))
		return -1;
	return seed_make(&seed, run->scratch->dir, err);
}
