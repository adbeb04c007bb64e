// SPDX-License-Identifier: GPL-2.0-only
/* A failed clause says where in the submission's own files that is which it looks at. */
#include "support/fakejudge.h"

#include "judge/where.h"

static const char notes[] =
	"submission 1\n"
	"form: files\n"
	"target: 6.1.0-fake\n"
	"base: 6.1.1, the nearest of those known here\n"
	"file: as-is arch/x86/kvm/cpuid.c\n"
	"vendors: svm\n"
	"leaf 0x4ffffffd: arch/x86/kvm/cpuid.c:1510\n"
	"leaf 0x4fffffff: arch/x86/kvm/cpuid.c:1502\n"
	"handled: arch/x86/kvm/svm/svm.c:3440\n";

static void live_of(const char *text)
{
	_cleanup_error_ struct error err = { 0 };

	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	if (!text)
		return;
	assert_int_equal(submission_notes_parse(text, strlen(text), &run.submission, &err), 0);
	run.input[CASE_SUBMISSION].state = INPUT_READ;
}

static void assert_where(const char *id, const char *wanted)
{
	for (unsigned int i = 0; i < clause_count; i++) {
		_cleanup_free_ char *where = NULL;

		if (strcmp(clauses[i].id, id))
			continue;
		where = where_tell(&run, &clauses[i]);
		if (wanted)
			assert_string_equal(where, wanted);
		else
			assert_null(where);
		return;
	}
	fail_msg("no clause %s", id);
}

static void a_clause_names_the_leaves_that_it_looks_at(void **state)
{
	(void)state;
	live_of(notes);
	assert_where("total-grows", "0x4FFFFFFF is answered at arch/x86/kvm/cpuid.c:1502; exits are counted at "
				    "arch/x86/kvm/svm/svm.c:3440");
	assert_where("regs-undefined", "0x4FFFFFFD is answered at arch/x86/kvm/cpuid.c:1510");
	assert_where("layout", "0x4FFFFFFD is answered at arch/x86/kvm/cpuid.c:1510; 0x4FFFFFFF is answered at "
			       "arch/x86/kvm/cpuid.c:1502");
	/* Nobody has found its leaf, 0x4FFFFFFE. */
	assert_where("cycles-carry", "exits are counted at arch/x86/kvm/svm/svm.c:3440");
	assert_where("finished", NULL);
	clean();
}

static void without_notes_nothing_is_said(void **state)
{
	(void)state;
	live_of(NULL);
	assert_where("total-grows", NULL);
	assert_where("layout", NULL);
	clean();
}

/* It stands in verdicts.json, of what failed alone. */
static void the_verdicts_tell_it(void **state)
{
	unsigned int count = 0;
	json_t *json, *list, *one;
	size_t i;

	(void)state;
	live_of(notes);
	for (int p = 0; p < EM_POINTS; p++)
		run.records.point[p].leaf[EM_TAG_BEFORE_TOTAL].regs.edx = 5;
	judge(&run, &verdicts);
	assert_fails("regs-totals");
	json = judgement_to_json(&run, &verdicts);
	list = json_object_get(json, "clauses");
	json_array_foreach(list, i, one) {
		const char *where = json_string_value(json_object_get(one, "where"));

		if (!where)
			continue;
		assert_string_equal(json_string_value(json_object_get(one, "id")), "regs-totals");
		assert_string_equal(where, "0x4FFFFFFF is answered at arch/x86/kvm/cpuid.c:1502");
		count++;
	}
	assert_int_equal(count, 1);
	json_decref(json);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clause_names_the_leaves_that_it_looks_at),
		cmocka_unit_test(without_notes_nothing_is_said),
		cmocka_unit_test(the_verdicts_tell_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
