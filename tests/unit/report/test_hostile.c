// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random bytes, and good texts with random damage, through every parser: under
 * the sanitizers none may stumble, and what is damaged must not pass as whole.
 */
#include "support/fakejudge.h"

#include "base/error.h"
#include "evidence/console.h"
#include "report/table.h"

#define ROUNDS 400

static uint32_t seed = 1;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 4) * below >> 28);
}

/* A byte changed, a piece cut out, or another one in its place; returns the length. */
static size_t damage(char *text, size_t len)
{
	size_t at = draw((uint32_t)len), piece = draw((uint32_t)(len - at));

	switch (draw(3)) {
	case 0:
		text[at] = (char)(text[at] ^ (1 + (int)draw(255)));
		return len;
	case 1:
		memmove(text + at, text + at + piece, len - at - piece);
		return len - piece;
	default:
		memmove(text + at, text + draw((uint32_t)(len - piece)), piece);
		return len;
	}
}

static void random_bytes_upset_no_parser(void **state)
{
	static const char alphabet[] = "EM1 ~:=-0123456789abcdefx\n\r\033[]{}\",#reason exits cycles other";
	struct records_expect expect = { .nonce = FAKE_NONCE, .points = (1u << EM_POINTS) - 1 };
	static struct records records;
	static struct console console;
	static struct host_counters host;
	struct enabled enabled;
	struct evidence evidence;
	char text[4096];

	(void)state;
	console_init(&console);
	for (int round = 0; round < ROUNDS; round++) {
		struct error err = { 0 };

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = round % 2 ? (char)draw(256) : alphabet[draw(sizeof(alphabet) - 1)];
		records_init(&records, &expect);
		records_feed(&records, text, sizeof(text));
		records_finish(&records);
		for (int i = 0; i < EM_POINTS; i++)
			assert_int_not_equal(records.point[i].status, POINT_COMPLETE);
		console_feed(&console, text, sizeof(text));
		assert_int_equal(host_counters_parse(text, sizeof(text), &host, &err), -1);
		assert_int_equal(enabled_parse(text, sizeof(text), &enabled, &err), -1);
		assert_int_equal(evidence_parse(text, sizeof(text), &evidence, &err), -1);
		error_clear(&err);
	}
	for (unsigned int i = 0; console_tail(&console, i); i++)
		for (const char *p = console_tail(&console, i); *p; p++)
			assert_true(*p >= 0x20 && *p < 0x7f);
}

/* Damage may make records lost; it never makes a figure wrong. */
static void damaged_records_never_fail_a_right_patch(void **state)
{
	unsigned int lost = 0;

	(void)state;
	for (int round = 0; round < ROUNDS / 4; round++) {
		char *victim, *report;

		fake_init(round % 2 ? EM_SVM : EM_VMX, (enum em_layout)(round % EM_LAYOUTS));
		fake.scenario = round % 3 ? SCENARIO_REBOOT : SCENARIO_OPERATIONS;
		fake_live(&texts);
		do
			victim = texts.point[draw(EM_POINTS)];
		while (!victim);
		victim[damage(victim, strlen(victim))] = '\0';
		judge_texts();
		assert_fails("");
		lost += verdicts.status == STATUS_LOST;
		report = table_format(&run, &verdicts, false);
		assert_non_null(report);
		free(report);
		clean();
	}
	assert_true(lost > ROUNDS / 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_bytes_upset_no_parser),
		cmocka_unit_test(damaged_records_never_fail_a_right_patch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
