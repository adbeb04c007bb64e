// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "implementation.h"
#include "reasons.h"
#include "util.h"

#define JSON_MAX_BYTES (4u << 20)
#define TEXT_MAX_BYTES (1u << 20)

const char *const run_inputs[] = {
	"evidence.json", "records.log", "console.log", "host-console.log", "host-counters.txt",
	"enabled.txt", "host-trace.txt", "host-exits.txt",
	INSPECTION_FILE, "host-trace-early.txt", "host-trace-boot.txt", "host-trace-reboot.txt",
	"host-trace-early2.txt", "host-trace-boot2.txt", "host-trace-shutdown.txt", NULL
};

void run_deinit(struct run *run)
{
	evidence_deinit(&run->evidence);
	free(run->host_why);
	free(run->enabled_why);
	free(run->trace_why);
	free(run->stat_why);
	free(run->inspection_why);
	free(run->implementation_why);
	memset(run, 0, sizeof(*run));
}

int run_last_point(const struct run *run)
{
	for (int point = EM_POINTS - 1; point >= 0; point--)
		if (run_has_point(run, (enum em_point)point))
			return point;
	return -1;
}

bool run_is_countable(const struct run *run, unsigned int index)
{
	if (reason_standing(run->vendor, em_sweep_number(index)) == REASON_UNDEFINED)
		return false;
	return run->enabled_state != INPUT_READ || run->enabled.has_handler[index];
}

static enum em_vendor find_vendor(const struct run *run)
{
	int last = run_last_point(run);

	if (run->host_state == INPUT_READ && run->host.vendor != EM_UNKNOWN)
		return run->host.vendor;
	if (run->enabled_state == INPUT_READ)
		return run->enabled.vendor;
	return last < 0 ? EM_UNKNOWN : run->records.point[last].vendor;
}

static uint32_t find_vcpus(const struct run *run)
{
	int last = run_last_point(run);
	uint32_t vcpus = run->evidence.vcpus;

	if (run->host_state == INPUT_READ && run->host.vcpus > vcpus)
		vcpus = run->host.vcpus;
	if (last >= 0 && run->records.point[last].cpus > vcpus)
		vcpus = run->records.point[last].cpus;
	return vcpus;
}

void run_derive(struct run *run)
{
	run->vendor = find_vendor(run);
	run->vcpus = find_vcpus(run);
	free(run->implementation_why);
	run->implementation = implementation_tell(run, &run->implementation_why);
}

/* Feeds the file to the parser; a missing one is a guest that never spoke. */
static int load_records(const char *dir, struct run *run, struct error *err)
{
	struct records_expect expect = {
		.nonce = run->evidence.nonce,
		.layout = run->evidence.layout,
		.points = scenario_points(run->evidence.scenario),
	};
	_cleanup_free_ char *path = xasprintf("%s/records.log", dir);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char buf[16384];
	ssize_t n = 0;

	records_init(&run->records, &expect);
	if (fd < 0 && errno != ENOENT)
		return error_errno(err, STATUS_USAGE, "cannot open %s", path);
	while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		records_feed(&run->records, buf, (size_t)n);
	if (n < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", path);
	records_finish(&run->records);
	return 0;
}

/* Only its tail is shown: a console that cannot be read is an empty one. */
static void load_console(const char *dir, struct run *run)
{
	bool is_host_lost = run->evidence.outcome == OUTCOME_HOST_LOST;
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	char buf[16384];
	ssize_t n;

	run->console_name = is_host_lost ? "host-console.log" : "console.log";
	path = xasprintf("%s/%s", dir, run->console_name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	console_init(&run->console);
	while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		console_feed(&run->console, buf, (size_t)n);
	console_finish(&run->console);
}

static int take_host(const char *text, size_t len, struct run *run, struct error *err)
{
	return hostcount_parse(text, len, &run->host, err);
}

static int take_enabled(const char *text, size_t len, struct run *run, struct error *err)
{
	return enabled_parse(text, len, &run->enabled, err);
}

static int take_trace(const char *text, size_t len, struct run *run, struct error *err)
{
	return hosttrace_parse(text, len, &run->trace, err);
}

static int take_stat(const char *text, size_t len, struct run *run, struct error *err)
{
	return hoststat_parse(text, len, &run->stat_exits, err);
}

static int take_inspection(const char *text, size_t len, struct run *run, struct error *err)
{
	return inspection_parse(text, len, &run->inspection, err);
}

/* A file that may be absent: what becomes of it is told in *ret_state and *ret_why. */
static void load_optional(const char *dir, const char *name, struct run *run,
			  int (*take)(const char *, size_t, struct run *, struct error *),
			  enum input_state *ret_state, char **ret_why)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name), *text = NULL;
	_cleanup_error_ struct error err = { 0 };
	size_t len = 0;

	if (access(path, F_OK) < 0) {
		*ret_state = INPUT_ABSENT;
		*ret_why = xasprintf("the run holds no %s", name);
		return;
	}
	text = file_read(path, TEXT_MAX_BYTES, &len, &err);
	*ret_state = text && take(text, len, run, &err) == 0 ? INPUT_READ : INPUT_DAMAGED;
	*ret_why = take_ptr(err.message);
}

/* One that is not there, or is damaged, was not in time. */
static void load_snapshots(const char *dir, struct run *run)
{
	static const char *const points[] = EM_POINT_NAMES;

	for (int i = 0; i < EM_POINTS; i++) {
		_cleanup_free_ char *path = xasprintf("%s/host-trace-%s.txt", dir, points[i]);
		_cleanup_error_ struct error none = { 0 };
		_cleanup_free_ char *text = NULL;
		size_t len;

		text = file_read(path, TEXT_MAX_BYTES, &len, &none);
		run->has_snapshot[i] = text && hosttrace_parse(text, len, &run->snapshot[i], &none) == 0 &&
				       !run->snapshot[i].dropped;
	}
}

static int load_evidence(const char *dir, struct run *run, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/evidence.json", dir);
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (access(path, F_OK) < 0)
		return error_set(err, STATUS_USAGE, "%s is no run folder: it holds no evidence.json",
				 dir);
	text = file_read(path, JSON_MAX_BYTES, &len, err);
	if (!text)
		return -1;
	if (evidence_parse(text, len, &run->evidence, err) < 0)
		return error_wrap(err, "%s is no run folder", dir);
	return 0;
}

int run_load(const char *dir, struct run *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	if (load_evidence(dir, ret, err) < 0 || load_records(dir, ret, err) < 0) {
		run_deinit(ret);
		return -1;
	}
	load_console(dir, ret);
	load_optional(dir, "host-counters.txt", ret, take_host, &ret->host_state, &ret->host_why);
	load_optional(dir, "enabled.txt", ret, take_enabled, &ret->enabled_state,
		      &ret->enabled_why);
	load_optional(dir, "host-trace.txt", ret, take_trace, &ret->trace_state, &ret->trace_why);
	load_optional(dir, "host-exits.txt", ret, take_stat, &ret->stat_state, &ret->stat_why);
	load_optional(dir, INSPECTION_FILE, ret, take_inspection, &ret->inspection_state,
		      &ret->inspection_why);
	load_snapshots(dir, ret);
	run_derive(ret);
	return 0;
}
