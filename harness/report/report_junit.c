// SPDX-License-Identifier: GPL-2.0-only
/*
 * Written by hand: XML cannot hold most control characters, escaped or not, so
 * that texts have to be cleaned whoever writes it, and then four characters are
 * left to escape.  A library for that would have to be in the L1 host too.
 */
#include <inttypes.h>

#include "base/memory.h"
#include "base/printable.h"
#include "report/report.h"

static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(printable(*text), out);
		}
	}
}

static void put_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	put_text(out, value);
	fputc('"', out);
}

static void put_property(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(out, "      <property name=\"%s\"", name);
	put_attribute(out, "value", value);
	fputs("/>\n", out);
}

static void put_properties(FILE *out, const struct case_file *cf)
{
	const struct evidence *e = &cf->evidence;
	char vcpus[16];

	snprintf(vcpus, sizeof(vcpus), "%u", cf->vcpus);
	fputs("    <properties>\n", out);
	put_property(out, "host", e->host);
	put_property(out, "guest", e->guest);
	put_property(out, "scenario", scenario_name(e->scenario));
	put_property(out, "layout", em_layout_names[e->layout]);
	put_property(out, "modules", e->modules);
	put_property(out, "vcpus", vcpus);
	put_property(out, "kernel.host", e->host_kernel);
	put_property(out, "kernel.guest", e->guest_kernel);
	put_property(out, "outcome", outcome_name(e->outcome));
	fputs("    </properties>\n", out);
}

static void put_line(FILE *out, const char *label, const char *text)
{
	fprintf(out, "%s: ", label);
	put_text(out, text);
	fputc('\n', out);
}

static void put_broken(FILE *out, const struct clause *c, const struct finding *f)
{
	const char *element = f->verdict == VERDICT_FAIL ? "failure" : "error";

	fprintf(out, "      <%s", element);
	put_attribute(out, "message", f->got);
	put_attribute(out, "type", verdict_name(f->verdict));
	fputc('>', out);
	put_line(out, "wanted", f->wanted);
	put_line(out, "got", f->got);
	put_line(out, "hint", c->hint);
	put_line(out, "source", c->source);
	fprintf(out, "</%s>\n", element);
}

/* Clauses take no time worth telling: the run's is the suite's. */
static void put_clause(FILE *out, const char *class, const struct clause *c,
		       const struct finding *f)
{
	fputs("    <testcase", out);
	put_attribute(out, "name", c->id);
	put_attribute(out, "classname", class);
	fputs(" time=\"0\"", out);
	if (f->verdict == VERDICT_PASS) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	if (f->verdict == VERDICT_SKIP) {
		fputs("      <skipped", out);
		put_attribute(out, "message", f->got);
		fputs("/>\n", out);
	} else {
		put_broken(out, c, f);
	}
	fputs("    </testcase>\n", out);
}

static int64_t total_ms(const struct evidence *e)
{
	int64_t ms = 0, phase;
	const char *name;
	json_t *value;

	json_object_foreach(e->durations_ms, name, value) {
		phase = json_integer_value(value);
		/* What no run takes is no time. */
		if (phase > 0 && phase < INT64_C(1) << 40)
			ms += phase;
	}
	return ms;
}

/* The form wants a date, without a zone.  Runs of old have none. */
static void put_timestamp(FILE *out, const struct evidence *e)
{
	char buf[EVIDENCE_DATE_BYTES];
	const char *date = evidence_started(e, buf);

	fprintf(out, " timestamp=\"%.19s\"", date ? date : "1970-01-01T00:00:00");
}

static void put_head(FILE *out, const struct case_file *cf, const struct judgement *j)
{
	const struct evidence *e = &cf->evidence;
	int64_t ms = total_ms(e);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	      "  <testsuite name=\"exitmeter\" package=\"exitmeter\" id=\"0\"", out);
	fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"",
		judgement_told(j), judgement_count(j, VERDICT_FAIL), judgement_count(j, VERDICT_LOST),
		judgement_count(j, VERDICT_SKIP));
	fprintf(out, " time=\"%" PRId64 ".%03d\"", ms / 1000, (int)(ms % 1000));
	put_timestamp(out, e);
	put_attribute(out, "hostname", e->host && *e->host ? e->host : "localhost");
	fputs(">\n", out);
}

/* The console's last words, where the guest came to no orderly end. */
static void put_console(FILE *out, const struct case_file *cf)
{
	unsigned int index = 0;
	const char *line;

	fputs("    <system-out>", out);
	while (cf->evidence.outcome != OUTCOME_FINISHED &&
	       (line = console_tail(&cf->console, index++))) {
		put_text(out, line);
		fputc('\n', out);
	}
	fputs("</system-out>\n    <system-err></system-err>\n", out);
}

char *report_junit(const struct case_file *cf, const struct judgement *j)
{
	const struct evidence *e = &cf->evidence;
	_cleanup_free_ char *class = xasprintf("exitmeter.%s.%s.%s", e->host ? e->host : "host",
					       e->guest ? e->guest : "guest", em_layout_names[e->layout]);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();	/* out of memory, as in memory.c */
	put_head(out, cf, j);
	put_properties(out, cf);
	for (unsigned int i = 0; i < clause_count; i++)
		if (j->findings[i].verdict != VERDICT_NONE)
			put_clause(out, class, &clauses[i], &j->findings[i]);
	put_console(out, cf);
	fputs("  </testsuite>\n</testsuites>\n", out);
	fclose(out);
	return text;
}
