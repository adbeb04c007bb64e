// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "command/commands.h"
#include "evidence/file_names.h"
#include "report/report_folder.h"

#define VERDICTS_MAX_BYTES (1u << 20)

static const char help[] =
	"Usage: exitmeter replay [--json] [--color] RUNDIR\n"
	"\n"
	"Judges a saved run again, without a VM: reads evidence.json, records.log,\n"
	"host-counters.txt and enabled.txt of the run folder, writes verdicts.json,\n"
	"summary.json, report.txt, report.tap (for prove) and junit.xml (for CI) into\n"
	"it, and prints the report.\n"
	"\n"
	"  --json   print verdicts.json in place of the report\n"
	"  --color  colour the verdicts even if the output is no terminal\n"
	"  --help   this text\n"
	"\n"
	"Exit codes: 0 every clause passed, 1 a clause failed, 2 no run folder,\n"
	"3 guest or host lost, or the folder is not as the run left it (SHA256SUMS),\n"
	"124 the run had timed out.\n";

struct options {
	const char *dir;
	bool json, color;
};

static int usage(const char *what)
{
	fprintf(stderr, "exitmeter replay: %s (see exitmeter replay --help)\n", what);
	return STATUS_USAGE;
}

/* Returns -1 to go on, otherwise the exit code. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option options[] = {
		{ "color", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 }
	};
	int opt;

	optind = 0;	/* the program has parsed its own options before */
	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h') {
			fputs(help, stdout);
			return STATUS_PASS;
		}
		if (opt == '?')
			return STATUS_USAGE;
		if (opt == 'j')
			o->json = true;
		else
			o->color = true;
	}
	if (optind + 1 != argc)
		return usage("want one run folder");
	o->dir = argv[optind];
	return -1;
}

static int print_verdicts(const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_VERDICTS, dir);
	_cleanup_free_ char *text = file_read(path, VERDICTS_MAX_BYTES, NULL, err);

	if (!text)
		return -1;
	fputs(text, stdout);
	return 0;
}

int cmd_replay(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *report = NULL;
	struct options o = { .color = isatty(STDOUT_FILENO) };
	enum exit_status status = STATUS_PASS;
	int ret = parse(argc, argv, &o);

	if (ret >= 0)
		return ret;
	ret = report_saved_folder(o.dir, o.color, &report, &status, &err);
	if (ret == 0 && o.json)
		ret = print_verdicts(o.dir, &err);
	else if (ret == 0)
		fputs(report, stdout);
	if (ret < 0) {
		fprintf(stderr, "exitmeter replay: %s\n", err.message);
		return err.status;
	}
	return (int)status;
}
