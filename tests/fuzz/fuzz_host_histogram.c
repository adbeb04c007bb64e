// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own counts, histogram and statistic: what is taken is what was written. */
#include "fuzz.h"

#include <inttypes.h>

#include "evidence/host_histogram.h"

static char *host_histogram_write(const struct host_histogram *t, size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	ALWAYS(out);
	fputs("# event histogram\n#\n\n", out);
	for (unsigned int i = 0; i < t->reason_count; i++)
		fprintf(out, "{ exit_reason: %10" PRIu32 " } hitcount: %10" PRIu64 "\n",
			t->reason[i].number, t->reason[i].hits);
	fprintf(out, "\nTotals:\n    Hits: %" PRIu64 "\n    Entries: %u\n    Dropped: %" PRIu64 "\n",
		t->hits, t->reason_count, t->dropped);
	fclose(out);
	return text;
}

static void host_histogram_check(const struct host_histogram *t)
{
	static struct host_histogram again;	/* large */
	struct error err = { 0 };
	size_t len;
	char *text;

	ALWAYS(t->reason_count <= HOSTTRACE_REASONS_MAX);
	text = host_histogram_write(t, &len);
	ALWAYS(host_histogram_parse(text, len, &again, &err) == 0);
	ALWAYS(again.hits == t->hits && again.dropped == t->dropped);
	ALWAYS(again.reason_count == t->reason_count);
	for (unsigned int i = 0; i < t->reason_count; i++)
		ALWAYS(again.reason[i].number == t->reason[i].number &&
		       again.reason[i].hits == t->reason[i].hits);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct host_histogram trace;	/* large */
	struct error err = { 0 };
	uint64_t exits;

	if (host_histogram_parse((const char *)data, size, &trace, &err) == 0)
		host_histogram_check(&trace);
	else
		ALWAYS(err.message && fuzz_is_printable(err.message));
	error_clear(&err);
	if (hoststat_parse((const char *)data, size, &exits, &err) == 0)
		ALWAYS(size <= 21);	/* 20 digits and a newline */
	else
		ALWAYS(err.message && fuzz_is_printable(err.message));
	error_clear(&err);
	return 0;
}
