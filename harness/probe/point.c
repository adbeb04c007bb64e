// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int probe_point(const char *device, enum em_point point, const struct probe_config *config)
{
	static struct measurement m;
	struct outlet outlet = { .mailbox = mailbox_find(config->nonce), .fd = -1 };
	int ret;

	if (!outlet.mailbox) {
		outlet.fd = serial_open(device);
		if (outlet.fd < 0)
			return 1;
	}
	mlockall(MCL_CURRENT);	/* if it fails, page faults cause a few more exits */
	if (outlet.mailbox)
		mailbox_begin_point(outlet.mailbox);
	probe_measure(config->layout, &m);
	if (point == EM_SHUTDOWN)
		probe_measure_apart(&m, config->carry);
	ret = probe_emit(&outlet, &m, point, config);
	if (ret < 0)
		fprintf(stderr, "probe: cannot write records to %s: %s\n",
			outlet.mailbox ? "the mailbox" : device, strerror(errno));
	if (!outlet.mailbox && serial_finish(outlet.fd, device) < 0)
		ret = -1;
	return ret < 0 ? 1 : 0;
}
