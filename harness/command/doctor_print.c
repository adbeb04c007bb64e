// SPDX-License-Identifier: GPL-2.0-only
#include "base/json_text.h"
#include "base/text.h"
#include "command/doctor.h"

#define ID_COLUMN 20

static void print_fact(FILE *out, const struct fact *f, unsigned int wanted)
{
	fprintf(out, "%-5s %-*s %s\n", f->is_good ? "ok" : f->hosts & wanted ? "MISS" : "-", ID_COLUMN,
		f->title, f->found);
	if (f->remedy)
		fprintf(out, "%*s-> %s\n", ID_COLUMN + 7, "", f->remedy);
}

static void print_host(FILE *out, const struct diagnosis *d, enum host_type host)
{
	const char *separator = "lacks ";

	fprintf(out, "  %-14s", host_words[host]);
	if (diagnosis_can_run(d, host))
		fputs("can run", out);
	for (size_t i = 0; i < d->count; i++) {
		const struct fact *f = &d->facts[i];

		if (f->is_good || !(f->hosts & 1u << host))
			continue;
		fprintf(out, "%s%s", separator, f->title);
		separator = ", ";
	}
	fputc('\n', out);
}

char *diagnosis_format(const struct machine_facts *f, const struct diagnosis *d)
{
	const char *name = host_words[d->wanted];
	_cleanup_text_ struct text t;
	FILE *out = text_open(&t);

	fprintf(out, "cache %s\n\n", f->cache ? f->cache : "unknown");
	for (size_t i = 0; i < d->count; i++)
		print_fact(out, &d->facts[i], 1u << d->wanted);
	fputs("\nHOST\n", out);
	for (size_t i = 0; i < DOCTOR_HOSTS; i++)
		print_host(out, d, doctor_hosts[i]);
	fprintf(out, "\nHOST=auto takes %s\n", host_words[d->auto_host]);
	if (diagnosis_can_run(d, d->wanted))
		fprintf(out, "HOST=%s can run here\n", name);
	else
		fprintf(out, "something is missing for HOST=%s; `make measure` installs and builds what it can\n",
			name);
	return text_close(&t);
}

/* Returns the names of the hosts whose bit is in the set. */
static json_t *hosts_to_json(unsigned int hosts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < DOCTOR_HOSTS; i++)
		if (hosts & 1u << doctor_hosts[i])
			json_array_append_new(list, json_string(host_words[doctor_hosts[i]]));
	return list;
}

static json_t *fact_to_json(const struct fact *f)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", json_text(f->id));
	json_object_set_new(json, "title", json_text(f->title));
	json_object_set_new(json, "ok", json_boolean(f->is_good));
	json_object_set_new(json, "found", json_text(f->found));
	json_object_set_new(json, "remedy", json_text(f->remedy));
	json_object_set_new(json, "needed_by", hosts_to_json(f->hosts));
	return json;
}

static json_t *host_to_json(const struct diagnosis *d, enum host_type host)
{
	json_t *json = json_object(), *lacks = json_array();

	for (size_t i = 0; i < d->count; i++)
		if (!d->facts[i].is_good && (d->facts[i].hosts & 1u << host))
			json_array_append_new(lacks, json_text(d->facts[i].id));
	json_object_set_new(json, "name", json_string(host_words[host]));
	json_object_set_new(json, "can_run", json_boolean(diagnosis_can_run(d, host)));
	json_object_set_new(json, "lacks", lacks);
	return json;
}

json_t *diagnosis_to_json(const struct machine_facts *f, const struct diagnosis *d)
{
	json_t *json = json_object(), *facts = json_array(), *hosts = json_array();

	for (size_t i = 0; i < d->count; i++)
		json_array_append_new(facts, fact_to_json(&d->facts[i]));
	for (size_t i = 0; i < DOCTOR_HOSTS; i++)
		json_array_append_new(hosts, host_to_json(d, doctor_hosts[i]));
	json_object_set_new(json, "format", json_integer(DOCTOR_FORMAT));
	json_object_set_new(json, "cache", json_text(f->cache));
	json_object_set_new(json, "auto", json_string(host_words[d->auto_host]));
	json_object_set_new(json, "host", json_string(host_words[d->wanted]));
	json_object_set_new(json, "can_run", json_boolean(diagnosis_can_run(d, d->wanted)));
	json_object_set_new(json, "facts", facts);
	json_object_set_new(json, "hosts", hosts);
	return json;
}
