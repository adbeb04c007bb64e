// SPDX-License-Identifier: GPL-2.0-only
/* What the host found out beside the guest: what is taken is what was written. */
#include "fuzz.h"

#include <inttypes.h>

#include "evidence/host_checks.h"

static void host_checks_write_regs(FILE *out, const struct em_regs *r)
{
	fprintf(out, " " EM_REGS_FMT, EM_REGS_ARG(r));
}

static void host_checks_write_others(FILE *out, const struct host_checks *i)
{
	if (!i->has_others)
		return;
	fprintf(out, "others %" PRIu64 " %" PRIu64, i->others_n, i->others_tsc);
	for (int leaf = 0; leaf < EM_NR_LEAVES; leaf++)
		host_checks_write_regs(out, &i->fresh[leaf]);
	for (int leaf = 0; leaf < EM_NR_LEAVES; leaf++)
		host_checks_write_regs(out, &i->beside[leaf]);
	fputc('\n', out);
}

static char *host_checks_write(const struct host_checks *i, size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	ALWAYS(out);
	fputs("inspect 1\n", out);
	if (i->cpus)
		fprintf(out, "cpus %" PRIu64 "\n", i->cpus);
	if (i->has_log)
		fprintf(out, "log %" PRIu64 "\n", i->log_lines);
	if (i->has_logs)
		fprintf(out, "logs %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", i->plain_cpuids, i->plain_lines,
			i->asking_cpuids, i->asking_lines);
	if (i->has_neighbour)
		fprintf(out, "neighbour %" PRIx64 " %" PRIu64 "\n", i->neighbour_reason, i->neighbour_exits);
	host_checks_write_others(out, i);
	if (i->has_kernel) {
		fprintf(out, "kernel %" PRIu64, i->kernel_n);
		host_checks_write_regs(out, &i->kernel_total);
		host_checks_write_regs(out, &i->kernel_again);
		host_checks_write_regs(out, &i->kernel_reason);
		host_checks_write_regs(out, &i->kernel_undefined);
		fputc('\n', out);
	}
	for (unsigned int n = 0; n < i->wait_count; n++) {
		const struct inspected_wait *w = &i->wait[n];

		fprintf(out, "wait %08x %08x %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
			w->total_leaf, w->reason_leaf, w->waited, w->inside, w->total[0], w->total[1], w->reason[0],
			w->reason[1]);
	}
	for (unsigned int n = 0; n < i->leaf_count; n++) {
		fprintf(out, "leaf %08x %08x", i->leaf[n].fn, i->leaf[n].sub);
		host_checks_write_regs(out, &i->leaf[n].stock);
		host_checks_write_regs(out, &i->leaf[n].now);
		fputc('\n', out);
	}
	fputs("end\n", out);
	fclose(out);
	return text;
}

static void host_checks_check(const struct host_checks *i)
{
	static struct host_checks again;	/* large */
	struct error err = { 0 };
	size_t len;
	char *text;

	ALWAYS(i->leaf_count <= INSPECTION_LEAVES_MAX && i->wait_count <= INSPECTION_WAITS_MAX);
	text = host_checks_write(i, &len);
	ALWAYS(host_checks_parse(text, len, &again, &err) == 0);
	/* Padding and what is not there are zero in both. */
	ALWAYS(!memcmp(&again, i, sizeof(again)));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct host_checks found;	/* large */
	struct error err = { 0 };

	if (host_checks_parse((const char *)data, size, &found, &err) == 0)
		host_checks_check(&found);
	else
		ALWAYS(err.message && err.status == STATUS_LOST && fuzz_is_printable(err.message));
	error_clear(&err);
	return 0;
}
