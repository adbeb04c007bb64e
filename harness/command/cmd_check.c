// SPDX-License-Identifier: GPL-2.0-only
/* check: says what this machine can do, what is missing, and which command mends it. */
#include "base/json_text.h"
#include "base/memory.h"
#include "command/commands.h"
#include "command/doctor.h"
#include "run/config.h"

static void print_json(const struct machine_facts *f, const struct diagnosis *d)
{
	json_t *json = diagnosis_to_json(f, d);
	_cleanup_free_ char *text = json_format(json);

	json_decref(json);
	fputs(text, stdout);
}

static void print_text(const struct machine_facts *f, const struct diagnosis *d)
{
	_cleanup_free_ char *text = diagnosis_format(f, d);

	fputs(text, stdout);
}

static int check(const struct command_call *call, struct error *err)
{
	const struct config *c = call->config;
	struct machine_facts facts;
	struct diagnosis diagnosis;
	int status;

	(void)err;
	doctor_gather(c, &facts);
	doctor_diagnose(&facts, c->host, &diagnosis);
	if (c->json)
		print_json(&facts, &diagnosis);
	else
		print_text(&facts, &diagnosis);
	status = diagnosis_can_run(&diagnosis, diagnosis.wanted) ? STATUS_PASS : STATUS_SKIP;
	diagnosis_deinit(&diagnosis);
	machine_facts_deinit(&facts);
	return status;
}

const struct command command_check = {
	.name = "check",
	.summary = "say what this machine can do and what is missing",
	.usage = "[--json] [--host HOST] [--cache DIR] [--memory MIB]",
	.text = "Says what this machine can do, what each kind of host would need here, and the\n"
		"command that mends it.  Takes a second and changes nothing.  --json: the form of\n"
		"tests/schema/doctor.schema.json.\n"
		"Exit code 0: that HOST (default: what auto takes) can run; 77: not yet.\n",
	.options = (const char *const[]){ "json", "host", "cache", "memory", "kit", "bochs", "host-image", "guest-image", "module-dir", NULL },
	.work = check,
};
