// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records: as they come, and once more with every checksum made right, since no
 * fuzzer guesses one.  The same points however the bytes come.
 */
#include "fuzz.h"

#include "evidence/records.h"

#define FUZZ_NONCE "5eed0123456789ab"	/* of the saved runs that the unit tests' machine played */

static void records_take(struct records *r, const uint8_t *data, size_t size, size_t piece)
{
	struct records_expect expect = { .nonce = FUZZ_NONCE, .layout = EM_SPLIT,
					 .points = (1u << EM_POINTS) - 1 };

	records_init(r, &expect);
	for (size_t at = 0; at < size; at += piece)
		records_feed(r, data + at, size - at < piece ? size - at : piece);
	records_finish(r);
}

static void records_check_point(const struct point *p)
{
	ALWAYS(p->status != POINT_OPEN);
	ALWAYS(memchr(p->reason, '\0', sizeof(p->reason)));
	ALWAYS(fuzz_is_printable(p->reason) && (p->status == POINT_TORN) == !!p->reason[0]);
	ALWAYS(p->next_sweep <= EM_SWEEP_COUNT);
	if (p->status != POINT_COMPLETE)
		return;
	ALWAYS(p->cpus && p->spin_count && p->next_sweep == EM_SWEEP_COUNT);
	ALWAYS(p->layout == EM_SPLIT && p->kernel[0] && fuzz_is_printable(p->kernel));
	for (int tag = 0; tag < EM_TAGS; tag++)
		ALWAYS(p->leaf[tag].seen);
	ALWAYS(p->tool_count <= em_asks_of(p->layout));
	ALWAYS(!p->tool_count || p->tool_count == em_asks_of(p->layout) || p->notool.why != EM_TOOL_ANSWERED);
}

static void records_try(const uint8_t *data, size_t size)
{
	static struct records whole, pieces;	/* large */

	records_take(&whole, data, size, size ? size : 1);
	records_take(&pieces, data, size, size ? data[size - 1] % 37 + 1 : 1);
	ALWAYS(whole.lines == pieces.lines && whole.noise == pieces.noise);
	ALWAYS(whole.damaged == pieces.damaged && whole.noise + whole.damaged <= whole.lines);
	for (int i = 0; i < EM_POINTS; i++) {
		records_check_point(&whole.point[i]);
		ALWAYS(!memcmp(&whole.point[i], &pieces.point[i], sizeof(whole.point[i])));
	}
}

/* Makes the checksum at the end of each line right, in place. */
static void records_reseal(char *text, size_t size)
{
	const size_t seal = 10;	/* " ~" and eight digits */
	char *at = text, *end;

	while ((end = memchr(at, '\n', size - (size_t)(at - text)))) {
		size_t len = (size_t)(end - at);

		if (len > seal && !memcmp(end - seal, " ~", 2)) {
			char hex[9];

			snprintf(hex, sizeof(hex), "%08x", em_crc32(at, len - seal));
			memcpy(end - 8, hex, 8);
		}
		at = end + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *sealed = malloc(size + 1);

	if (!sealed)
		return 0;
	records_try(data, size);
	memcpy(sealed, data, size);
	records_reseal(sealed, size);
	records_try((const uint8_t *)sealed, size);
	free(sealed);
	return 0;
}
