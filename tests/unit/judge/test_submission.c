// SPDX-License-Identifier: GPL-2.0-only
/* The clauses on what was handed in: whether it compiles. */
#include "support/fakejudge.h"

#include "base/error.h"
#include "base/memory.h"

#define NOTES "submission 1\nform: files\nbase: 6.0.7, as its Makefile says\nfile: as-is arch/x86/kvm/cpuid.c\n"
#define FAILED "build-failed 1\nkind: compiler\nkernel: 6.1\nmessage: it does not compile\n" \
	"error: arch/x86/kvm/cpuid.c:7:1: no\nerror: arch/x86/kvm/cpuid.c:9:1: no\n"

static const struct finding *finding_of(const char *id)
{
	return &verdicts.findings[clause_number(id)];
}

static void hand_in(const char *notes, const char *failed)
{
	struct error err = { 0 };

	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	if (notes) {
		assert_int_equal(submission_notes_parse(notes, strlen(notes), &run.submission, &err), 0);
		run.input[CASE_SUBMISSION].state = INPUT_READ;
	}
	if (failed) {
		assert_int_equal(build_failure_parse(failed, strlen(failed), &run.build_failure, &err), 0);
		run.input[CASE_BUILD_FAILURE].state = INPUT_READ;
	}
}

static void modules_say_nothing_of_their_build(void **state)
{
	(void)state;
	hand_in(NULL, NULL);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("builds"), VERDICT_NONE);
	clean();
}

static void what_compiles_passes(void **state)
{
	(void)state;
	hand_in(NOTES, NULL);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("builds"), VERDICT_PASS);
	assert_int_equal(verdicts.verdict, VERDICT_PASS);
	clean();
}

static void fuzz_is_never_hidden(void **state)
{
	(void)state;
	hand_in(NOTES "file: fuzz arch/x86/kvm/vmx/vmx.c\n", NULL);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("builds"), VERDICT_PASS);
	assert_non_null(strstr(finding_of("builds")->got, "vmx.c went in with fuzz"));
	clean();
	hand_in(NOTES "file: words arch/x86/kvm/vmx/vmx.c\nfile: fuzz arch/x86/kvm/x86.c\n", NULL);
	judge(&run, &verdicts);
	assert_non_null(strstr(finding_of("builds")->got, "vmx.c went in merged by words"));
	clean();
}

/* Nothing was booted, so that nothing else is said of it. */
static void what_does_not_compile_fails_by_that_alone(void **state)
{
	(void)state;
	hand_in(NULL, FAILED);
	run.evidence.outcome = OUTCOME_NOT_BUILT;
	judge(&run, &verdicts);
	assert_int_equal(verdicts.verdict, VERDICT_FAIL);
	assert_int_equal(verdicts.status, STATUS_FAIL);
	assert_string_equal(finding_of("builds")->got,
			    "it does not compile: arch/x86/kvm/cpuid.c:7:1: no (and 1 more)");
	assert_int_equal(judgement_told(&verdicts), 1);
	clean();
}

static void without_its_cause_the_run_is_lost(void **state)
{
	(void)state;
	hand_in(NULL, NULL);
	run.evidence.outcome = OUTCOME_NOT_BUILT;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("builds"), VERDICT_LOST);
	assert_int_equal(verdicts.verdict, VERDICT_LOST);
	clean();
}

static void crash(const char *detail)
{
	hand_in(NULL, NULL);
	run.evidence.outcome = OUTCOME_HOST_CRASHED;
	run.evidence.detail = xstrdup(detail);
	judge(&run, &verdicts);
}

static void a_host_that_the_module_crashed_fails_by_that_alone(void **state)
{
	(void)state;
	crash("it crashed in svm_handle_exit+0x1c of kvm_amd: BUG: kernel NULL pointer dereference");
	assert_int_equal(verdicts.verdict, VERDICT_FAIL);
	assert_int_equal(verdicts.status, STATUS_FAIL);
	assert_int_equal(verdict_of("stable"), VERDICT_FAIL);
	assert_non_null(strstr(finding_of("stable")->got, "svm_handle_exit+0x1c"));
	assert_int_equal(judgement_told(&verdicts), 1);
	clean();
}

static void a_crash_is_told_by_the_line_of_the_submission(void **state)
{
	(void)state;
	hand_in(NOTES "function svm_handle_exit: arch/x86/kvm/svm/svm.c:3443\n", NULL);
	run.evidence.outcome = OUTCOME_HOST_CRASHED;
	run.evidence.detail = xstrdup("it crashed in svm_handle_exit+0x1c of kvm_amd");
	run.evidence.crashed_in = xstrdup("svm_handle_exit");
	judge(&run, &verdicts);
	assert_string_equal(finding_of("stable")->got, "it crashed in svm_handle_exit+0x1c of kvm_amd; the "
			    "submission has this function at arch/x86/kvm/svm/svm.c:3443");
	clean();
}

static void a_host_that_is_gone_for_no_known_reason_is_lost(void **state)
{
	(void)state;
	hand_in(NULL, NULL);
	run.evidence.outcome = OUTCOME_HOST_LOST;
	judge(&run, &verdicts);
	assert_int_equal(verdicts.verdict, VERDICT_LOST);
	assert_int_equal(verdict_of("stable"), VERDICT_LOST);
	clean();
}

/* No edition can make it more, or less. */
static void what_the_kernel_complains_of_is_advice(void **state)
{
	(void)state;
	hand_in(NULL, NULL);
	run.input[CASE_HOST_DMESG].state = INPUT_READ;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("host-complains"), VERDICT_PASS);
	judgement_deinit(&verdicts);
	run.complaints = 2;
	run.complaint = (struct kernel_trace){ .kind = TRACE_COMPLAINT, .what = "WARNING: CPU: 0",
					       .function = "kvm_emulate_cpuid", .module = "kvm" };
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("host-complains"), VERDICT_ADVICE);
	assert_non_null(strstr(finding_of("host-complains")->got, "kvm_emulate_cpuid"));
	assert_int_equal(verdicts.verdict, VERDICT_PASS);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_say_nothing_of_their_build),
		cmocka_unit_test(what_compiles_passes),
		cmocka_unit_test(fuzz_is_never_hidden),
		cmocka_unit_test(what_does_not_compile_fails_by_that_alone),
		cmocka_unit_test(without_its_cause_the_run_is_lost),
		cmocka_unit_test(a_host_that_the_module_crashed_fails_by_that_alone),
		cmocka_unit_test(a_crash_is_told_by_the_line_of_the_submission),
		cmocka_unit_test(a_host_that_is_gone_for_no_known_reason_is_lost),
		cmocka_unit_test(what_the_kernel_complains_of_is_advice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
