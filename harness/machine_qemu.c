// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's TCG, which emulates SVM with nested paging, driven by libvirt. */
#include "domain.h"
#include "domain_xml.h"
#include "machine.h"
#include "util.h"

/*
 * One: QEMU 7.2 emulates vCPUs in threads of their own and is not sound when one
 * interrupts another that is in VMRUN.  With two, hosts were seen to crash and
 * hang, and guests to stand still in a storm of nested page faults.
 */
#define L1_VCPUS 1

struct qemu_machine {
	struct machine base;
	struct domain_conn *conn;
	struct domain *domain;
};

static char *qemu_describe(const struct machine_spec *m)
{
	static const char *const features[] = { "svm", "npt", NULL };
	const struct domain_spec spec = {
		.name = "exitmeter-host",
		.accel = "qemu",
		.machine = "q35",
		.cpu_model = "EPYC",
		.cpu_features = features,
		.vcpus = L1_VCPUS,
		.memory_mib = m->memory_mib,
		.tb_cache_mib = 1024,
		.kernel = m->kernel,
		.initrd = m->initrd,
		.cmdline = "console=ttyS0 panic=0 mitigations=off tsc=reliable no_timer_check",
		.serial = { m->console, m->port },
		.disks = {
			{ .path = m->root, .format = "raw", .is_readonly = true },
			{ .path = m->payload, .format = "raw", .is_readonly = true },
			{ .path = m->results, .format = "raw" },
			{ .path = m->guest_disk, .format = m->guest_disk_format, .is_readonly = true },
		},
	};

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

	(void)spec;
	m->base.kind = &machine_qemu;
	if (domain_connect(run->config->libvirt_uri, run->scratch->libvirt_root, caps, &m->conn,
			   err) < 0 ||
	    domain_start_paused(m->conn, description, &m->domain, err) < 0 ||
	    domain_resume(m->domain, err) < 0) {
		qemu_destroy(&m->base);
		return -1;
	}
	*ret = &m->base;
	return 0;
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
	default:
		return MACHINE_RUNNING;
	}
}

const struct machine_kind machine_qemu = {
	.name = "qemu",
	.description = "host-domain.xml",
	.guest_device = "/dev/vdd",
	.is_guest_disk_raw = true,
	.attempts = 2,
	.patience = 1,
	.describe = qemu_describe,
	.start = qemu_start,
	.poll = qemu_poll,
	.destroy = qemu_destroy,
};
