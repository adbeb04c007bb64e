// SPDX-License-Identifier: GPL-2.0-only
/* ready --cache DIR --progress DEVICE: prepares a clean L1 host, from inside (host/host_ready.h). */
#include <stdio.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/commands.h"
#include "host/host_ready.h"
#include "run/protocol.h"

static int make_ready(const struct config *c, FILE *out, struct error *err)
{
	struct scratch scratch = { .lock_fd = -1 };
	struct evidence evidence = { 0 };
	struct progress progress;
	struct host_run run = {
		.config = c, .scratch = &scratch, .progress = &progress, .evidence = &evidence,
	};
	int rc;

	progress_init(&progress, out, true);
	rc = scratch_create(c->cache, NULL, &scratch, err);
	if (rc == 0)
		rc = host_ready(&run, err);
	scratch_destroy(&scratch);
	evidence_deinit(&evidence);
	return rc;
}

static int ready(const struct command_call *call, struct error *err)
{
	const struct config *c = call->config;
	FILE *out = fopen(c->progress ? c->progress : "/dev/stderr", "we");
	int rc;

	interrupt_install();
	if (!out)
		return STATUS_USAGE;
	rc = make_ready(c, out, err);
	if (rc < 0)
		fprintf(out, PROTOCOL_ERROR "%s\n", (int)err->status, err->message);
	fclose(out);
	return rc;
}

const struct command command_ready = {
	.name = "ready",
	.usage = "[--cache DIR] [--progress DEVICE]",
	.text = "",
	.options = (const char *const[]){ "cache", "progress", NULL },
	.work = ready,
};
