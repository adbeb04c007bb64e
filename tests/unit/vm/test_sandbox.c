// SPDX-License-Identifier: GPL-2.0-only
/* The sandbox of an emulator: the script that makes it, and what this machine makes of that. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "vm/sandbox.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static const struct sandbox_files files = {
	.folder = "/c/scratch",
	.reads = { "/i/root.img", "/c/scratch/it's.img" },
	.writes = { "/c/scratch/results" },
	.filter = "/c/f",
	.memory_mib = 1024,
};

static void has(const char *script, const char *words)
{
	if (!strstr(script, words))
		fail_msg("no \"%s\" in: %s", words, script);
}

static void has_not(const char *script, const char *words)
{
	if (strstr(script, words))
		fail_msg("\"%s\" in: %s", words, script);
}

static void root_drops_to_an_account(void **state)
{
	const struct sandbox_means means = {
		.is_root = true, .has_namespaces = true, .account = 7000, .is_account_ours = true,
	};
	_cleanup_free_ char *script = sandbox_script(&means, &files);

	(void)state;
	has(script, "--reuid=7000 --regid=7000 --clear-groups");
	has(script, "--bounding-set=-all");
	has(script, "--nproc=");
	has(script, "exec {filter}< '/c/f'\n");
	has(script, "--seccomp $filter -- setpriv ");
	/* What the run has made is given to the account, and no image is. */
	has(script, "chown -R -- 7000:7000 '/c/scratch/results' '/c/scratch/it'\\''s.img' ||");
	has(script, "--ro-bind '/i/root.img' '/i/root.img'");
	has(script, " --bind '/c/scratch/results' '/c/scratch/results'");
	has_not(script, "--unshare-user");
}

static void a_user_has_a_namespace_of_users(void **state)
{
	const struct sandbox_means means = { .has_namespaces = true };
	_cleanup_free_ char *script = sandbox_script(&means, &files);

	(void)state;
	has(script, "--unshare-user");
	has_not(script, "chown");
	has_not(script, "--bounding-set");
	has_not(script, "--reuid");
	/* It would count all that the user runs. */
	has_not(script, "--nproc");
}

static void without_namespaces_rights_and_limits_are_left(void **state)
{
	const struct sandbox_means means = { .is_root = true };
	_cleanup_free_ char *script = sandbox_script(&means, &files);

	(void)state;
	has_not(script, "bwrap");
	has(script, "exec setpriv --no-new-privs");
	has(script, "--bounding-set=-all");
	has(script, "prlimit --core=0 --data=5368709120 ");
	has(script, " env -i PATH=");
}

static void the_account_gets_the_terminal_behind_the_link(void **state)
{
	const struct sandbox_means means = { .is_root = true, .has_namespaces = true, .account = 7000 };
	struct sandbox_files with = files;
	_cleanup_free_ char *script = NULL;

	(void)state;
	with.terminal = "/c/scratch/shell";
	script = sandbox_script(&means, &with);
	has(script, "\nchown -- 7000:7000 '/c/scratch/shell' || exit 126\n");
	has(script, " --dev-bind '/c/scratch/shell' '/c/scratch/shell'");
}

static void the_account_gets_the_group_of_the_device(void **state)
{
	const struct sandbox_means means = {
		.is_root = true, .has_namespaces = true, .account = 7000, .device_group = 108,
	};
	struct sandbox_files with = files;
	_cleanup_free_ char *script = NULL;

	(void)state;
	with.device = "/dev/kvm";
	script = sandbox_script(&means, &with);
	has(script, "--groups=108");
	has(script, "--dev-bind '/dev/kvm' '/dev/kvm'");
}

static void a_list_that_is_full_ends_the_program(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		const char *list[SANDBOX_PATHS] = { NULL };

		signal(SIGABRT, SIG_DFL);
		for (int i = 0; i < SANDBOX_PATHS; i++)
			sandbox_add(list, "/x");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

/* Runs words in the sandbox; returns what the shell would tell of their end. */
static int run_in(const struct sandbox *s, const char *words)
{
	_cleanup_free_ char *command = xasprintf("exec bash -p '%s' sh -c '%s'", s->script, words);
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool is_whole_here(void)
{
	struct sandbox_files f = { .folder = tempdir, .memory_mib = 64 };
	struct error err = { 0 };
	struct sandbox s;
	bool is_whole;

	assert_ok(sandbox_make(&f, tempdir, &s, &err), &err);
	is_whole = !strcmp(s.state, SANDBOX_WHOLE);
	sandbox_deinit(&s);
	return is_whole;
}

static void what_is_written_outside_the_files_is_gone(void **state)
{
	_cleanup_free_ char *file = NULL, *other = NULL, *write = NULL, *text = NULL;
	struct sandbox_files f = { .folder = tempdir, .memory_mib = 64 };
	struct error err = { 0 };
	struct sandbox s;

	(void)state;
	if (!is_whole_here())
		skip_because("this machine cannot make a whole sandbox");
	file = tempdir_path("results");
	other = tempdir_path("other");
	write = xasprintf("echo mine >%s && echo mine >%s", file, other);
	put_text(file, "");
	sandbox_add(f.writes, file);
	assert_ok(sandbox_make(&f, tempdir, &s, &err), &err);
	assert_int_equal(run_in(&s, write), 0);
	text = get_text(file);
	assert_string_equal(text, "mine\n");
	assert_int_equal(access(other, F_OK), -1);
	assert_int_equal(run_in(&s, "exit 7"), 7);
	assert_int_equal(run_in(&s, "kill -9 $$"), 128 + 9);
	sandbox_deinit(&s);
}

static void a_process_without_a_sandbox_is_itself(void **state)
{
	(void)state;
	assert_int_equal(sandbox_pid(getpid()), getpid());
	assert_int_equal(sandbox_pid(0), 0);
	assert_int_equal(sandbox_pid(-1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_drops_to_an_account),
		cmocka_unit_test(a_user_has_a_namespace_of_users),
		cmocka_unit_test(without_namespaces_rights_and_limits_are_left),
		cmocka_unit_test(the_account_gets_the_terminal_behind_the_link),
		cmocka_unit_test(the_account_gets_the_group_of_the_device),
		cmocka_unit_test(a_list_that_is_full_ends_the_program),
		tempdir_test(what_is_written_outside_the_files_is_gone),
		cmocka_unit_test(a_process_without_a_sandbox_is_itself),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
