/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * evidence.json: what the part that acts knows of a run, and the judge cannot
 * see in the logs.  The acting part fills the struct and writes it; judging,
 * then and in a later replay, reads it.  Every pointer is owned.
 */
#ifndef EXITMETER_EVIDENCE_H
#define EXITMETER_EVIDENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "evidence/scenario.h"
#include "probe/record.h"

/*
 * One reboot is up to two resets: a SeaBIOS that finds its memory as it left it, as
 * on a `pc`, makes another at once, before anything else runs.
 */
#define RESETS_PER_REBOOT 2

enum outcome {
	OUTCOME_FINISHED,	/* the guest came to its orderly end */
	OUTCOME_PANIC,
	OUTCOME_OOPS,
	OUTCOME_HANG,
	OUTCOME_SILENT,
	OUTCOME_REBOOT_LOOP,
	OUTCOME_NO_CLOUD_INIT,
	OUTCOME_FLOOD,
	OUTCOME_HOST_LOST,
	OUTCOME_DIED,		/* QEMU ended, or the guest without a shutdown */
	OUTCOME_TIMEOUT,
	OUTCOMES
};

struct evidence {
	enum outcome outcome;
	char *detail;		/* one line on the outcome; may be NULL, as any char * here */
	char *host;		/* native, emulated-svm, ... */
	char *guest;		/* micro, cloud */
	enum scenario scenario;
	enum em_layout layout;
	bool is_layout_found;	/* asked for was `auto`, and layout is what the guest found */
	uint32_t sdm;		/* year of the manual to judge by; 0: the newest */
	char *modules;		/* patched, stock */
	uint32_t vcpus, memory_mib;
	int64_t started;	/* seconds since 1970; 0: not known */
	uint32_t resets;	/* of the guest; see RESETS_PER_REBOOT */
	uint32_t host_attempts;	/* how often the L1 host was started; 0: there is none */
	uint32_t host_nudges;	/* how often it stood still, and got an interrupt */
	char *nonce;
	char *host_kernel, *guest_kernel;
	json_t *image;		/* objects, written and shown as they are; may be NULL */
	json_t *host_image;
	char *inputs;		/* SHA-256 of a deterministic run's inputs.txt */
	json_t *emulator;	/* of an emulated host, where we built it */
	json_t *guest_machine;	/* of guest_facts.h */
	json_t *versions;
	json_t *module_build;
	json_t *durations_ms;	/* phase: milliseconds, in the order they ran */
};

/* A zeroed struct is a valid empty one; deinit frees and zeroes. */
void evidence_deinit(struct evidence *e);
/* Adds to the phase's time if it is there. */
void evidence_add_duration(struct evidence *e, const char *phase, int64_t ms);

/* The caller drops the reference. */
json_t *evidence_to_json(const struct evidence *e);
/* The same as text, which the caller frees; never NULL. */
char *evidence_format(const struct evidence *e);
/* ret is empty after a failure.  Status USAGE: this is no run folder's file. */
int evidence_parse(const char *text, size_t len, struct evidence *ret, struct error *err);

/* "2026-11-20T12:52:03Z", or NULL where it is not known. */
#define EVIDENCE_DATE_BYTES 21
const char *evidence_started(const struct evidence *e, char buf[EVIDENCE_DATE_BYTES]);

const char *outcome_name(enum outcome outcome);

#endif
