// SPDX-License-Identifier: GPL-2.0-only
#include "judge/case_file_load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "judge/case_edition.h"
#include "judge/implementation.h"
#include "judge/rates.h"

#define JSON_MAX_BYTES (4u << 20)
#define TEXT_MAX_BYTES (1u << 20)	/* but for the timeline, which says its own */

const char *const case_file_inputs[] = {
	FILE_EVIDENCE, FILE_EDITION, FILE_RECORDS, FILE_CONSOLE, FILE_HOST_CONSOLE, FILE_HOST_COUNTERS,
	FILE_ENABLED, FILE_HOST_TRACE, FILE_HOST_EXITS, FILE_HOST_CHECKS, FILE_HOST_DMESG,
	FILE_SUBMISSION, FILE_BUILD_FAILED, FILE_TIMELINE, FILE_PHASES,
	FILE_HOST_TRACE_BEGIN,
	FILE_HOST_TRACE_AT("early"), FILE_HOST_TRACE_AT("boot"), FILE_HOST_TRACE_AT("reboot"),
	FILE_HOST_TRACE_AT("early2"), FILE_HOST_TRACE_AT("boot2"), FILE_HOST_TRACE_AT("shutdown"),
	FILE_HOST_HANDLED_AT("begin"),
	FILE_HOST_HANDLED_AT("early"), FILE_HOST_HANDLED_AT("boot"), FILE_HOST_HANDLED_AT("reboot"),
	FILE_HOST_HANDLED_AT("early2"), FILE_HOST_HANDLED_AT("boot2"), FILE_HOST_HANDLED_AT("shutdown"), NULL
};

static enum em_vendor find_vendor(const struct case_file *cf)
{
	int last = case_last_point(cf);

	if (case_has_input(cf, CASE_HOST) && cf->host.vendor != EM_UNKNOWN)
		return cf->host.vendor;
	if (case_has_input(cf, CASE_ENABLED))
		return cf->enabled.vendor;
	return last < 0 ? EM_UNKNOWN : cf->records.point[last].vendor;
}

static uint32_t find_vcpus(const struct case_file *cf)
{
	int last = case_last_point(cf);
	uint32_t vcpus = cf->evidence.vcpus;

	if (case_has_input(cf, CASE_HOST) && cf->host.vcpus > vcpus)
		vcpus = cf->host.vcpus;
	if (last >= 0 && cf->records.point[last].cpus > vcpus)
		vcpus = cf->records.point[last].cpus;
	return vcpus;
}

static enum em_layout find_spoken(const struct case_file *cf)
{
	struct em_telling telling[EM_NR_LEAVES];

	for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
		telling[i] = cf->meaning[i].telling;
	return em_layout_spoken(telling);
}

/* Our modules tell it in a file; of others, a fresh VM of the host's found it out. */
static enum counted find_counted(const struct case_file *cf)
{
	const struct host_checks *in = &cf->host_checks;

	if (case_has_input(cf, CASE_HOST))
		return cf->host.is_global ? COUNTED_MODULE : COUNTED_VM;
	return case_has_input(cf, CASE_HOST_CHECKS) && in->has_others ?
		meaning_counted(cf->meaning, in->fresh, in->others_n) : COUNTED_UNKNOWN;
}

static bool find_others_cycles(const struct case_file *cf)
{
	const struct host_checks *in = &cf->host_checks;

	return case_has_input(cf, CASE_HOST_CHECKS) && in->has_others &&
	       meaning_counts_others_cycles(cf->meaning, in->fresh, in->beside, in->others_tsc);
}

/* The caller frees what it returns. */
static struct rates *find_rates(const struct case_file *cf)
{
	struct rates *rates = xcalloc(1, sizeof(*rates));

	if (rates_of(cf, rates))
		return rates;
	free(rates);
	return NULL;
}

void case_file_derive(struct case_file *cf)
{
	int last = case_last_point(cf);

	cf->vendor = find_vendor(cf);
	cf->vcpus = find_vcpus(cf);
	meaning_tell(last < 0 ? NULL : &cf->records.point[last], cf->meaning);
	cf->spoken = find_spoken(cf);
	cf->counted = find_counted(cf);
	cf->counts_others_cycles = find_others_cycles(cf);
	case_edition_take(cf);
	free(cf->implementation_why);
	cf->implementation = implementation_tell(cf, &cf->implementation_why);
	free(cf->rates);
	cf->rates = find_rates(cf);
}

/* Feeds the file to the parser.  If there is none, the guest never spoke. */
static int load_records(const char *dir, struct case_file *cf, struct error *err)
{
	struct records_expect expect = {
		.nonce = cf->evidence.nonce,
		.layout = cf->evidence.layout,
		.points = scenario_points(cf->evidence.scenario),
	};
	_cleanup_free_ char *path = xasprintf("%s/" FILE_RECORDS, dir);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char buf[16384];
	ssize_t n = 0;

	records_init(&cf->records, &expect);
	if (fd < 0 && errno != ENOENT)
		return error_errno(err, STATUS_USAGE, "cannot open %s", path);
	while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		records_feed(&cf->records, buf, (size_t)n);
	if (n < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", path);
	records_finish(&cf->records);
	return 0;
}

/* Only the console's end is shown, so that one that cannot be read may as well be empty. */
static void load_console(const char *dir, struct case_file *cf)
{
	bool is_host_lost = cf->evidence.outcome == OUTCOME_HOST_LOST ||
			    cf->evidence.outcome == OUTCOME_HOST_CRASHED;
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	char buf[16384];
	ssize_t n;

	cf->console_name = is_host_lost ? FILE_HOST_CONSOLE : FILE_CONSOLE;
	path = xasprintf("%s/%s", dir, cf->console_name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	console_init(&cf->console);
	while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		console_feed(&cf->console, buf, (size_t)n);
	console_finish(&cf->console);
}

static int take_host(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return host_counters_parse(text, len, &cf->host, err);
}

static int take_enabled(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return enabled_parse(text, len, &cf->enabled, err);
}

static int take_trace(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return host_histogram_parse(text, len, &cf->trace, err);
}

static int take_stat(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return hoststat_parse(text, len, &cf->stat_exits, err);
}

static int take_host_checks(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return host_checks_parse(text, len, &cf->host_checks, err);
}

static int take_submission(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return submission_notes_parse(text, len, &cf->submission, err);
}

static int take_build_failure(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return build_failure_parse(text, len, &cf->build_failure, err);
}

static int take_timeline(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return timeline_parse(text, len, &cf->timeline, err);
}

static int take_phases(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	return phases_parse(text, len, &cf->phases, err);
}

/* Only what is of KVM's modules counts.  No trace is none, however the text is: nothing to refuse. */
static int take_dmesg(const char *text, size_t len, struct case_file *cf, struct error *err)
{
	(void)err;
	kernel_trace_find(text, len, 1u << TRACE_COMPLAINT, &cf->complaint, &cf->complaints);
	return 0;
}

static const struct {
	const char *name;
	int (*take)(const char *text, size_t len, struct case_file *cf, struct error *err);
} input_files[CASE_INPUTS] = {
	[CASE_HOST] = { FILE_HOST_COUNTERS, take_host },
	[CASE_ENABLED] = { FILE_ENABLED, take_enabled },
	[CASE_TRACE] = { FILE_HOST_TRACE, take_trace },
	[CASE_STAT] = { FILE_HOST_EXITS, take_stat },
	[CASE_HOST_CHECKS] = { FILE_HOST_CHECKS, take_host_checks },
	[CASE_HOST_DMESG] = { FILE_HOST_DMESG, take_dmesg },
	[CASE_SUBMISSION] = { FILE_SUBMISSION, take_submission },
	[CASE_BUILD_FAILURE] = { FILE_BUILD_FAILED, take_build_failure },
	[CASE_TIMELINE] = { FILE_TIMELINE, take_timeline },
	[CASE_PHASES] = { FILE_PHASES, take_phases },
};

/* A file that is missing or damaged is no error: the clauses that need it say what that means. */
static void load_input(const char *dir, enum case_input input, struct case_file *cf)
{
	const char *name = input_files[input].name;
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name), *text = NULL;
	_cleanup_error_ struct error err = { 0 };
	size_t len = 0;

	if (access(path, F_OK) < 0) {
		cf->input[input].state = INPUT_ABSENT;
		cf->input[input].why = xasprintf("the run holds no %s", name);
		return;
	}
	text = file_read(path, input == CASE_TIMELINE ? TIMELINE_BYTES_MAX : TEXT_MAX_BYTES, &len, &err);
	cf->input[input].state = text && input_files[input].take(text, len, cf, &err) == 0 ?
		INPUT_READ : INPUT_DAMAGED;
	cf->input[input].why = take_ptr(err.message);
}

/* A snapshot that is missing or damaged was not taken in time. */
static bool load_snapshot(const char *dir, const char *when, struct host_histogram *ret)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_HOST_TRACE_AT("%s"), dir, when);
	_cleanup_error_ struct error none = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;

	text = file_read(path, TEXT_MAX_BYTES, &len, &none);
	return text && host_histogram_parse(text, len, ret, &none) == 0 && !ret->dropped;
}

static struct handled_count load_handled(const char *dir, const char *when)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_HOST_HANDLED_AT("%s"), dir, when);
	_cleanup_error_ struct error none = { 0 };
	_cleanup_free_ char *text = NULL;
	struct handled_count ret = { 0 };
	size_t len;

	text = file_read(path, TEXT_MAX_BYTES, &len, &none);
	ret.is_known = text && hoststat_parse(text, len, &ret.calls, &none) == 0;
	return ret;
}

static void load_snapshots(const char *dir, struct case_file *cf)
{
	cf->has_begin = load_snapshot(dir, "begin", &cf->begin);
	cf->handled_begin = load_handled(dir, "begin");
	for (int i = 0; i < EM_POINTS; i++) {
		cf->has_snapshot[i] = load_snapshot(dir, em_point_names[i], &cf->snapshot[i]);
		cf->handled[i] = load_handled(dir, em_point_names[i]);
	}
}

static int load_evidence(const char *dir, struct case_file *cf, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EVIDENCE, dir);
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (access(path, F_OK) < 0)
		return error_set(err, STATUS_USAGE, "%s is no run folder: it holds no " FILE_EVIDENCE,
				 dir);
	text = file_read(path, JSON_MAX_BYTES, &len, err);
	if (!text)
		return -1;
	if (evidence_parse(text, len, &cf->evidence, err) < 0)
		return error_wrap(err, "%s is no run folder", dir);
	return 0;
}

int case_file_load(const char *dir, struct case_file *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	if (load_evidence(dir, ret, err) < 0 || case_edition_load(dir, ret, err) < 0 ||
	    load_records(dir, ret, err) < 0) {
		case_file_deinit(ret);
		return -1;
	}
	load_console(dir, ret);
	for (int i = 0; i < CASE_INPUTS; i++)
		load_input(dir, (enum case_input)i, ret);
	load_snapshots(dir, ret);
	case_file_derive(ret);
	return 0;
}

int case_file_judge_by(struct case_file *cf, const char *name, const struct edition *own, struct error *err)
{
	if (case_edition_change(cf, name, own, err) < 0)
		return -1;
	case_file_derive(cf);
	return 0;
}
