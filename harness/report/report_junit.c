// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/xml.h"
#include "report/report.h"

static void put_property(struct xml *x, const char *name, const char *value)
{
	_cleanup_free_ char *text = value ? printable_copy(value) : NULL;

	if (text)
		xml_empty(x, "property", "name", name, "value", text, NULL);
}

static void put_properties(struct xml *x, const struct case_file *cf)
{
	const struct evidence *e = &cf->evidence;
	char vcpus[16];

	snprintf(vcpus, sizeof(vcpus), "%u", cf->vcpus);
	xml_begin(x, "properties", NULL);
	put_property(x, "host", e->host);
	put_property(x, "guest", e->guest);
	put_property(x, "scenario", scenario_name(e->scenario));
	put_property(x, "layout", em_layout_names[e->layout]);
	put_property(x, "modules", e->modules);
	put_property(x, "edition", cf->edition->name);
	put_property(x, "vcpus", vcpus);
	put_property(x, "kernel.host", e->host_kernel);
	put_property(x, "kernel.guest", e->guest_kernel);
	put_property(x, "outcome", outcome_name(e->outcome));
	xml_end(x);
}

static void put_line(struct xml *x, const char *label, const char *text)
{
	_cleanup_free_ char *masked = printable_copy(text);

	xml_text(x, "%s: %s\n", label, masked);
}

static void put_broken(struct xml *x, const struct finding *f, const char *got)
{
	xml_begin(x, f->verdict == VERDICT_FAIL ? "failure" : "error", "message", got,
		  "type", verdict_name(f->verdict), NULL);
	put_line(x, "wanted", f->wanted);
	put_line(x, "got", got);
	put_line(x, "hint", f->clause->hint);
	put_line(x, "source", f->clause->source);
	if (f->cause)
		put_line(x, "follows from", f->cause->id);
	if (f->where)
		put_line(x, "in the submission", f->where);
	xml_end(x);
}

/* A clause takes no time that is worth telling: the run's time is that of the suite. */
static void put_clause(struct xml *x, const char *class, const struct finding *f)
{
	_cleanup_free_ char *got = printable_copy(f->got);

	xml_begin(x, "testcase", "name", f->clause->id, "classname", class, "time", "0", NULL);
	if (f->verdict == VERDICT_SKIP)
		xml_empty(x, "skipped", "message", got, NULL);
	else if (f->verdict == VERDICT_FAIL || f->verdict == VERDICT_LOST)
		put_broken(x, f, got);
	xml_end(x);
}

static int64_t total_ms(const struct evidence *e)
{
	int64_t ms = 0, phase;
	const char *name;
	json_t *value;

	json_object_foreach(e->durations_ms, name, value) {
		phase = json_integer_value(value);
		/* A time that no run takes is not believed. */
		if (phase > 0 && phase < INT64_C(1) << 40)
			ms += phase;
	}
	return ms;
}

static void put_attributes(struct xml *x, const struct case_file *cf, const struct judgement *j)
{
	const struct evidence *e = &cf->evidence;
	_cleanup_free_ char *host = printable_copy(e->host && *e->host ? e->host : "localhost");
	int64_t ms = total_ms(e);
	char buf[EVIDENCE_DATE_BYTES];
	const char *date = evidence_started(e, buf);

	xml_attribute(x, "tests", "%u", judgement_told(j));
	xml_attribute(x, "failures", "%u", judgement_count(j, VERDICT_FAIL));
	xml_attribute(x, "errors", "%u", judgement_count(j, VERDICT_LOST));
	xml_attribute(x, "skipped", "%u", judgement_count(j, VERDICT_SKIP));
	xml_attribute(x, "time", "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
	/* The form wants a date, without a zone.  Old runs have none. */
	xml_attribute(x, "timestamp", "%.19s", date ? date : "1970-01-01T00:00:00");
	xml_attribute(x, "hostname", "%s", host);
}

/* The form has no place for advice in a test that passes. */
static void put_advice(struct xml *x, const struct judgement *j)
{
	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];
		_cleanup_free_ char *line = NULL;

		if (f->verdict != VERDICT_ADVICE)
			continue;
		line = xasprintf("wanted %s; got %s", f->wanted, f->got);
		xml_text(x, "advice, %s: ", f->clause->id);
		put_line(x, f->clause->title, line);
	}
}

/* The advice, and the end of the console if the guest did not shut down in order. */
static void put_output(struct xml *x, const struct case_file *cf, const struct judgement *j)
{
	unsigned int index = 0;
	const char *line;

	xml_begin(x, "system-out", NULL);
	put_advice(x, j);
	while (cf->evidence.outcome != OUTCOME_FINISHED &&
	       (line = console_tail(&cf->console, index++))) {
		_cleanup_free_ char *masked = printable_copy(line);

		xml_text(x, "%s\n", masked);
	}
	xml_end(x);
	xml_empty(x, "system-err", NULL);
}

char *report_junit(const struct case_file *cf, const struct judgement *j)
{
	const struct evidence *e = &cf->evidence;
	_cleanup_free_ char *name = xasprintf("exitmeter.%s.%s.%s", e->host ? e->host : "host",
					      e->guest ? e->guest : "guest", em_layout_names[e->layout]);
	_cleanup_free_ char *class = printable_copy(name);
	struct xml *x = xml_new();

	xml_begin(x, "testsuites", NULL);
	xml_begin(x, "testsuite", "name", "exitmeter", "package", "exitmeter", "id", "0", NULL);
	put_attributes(x, cf, j);
	put_properties(x, cf);
	for (unsigned int i = 0; i < clause_count; i++)
		if (j->findings[i].verdict != VERDICT_NONE)
			put_clause(x, class, &j->findings[i]);
	put_output(x, cf, j);
	return xml_finish(x);
}
