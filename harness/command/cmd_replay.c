// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "command/commands.h"
#include "command/draw_pictures.h"
#include "command/edition_option.h"
#include "evidence/file_names.h"
#include "report/plots.h"
#include "report/report_folder.h"

#define VERDICTS_MAX_BYTES (1u << 20)

static int print_verdicts(const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_VERDICTS, dir);
	_cleanup_free_ char *text = file_read(path, VERDICTS_MAX_BYTES, NULL, err);

	if (!text)
		return -1;
	fputs(text, stdout);
	return 0;
}

static int replay(const struct command_call *call, struct error *err)
{
	const struct config *c = call->config;
	bool is_colored = call->has_own_flag || isatty(STDOUT_FILENO);
	const char *dir = call->operand[0];
	_cleanup_free_ char *report = NULL, *name = NULL;
	_cleanup_free_ struct edition *own = NULL;
	enum exit_status status = STATUS_PASS;

	if (c->edition && edition_option_read(c->edition, &name, &own, err) < 0)
		return -1;
	if (report_saved_folder_by(dir, &(struct judge_by){ name, own }, is_colored, &report, &status, err) < 0 ||
	    draw_pictures(dir, FILE_HTML, plot_pictures, PLOTS, err) < 0 ||
	    (c->json && print_verdicts(dir, err) < 0))
		return -1;
	if (!c->json)
		fputs(report, stdout);
	return (int)status;
}

const struct command command_replay = {
	.name = "replay",
	.summary = "judge a saved run folder again, without a VM",
	.usage = "[--json] [--color] [--edition EDITION] RUNDIR",
	.text = "\n"
		"Judges a saved run again, without a VM: reads evidence.json, records.log,\n"
		"host-counters.txt and enabled.txt of the run folder, writes verdicts.json,\n"
		"summary.json, report.txt, report.html, report.tap (for prove) and junit.xml (for\n"
		"CI) into it, and prints the report.\n"
		"\n"
		"  --json   print verdicts.json in place of the report\n"
		"  --color  colour the verdicts even if the output is no terminal\n"
		"  --edition EDITION  judge by another assignment than the run asked for, if the\n"
		"           guest has read the leaves by its layout (see exitmeter run --help)\n"
		"  --help   this text\n",
	.options = (const char *const[]){ "json", "edition", NULL },
	.own_flag = "color",
	.own_flag_help = "colour the verdicts even if the output is no terminal",
	.more = "Exit codes: 0 every clause passed, 1 a clause failed, 2 no run folder,\n"
		"3 guest or host lost, or the folder is not as the run left it (SHA256SUMS),\n"
		"124 the run had timed out.\n",
	.operands_min = 1,
	.operands_max = 1,
	.operands_wanted = "want one run folder",
	.work = replay,
};
