// SPDX-License-Identifier: GPL-2.0-only
/* The fuzz targets, once over each input that is kept: what was found stays mended. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <glob.h>

#define LLVMFuzzerTestOneInput fuzz_one_console
#include "../../fuzz/fuzz_console.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_records
#include "../../fuzz/fuzz_records.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_host_counters
#include "../../fuzz/fuzz_host_counters.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_host_histogram
#include "../../fuzz/fuzz_host_histogram.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_timeline
#include "../../fuzz/fuzz_timeline.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_page
#include "../../fuzz/fuzz_page.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_host_checks
#include "../../fuzz/fuzz_host_checks.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_results_disk
#include "../../fuzz/fuzz_results_disk.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_judge
#include "../../fuzz/fuzz_judge.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_submission
#include "../../fuzz/fuzz_submission.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_edition
#include "../../fuzz/fuzz_edition.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_csv
#include "../../fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_plan
#include "../../fuzz/fuzz_plan.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_one_likeness
#include "../../fuzz/fuzz_likeness.c"

typedef int (*fuzz_one)(const uint8_t *data, size_t size);

/* The file, and its first half. */
static void run_file(const char *path, fuzz_one one)
{
	_cleanup_free_ char *text = NULL;
	struct error err = { 0 };
	size_t len;

	text = file_read(path, 1 << 20, &len, &err);
	if (!text)
		fail_msg("%s", err.message);
	one((const uint8_t *)text, len);
	one((const uint8_t *)text, len / 2);
}

static unsigned int run_matches(const char *pattern, fuzz_one one)
{
	glob_t found;
	unsigned int files = 0;

	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++, files++)
			run_file(found.gl_pathv[i], one);
		globfree(&found);
	}
	return files;
}

static void the_kept_inputs_find_nothing(void **state)
{
	static const struct {
		const char *pattern;
		fuzz_one one;
	} inputs[] = {
		{ "tests/fuzz/corpus/console/*", fuzz_one_console },
		{ "tests/fuzz/corpus/records/*", fuzz_one_records },
		{ "tests/fuzz/corpus/host_counters/*", fuzz_one_host_counters },
		{ "tests/fuzz/corpus/host_histogram/*", fuzz_one_host_histogram },
		{ "tests/fuzz/corpus/timeline/*", fuzz_one_timeline },
		{ "tests/fuzz/corpus/page/*", fuzz_one_page },
		{ "tests/fixtures/runs/*/console.log", fuzz_one_page },
		{ "tests/fixtures/runs/*/timeline.csv", fuzz_one_timeline },
		{ "tests/fixtures/runs/*/phases.txt", fuzz_one_timeline },
		{ "tests/fuzz/corpus/host_checks/*", fuzz_one_host_checks },
		{ "tests/fuzz/corpus/results_disk/*", fuzz_one_results_disk },
		{ "tests/fuzz/corpus/judge/*", fuzz_one_judge },
		{ "tests/fuzz/corpus/csv/*", fuzz_one_csv },
		{ "tests/fuzz/corpus/plan/*", fuzz_one_plan },
		{ "tests/fuzz/corpus/likeness/*", fuzz_one_likeness },
		{ "tests/fuzz/corpus/submission/*", fuzz_one_submission },
		{ "tests/fuzz/corpus/edition/*", fuzz_one_edition },
		{ "kernel-patch/editions/*.edition", fuzz_one_edition },
		{ "tests/fixtures/runs/*/*console.log", fuzz_one_console },
		{ "tests/fixtures/runs/*/records.log", fuzz_one_records },
		{ "tests/fixtures/runs/*/host-counters.txt", fuzz_one_host_counters },
		{ "tests/fixtures/runs/*/enabled.txt", fuzz_one_host_counters },
		{ "tests/fixtures/runs/*/host-trace.txt", fuzz_one_host_histogram },
		{ "tests/fixtures/runs/*/host-exits.txt", fuzz_one_host_histogram },
	};
	unsigned int files = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		unsigned int found = run_matches(inputs[i].pattern, inputs[i].one);

		if (!found)
			fail_msg("no file is %s", inputs[i].pattern);
		files += found;
		inputs[i].one((const uint8_t *)"", 0);
	}
	print_message("# %u inputs\n", files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kept_inputs_find_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
