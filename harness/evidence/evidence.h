/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * evidence.json: what the part that acts knows of a run and the judge cannot see in the logs.  The
 * acting part fills the struct and writes it; judging reads it, at once and in a later replay.  The
 * struct owns every pointer in it.  A new field is a line in the struct and a line in evidence.c.
 */
#ifndef EXITMETER_EVIDENCE_H
#define EXITMETER_EVIDENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "evidence/paging.h"
#include "evidence/scenario.h"
#include "probe/record.h"

/*
 * One reboot makes one or two resets: SeaBIOS on a machine of type `pc` finds its memory as it left
 * it, and resets the machine once more before anything else runs.
 */
#define RESETS_PER_REBOOT 2

/* How records come out of a guest; what that costs it differs (probe/record.h). */
#define RECORDS_BY_MAILBOX "mailbox"
#define RECORDS_BY_PORT "port"

#define EVIDENCE_TEXT_MAX 1024	/* bytes of each text; what an L1 says beyond that is cut off */

enum outcome {
	OUTCOME_FINISHED,	/* the guest shut down in order */
	OUTCOME_PANIC,
	OUTCOME_OOPS,
	OUTCOME_HANG,
	OUTCOME_SILENT,
	OUTCOME_REBOOT_LOOP,
	OUTCOME_NO_CLOUD_INIT,
	OUTCOME_FLOOD,
	OUTCOME_HOST_LOST,	/* it is gone, which is nobody's fault */
	OUTCOME_DIED,		/* QEMU ended, or the guest went off without a shutdown */
	OUTCOME_TIMEOUT,
	OUTCOME_HOST_CRASHED,	/* the KVM under test has crashed its host, or hangs it */
	OUTCOME_NOT_BUILT,	/* there was nothing to boot: the submission does not compile */
	OUTCOMES
};

/* How the last L1 host began. */
enum host_start {
	HOST_START_UNKNOWN,	/* there was none, or the run is older than this field */
	HOST_START_BOOTED,
	HOST_START_RESTORED,	/* from its state after an earlier boot */
	HOST_STARTS
};

struct evidence {
	enum outcome outcome;
	char *detail;		/* a line about the outcome; each char * is NULL if not known */
	char *host;		/* native, emulated-svm, ... */
	char *guest;		/* micro, cloud */
	enum scenario scenario;
	enum em_layout layout;
	bool is_layout_found;	/* the run asked for `auto`, and the guest found this layout */
	char *edition;		/* by which to judge: a name, or "auto"; NULL: our own, in this layout */
	bool is_edition_kept;	/* it is one of the user's own, and edition.txt has its text */
	uint32_t sdm;		/* the year of the manual to judge by; 0: the newest */
	enum paging paging;	/* that was asked for; what it is stands in guest_machine */
	char *modules;		/* patched, stock */
	uint32_t vcpus, memory_mib;
	int64_t started;	/* seconds since 1970; 0: not known */
	char *records_by;	/* by which way the records came: RECORDS_BY_...; NULL: by the port */
	char *crashed_in;	/* of OUTCOME_HOST_CRASHED: the function in KVM's modules */
	uint32_t resets;	/* how often the guest was reset; see RESETS_PER_REBOOT */
	uint32_t host_attempts;	/* how often the L1 host was started; 0: there is no L1 host */
	enum host_start host_start;
	char *sandbox;		/* of the L1 host's emulator: "whole", or what is missing; NULL: there is no L1 host */
	uint32_t host_nudges;	/* how often the L1 host stood still and was woken by an interrupt */
	char *nonce;
	char *host_kernel, *guest_kernel;
	json_t *image;		/* written as it is, as each json_t * here; may be NULL */
	json_t *host_image;
	char *inputs;		/* the SHA-256 of a deterministic run's inputs.txt */
	json_t *workload;	/* the user's program that was run: its name, SHA-256 and time limit */
	json_t *emulator;	/* of an emulated host: which emulator it is, where we built it */
	json_t *guest_machine;	/* what guest/guest_facts.h found */
	json_t *versions;
	json_t *module_build;
	json_t *durations_ms;	/* the milliseconds of each phase, in the order in which they ran */
};

/* A zeroed struct is a valid empty one; deinit frees and zeroes. */
void evidence_deinit(struct evidence *e);
/* Adds to the time of a phase, which begins at 0. */
void evidence_add_duration(struct evidence *e, const char *phase, int64_t ms);

/* Returns what evidence.json holds; the caller drops the reference. */
json_t *evidence_to_json(const struct evidence *e);
/* Returns the same as text, which the caller frees. */
char *evidence_format(const struct evidence *e);
/* ret is empty after a failure.  STATUS_USAGE: the text is no evidence.json that we know. */
int evidence_parse(const char *text, size_t len, struct evidence *ret, struct error *err);

/* When the run started, as "2026-11-20T12:52:03Z" in buf; NULL: it is not known. */
#define EVIDENCE_DATE_BYTES 21
const char *evidence_started(const struct evidence *e, char buf[EVIDENCE_DATE_BYTES]);

const char *outcome_name(enum outcome outcome);

#endif
