// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU as the machine of an L1 host, driven by libvirt.  With TCG it emulates SVM with nested
 * paging; under this machine's own KVM it hands SVM or VMX on.
 */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "host/machine.h"
#include "vm/domain.h"
#include "vm/domain_xml.h"
#include "vm/tsc_rate.h"

/* With TCG a second CPU corrupts the first one's SVM state: images/README.md, ERRATA, Q1. */
#define TCG_VCPUS 1
#define KVM_VCPUS 2

#define CMDLINE "console=ttyS0 panic=0 mitigations=off tsc=reliable no_timer_check"

struct qemu_machine {
	struct machine base;
	struct domain_conn *conn;
	struct domain *domain;
	pid_t pid;		/* of its QEMU; -1: not known */
};

/* Describes what an L1 host has, whoever runs its CPUs. */
static struct domain_spec make_domain(const struct machine_spec *m)
{
	return (struct domain_spec){
		.name = m->name,
		.machine = "q35",
		.memory_mib = m->memory_mib,
		.kernel = m->kernel,
		.initrd = m->initrd,
		.cmdline = CMDLINE,
		.serial = { m->console, m->port },
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
	_cleanup_free_ char *cmdline = xasprintf(CMDLINE " tsc_early_khz=%ld", tsc_rate_khz());
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

static int qemu_start(const struct machine_spec *spec, const char *description,
		      const struct host_run *run, struct machine **ret, struct error *err)
{
	_cleanup_free_ char *caps = xasprintf("%s/libvirt", run->config->cache);
	struct qemu_machine *m = xcalloc(1, sizeof(*m));
	_cleanup_error_ struct error unknown = { 0 };

	(void)spec;
	if (domain_connect(run->config->libvirt_uri, run->scratch->libvirt_root, caps,
			   run->scratch->dir, &m->conn, err) < 0 ||
	    domain_start_paused(m->conn, description, &m->domain, err) < 0 ||
	    domain_resume(m->domain, err) < 0) {
		qemu_destroy(&m->base);
		return -1;
	}
	m->pid = domain_pid(m->domain, &unknown);
	*ret = &m->base;
	return 0;
}

static int64_t qemu_cpu_ms(struct machine *base)
{
	return process_cpu_ms(((struct qemu_machine *)base)->pid);
}

static enum machine_state qemu_poll(struct machine *base)
{
	struct qemu_machine *m = (struct qemu_machine *)base;

	switch (domain_poll(m->domain)) {
	case DOMAIN_OFF:
		return MACHINE_OFF;
	case DOMAIN_DIED:
		snprintf(base->end, sizeof(base->end), "its QEMU ended (killed or crashed)");
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

const struct machine_kind machine_qemu = {
	.name = "qemu",
	.description = FILE_HOST_DOMAIN,
	.guest_device = "/dev/vdd",
	.is_guest_disk_raw = true,
	.attempts = 2,
	.patience = 1,
	.describe = qemu_describe,
	.start = qemu_start,
	.poll = qemu_poll,
	.cpu_ms = qemu_cpu_ms,
	.nudge = qemu_nudge,
	.destroy = qemu_destroy,
};

const struct machine_kind machine_nested = {
	.name = "nested",
	.description = FILE_HOST_DOMAIN,
	.guest_device = "/dev/vdd",
	.is_guest_disk_raw = true,
	/* This machine may itself be one of TCG's, which does to its L1 what TCG does. */
	.attempts = 2,
	.patience = 1,
	.describe = nested_describe,
	.start = qemu_start,
	.poll = qemu_poll,
	.cpu_ms = qemu_cpu_ms,
	.nudge = qemu_nudge,
	.destroy = qemu_destroy,
};
