/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that is left of a run on the played machine of fakevm.h: its records, the
 * host's counters, the evidence.  For one translation unit.
 */
#ifndef EXITMETER_TESTS_FAKERUN_H
#define EXITMETER_TESTS_FAKERUN_H

#include "support/fakevm.h"

#include "base/error.h"
#include "base/memory.h"
#include "evidence/evidence.h"
#include "judge/case_file_load.h"

static inline char *fake_host_counters(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fprintf(out, "exitmeter 1\nvendor %s\nlayout %s\nscope vm\nvcpus 1\n", em_vendor_names[fake.vendor],
		em_layout_names[fake.layout]);
	fprintf(out, "exits %" PRIu64 "\ncycles %" PRIu64 "\n", fake_sum(fake.exits),
		fake_sum(fake.cycles));
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (fake.exits[i])
			fprintf(out, "reason 0x%x exits %" PRIu64 " cycles %" PRIu64 "\n",
				em_sweep_number(i), fake.exits[i], fake.cycles[i]);
	fputs("other exits 0 cycles 0\n", out);
	fclose(out);
	return text;
}

static inline char *fake_enabled(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fprintf(out, "# vendor %s kernel 6.1.0-fake\n", em_vendor_names[fake.vendor]);
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (fake_has_handler(em_sweep_number(i)))
			fprintf(out, "%x\n", em_sweep_number(i));
	fclose(out);
	return text;
}

static inline void fake_evidence(struct evidence *ret)
{
	*ret = (struct evidence){
		.outcome = OUTCOME_FINISHED,
		.host = xstrdup("emulated-svm"),
		.guest = xstrdup("micro"),
		.scenario = fake.scenario,
		.resets = fake.scenario == SCENARIO_REBOOT,
		.layout = fake.layout,
		.modules = xstrdup(fake.kvm == FAKE_STOCK ? "stock" : "patched"),
		.vcpus = 1,
		.memory_mib = 512,
		.nonce = xstrdup(FAKE_NONCE),
		.host_kernel = xstrdup("6.1.0-fake"),
		.guest_kernel = xstrdup("6.1.0-fake"),
	};
	evidence_add_duration(ret, "host-boot", 5000);
	evidence_add_duration(ret, "guest", 4000);
}

/* The texts of a whole run of the machine that fake is; each is owned. */
struct fake_run {
	char *point[EM_POINTS];
	char *host, *enabled;
};

static inline void fake_live(struct fake_run *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < EM_POINTS; i++) {
		if (!(scenario_points(fake.scenario) & 1u << i))
			continue;
		if (i == EM_EARLY2)
			fake.tsc = 1000000;	/* a reset */
		fake_work();
		ret->point[i] = fake_point((enum em_point)i, FAKE_NONCE);
	}
	fake_work();
	ret->host = fake_host_counters();
	ret->enabled = fake_enabled();
}

static inline void fake_run_deinit(struct fake_run *r)
{
	for (int i = 0; i < EM_POINTS; i++)
		free(r->point[i]);
	free(r->host);
	free(r->enabled);
	memset(r, 0, sizeof(*r));
}

/* Parses the texts (NULL: absent) into a run, as case_file_load() does from files. */
static inline void fake_parse(const struct fake_run *texts, struct case_file *ret)
{
	struct records_expect expect = { .nonce = FAKE_NONCE, .layout = fake.layout,
					 .points = scenario_points(fake.scenario) };
	struct error err = { 0 };

	memset(ret, 0, sizeof(*ret));
	fake_evidence(&ret->evidence);
	records_init(&ret->records, &expect);
	for (int i = 0; i < EM_POINTS; i++)
		if (texts->point[i])
			records_feed(&ret->records, texts->point[i], strlen(texts->point[i]));
	records_finish(&ret->records);
	if (texts->host) {
		if (host_counters_parse(texts->host, strlen(texts->host), &ret->host, &err) < 0)
			abort();
		ret->input[CASE_HOST].state = INPUT_READ;
	}
	if (texts->enabled) {
		if (enabled_parse(texts->enabled, strlen(texts->enabled), &ret->enabled, &err) < 0)
			abort();
		ret->input[CASE_ENABLED].state = INPUT_READ;
	}
	case_file_derive(ret);
}

#endif
