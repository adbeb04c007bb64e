// SPDX-License-Identifier: GPL-2.0-only
/* The host's counters and its list of handlers: what is taken is what was written. */
#include "fuzz.h"

#include <inttypes.h>

#include "evidence/host_counters.h"

static char *host_counters_write(const struct host_counters *h, size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	ALWAYS(out);
	fprintf(out, "exitmeter 1\nvendor %s\nlayout %s\nscope %s\nvcpus %u\nexits %" PRIu64 "\ncycles %"
		PRIu64 "\n", em_vendor_names[h->vendor], em_layout_names[h->layout], h->is_global ? "global" : "vm",
		h->vcpus, h->exits, h->cycles);
	for (unsigned int i = 0; i < h->reason_count; i++)
		fprintf(out, "reason 0x%" PRIx64 " exits %" PRIu64 " cycles %" PRIu64 "\n",
			h->reason[i].number, h->reason[i].exits, h->reason[i].cycles);
	fprintf(out, "other exits %" PRIu64 " cycles %" PRIu64 "\n", h->other_exits, h->other_cycles);
	fclose(out);
	return text;
}

static void host_counters_check(const struct host_counters *h)
{
	static struct host_counters again;	/* large */
	struct error err = { 0 };
	size_t len;
	char *text;

	ALWAYS(h->reason_count <= HOSTCOUNT_REASONS_MAX);
	for (unsigned int i = 0; i < h->reason_count; i++)
		ALWAYS(host_counters_find(h, h->reason[i].number) == &h->reason[i]);
	text = host_counters_write(h, &len);
	ALWAYS(host_counters_parse(text, len, &again, &err) == 0);
	ALWAYS(again.exits == h->exits && again.cycles == h->cycles && again.vcpus == h->vcpus);
	ALWAYS(again.reason_count == h->reason_count);
	ALWAYS(!memcmp(again.reason, h->reason, h->reason_count * sizeof(h->reason[0])));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct host_counters host;	/* large */
	struct enabled enabled;
	struct error err = { 0 };

	if (host_counters_parse((const char *)data, size, &host, &err) == 0)
		host_counters_check(&host);
	else
		ALWAYS(err.message && fuzz_is_printable(err.message));
	error_clear(&err);
	if (enabled_parse((const char *)data, size, &enabled, &err) == 0)
		ALWAYS(enabled.vendor == EM_SVM || enabled.vendor == EM_VMX);
	else
		ALWAYS(err.message && fuzz_is_printable(err.message));
	error_clear(&err);
	return 0;
}
