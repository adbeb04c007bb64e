// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU as the machine of an L1 host, driven by libvirt.  With TCG it emulates SVM with nested
 * paging; under this machine's own KVM it hands SVM or VMX on.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "host/machine.h"
#include "vm/domain.h"
#include "vm/domain_xml.h"
#include "vm/domain_xml_saved.h"
#include "vm/qemu_log.h"
#include "vm/tsc_rate.h"

/* With TCG a second CPU corrupts the first one's SVM state: images/README.md, ERRATA, Q1. */
#define TCG_VCPUS 1
#define KVM_VCPUS 2

/* An NMI comes only from machine_kind.ask_where(). */
#define CMDLINE "console=ttyS0 panic=0 mitigations=off tsc=reliable no_timer_check unknown_nmi_panic"

struct qemu_machine {
	struct machine base;
	struct domain_conn *conn;
	struct domain *domain;
	const char *root;	/* libvirt's, where its log of QEMU is; borrowed */
	pid_t pid;		/* of its QEMU; -1: not known */
};

/* Describes what an L1 host has, whoever runs its CPUs. */
static struct domain_spec make_domain(const struct machine_spec *m)
{
	return (struct domain_spec){
		.name = m->name,
		.uuid = m->uuid,
		.emulator = m->emulator,
		.machine = "q35",
		.memory_mib = m->memory_mib,
		.kernel = m->kernel,
		.initrd = m->initrd,
		.cmdline = CMDLINE,
		.serial = { m->console, m->port, m->shell },
		.serial_kind = { SERIAL_FILE, SERIAL_FILE, SERIAL_SOCKET },
		.disks = {
			{ .path = m->root, .format = "raw", .is_readonly = true },
			{ .path = m->payload, .format = "raw", .is_readonly = true },
			{ .path = m->results, .format = "raw" },
			{ .path = m->guest_disk, .format = m->guest_disk_format, .is_readonly = true },
		},
	};
}

static struct domain_spec make_tcg_domain(const struct machine_spec *m)
{
	static const char *const features[] = { "svm", "npt", NULL };
	struct domain_spec spec = make_domain(m);

	spec.accel = "qemu";
	spec.cpu_model = "EPYC";
	spec.cpu_features = features;
	spec.vcpus = TCG_VCPUS;
	spec.tb_cache_mib = 1024;
	return spec;
}

/*
 * The kernel is told how fast its TSC is, for it would misjudge that: images/README.md, ERRATA, Q9.
 */
static char *qemu_describe(const struct machine_spec *m)
{
	_cleanup_free_ char *cmdline = xasprintf(CMDLINE " tsc_early_khz=%ld", m->tsc_khz);
	struct domain_spec spec = make_tcg_domain(m);

	spec.cmdline = cmdline;
	return domain_xml_render(&spec);
}

/* Without a CPU model libvirt passes this machine's own CPU through, and svm or vmx with it. */
static char *nested_describe(const struct machine_spec *m)
{
	struct domain_spec spec = make_domain(m);

	spec.accel = "kvm";
	spec.vcpus = m->cpus < KVM_VCPUS ? m->cpus : KVM_VCPUS;
	return domain_xml_render(&spec);
}

static void qemu_destroy(struct machine *base)
{
	struct qemu_machine *m = (struct qemu_machine *)base;

	domain_destroy(m->domain);
	domain_disconnect(m->conn);
	free(m);
}

static struct qemu_machine *connect(const struct machine_spec *spec, const struct host_run *run, struct error *err)
{
	_cleanup_free_ char *caps = xasprintf("%s/libvirt", run->config->cache);
	struct qemu_machine *m = xcalloc(1, sizeof(*m));

	if (domain_connect(run->config->libvirt_uri, run->scratch->libvirt_root, caps,
			   run->scratch->dir, spec->emulator != NULL, &m->conn, err) == 0) {
		m->root = run->scratch->libvirt_root;
		return m;
	}
	free(m);
	return NULL;
}

static int resume(struct qemu_machine *m, int rc, struct machine **ret, struct error *err)
{
	_cleanup_error_ struct error unknown = { 0 };

	if (rc < 0 || domain_resume(m->domain, err) < 0) {
		qemu_destroy(&m->base);
		return -1;
	}
	m->pid = domain_pid(m->domain, &unknown);
	*ret = &m->base;
	return 0;
}

static int qemu_start(const struct machine_spec *spec, const char *description,
		      const struct host_run *run, struct machine **ret, struct error *err)
{
	struct qemu_machine *m = connect(spec, run, err);

	if (!m)
		return -1;
	return resume(m, domain_start_paused(m->conn, description, &m->domain, err), ret, err);
}

static int restore_domain(struct qemu_machine *m, const struct machine_spec *spec, const char *state,
			  struct error *err)
{
	const struct domain_spec now = make_domain(spec);
	_cleanup_free_ char *saved = domain_saved_xml(m->conn, state, err);
	_cleanup_free_ char *xml = saved ? domain_xml_redirect(saved, &now, err) : NULL;

	return xml ? domain_restore_paused(m->conn, state, xml, &m->domain, err) : -1;
}

static int qemu_restore(const struct machine_spec *spec, const char *state,
			const struct host_run *run, struct machine **ret, struct error *err)
{
	struct qemu_machine *m = connect(spec, run, err);

	return m ? resume(m, restore_domain(m, spec, state, err), ret, err) : -1;
}

static int qemu_save(struct machine *base, const char *state, struct error *err)
{
	return domain_save(((struct qemu_machine *)base)->domain, state, err);
}

/*
 * Two builds of QEMU may tell the same version and keep a machine's state differently, so its program
 * itself is what counts.
 */
static char *qemu_identity(struct error *err)
{
	_cleanup_free_ char *libvirt = domain_libvirt_version();
	char hex[65];

	if (digest_file(DOMAIN_EMULATOR, interrupt_check, hex, err) < 0)
		return NULL;
	return xasprintf("QEMU %s, libvirt %s", hex, libvirt);
}

static int64_t qemu_cpu_ms(struct machine *base)
{
	return process_cpu_ms(((struct qemu_machine *)base)->pid);
}

static enum machine_state qemu_poll(struct machine *base)
{
	struct qemu_machine *m = (struct qemu_machine *)base;
	_cleanup_free_ char *words = NULL;

	switch (domain_poll(m->domain)) {
	case DOMAIN_OFF:
		return MACHINE_OFF;
	case DOMAIN_DIED:
		words = qemu_log_last_words(m->root);
		text_fit(base->end, sizeof(base->end), "its QEMU ended (killed or crashed)%s%s",
			 words ? "; its last words: " : "", words ? words : "");
		return MACHINE_DIED;
	case DOMAIN_FULL:
		snprintf(base->end, sizeof(base->end),
			 "no space left for its results disk (set CACHE to a roomier place)");
		return MACHINE_DIED;
	default:
		return MACHINE_RUNNING;
	}
}

/*
 * An interrupt that QEMU has lost is served when any other one comes: images/README.md, ERRATA, Q2.
 */
static void qemu_nudge(struct machine *base)
{
	domain_press_key(((struct qemu_machine *)base)->domain);
}

static void qemu_ask_where(struct machine *base)
{
	domain_inject_nmi(((struct qemu_machine *)base)->domain);
}

const struct machine_kind machine_qemu = {
	.name = "qemu",
	.description = FILE_HOST_DOMAIN,
	.is_libvirts = true,
	.guest_device = "/dev/vdd",
	.is_guest_disk_raw = true,
	.attempts = 2,
	.patience = 1,
	.is_in_real_time = true,
	.is_timed_by_this_machine = true,
	.describe = qemu_describe,
	.start = qemu_start,
	.identity = qemu_identity,
	.save = qemu_save,
	.restore = qemu_restore,
	.poll = qemu_poll,
	.cpu_ms = qemu_cpu_ms,
	.nudge = qemu_nudge,
	.ask_where = qemu_ask_where,
	.destroy = qemu_destroy,
};

const struct machine_kind machine_nested = {
	.name = "nested",
	.description = FILE_HOST_DOMAIN,
	.is_libvirts = true,
	.device = "/dev/kvm",
	.guest_device = "/dev/vdd",
	.is_guest_disk_raw = true,
	/* This machine may itself be one of TCG's, which does to its L1 what TCG does. */
	.attempts = 2,
	.patience = 1,
	.is_in_real_time = true,
	.describe = nested_describe,
	.start = qemu_start,
	.identity = qemu_identity,
	.save = qemu_save,
	.restore = qemu_restore,
	.poll = qemu_poll,
	.cpu_ms = qemu_cpu_ms,
	.nudge = qemu_nudge,
	.ask_where = qemu_ask_where,
	.destroy = qemu_destroy,
};
