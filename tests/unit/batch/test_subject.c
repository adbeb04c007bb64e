// SPDX-License-Identifier: GPL-2.0-only
/* Names as folders, the rows of a list as subjects, and the hosts of a change. */
#include "support/helpers.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "batch/class_run.h"
#include "batch/safe_name.h"
#include "batch/subject.h"
#include "batch/vendors.h"

static void assert_safe(const char *name, const char *want)
{
	_cleanup_free_ char *got = safe_name(name);

	/* Where something was replaced, six digits follow. */
	if (strcmp(name, want) != 0 && strlen(got) == strlen(want) + 7)
		got[strlen(want)] = '\0';
	assert_string_equal(got, want);
}

static void names_become_folders(void **state)
{
	(void)state;
	assert_safe("anna-1.b_c", "anna-1.b_c");
	assert_safe("M\xc3\xbcller, Anna (12)", "M_ller_Anna_12_");
	assert_safe("-rf", "rf");
	assert_safe("../../etc/passwd", "etc_passwd");
	assert_safe("..", "subject");
	assert_safe(".hidden", "hidden");
	assert_safe("", "subject");
	assert_safe("\xff\xfe", "subject");
	assert_safe("a\nb", "a_b");
	/* The folder of a run of "bob" that goes on is bob.new. */
	assert_safe("bob.new", "bob_new");
	assert_safe("bob.new.part.new", "bob_new.part_new");
	assert_safe("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static void two_names_never_share_a_folder(void **state)
{
	static const char *const names[] = { "a b", "a_b", "a(b", "a  b", "A b", " a b", "a b ", "-a b" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (size_t k = 0; k < i; k++) {
			_cleanup_free_ char *one = safe_name(names[i]), *other = safe_name(names[k]);

			assert_true(strlen(one) <= SAFE_NAME_MAX);
			assert_string_not_equal(one, other);
		}
}

static void load(const char *text, struct subjects *ret)
{
	struct error err = { 0 };
	struct csv csv;

	assert_int_equal(csv_parse(text, strlen(text), &csv, &err), 0);
	assert_int_equal(subjects_from_csv(&csv, "/class", ret, &err), 0);
	csv_deinit(&csv);
}

static void rows_become_subjects(void **state)
{
	struct subjects s;

	(void)state;
	load("source,Name,section,options,built\n"
	     "a/b,Ann,A,--vcpus 2,here\n/abs,Bob,,,no\nhttps://x/y.git#z,,,,\nrepo#wip,Carl\n,Dora,,,\n"
	     "c,Ann,B,,\nd,Eve,,,,,\n", &s);
	assert_int_equal(s.count, 7);
	assert_string_equal(s.list[0].name, "Ann");
	assert_string_equal(s.list[0].source, "/class/a/b");
	assert_string_equal(s.list[0].options, "--vcpus 2");
	assert_true(s.list[0].is_ours);
	assert_string_equal(json_string_value(json_object_get(s.list[0].columns, "section")), "A");
	assert_int_equal(json_object_size(s.list[0].columns), 1);
	assert_string_equal(s.list[1].source, "/abs");
	assert_false(s.list[1].is_ours);
	assert_string_equal(s.list[2].source, "https://x/y.git#z");
	assert_string_equal(s.list[2].name, "y.git#z");
	assert_string_equal(s.list[3].source, "/class/repo#wip");
	assert_null(s.list[3].why_not);
	assert_non_null(strstr(s.list[4].why_not, "names no source"));
	assert_non_null(strstr(s.list[5].why_not, "is in the list twice, the second time in line 7"));
	assert_string_not_equal(s.list[5].folder, s.list[0].folder);
	assert_non_null(strstr(s.list[6].why_not, "has 7 fields, and its header has 5"));
	subjects_deinit(&s);
}

static void urls_are_known_by_their_scheme(void **state)
{
	(void)state;
	assert_true(subject_is_url("https://x.test/a"));
	assert_true(subject_is_url("git+ssh://x"));
	assert_false(subject_is_url("/a/b"));
	assert_false(subject_is_url("a:b"));
	assert_false(subject_is_url("://x"));
	assert_true(subject_is_url("HTTPS://x.test/a"));
	assert_true(subject_is_url("git@x.test:bob/linux.git"));
	assert_false(subject_is_url("me@home/linux"));
	assert_false(subject_is_url("my folder://x"));
}

static void assert_hosts(enum vendors vendors, struct preferred_host preferred, size_t count, enum host_type first,
			 enum host_type second)
{
	enum host_type hosts[VENDORS_HOSTS_MAX];

	assert_int_equal(vendors_hosts(vendors, preferred, hosts), count);
	assert_int_equal(hosts[0], first);
	if (count > 1)
		assert_int_equal(hosts[1], second);
}

static void each_change_is_measured_where_it_runs(void **state)
{
	const struct preferred_host svm = { HOST_EMULATED_SVM, false }, vmx = { HOST_EMULATED_VMX, true },
		intel = { HOST_NESTED, true }, amd = { HOST_NESTED, false };

	(void)state;
	assert_hosts(VENDORS_COMMON, svm, 1, HOST_EMULATED_SVM, 0);
	assert_hosts(VENDORS_UNKNOWN, vmx, 1, HOST_EMULATED_VMX, 0);
	assert_hosts(VENDORS_VMX, svm, 1, HOST_EMULATED_VMX, 0);
	assert_hosts(VENDORS_SVM, vmx, 1, HOST_EMULATED_SVM, 0);
	assert_hosts(VENDORS_BOTH, svm, 2, HOST_EMULATED_SVM, HOST_EMULATED_VMX);
	assert_hosts(VENDORS_BOTH, vmx, 2, HOST_EMULATED_VMX, HOST_EMULATED_SVM);
	assert_hosts(VENDORS_VMX, intel, 1, HOST_NESTED, 0);
	assert_hosts(VENDORS_SVM, intel, 1, HOST_EMULATED_SVM, 0);
	assert_hosts(VENDORS_VMX, amd, 1, HOST_EMULATED_VMX, 0);
	assert_hosts(VENDORS_BOTH, amd, 2, HOST_NESTED, HOST_EMULATED_VMX);
	assert_true(vendors_host_is_vmx(HOST_NESTED, intel));
	assert_false(vendors_host_is_vmx(HOST_EMULATED_SVM, intel));
	assert_true(vendors_host_is_vmx(HOST_EMULATED_VMX, amd));
}

/* What is no option of a guest is told when its run begins, and stops nothing here. */
static void the_largest_guest_of_a_list_counts(void **state)
{
	struct config asked;
	struct subjects s;

	(void)state;
	config_init(&asked);
	asked.memory_mib = 512;
	load("name,source,options\na,a,\nb,b,--memory 3000\nc,c,--vcpus 2\nd,d,--memory 9999 --nonsense\n", &s);
	assert_int_equal(class_guest_mib(&asked, &s), 3000);
	asked.memory_mib = 4000;
	assert_int_equal(class_guest_mib(&asked, &s), 4000);
	subjects_deinit(&s);
	config_deinit(&asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_folders),
		cmocka_unit_test(two_names_never_share_a_folder),
		cmocka_unit_test(rows_become_subjects),
		cmocka_unit_test(urls_are_known_by_their_scheme),
		cmocka_unit_test(each_change_is_measured_where_it_runs),
		cmocka_unit_test(the_largest_guest_of_a_list_counts),
	};

	return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}
