// SPDX-License-Identifier: GPL-2.0-only
/* The published figures beside a run's, the caption, and what it is made of. */
#include "support/fakejudge.h"

#include "base/memory.h"
#include "base/text.h"
#include "guest/guest_facts.h"
#include "report/caption.h"
#include "report/published.h"
#include "report/page.h"
#include "report/table.h"

static char *printed(void (*print)(FILE *, const struct case_file *))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(out, &run);
	fclose(out);
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > PAGE_WIDTH)
			fail_msg("too wide: %.*s", (int)strcspn(line, "\n"), line);
	return text;
}

static void live(enum scenario scenario)
{
	fake_init(EM_VMX, EM_SPLIT);
	fake.scenario = scenario;
	live_and_judge();
}

/* The run's total, made to be any. */
static void set_total(enum scenario scenario, uint64_t exits)
{
	struct point *p = run.records.point;
	uint32_t from = scenario == SCENARIO_REBOOT ? p[EM_REBOOT].leaf[EM_TAG_BEFORE_TOTAL].regs.eax : 0;

	p[scenario == SCENARIO_REBOOT ? EM_BOOT2 : EM_BOOT].leaf[EM_TAG_BEFORE_TOTAL].regs.eax =
		from + (uint32_t)exits;
}

static void a_run_stands_where_its_total_belongs(enum scenario scenario)
{
	unsigned int count;
	const struct published *p = published_of(scenario, &count);

	assert_true(count > 4);
	live(scenario);
	for (unsigned int i = 0; i < count; i++) {
		_cleanup_free_ char *text = NULL, *row = NULL;
		char low[32];
		const char *at;

		assert_int_equal(p[i].scenario, scenario);
		assert_true(i == 0 || p[i - 1].low <= p[i].low);
		set_total(scenario, p[i].low);
		text = printed(published_print);
		text_group_digits(p[i].low, low);
		row = xasprintf("\n> %15s  EPT_VIOLATION  HLT            this run\n", low);
		at = strstr(text, row);
		assert_non_null(at);
		/* Right behind the last that is not above it. */
		while (at > text && at[-1] != '\n')
			at--;
		assert_non_null(strstr(at, low));
	}
	clean();
}

static void every_published_figure_is_shown_near_a_run_like_it(void **state)
{
	(void)state;
	a_run_stands_where_its_total_belongs(SCENARIO_BOOT);
	a_run_stands_where_its_total_belongs(SCENARIO_REBOOT);
}

static void a_scenario_that_nobody_published_says_so(void **state)
{
	_cleanup_free_ char *text = NULL;

	(void)state;
	live(SCENARIO_SHUTDOWN);
	text = printed(published_print);
	assert_non_null(strstr(text, "Nobody is known to have published any."));
	clean();
}

static void a_run_without_figures_is_set_beside_nothing(void **state)
{
	_cleanup_free_ char *text = NULL;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.kvm = FAKE_STOCK;
	live_and_judge();
	text = printed(published_print);
	assert_string_equal(text, "");
	clean();
}

static void the_caption_has_all_that_a_figure_depends_on(void **state)
{
	static const char *const want[] = {
		"emulated-svm, by bochs-3.0, kernel 6.1.0-fake", "QEMU 7.2.22", "npt", "asked for as PAGING=nested", "cloud", "1 vCPU", "512 MiB",
		"machine pc", "firmware SeaBIOS 1.16.2-x", "disk bus virtio", "img, disk.qcow2", "SHA-256 0123",
	};
	_cleanup_free_ char *text = NULL;

	(void)state;
	live(SCENARIO_BOOT);
	free(run.evidence.guest);
	run.evidence.guest = xstrdup("cloud");
	run.evidence.emulator = json_pack("{ss}", "name", "bochs-3.0");
	run.evidence.versions = json_pack("{ss}", "qemu", "7.2.22");
	run.evidence.guest_machine = json_pack("{ss ss ss ss}", "paging", "npt", "machine", "pc", "firmware",
					       "SeaBIOS 1.16.2-x", "disk_bus", "virtio");
	run.evidence.paging = PAGING_NESTED;
	run.evidence.image = json_pack("{ss ss ss}", "name", "img", "file", "disk.qcow2", "sha256",
				       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	text = printed(caption_print);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		if (!strstr(text, want[i]))
			fail_msg("no %s in: %s", want[i], text);
	clean();
}

static void a_strangers_caption_cannot_command_the_terminal(void **state)
{
	_cleanup_free_ char *text = NULL, *long_text = xcalloc(1, 3001);

	(void)state;
	live(SCENARIO_BOOT);
	memset(long_text, 'x', 3000);
	run.evidence.guest_machine = json_pack("{ss ss}", "paging", "\033[2J\r\n", "firmware", long_text);
	text = printed(caption_print);
	assert_null(strchr(text, 0x1b));
	assert_null(strchr(text, '\r'));
	clean();
}

static void seabios_tells_its_version(void **state)
{
	static const char good[] = "..gcc: (Debian 12) 12.2.0 binutils: 2.40\0001.16.2-debian-1.16.2-1\0...";
	static const char none[] = "..gcc: (Debian 12)", cut[] = "..gcc: x\0001.16", odd[] = "gcc: x\0a b\0";
	char *version = seabios_version(good, sizeof(good));

	(void)state;
	assert_string_equal(version, "1.16.2-debian-1.16.2-1");
	free(version);
	assert_null(seabios_version(none, sizeof(none) - 1));
	assert_null(seabios_version(cut, sizeof(cut) - 1));
	assert_null(seabios_version(odd, sizeof(odd) - 1));
	assert_null(seabios_version("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_published_figure_is_shown_near_a_run_like_it),
		cmocka_unit_test(a_scenario_that_nobody_published_says_so),
		cmocka_unit_test(a_run_without_figures_is_set_beside_nothing),
		cmocka_unit_test(the_caption_has_all_that_a_figure_depends_on),
		cmocka_unit_test(a_strangers_caption_cannot_command_the_terminal),
		cmocka_unit_test(seabios_tells_its_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
