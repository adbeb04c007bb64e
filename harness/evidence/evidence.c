// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/evidence.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/json_text.h"
#include "base/memory.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"

#define SECONDS_MAX INT64_C(253402300799)	/* the end of the year 9999 */

/* The kinds of a field's value. */
enum kind {
	KIND_CHOICE,	/* an enum, by its name */
	KIND_FLAG,	/* bool */
	KIND_NUMBER,	/* uint32_t; what is out of range is 0 */
	KIND_DATE,	/* int64_t, seconds since 1970 */
	KIND_TEXT,	/* char * */
	KIND_OBJECT,	/* json_t *, an object */
};

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
	[OUTCOME_HOST_CRASHED] = "host-crashed",
	[OUTCOME_NOT_BUILT] = "not-built",
};

/* A field of evidence.json.  The order is that in which they are written. */
struct field {
	const char *group;	/* the object that it lies in; NULL: it is one of the file's own */
	const char *key;
	enum kind kind;
	size_t offset;		/* of its value, in struct evidence */
	bool may_miss;		/* left out when it is 0 or NULL, which is what its absence means */
	uint32_t max;		/* of a number */
	const char *(*name)(unsigned int choice);
	unsigned int choices;
};

static const char *name_of_outcome(unsigned int choice)
{
	return outcome_names[choice];
}

static const char *name_of_scenario(unsigned int choice)
{
	return scenario_name((enum scenario)choice);
}

static const char *name_of_layout(unsigned int choice)
{
	return em_layout_names[choice];
}

static const char *name_of_host_start(unsigned int choice)
{
	static const char *const names[HOST_STARTS] = {
		[HOST_START_UNKNOWN] = "unknown",
		[HOST_START_BOOTED] = "booted",
		[HOST_START_RESTORED] = "restored",
	};

	return names[choice];
}

/* NULL: none was asked for, and nothing is written. */
static const char *name_of_paging(unsigned int choice)
{
	static const char *const names[PAGINGS] = { PAGING_WORDS };

	return choice == PAGING_AUTO ? NULL : names[choice];
}

#define VALUE(member) .offset = offsetof(struct evidence, member)
#define CHOICE(key_, member) .key = key_, .kind = KIND_CHOICE, VALUE(member)
#define NUMBER(key_, member, max_) .key = key_, .kind = KIND_NUMBER, VALUE(member), .max = max_
#define TEXT(key_, member) .key = key_, .kind = KIND_TEXT, VALUE(member)
#define OBJECT(key_, member) .key = key_, .kind = KIND_OBJECT, VALUE(member)

static const struct field fields[] = {
	{ CHOICE("outcome", outcome), .name = name_of_outcome, .choices = OUTCOMES },
	{ TEXT("detail", detail) },
	{ TEXT("host", host) },
	{ TEXT("guest", guest) },
	/* Before there were other scenarios, every run was one of `boot`. */
	{ CHOICE("scenario", scenario), .name = name_of_scenario, .choices = SCENARIOS, .may_miss = true },
	{ CHOICE("layout", layout), .name = name_of_layout, .choices = EM_LAYOUTS },
	{ .key = "layout_found", .kind = KIND_FLAG, VALUE(is_layout_found), .may_miss = true },
	/* Before there were editions, every run was judged by our own specification. */
	{ TEXT("edition", edition), .may_miss = true },
	{ .key = "edition_kept", .kind = KIND_FLAG, VALUE(is_edition_kept), .may_miss = true },
	{ CHOICE("paging", paging), .name = name_of_paging, .choices = PAGINGS, .may_miss = true },
	{ TEXT("modules", modules) },
	{ NUMBER("vcpus", vcpus, 65536) },
	{ NUMBER("sdm", sdm, 9999), .may_miss = true },
	{ NUMBER("memory_mib", memory_mib, 64 << 20) },
	{ .key = "started", .kind = KIND_DATE, VALUE(started) },
	{ TEXT("records_by", records_by), .may_miss = true },
	{ NUMBER("resets", resets, 1000000) },
	{ NUMBER("host_attempts", host_attempts, 100) },
	{ NUMBER("host_nudges", host_nudges, 100000) },
	{ CHOICE("host_start", host_start), .name = name_of_host_start, .choices = HOST_STARTS,
	  .may_miss = true },
	{ TEXT("sandbox", sandbox), .may_miss = true },
	{ TEXT("crashed_in", crashed_in), .may_miss = true },
	{ TEXT("nonce", nonce) },
	{ TEXT("host", host_kernel), .group = "kernel" },
	{ TEXT("guest", guest_kernel), .group = "kernel" },
	{ OBJECT("image", image) },
	{ OBJECT("host_image", host_image) },
	{ TEXT("inputs", inputs), .may_miss = true },
	{ OBJECT("workload", workload), .may_miss = true },
	{ OBJECT("emulator", emulator) },
	{ OBJECT("guest_machine", guest_machine) },
	{ OBJECT("versions", versions) },
	{ OBJECT("module_build", module_build) },
	{ OBJECT("durations_ms", durations_ms) },
};

const char *outcome_name(enum outcome outcome)
{
	return outcome_names[outcome];
}

static void *value_of(const struct field *f, const struct evidence *e)
{
	return (char *)e + f->offset;
}

void evidence_deinit(struct evidence *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].kind == KIND_TEXT)
			free(*(char **)value_of(&fields[i], e));
		else if (fields[i].kind == KIND_OBJECT)
			json_decref(*(json_t **)value_of(&fields[i], e));
	}
	memset(e, 0, sizeof(*e));
}

void evidence_add_duration(struct evidence *e, const char *phase, int64_t ms)
{
	if (!e->durations_ms)
		e->durations_ms = json_object();
	ms += json_integer_value(json_object_get(e->durations_ms, phase));
	json_object_set_new(e->durations_ms, phase, json_integer(ms));
}

static const char *format_date(int64_t seconds, char buf[EVIDENCE_DATE_BYTES])
{
	time_t time = seconds;
	struct tm tm;

	if (!seconds)
		return NULL;
	strftime(buf, EVIDENCE_DATE_BYTES, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&time, &tm));
	return buf;
}

const char *evidence_started(const struct evidence *e, char buf[EVIDENCE_DATE_BYTES])
{
	return format_date(e->started, buf);
}

/* The value as JSON; null where there is none. */
static json_t *show(const struct field *f, const void *value)
{
	char date[EVIDENCE_DATE_BYTES];
	json_t *object;

	switch (f->kind) {
	case KIND_CHOICE:
		return json_text(f->name(*(const unsigned int *)value));
	case KIND_FLAG:
		return *(const bool *)value ? json_true() : json_null();
	case KIND_NUMBER:
		return *(const uint32_t *)value || !f->may_miss ?
			json_integer(*(const uint32_t *)value) : json_null();
	case KIND_DATE:
		return json_text(format_date(*(const int64_t *)value, date));
	case KIND_TEXT:
		return json_text(*(char *const *)value);
	default:
		object = *(json_t *const *)value;
		return object ? json_incref(object) : json_null();
	}
}

/* The object that holds the field, which is made where it is not there yet; borrowed. */
static json_t *make_group(json_t *json, const struct field *f)
{
	if (!f->group)
		return json;
	if (!json_object_get(json, f->group))
		json_object_set_new(json, f->group, json_object());
	return json_object_get(json, f->group);
}

json_t *evidence_to_json(const struct evidence *e)
{
	json_t *json = json_object();

	file_format_set(json, FORMAT_EVIDENCE);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		json_t *value = show(f, value_of(f, e));

		if (f->may_miss && json_is_null(value))
			json_decref(value);
		else
			json_object_set_new(make_group(json, f), f->key, value);
	}
	return json;
}

char *evidence_format(const struct evidence *e)
{
	json_t *json = evidence_to_json(e);
	char *text = json_format(json);

	json_decref(json);
	return text;
}

/* -1: it is none of them. */
static int find_choice(const struct field *f, const json_t *json)
{
	const char *name = json_string_value(json);

	for (unsigned int i = 0; name && i < f->choices; i++)
		if (f->name(i) && !strcmp(f->name(i), name))
			return (int)i;
	return -1;
}

static int64_t parse_date(const char *text)
{
	struct tm tm = { 0 };
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;
	int64_t seconds;

	if (!end || *end)
		return 0;
	seconds = timegm(&tm);
	return seconds > 0 && seconds <= SECONDS_MAX ? seconds : 0;
}

/* Sets a value that need not be there: one that is missing, or of another kind, is 0 or NULL. */
static void take_value(const struct field *f, json_t *json, void *ret)
{
	json_int_t number = json_integer_value(json);
	const char *text = json_string_value(json);

	switch (f->kind) {
	case KIND_FLAG:
		*(bool *)ret = json_is_true(json);
		break;
	case KIND_NUMBER:
		*(uint32_t *)ret = number > 0 && number <= f->max ? (uint32_t)number : 0;
		break;
	case KIND_DATE:
		*(int64_t *)ret = parse_date(text);
		break;
	case KIND_TEXT:
		*(char **)ret = text ? xasprintf("%.*s", EVIDENCE_TEXT_MAX, text) : NULL;
		break;
	default:
		*(json_t **)ret = json_is_object(json) ? json_incref(json) : NULL;
	}
}

static int take_choice(const struct field *f, const json_t *json, void *ret, struct error *err)
{
	int choice = find_choice(f, json);

	if (!json && f->may_miss)
		return 0;
	if (choice < 0)
		return error_set(err, STATUS_USAGE, FILE_EVIDENCE " tells no known %s", f->key);
	*(unsigned int *)ret = (unsigned int)choice;
	return 0;
}

static int take_fields(const json_t *json, struct evidence *e, struct error *err)
{
	if (file_format_check(json, FILE_EVIDENCE, FORMAT_EVIDENCE, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		json_t *value = json_object_get(f->group ? json_object_get(json, f->group) : json, f->key);

		if (f->kind != KIND_CHOICE)
			take_value(f, value, value_of(f, e));
		else if (take_choice(f, value, value_of(f, e), err) < 0)
			return -1;
	}
	if (!e->nonce || !*e->nonce)
		return error_set(err, STATUS_USAGE, FILE_EVIDENCE " holds no nonce");
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
		return error_set(err, STATUS_USAGE, FILE_EVIDENCE " is no JSON object: %s (line %d)",
				 json ? "another type" : why.text, json ? 1 : why.line);
	}
	rc = take_fields(json, ret, err);
	json_decref(json);
	if (rc < 0)
		evidence_deinit(ret);
	return rc;
}
