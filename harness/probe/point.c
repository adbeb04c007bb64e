// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* A layout that is to be found out was found by reading once. */
static const struct probe_operation *carry_out(enum em_layout layout)
{
	static struct measurement totals;

	probe_measure_totals(layout, &totals);
	return probe_operations(totals.layout, totals.vendor);
}

static int take_point(const char *device, enum em_point point, const struct probe_workload *workload,
		      const struct probe_config *config)
{
	static struct measurement m;
	const struct probe_operation *operations = NULL;
	struct outlet outlet = { .mailbox = mailbox_find(config->nonce), .fd = -1 };
	int ret;

	if (!outlet.mailbox) {
		outlet.fd = serial_open(device);
		if (outlet.fd < 0)
			return 1;
	}
	mlockall(MCL_CURRENT);	/* if it fails, page faults cause a few more exits */
	if (point == EM_OPERATIONS)
		operations = carry_out(config->layout);
	if (outlet.mailbox)
		mailbox_begin_point(outlet.mailbox);
	probe_measure(config->layout, probe_spins_at(point), &m);
	if (point == EM_SHUTDOWN)
		probe_measure_apart(&m, config->carry);
	m.operations = operations;
	m.workload = workload;
	ret = probe_emit(&outlet, &m, point, config);
	if (ret < 0)
		fprintf(stderr, "probe: cannot write records to %s: %s\n",
			outlet.mailbox ? "the mailbox" : device, strerror(errno));
	if (!outlet.mailbox && serial_finish(outlet.fd, device) < 0)
		ret = -1;
	return ret < 0 ? 1 : 0;
}

int probe_point(const char *device, enum em_point point, const struct probe_config *config)
{
	return take_point(device, point, NULL, config);
}

int probe_point_worked(const char *device, const struct probe_workload *workload, const struct probe_config *config)
{
	return take_point(device, EM_WORKED, workload, config);
}
