// SPDX-License-Identifier: GPL-2.0-only
/* Tests that kernels and programs of other machines are refused, with the name of the machine. */
#include "support/tempdir.h"

#include "base/error.h"
#include "vm/x86_file.h"

#include <elf.h>

static char *path;

static int setup(void **state)
{
	int rc = tempdir_setup(state);

	path = tempdir_path("file");
	return rc;
}

static int teardown(void **state)
{
	free(path);
	return tempdir_teardown(state);
}

#define arch_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Makes a file of `size` zeros with `len` bytes of `data` at `at`. */
static void put_bytes(size_t size, size_t at, const void *data, size_t len)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), (off_t)size), 0);
	assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void put_elf(unsigned int machine, bool is_big_endian)
{
	Elf64_Ehdr e = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64 } };

	e.e_ident[EI_DATA] = is_big_endian ? ELFDATA2MSB : ELFDATA2LSB;
	e.e_machine = is_big_endian ? __builtin_bswap16((uint16_t)machine) : (uint16_t)machine;
	put_bytes(4096, 0, &e, sizeof(e));
}

static void assert_refused(int (*check)(const char *, struct error *), const char *words)
{
	struct error err = { 0 };

	assert_int_equal(check(path, &err), -1);
	assert_error(&err, STATUS_USAGE, words);
}

static void a_kernel_for_x86_is_taken(void **state)
{
	struct error err = { 0 };

	(void)state;
	put_bytes(4096, 0x202, "HdrS", 4);
	assert_ok(x86_file_check_kernel(path, &err), &err);
	put_elf(EM_X86_64, false);
	assert_ok(x86_file_check_kernel(path, &err), &err);
}

static void a_kernel_for_another_machine_is_named(void **state)
{
	(void)state;
	put_bytes(4096, 56, "ARM\x64", 4);
	assert_refused(x86_file_check_kernel, "is no Linux kernel for x86 (it is for arm64)");
	put_bytes(4096, 56, "RSC\x05", 4);
	assert_refused(x86_file_check_kernel, "(it is for RISC-V)");
	put_elf(EM_AARCH64, false);
	assert_refused(x86_file_check_kernel, "(it is for arm64)");
	put_elf(EM_S390, true);
	assert_refused(x86_file_check_kernel, "(it is for s390)");
	put_elf(0x7777, false);
	assert_refused(x86_file_check_kernel, "(it is for another machine)");
}

static void what_is_no_kernel_is_refused(void **state)
{
	struct error err = { 0 };

	(void)state;
	put_text(path, "");
	assert_refused(x86_file_check_kernel, "file is no Linux kernel for x86");
	put_text(path, "#!/bin/sh\n");
	assert_refused(x86_file_check_kernel, "file is no Linux kernel for x86");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(x86_file_check_kernel(path, &err), -1);
	assert_error(&err, STATUS_USAGE, "file: No such file");
}

static void a_program_is_for_x86_or_a_script(void **state)
{
	struct error err = { 0 };

	(void)state;
	put_elf(EM_386, false);
	assert_ok(x86_file_check_program(path, &err), &err);
	put_text(path, "#!/bin/sh\n");
	assert_ok(x86_file_check_program(path, &err), &err);
	put_elf(EM_AARCH64, false);
	assert_refused(x86_file_check_program, "is no program for x86 (it is for arm64)");
	put_text(path, "words");
	assert_refused(x86_file_check_program, "is no program for x86");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		arch_test(a_kernel_for_x86_is_taken),
		arch_test(a_kernel_for_another_machine_is_named),
		arch_test(what_is_no_kernel_is_refused),
		arch_test(a_program_is_for_x86_or_a_script),
	};

	return cmocka_run_group_tests_name("arch", tests, NULL, NULL);
}
