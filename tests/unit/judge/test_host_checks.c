// SPDX-License-Identifier: GPL-2.0-only
/* What the host finds out beside the guest: read strictly, and judged. */
#include "support/fakejudge.h"

#include "base/error.h"
#include "base/memory.h"

#define HEAD "inspect 1\n"
#define KERNEL "kernel 100 00000010:00000000:00000001:00000000 00000080:00000000:00000002:00000000 " \
	"00000070:00000000:00000000:00000000 00000000:00000000:00000000:ffffffff\n"
#define SAME "leaf 00000001 00000000 00800f12:00000800:76f83203:078bfbfd 00800f12:00000800:76f83203:078bfbfd\n"
#define OTHER "leaf 50000000 00000000 00000000:00000000:00000000:00000000 00000001:00000000:00000000:00000000\n"
#define LEAVES "wait 4ffffffe 4ffffffc "
#define WAIT LEAVES "4000 9000 100 6100 50 5050\n"
#define WHOLE HEAD "log 3\nneighbour 81 20\n" KERNEL WAIT SAME "end\n"

static void refuses(const char *text)
{
	struct error err = { 0 };
	struct host_checks i;

	if (host_checks_parse(text, strlen(text), &i, &err) == 0)
		fail_msg("taken: %s", text);
	assert_int_equal(err.status, STATUS_LOST);
	error_clear(&err);
}

static void what_is_there_is_read(void **state)
{
	struct error err = { 0 };
	struct host_checks i;

	(void)state;
	assert_int_equal(host_checks_parse(WHOLE, strlen(WHOLE), &i, &err), 0);
	assert_true(i.has_log && i.has_neighbour && i.has_kernel);
	assert_int_equal(i.log_lines, 3);
	assert_int_equal(i.neighbour_reason, 0x81);
	assert_int_equal(i.kernel_again.eax, 0x80);
	assert_int_equal(i.leaf_count, 1);
	assert_int_equal(i.wait_count, 1);
	assert_int_equal(i.wait[0].total_leaf, 0x4ffffffe);
	assert_int_equal(i.wait[0].inside, 9000);
	assert_int_equal(i.wait[0].reason[1], 5050);
	assert_int_equal(host_checks_parse(HEAD "end\n", strlen(HEAD "end\n"), &i, &err), 0);
	assert_false(i.has_log || i.has_neighbour || i.has_kernel || i.leaf_count);
}

static void a_cut_or_odd_text_is_refused(void **state)
{
	_cleanup_free_ char *text = xstrdup(WHOLE);

	(void)state;
	for (size_t cut = 0; cut < strlen(WHOLE); cut++) {
		text[cut] = '\0';
		refuses(text);
		text[cut] = WHOLE[cut];
	}
	refuses("inspect 2\nend\n");
	refuses(HEAD "log -1\nend\n");
	refuses(HEAD "neighbour 0x81 20\nend\n");
	refuses(HEAD "log 1\nlog 1\nend\n");
	refuses(HEAD "end\nend\n");
	refuses(HEAD "leaf 1 0 0:0:0:0 0:0:0:0\nend\n");
}

static void refuses_so_many(const char *line, int count)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs(HEAD, out);
	for (int i = 0; i < count; i++)
		fputs(line, out);
	fputs("end\n", out);
	fclose(out);
	refuses(text);
	free(text);
}

static void more_lines_than_there_can_be_are_refused(void **state)
{
	(void)state;
	refuses_so_many(SAME, INSPECTION_LEAVES_MAX + 1);
	refuses_so_many(WAIT, INSPECTION_WAITS_MAX + 1);
}

/* A right patch's run, with this found beside its guest; the trace counted `calls` hypercalls. */
static void judge_beside(const char *text, uint64_t calls)
{
	struct error err = { 0 };

	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	assert_int_equal(host_checks_parse(text, strlen(text), &run.host_checks, &err), 0);
	run.input[CASE_HOST_CHECKS].state = INPUT_READ;
	run.trace.reason_count = 1;
	run.trace.reason[0] = (struct trace_reason){ 0x81, calls };
	run.input[CASE_TRACE].state = INPUT_READ;
	case_file_derive(&run);
	judge(&run, &verdicts);
}

static void expect(const char *text, const char *clause, enum verdict want)
{
	judge_beside(text, 0);
	assert_int_equal(verdict_of(clause), want);
	clean();
}

static void each_finding_has_its_clause(void **state)
{
	static const char *const clauses_beside[] = { "kernel-mode", "other-leaves", "neighbour", "host-log" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(clauses_beside); i++) {
		expect(WHOLE, clauses_beside[i], VERDICT_PASS);
		expect(HEAD "end\n", clauses_beside[i], VERDICT_SKIP);
	}
	expect(HEAD "log 100000\nend\n", "host-log", VERDICT_FAIL);
	expect(HEAD SAME OTHER "end\n", "other-leaves", VERDICT_FAIL);
}

/* In KVM for 9000 cycles, 4000 of them in the handler of a page fault. */
static void cycles_lie_between_a_known_wait_and_the_time_in_kvm(void **state)
{
	static const struct {
		const char *text;
		enum verdict wait, userspace;
	} cases[] = {
		{ LEAVES "4000 9000 100 6100 50 5050\n", VERDICT_PASS, VERDICT_PASS },
		{ LEAVES "4000 9000 100 4100 50 4050\n", VERDICT_PASS, VERDICT_PASS },
		{ LEAVES "4000 9000 100 4099 50 4050\n", VERDICT_FAIL, VERDICT_PASS },
		{ LEAVES "4000 9000 100 4100 50 4049\n", VERDICT_FAIL, VERDICT_PASS },
		{ LEAVES "4000 9000 100 9100 50 9050\n", VERDICT_PASS, VERDICT_PASS },
		{ LEAVES "4000 9000 100 9101 50 9050\n", VERDICT_PASS, VERDICT_FAIL },
		{ LEAVES "4000 9000 100 9100 50 9051\n", VERDICT_PASS, VERDICT_FAIL },
		{ LEAVES "4000 9000 100 99 50 5050\n", VERDICT_PASS, VERDICT_FAIL },
		/* One of several tries is enough. */
		{ WAIT WAIT LEAVES "4000 9000 100 2100 50 2050\n", VERDICT_FAIL, VERDICT_PASS },
		/* Of leaves that this layout has not, nothing is known. */
		{ "wait 4ffffffd 00000000 4000 9000 0 0 0 0\n", VERDICT_SKIP, VERDICT_SKIP },
		{ "wait 4ffffffe 00000000 4000 9000 100 6100 0 0\n", VERDICT_PASS, VERDICT_PASS },
		{ "", VERDICT_SKIP, VERDICT_SKIP },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = xasprintf(HEAD "%send\n", cases[i].text);

		expect(text, "cycles-wait", cases[i].wait);
		expect(text, "cycles-userspace", cases[i].userspace);
	}
}

static void kernel_mode_is_held_against_three_figures(void **state)
{
	static const struct { const char *from, *to; } wrong[] = {
		{ "00000080:00000000:00000002", "00000020:00000000:00000002" },
		{ "00000070:", "00000030:" },
		{ "ffffffff", "00000000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_free_ char *text = xstrdup(WHOLE);
		char *at = strstr(text, wrong[i].from);

		assert_non_null(at);
		memcpy(at, wrong[i].to, strlen(wrong[i].to));
		expect(text, "kernel-mode", VERDICT_FAIL);
	}
}

static void a_neighbours_exits_are_known_by_their_reason(void **state)
{
	(void)state;
	judge_beside(WHOLE, 0);
	run.records.point[EM_SHUTDOWN].sweep[fake_index(0x81)].exits.eax = 20;
	judgement_deinit(&verdicts);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("neighbour"), VERDICT_FAIL);
	clean();
	/* Its own, which the tracepoint has counted too. */
	judge_beside(WHOLE, 20);
	run.records.point[EM_SHUTDOWN].sweep[fake_index(0x81)].exits.eax = 20;
	judgement_deinit(&verdicts);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("neighbour"), VERDICT_PASS);
	clean();
}

static void a_wrong_leaf_number_is_told_from_an_unpatched_kvm(void **state)
{
	struct error err = { 0 };

	(void)state;
	for (int is_stray = 0; is_stray < 2; is_stray++) {
		const char *text = is_stray ? HEAD OTHER "end\n" : HEAD SAME "end\n";

		fake_init(EM_SVM, EM_SPLIT);
		fake.kvm = FAKE_STOCK;
		fake_live(&texts);
		fake_parse(&texts, &run);
		assert_int_equal(host_checks_parse(text, strlen(text), &run.host_checks, &err), 0);
		case_file_derive(&run);
		assert_int_equal(run.implementation, IMPLEMENTATION_NONE);
		assert_int_equal(strstr(run.implementation_why, "0x50000000 is answered") != NULL, is_stray);
		judge(&run, &verdicts);
		clean();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_read),
		cmocka_unit_test(a_cut_or_odd_text_is_refused),
		cmocka_unit_test(more_lines_than_there_can_be_are_refused),
		cmocka_unit_test(each_finding_has_its_clause),
		cmocka_unit_test(cycles_lie_between_a_known_wait_and_the_time_in_kvm),
		cmocka_unit_test(kernel_mode_is_held_against_three_figures),
		cmocka_unit_test(a_neighbours_exits_are_known_by_their_reason),
		cmocka_unit_test(a_wrong_leaf_number_is_told_from_an_unpatched_kvm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
