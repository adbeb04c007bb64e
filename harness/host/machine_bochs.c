// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bochs as the machine of an L1 host.  It emulates VMX with EPT, or SVM.  Its disks are ATA, for it
 * has no virtio, and it boots as a PC does: the payload disk is the first one, and has GRUB and the
 * kernel before its file system.
 */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "host/machine.h"
#include "image/built_image.h"
#include "vm/bochs.h"
#include "vm/bochs_rc.h"
#include "vm/grub_area.h"

#define PATH_BYTES_MAX 400		/* Bochs keeps 512 of a path */
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

/*
 * The serial port's rate and few messages save 24 s of a boot (images/README.md, ERRATA, B7), and hours of a
 * submission that prints a line for each CPUID.  Where the kernel hangs it says in warnings, which do not come: so
 * its watchdog makes a panic of it, which prints all.  The kernel is told the TSC's rate, because measuring it takes
 * time, and VMX's preemption timer wants it known. The disks are named in the order of the description below.
 */
static const char cmdline[] =
	"console=ttyS0,115200 quiet softlockup_panic=1 panic=0 mitigations=off tsc=reliable tsc_early_khz=" TEXT(BOCHS_MIPS) "000 "
	"no_timer_check exitmeter.disks=sdb,sda1 exitmeter.results=sdc";

struct bochs_machine {
	struct machine base;
	struct bochs bochs;
};

static char *describe(const struct machine_spec *m, const char *cpu)
{
	_cleanup_free_ char *bios = xasprintf("%s/BIOS-bochs-latest", m->firmware);
	_cleanup_free_ char *vga_bios = xasprintf("%s/vgabios.bin", m->firmware);
	_cleanup_free_ char *journal = xasprintf("%s/journal", m->scratch);
	_cleanup_free_ char *msrs = xasprintf("%s/msrs", m->scratch);
	const struct bochs_spec spec = {
		.cpu = cpu,
		.bios = bios,
		.vga_bios = vga_bios,
		.msrs = msrs,
		.memory_mib = m->memory_mib,
		.disks = {
			{ .path = m->payload },
			{ .path = m->root },
			{ .path = m->results, .is_writable = true },
			{ .path = m->guest_disk },
		},
		.serial = { m->console, m->port },
		.terminal = m->shell,
		.journal = journal,
		.start_time = m->is_deterministic ? MACHINE_FIXED_TIME : 0,
	};

	return bochs_rc_render(&spec);
}

/* Intel's CPU of 2017 has EPT, unrestricted guests, and all else that Bochs knows of VMX. */
static char *vmx_describe(const struct machine_spec *m)
{
	return describe(m, "corei7_skylake_x");
}

/*
 * AMD's CPU of 2017 has nested paging, and tells the next instruction's address, which SVM's fast
 * paths need.
 */
static char *svm_describe(const struct machine_spec *m)
{
	return describe(m, "ryzen");
}

/* bochsrc has no escapes, and takes "$NAME" for a variable of the environment. */
static int check_path(const char *path, struct error *err)
{
	if (!path || (strlen(path) <= PATH_BYTES_MAX && !path[strcspn(path, "\"$\n")]))
		return 0;
	return error_set(err, STATUS_USAGE,
			 "Bochs cannot be told this path, which is too long or has a \" or $ in it: %s",
			 path);
}

static int bochs_prepare(const struct machine_spec *m, struct error *err)
{
	const struct grub_area area = {
		.kernel = m->kernel,
		.initrd = m->initrd,
		.cmdline = cmdline,
		.scratch = m->scratch,
	};

	if (check_path(m->scratch, err) < 0 || check_path(m->root, err) < 0 ||
	    check_path(m->guest_disk, err) < 0 || check_path(m->firmware, err) < 0 ||
	    check_path(m->shell, err) < 0)
		return -1;
	return grub_area_write(&area, m->payload, err);
}

static int bochs_verify(const struct host_run *run, struct error *err)
{
	_cleanup_free_ char *program = xasprintf("%s/bochs", run->config->bochs);

	if (access(program, F_OK) == 0 && access(program, X_OK) < 0)
		return error_set(err, STATUS_SKIP, "%s may not be executed, as where CACHE is mounted noexec: choose "
				 "another place with CACHE=", program);
	return built_image_verify(run->config->bochs, "Bochs", "make bochs", "bochs", false,
				  &run->evidence->emulator, err);
}

/* Its log is made here, since it may make no file where L0 will read one. */
static int bochs_list_files(const struct machine_spec *spec, struct machine_files *files, struct error *err)
{
	files->reads[0] = xstrdup(spec->firmware);
	files->reads[1] = xasprintf("%s/bochsrc", spec->scratch);
	files->reads[2] = xasprintf("%s/msrs", spec->scratch);
	files->writes[0] = xasprintf("%s/bochs.log", spec->scratch);
	if (file_write(files->reads[1], "", 0, err) < 0 || file_write(files->reads[2], "", 0, err) < 0)
		return -1;
	return file_write(files->writes[0], "", 0, err);
}

static int bochs_machine_start(const struct machine_spec *spec, const char *description,
			       const struct host_run *run, struct machine **ret, struct error *err)
{
	_cleanup_free_ char *program = xasprintf("%s/bochs", spec->firmware);
	_cleanup_free_ char *rc = xasprintf("%s/bochsrc", spec->scratch);
	_cleanup_free_ char *msrs = xasprintf("%s/msrs", spec->scratch);
	_cleanup_free_ char *lock = xasprintf("%s.lock", spec->results);
	struct bochs_machine *m;

	(void)run;
	unlink(lock);	/* a Bochs that was killed left it; no other run has this disk */
	if (file_write(msrs, BOCHS_MSRS, strlen(BOCHS_MSRS), err) < 0 ||
	    file_write(rc, description, strlen(description), err) < 0)
		return -1;
	m = xcalloc(1, sizeof(*m));
	if (bochs_start(program, rc, spec->scratch, spec->sandbox, &m->bochs, err) < 0) {
		free(m);
		return -1;
	}
	*ret = &m->base;
	return 0;
}

static enum machine_state bochs_poll(struct machine *base)
{
	struct bochs_machine *m = (struct bochs_machine *)base;

	if (bochs_is_running(&m->bochs))
		return MACHINE_RUNNING;
	return bochs_is_off(&m->bochs, base->end, sizeof(base->end)) ? MACHINE_OFF : MACHINE_DIED;
}

static int64_t cpu_ms(struct machine *base)
{
	return bochs_cpu_ms(&((struct bochs_machine *)base)->bochs);
}

static void bochs_destroy(struct machine *base)
{
	struct bochs_machine *m = (struct bochs_machine *)base;

	bochs_kill(&m->bochs);
	free(m);
}

#define BOCHS_KIND \
	.description = FILE_HOST_BOCHSRC, \
	.guest_device = "/dev/sdd", \
	.payload_offset = GRUB_AREA_BYTES, \
	.attempts = 1, \
	.patience = 4, \
	.verify = bochs_verify, \
	.prepare = bochs_prepare, \
	.start = bochs_machine_start, \
	.poll = bochs_poll, \
	.cpu_ms = cpu_ms, \
	.list_files = bochs_list_files, \
	.destroy = bochs_destroy

const struct machine_kind machine_bochs_vmx = {
	BOCHS_KIND,
	.name = "bochs-vmx",
	/* Bochs refuses a VM entry with it: images/README.md, ERRATA, B1. */
	.vendor_params = "enable_apicv=0",
	.describe = vmx_describe,
};

const struct machine_kind machine_bochs_svm = {
	BOCHS_KIND,
	.name = "bochs-svm",
	.describe = svm_describe,
};
