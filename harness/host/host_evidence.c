// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_evidence.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"

static int refuse_text(const char *what, const char *got, const char *want, struct error *err)
{
	_cleanup_free_ char *masked = printable_copy(got ? got : "none");

	return error_set(err, STATUS_LOST, "L1: it tells of another run: its %s is %.80s, and %s was asked for", what,
			 masked, want);
}

static int check_texts(const struct evidence *own, const struct evidence *inner, struct error *err)
{
	static const char *const paging[PAGINGS] = { PAGING_WORDS };
	const struct { const char *what, *got, *want; } texts[] = {
		{ "nonce", inner->nonce, own->nonce },
		{ "guest", inner->guest, own->guest },
		{ "choice of modules", inner->modules, own->modules },
		{ "scenario", scenario_name(inner->scenario), scenario_name(own->scenario) },
	};

	if (inner->paging != own->paging)
		return refuse_text("paging", paging[inner->paging], paging[own->paging], err);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!texts[i].got || strcmp(texts[i].got, texts[i].want) != 0)
			return refuse_text(texts[i].what, texts[i].got, texts[i].want, err);
	return 0;
}

static int check_numbers(const struct evidence *own, const struct evidence *inner, struct error *err)
{
	const struct { const char *what; uint32_t got, want; } numbers[] = {
		{ "number of vCPUs", inner->vcpus, own->vcpus },
		{ "memory", inner->memory_mib, own->memory_mib },
		{ "year of the manual", inner->sdm, own->sdm },
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].got != numbers[i].want)
			return error_set(err, STATUS_LOST, "L1: it tells of another run: its %s is %" PRIu32
					 ", and %" PRIu32 " was asked for", numbers[i].what, numbers[i].got,
					 numbers[i].want);
	return 0;
}

/* Which layout is spoken may be for the guest to find out, and then only then. */
static int check_layout(const struct evidence *own, const struct evidence *inner, struct error *err)
{
	if (own->is_layout_found != inner->is_layout_found)
		return refuse_text("layout", inner->is_layout_found ? "found out" : em_layout_names[inner->layout],
				   own->is_layout_found ? "one that is found out" : em_layout_names[own->layout], err);
	if (own->is_layout_found || own->layout == inner->layout)
		return 0;
	return refuse_text("layout", em_layout_names[inner->layout], em_layout_names[own->layout], err);
}

/* What has become of the L1 itself, and of a build, is not for an L1 to say. */
static int check_outcome(const struct evidence *inner, struct error *err)
{
	if (inner->outcome != OUTCOME_HOST_LOST && inner->outcome != OUTCOME_HOST_CRASHED &&
	    inner->outcome != OUTCOME_NOT_BUILT)
		return 0;
	return error_set(err, STATUS_LOST, "L1: it tells the outcome %s, which is not for it to tell",
			 outcome_name(inner->outcome));
}

static char *mark(const char *words)
{
	return words ? xasprintf("L1: %s", words) : NULL;
}

int host_evidence_take(struct evidence *own, struct evidence *inner, struct error *err)
{
	if (check_outcome(inner, err) < 0 || check_texts(own, inner, err) < 0 || check_numbers(own, inner, err) < 0 ||
	    check_layout(own, inner, err) < 0)
		return -1;
	own->outcome = inner->outcome;
	own->layout = inner->layout;
	own->detail = mark(inner->detail);
	own->records_by = take_ptr(inner->records_by);
	own->resets = inner->resets;
	own->host_kernel = take_ptr(inner->host_kernel);
	own->guest_kernel = take_ptr(inner->guest_kernel);
	own->guest_machine = take_ptr(inner->guest_machine);
	own->versions = take_ptr(inner->versions);
	return 0;
}
