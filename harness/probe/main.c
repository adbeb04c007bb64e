// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

static const char help[] =
	"Usage: probe [--layout LAYOUT] [--classic]\n"
	"       probe --records DEVICE --point POINT --nonce HEX [--layout LAYOUT]\n"
	"\n"
	"Reads inside a guest, from the CPUID leaves 0x4FFFFFFC to 0x4FFFFFFF of a patched\n"
	"KVM, how many VM exits the guest has had, and how many cycles they took.\n"
	"\n"
	"Without an option it prints the totals and every exit reason that occurred.\n"
	"\n"
	"  --layout LAYOUT   which leaf answers with what: split (default, unless\n"
	"                    EXITMETER_LAYOUT says another), combined, reversed, or auto,\n"
	"                    which finds out\n"
	"                                split       combined    reversed\n"
	"                    total exits 0x4FFFFFFF  0x4FFFFFFF  0x4FFFFFFC\n"
	"                    its cycles  0x4FFFFFFE  0x4FFFFFFF  0x4FFFFFFD\n"
	"                    per reason  0x4FFFFFFD  0x4FFFFFFE  0x4FFFFFFE\n"
	"                    its cycles  0x4FFFFFFC  none        0x4FFFFFFF\n"
	"  --classic         print the totals as one line\n"
	"  --records DEVICE  write numbered, checksummed records to a serial port\n"
	"  --point POINT     the point in the guest's life: early, boot or shutdown; in a\n"
	"                    guest that reboots also reboot (before it), early2 and boot2\n"
	"                    (after it); operations carries them out first\n"
	"  --workload FILE   in place of --point: run a program between the points work\n"
	"                    and worked\n"
	"  --seconds N       how long it may run (default: 60)\n"
	"  --nonce HEX       the run's number, which the records repeat\n"
	"  --help            print this text\n"
	"\n"
	"Exit codes: 0 success, 1 the leaves are not implemented or the device failed,\n"
	"2 wrong usage.  As process 1 it is the init of a micro guest: it takes all points\n"
	"and powers off.  The kernel's command line then gives exitmeter.nonce=,\n"
	"exitmeter.layout=, exitmeter.scenario= and exitmeter.carry.\n";

struct options {
	struct probe_config config;
	const char *device, *workload;
	unsigned int seconds;		/* of the workload */
	int point;
	bool classic;
};

static int usage(const char *what, const char *value)
{
	fprintf(stderr, "probe: %s%s%s (see --help)\n", what, value ? ": " : "", value ? value : "");
	return 2;
}

/* Returns -1 to go on, otherwise the exit code. */
static int parse_one(int opt, const char *arg, struct options *o)
{
	int n;

	switch (opt) {
	case 'l':
		n = layout_by_name(arg);
		if (n < 0)
			return usage("no such layout (split, combined, reversed or auto)", arg);
		o->config.layout = (enum em_layout)n;
		return -1;
	case 'p':
		o->point = point_by_name(arg);
		if (o->point < 0)
			return usage("no such point (early, boot, reboot, early2, boot2, operations or shutdown)", arg);
		return -1;
	case 'n':
		if (!nonce_is_valid(arg))
			return usage("the nonce must be 1 to 64 lower-case hexadecimal digits", arg);
		o->config.nonce = arg;
		return -1;
	case 'r':
		o->device = arg;
		return -1;
	case 'w':
		o->workload = arg;
		return -1;
	case 's':
		o->seconds = (unsigned int)strtoul(arg, NULL, 10);
		return o->seconds ? -1 : usage("--seconds takes a number above 0, not", arg);
	case 'c':
		o->classic = true;
		return -1;
	case 'h':
		fputs(help, stdout);
		return 0;
	default:
		return 2;	/* getopt has printed the reason */
	}
}

static int parse(int argc, char **argv, struct options *o)
{
	static const struct option options[] = {
		{ "classic", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "layout", required_argument, NULL, 'l' },
		{ "nonce", required_argument, NULL, 'n' },
		{ "point", required_argument, NULL, 'p' },
		{ "records", required_argument, NULL, 'r' },
		{ "seconds", required_argument, NULL, 's' },
		{ "workload", required_argument, NULL, 'w' },
		{ 0 }
	};
	int opt, ret = -1;

	while (ret < 0 && (opt = getopt_long(argc, argv, "h", options, NULL)) != -1)
		ret = parse_one(opt, optarg, o);
	if (ret < 0 && optind < argc)
		return usage("unexpected argument", argv[optind]);
	return ret;
}

/* In a shell's guest it says what the KVM under test was asked for. */
static void take_environment(struct options *o)
{
	const char *name = getenv(PROBE_LAYOUT);
	int layout = name ? layout_by_name(name) : -1;

	if (layout >= 0)
		o->config.layout = (enum em_layout)layout;
}

int main(int argc, char **argv)
{
	struct options o = { .point = -1, .seconds = 60 };
	int ret;

	if (getpid() == 1)
		probe_init();
	take_environment(&o);
	ret = parse(argc, argv, &o);
	if (ret >= 0)
		return ret;
	if (!o.device) {
		if (o.point >= 0 || o.config.nonce || o.workload)
			return usage("--point, --workload and --nonce are only for --records", NULL);
		return o.classic ? probe_show_classic(o.config.layout) : probe_show(o.config.layout);
	}
	if ((o.point < 0) != !!o.workload || !o.config.nonce || o.classic)
		return usage("--records needs --nonce and either --point or --workload, and excludes --classic", NULL);
	if (o.workload)
		return probe_workload(o.device, o.workload, o.seconds, &o.config);
	return probe_point(o.device, (enum em_point)o.point, &o.config);
}
