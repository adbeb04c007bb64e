// SPDX-License-Identifier: GPL-2.0-only
#include "support/tempdir.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "run/beat.h"
#include "run/progress.h"

#include <signal.h>
#include <sys/wait.h>

static FILE *file;
static struct progress p;

static void begin(bool protocol)
{
	file = tmpfile();
	assert_non_null(file);
	progress_init(&p, file, protocol);
}

/* All that was shown; ends the test's file. */
static void assert_shown(const char *want)
{
	char got[4096];
	size_t n;

	rewind(file);
	n = fread(got, 1, sizeof(got) - 1, file);
	got[n] = '\0';
	fclose(file);
	assert_string_equal(got, want);
}

static void the_protocol_tells_phases_and_notes(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(p.style, PROGRESS_PROTOCOL);
	progress_tick(&p);	/* before any phase: nothing */
	progress_begin(&p, "load modules");
	progress_note(&p, "%d of %s", 3, "them");
	progress_begin(&p, "guest boot");
	progress_begin(&p, "guest boot");	/* the same: no new one */
	progress_end(&p);
	progress_end(&p);	/* harmless */
	assert_shown("phase load modules\nnote 3 of them\nphase guest boot\n");
	assert_int_equal(p.phase_count, 2);
	assert_string_equal(p.phases[1].name, "guest boot");
}

/* What is written must be there at once: L0 waits for it. */
static void the_protocol_is_not_buffered(void **state)
{
	char line[64];

	(void)state;
	begin(true);
	progress_begin(&p, "x");
	assert_int_equal(pread(fileno(file), line, sizeof(line), 0), strlen("phase x\n"));
	fclose(file);
}

/* The main thread waits in something, and says nothing itself. */
static void beats_come_while_the_program_lives(void **state)
{
	(void)state;
	begin(true);
	progress_begin(&p, "domain");
	beat_start(file);
	usleep(2500000);
	beat_stop();
	beat_stop();	/* harmless */
	progress_end(&p);
	assert_shown("phase domain\nbeat\n");
}

static void a_log_gets_a_line_a_phase(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(p.style, PROGRESS_PLAIN);
	progress_begin(&p, "verify images");
	progress_tick(&p);
	p.phase_start_ms = now_ms() - 1234;
	progress_note(&p, "a note");
	progress_begin(&p, "boot L1 host");
	progress_end(&p);
	assert_shown("a note\n"
		     "  verify images                1.2 s\n"
		     "  boot L1 host                 0.0 s\n");
	assert_true(p.phases[0].ms >= 1234);
}

static void the_number_of_phases_is_bounded(void **state)
{
	(void)state;
	begin(true);
	for (int i = 0; i < 3 * PROGRESS_PHASES; i++) {
		char name[80];

		snprintf(name, sizeof(name), "%d is a phase with a name far longer than its room", i);
		progress_begin(&p, name);
	}
	progress_end(&p);
	assert_int_equal(p.phase_count, PROGRESS_PHASES);
	assert_int_equal(strlen(p.phases[0].name), sizeof(p.phases[0].name) - 1);
	fclose(file);
}

/* The child says where it stops; what is sent to it meanwhile is there when it goes on. */
static void a_phase_is_held_where_it_is_told_to(void **state)
{
	const char *want = "note paused at payload\n";
	char got[64] = "";
	int fds[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		interrupt_install();
		setenv("EXITMETER_PAUSE_AT", "payload", 1);
		progress_init(&p, fdopen(fds[1], "w"), true);
		p.style = PROGRESS_PROTOCOL;
		progress_hold(&p, "verify images");
		progress_hold(&p, "payload");
		_exit(interrupt_pending());
	}
	assert_int_equal(read(fds[0], got, sizeof(got) - 1), strlen(want));
	assert_string_equal(got, want);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), SIGTERM);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_protocol_tells_phases_and_notes),
		cmocka_unit_test(the_protocol_is_not_buffered),
		cmocka_unit_test(beats_come_while_the_program_lives),
		cmocka_unit_test(a_log_gets_a_line_a_phase),
		cmocka_unit_test(a_phase_is_held_where_it_is_told_to),
		cmocka_unit_test(the_number_of_phases_is_bounded),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
