// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/evidence.h"

#include <string.h>
#include <time.h>

#include "base/json_text.h"
#include "base/memory.h"

#define VCPUS_MAX 65536
#define MEMORY_MAX_MIB (64 << 20)
#define SECONDS_MAX INT64_C(253402300799)	/* the end of the year 9999 */

static const char *const outcome_names[OUTCOMES] = {
	[OUTCOME_FINISHED] = "finished",
	[OUTCOME_PANIC] = "panic",
	[OUTCOME_OOPS] = "oops",
	[OUTCOME_HANG] = "hang",
	[OUTCOME_SILENT] = "silent",
	[OUTCOME_REBOOT_LOOP] = "reboot-loop",
	[OUTCOME_NO_CLOUD_INIT] = "no-cloud-init",
	[OUTCOME_FLOOD] = "flood",
	[OUTCOME_HOST_LOST] = "host-lost",
	[OUTCOME_DIED] = "died",
	[OUTCOME_TIMEOUT] = "timeout",
};

const char *outcome_name(enum outcome outcome)
{
	return outcome_names[outcome];
}

void evidence_deinit(struct evidence *e)
{
	free(e->detail);
	free(e->host);
	free(e->guest);
	free(e->modules);
	free(e->nonce);
	free(e->host_kernel);
	free(e->guest_kernel);
	free(e->inputs);
	json_decref(e->image);
	json_decref(e->host_image);
	json_decref(e->emulator);
	json_decref(e->guest_machine);
	json_decref(e->versions);
	json_decref(e->module_build);
	json_decref(e->durations_ms);
	memset(e, 0, sizeof(*e));
}

void evidence_add_duration(struct evidence *e, const char *phase, int64_t ms)
{
	if (!e->durations_ms)
		e->durations_ms = json_object();
	ms += json_integer_value(json_object_get(e->durations_ms, phase));
	json_object_set_new(e->durations_ms, phase, json_integer(ms));
}

static json_t *copy_or_null(json_t *json)
{
	return json ? json_incref(json) : json_null();
}

const char *evidence_started(const struct evidence *e, char buf[EVIDENCE_DATE_BYTES])
{
	time_t time = e->started;
	struct tm tm;

	if (!e->started)
		return NULL;
	strftime(buf, EVIDENCE_DATE_BYTES, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&time, &tm));
	return buf;
}

json_t *evidence_to_json(const struct evidence *e)
{
	json_t *json = json_object(), *kernel = json_object();
	char date[EVIDENCE_DATE_BYTES];

	json_object_set_new(kernel, "host", json_text(e->host_kernel));
	json_object_set_new(kernel, "guest", json_text(e->guest_kernel));
	json_object_set_new(json, "outcome", json_string(outcome_name(e->outcome)));
	json_object_set_new(json, "detail", json_text(e->detail));
	json_object_set_new(json, "host", json_text(e->host));
	json_object_set_new(json, "guest", json_text(e->guest));
	json_object_set_new(json, "scenario", json_string(scenario_name(e->scenario)));
	json_object_set_new(json, "layout", json_string(em_layout_names[e->layout]));
	if (e->is_layout_found)
		json_object_set_new(json, "layout_found", json_true());
	json_object_set_new(json, "modules", json_text(e->modules));
	json_object_set_new(json, "vcpus", json_integer(e->vcpus));
	if (e->sdm)
		json_object_set_new(json, "sdm", json_integer(e->sdm));
	json_object_set_new(json, "memory_mib", json_integer(e->memory_mib));
	json_object_set_new(json, "started", json_text(evidence_started(e, date)));
	json_object_set_new(json, "resets", json_integer(e->resets));
	json_object_set_new(json, "host_attempts", json_integer(e->host_attempts));
	json_object_set_new(json, "host_nudges", json_integer(e->host_nudges));
	json_object_set_new(json, "nonce", json_text(e->nonce));
	json_object_set_new(json, "kernel", kernel);
	json_object_set_new(json, "image", copy_or_null(e->image));
	json_object_set_new(json, "host_image", copy_or_null(e->host_image));
	if (e->inputs)
		json_object_set_new(json, "inputs", json_text(e->inputs));
	json_object_set_new(json, "emulator", copy_or_null(e->emulator));
	json_object_set_new(json, "guest_machine", copy_or_null(e->guest_machine));
	json_object_set_new(json, "versions", copy_or_null(e->versions));
	json_object_set_new(json, "module_build", copy_or_null(e->module_build));
	json_object_set_new(json, "durations_ms", copy_or_null(e->durations_ms));
	return json;
}

char *evidence_format(const struct evidence *e)
{
	json_t *json = evidence_to_json(e);
	char *text = json_dumps(json, JSON_INDENT(2));

	json_decref(json);
	if (!text)
		abort();	/* out of memory: nothing else can fail here */
	return text;
}

static int find_name(const char *const *names, int count, const json_t *json)
{
	const char *name = json_string_value(json);

	for (int i = 0; name && i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

/* A run of before there were others is one of `boot`. */
static int find_scenario(const json_t *json)
{
	if (!json)
		return SCENARIO_BOOT;
	return json_is_string(json) ? scenario_by_name(json_string_value(json)) : -1;
}

static char *take_text(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? xstrdup(text) : NULL;
}

static json_t *take_object(const json_t *json, const char *key)
{
	json_t *object = json_object_get(json, key);

	return json_is_object(object) ? json_incref(object) : NULL;
}

static uint32_t take_number(const json_t *json, const char *key, json_int_t max)
{
	json_int_t value = json_integer_value(json_object_get(json, key));

	return value > 0 && value <= max ? (uint32_t)value : 0;
}

static int64_t take_date(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key)), *end;
	struct tm tm = { 0 };
	int64_t seconds;

	end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;
	if (!end || *end)
		return 0;
	seconds = timegm(&tm);
	return seconds > 0 && seconds <= SECONDS_MAX ? seconds : 0;
}

static int take_all(const json_t *json, struct evidence *e, struct error *err)
{
	const json_t *kernel = json_object_get(json, "kernel");
	int outcome = find_name(outcome_names, OUTCOMES, json_object_get(json, "outcome"));
	int layout = find_name(em_layout_names, EM_LAYOUTS, json_object_get(json, "layout"));
	int scenario = find_scenario(json_object_get(json, "scenario"));

	if (outcome < 0)
		return error_set(err, STATUS_USAGE, "evidence.json tells no known outcome");
	if (layout < 0)
		return error_set(err, STATUS_USAGE, "evidence.json tells no known layout");
	if (scenario < 0)
		return error_set(err, STATUS_USAGE, "evidence.json tells no known scenario");
	e->scenario = (enum scenario)scenario;
	e->outcome = (enum outcome)outcome;
	e->layout = (enum em_layout)layout;
	e->is_layout_found = json_is_true(json_object_get(json, "layout_found"));
	e->detail = take_text(json, "detail");
	e->host = take_text(json, "host");
	e->guest = take_text(json, "guest");
	e->modules = take_text(json, "modules");
	e->vcpus = take_number(json, "vcpus", VCPUS_MAX);
	e->sdm = take_number(json, "sdm", 9999);
	e->memory_mib = take_number(json, "memory_mib", MEMORY_MAX_MIB);
	e->started = take_date(json, "started");
	e->resets = take_number(json, "resets", 1000000);
	e->host_attempts = take_number(json, "host_attempts", 100);
	e->host_nudges = take_number(json, "host_nudges", 100000);
	e->nonce = take_text(json, "nonce");
	e->host_kernel = take_text(kernel, "host");
	e->guest_kernel = take_text(kernel, "guest");
	e->image = take_object(json, "image");
	e->host_image = take_object(json, "host_image");
	e->inputs = take_text(json, "inputs");
	e->emulator = take_object(json, "emulator");
	e->guest_machine = take_object(json, "guest_machine");
	e->versions = take_object(json, "versions");
	e->module_build = take_object(json, "module_build");
	e->durations_ms = take_object(json, "durations_ms");
	if (!e->nonce || !*e->nonce)
		return error_set(err, STATUS_USAGE, "evidence.json holds no nonce");
	return 0;
}

int evidence_parse(const char *text, size_t len, struct evidence *ret, struct error *err)
{
	json_error_t why;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	int rc;

	memset(ret, 0, sizeof(*ret));
	if (!json_is_object(json)) {
		json_decref(json);
		return error_set(err, STATUS_USAGE, "evidence.json is no JSON object: %s (line %d)",
				 json ? "another type" : why.text, json ? 1 : why.line);
	}
	rc = take_all(json, ret, err);
	json_decref(json);
	if (rc < 0)
		evidence_deinit(ret);
	return rc;
}
