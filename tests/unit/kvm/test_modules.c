// SPDX-License-Identifier: GPL-2.0-only
/* Tests of all that is found out about modules without loading one. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "kvm/kmodule_identity.h"
#include "kvm/kvm_holders.h"
#include "kvm/modules.h"
#include "kvm/modules_check.h"
#include "kvm/modules_params.h"
#include "kvm/modules_state.h"
#include "kvm/signing.h"

#include <fcntl.h>
#include <link.h>

/* A note as /sys/module/NAME/notes has it. */
static const unsigned char note[] = {
	4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0,
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xff,
};
#define NOTE_ID "0123456789abcdef000102030405060708090aff"

static void a_build_id_is_read_from_a_note(void **state)
{
	struct kmodule_identity id = { 0 };
	unsigned char bad[sizeof(note)];

	(void)state;
	assert_true(kmodule_identity_read_note(note, sizeof(note), &id));
	assert_string_equal(id.build_id, NOTE_ID);
	for (size_t len = 0; len < sizeof(note); len++)
		assert_false(kmodule_identity_read_note(note, len, &id));
	for (size_t at = 0; at < 16; at++) {
		memcpy(bad, note, sizeof(bad));
		bad[at] = 0x80;
		assert_false(kmodule_identity_read_note(bad, sizeof(bad), &id));
	}
	memcpy(bad, note, sizeof(bad));
	bad[4] = 0;	/* a build id of no bytes */
	assert_false(kmodule_identity_read_note(bad, sizeof(bad), &id));
}

static int find_own_note(struct dl_phdr_info *info, size_t size, void *ret)
{
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_NOTE &&
		    kmodule_identity_read_note((const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr),
					       info->dlpi_phdr[i].p_memsz, ret))
			return 1;
	return 1;	/* the program comes first, and its libraries are not wanted */
}

static struct kmodule_identity skip_without_build_id(void)
{
	struct kmodule_identity own = { 0 };

	dl_iterate_phdr(find_own_note, &own);
	if (!own.build_id[0])
		skip_because("the compiler gives programs no build id");
	return own;
}

static void assert_build_id_of_this_program(const char *want)
{
	struct kmodule_identity got = { 0 };
	struct error err = { 0 };
	size_t len;
	_cleanup_free_ char *elf = file_read("/proc/self/exe", 1 << 28, &len, &err);

	assert_true(kmodule_identity_read_elf(elf, len, &got));
	assert_string_equal(got.build_id, want);
	memset(&got, 0, sizeof(got));
	assert_ok(kmodule_identity_of_file("/proc/self/exe", &got, &err), &err);
	assert_string_equal(got.build_id, want);
}

/* This program is an ELF file, and the loader knows its build id. */
static void a_build_id_is_read_from_a_file(void **state)
{
	struct kmodule_identity want;

	(void)state;
	want = skip_without_build_id();
	assert_build_id_of_this_program(want.build_id);
}

/* Finds the section header of the build id in a copy of this program's file. */
static Elf64_Shdr *find_note_header(char *elf)
{
	const Elf64_Ehdr *head = (const void *)elf;
	Elf64_Shdr *sections = (void *)(elf + head->e_shoff);
	const char *names = elf + sections[head->e_shstrndx].sh_offset;

	for (int i = 0; i < head->e_shnum; i++)
		if (!strcmp(names + sections[i].sh_name, ".note.gnu.build-id"))
			return &sections[i];
	return NULL;
}

/* The headers of a module may say anything; nothing outside of the file is read. */
static void a_forged_file_has_no_build_id(void **state)
{
	enum { MAGIC, SECTIONS, NAMES, NAME, TYPE, OFFSET, OFFSET_PAST_END, SIZE, SIZE_ZERO, FORGERIES };
	struct kmodule_identity id = { 0 };
	struct error err = { 0 };
	size_t len;
	_cleanup_free_ char *elf = NULL;
	Elf64_Ehdr *head, whole_head;
	Elf64_Shdr *note_header, whole_note;

	(void)state;
	skip_without_build_id();
	elf = file_read("/proc/self/exe", 1 << 28, &len, &err);
	head = (void *)elf;
	note_header = find_note_header(elf);
	assert_non_null(note_header);
	whole_head = *head;
	whole_note = *note_header;
	for (int i = 0; i < FORGERIES; i++) {
		switch (i) {
		case MAGIC: head->e_ident[0] = 0; break;
		case SECTIONS: head->e_shoff = UINT64_MAX - 8; break;
		case NAMES: head->e_shstrndx = 0xfe00; break;
		case NAME: note_header->sh_name = UINT32_MAX; break;
		case TYPE: note_header->sh_type = SHT_NOBITS; break;
		case OFFSET: note_header->sh_offset = UINT64_MAX - 4; break;
		case OFFSET_PAST_END: note_header->sh_offset = len - 4; break;
		case SIZE: note_header->sh_size = UINT64_MAX; break;
		case SIZE_ZERO: note_header->sh_size = 0; break;
		}
		assert_false(kmodule_identity_read_elf(elf, len, &id));
		*head = whole_head;
		*note_header = whole_note;
	}
	assert_true(kmodule_identity_read_elf(elf, len, &id));
}

static void a_torn_file_has_no_build_id(void **state)
{
	_cleanup_free_ char *path = tempdir_path("torn.ko");
	struct kmodule_identity id = { 0 };
	struct error err = { 0 };
	size_t len;
	_cleanup_free_ char *elf = file_read("/proc/self/exe", 1 << 28, &len, &err);

	(void)state;
	for (size_t cut = 0; cut < len; cut += 1 + len / 499) {
		_cleanup_free_ char *copy = xcalloc(1, cut + 1);	/* so that ASan sees its end */

		memcpy(copy, elf, cut);
		assert_false(kmodule_identity_read_elf(copy, cut, &id));
	}
	put_text(path, "no module at all");
	assert_int_equal(kmodule_identity_of_file(path, &id, &err), -1);
	assert_error(&err, STATUS_USAGE, "has neither a srcversion nor a build id");
	assert_int_equal(kmodule_identity_of_file("/nonexistent.ko", &id, &err), -1);
	assert_error(&err, STATUS_USAGE, "cannot read the module /nonexistent.ko");
}

static void builds_are_compared_by_what_both_have(void **state)
{
	const struct kmodule_identity none = { .srcversion = "" };
	const struct kmodule_identity a = { .srcversion = "A", .build_id = "1" };
	const struct kmodule_identity same_source = { .srcversion = "A", .build_id = "2" };
	const struct kmodule_identity only_source = { .srcversion = "A" };
	const struct kmodule_identity only_id = { .build_id = "1" };

	(void)state;
	assert_true(kmodule_identity_is_same(&a, &a));
	assert_false(kmodule_identity_is_same(&a, &same_source));
	assert_true(kmodule_identity_is_same(&a, &only_source));
	assert_true(kmodule_identity_is_same(&a, &only_id));
	assert_false(kmodule_identity_is_same(&only_id, &only_source));
	assert_false(kmodule_identity_is_same(&none, &none));
}

static void a_vm_is_named_as_its_qemu_was_told(void **state)
{
	static const struct { const char *cmdline; size_t len; const char *want; } cases[] = {
#define CASE(s, w) { s, sizeof(s), w }
		CASE("qemu\0-name\0guest=web1,debug-threads=on\0-S", "web1"),
		CASE("qemu\0-name\0debug-threads=on,guest=web2", "web2"),
		CASE("qemu\0-name\0web3,process=x", "web3"),
		CASE("qemu\0-name\0web4", "web4"),
		CASE("qemu\0-S", NULL),
		CASE("qemu\0-name", NULL),
		CASE("", NULL),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *got = kvm_holders_vm_name(cases[i].cmdline, cases[i].len);

		assert_int_equal(!got, !cases[i].want);
		if (got)
			assert_string_equal(got, cases[i].want);
	}
}

static void assert_holder_is_named(int fd)
{
	_cleanup_free_ char *me = xasprintf("process %d (test_modules)", (int)getpid());
	_cleanup_free_ char *holders = kvm_holders("kvm_amd");

	assert_true(fd >= 0);
	assert_non_null(holders);
	assert_non_null(strstr(holders, me));
}

static void who_has_kvm_open_is_named(void **state)
{
	_cleanup_close_ int fd = -1;

	(void)state;
	if (access("/dev/kvm", R_OK | W_OK) < 0)
		skip_because("no /dev/kvm that this user may open");
	fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	assert_holder_is_named(fd);
}

static struct modules_state sample(void)
{
	struct modules_state s = {
		.is_kept = true, .brought = json_pack("[s]", "irqbypass"), .dir = xstrdup("/m"),
		.layout = xstrdup("split"), .scope = xstrdup("vm"),
	};

	s.before[0] = (struct module_before){
		.name = xstrdup("kvm"), .was_loaded = true, .identity = { .build_id = "12" },
		.parameters = json_pack("{ss}", "nx_huge_pages", "Y"),
	};
	s.before[1] = (struct module_before){ .name = xstrdup("kvm_intel") };
	return s;
}

static void a_state_is_read_as_it_was_written(void **state)
{
	_cleanup_free_ char *path = tempdir_path("modules.json");
	struct modules_state s = sample(), got;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(modules_state_read(path, &got, &err), 0);
	assert_ok(modules_state_write(&s, path, &err), &err);
	assert_int_equal(modules_state_read(path, &got, &err), 1);
	assert_true(got.is_kept);
	assert_string_equal(got.before[0].name, "kvm");
	assert_true(got.before[0].was_loaded);
	assert_string_equal(got.before[0].identity.build_id, "12");
	assert_true(json_equal(got.before[0].parameters, s.before[0].parameters));
	assert_false(got.before[1].was_loaded);
	assert_true(json_equal(got.brought, s.brought));
	assert_string_equal(got.layout, "split");
	modules_state_deinit(&got);
	modules_state_deinit(&s);
}

/* Replaces a text in a file. */
static void replace_in(const char *path, const char *from, const char *to)
{
	_cleanup_free_ char *text = get_text(path), *new = NULL;
	char *at = strstr(text, from);

	assert_non_null(at);
	*at = '\0';
	new = xasprintf("%s%s%s", text, to, at + strlen(from));
	put_text(path, new);
}

static void a_state_of_an_earlier_boot_is_void(void **state)
{
	_cleanup_free_ char *path = tempdir_path("modules.json");
	struct modules_state s = sample(), got;
	struct error err = { 0 };

	(void)state;
	assert_ok(modules_state_write(&s, path, &err), &err);
	replace_in(path, "\"boot\": \"", "\"boot\": \"0");
	assert_int_equal(modules_state_read(path, &got, &err), 0);
	modules_state_deinit(&s);
}

/* A state with modules that are not of KVM is refused: root would unload them. */
static void a_state_without_sense_is_refused_and_kept(void **state)
{
	static const char *const texts[] = { "", "garbage", "[]", "{}", "{\"boot\": 1}" };
	static const char *const swaps[][2] = {
		{ "\"kvm_intel\"", "\"ext4\"" }, { "\"kvm\"", "\"kvm_amd\"" },
		{ "\"kept\": true", "\"kept\": 1" }, { "\"loaded\": true", "\"loaded\": 3" },
		{ "\"build_id\": \"12\"", "\"build_id\": 12" },
	};
	_cleanup_free_ char *path = modules_state_path(tempdir);
	struct error err = { 0 };
	struct modules_state s = sample();
	bool did;

	(void)state;
	assert_ok(modules_recover(tempdir, &did, &err), &err);	/* there is no state, so nothing is done */
	assert_false(did);
	for (size_t i = 0; i < ARRAY_SIZE(texts) + ARRAY_SIZE(swaps); i++) {
		size_t swap = i - ARRAY_SIZE(texts);

		if (i < ARRAY_SIZE(texts)) {
			put_text(path, texts[i]);
		} else {
			assert_ok(modules_state_write(&s, path, &err), &err);
			replace_in(path, swaps[swap][0], swaps[swap][1]);
		}
		if (geteuid() == 0) {
			assert_int_equal(modules_recover(tempdir, &did, &err), -1);
			assert_error(&err, STATUS_USAGE, path);
		}
		assert_false(did);
		assert_int_equal(access(path, F_OK), 0);	/* it stays for a person to look at */
	}
	modules_state_deinit(&s);
}

static void only_what_is_a_value_becomes_an_option(void **state)
{
	json_t *p = json_pack("{ss ss ss ss ss ss}", "nested", "N", "halt_poll_ns", "200000", "flush",
			      "not required", "name", "(null)", "empty", "", "quoted", "a\"b");
	_cleanup_free_ char *options = modules_params_options(p);

	(void)state;
	assert_string_equal(options, "nested=N halt_poll_ns=200000");
	json_decref(p);
}

static void put_at(const char *name, const char *data, size_t len)
{
	_cleanup_free_ char *path = tempdir_path(name), *dir = xstrdup(path);
	struct error err = { 0 };

	*strrchr(dir, '/') = '\0';
	assert_ok(dir_make(dir, &err), &err);
	assert_ok(file_write(path, data, len, &err), &err);
}

static void signatures_that_are_demanded_are_known_in_advance(void **state)
{
	static const char variable[] = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	struct error err = { 0 };
	struct signing_facts f;

	(void)state;
	signing_gather(tempdir, &f);
	assert_ok(signing_require_loadable(&f, false, &err), &err);

	put_at("sys/kernel/security/lockdown", "[none] integrity confidentiality\n", 34);
	put_at(variable, "\x06\0\0\0\0", 5);
	put_at("sys/module/module/parameters/sig_enforce", "N\n", 2);
	put_at("proc/sys/kernel/modules_disabled", "0\n", 2);
	signing_gather(tempdir, &f);
	assert_false(f.is_secure_boot || f.is_enforced || f.is_closed);
	assert_ok(signing_require_debugfs(&f, &err), &err);
	assert_ok(signing_require_loadable(&f, false, &err), &err);

	put_at("sys/kernel/security/lockdown", "none [integrity] confidentiality\n", 34);
	signing_gather(tempdir, &f);
	assert_string_equal(f.lockdown, "integrity");
	assert_int_equal(signing_require_loadable(&f, false, &err), -1);
	assert_error(&err, STATUS_SKIP, "this kernel is locked down (/sys/kernel/security/lockdown), and the "
		     "patched modules are not signed: sign them");
	assert_ok(signing_require_loadable(&f, true, &err), &err);
	assert_int_equal(signing_require_debugfs(&f, &err), -1);
	assert_error(&err, STATUS_SKIP, "this kernel is locked down (integrity in /sys/kernel/security/lockdown), which closes debugfs");

	put_at(variable, "\x06\0\0\0\x01", 5);
	signing_gather(tempdir, &f);
	assert_int_equal(signing_require_loadable(&f, false, &err), -1);
	assert_error(&err, STATUS_SKIP, "Secure Boot is on and has this kernel locked down, ");

	put_at("sys/kernel/security/lockdown", "[none] integrity confidentiality\n", 34);
	put_at("sys/module/module/parameters/sig_enforce", "Y\n", 2);
	signing_gather(tempdir, &f);
	assert_int_equal(signing_require_loadable(&f, false, &err), -1);
	assert_error(&err, STATUS_SKIP, "this kernel demands signatures (module.sig_enforce), ");

	put_at("proc/sys/kernel/modules_disabled", "1\n", 2);
	signing_gather(tempdir, &f);
	assert_int_equal(signing_require_loadable(&f, true, &err), -1);
	assert_error(&err, STATUS_SKIP, "takes no module any more (kernel.modules_disabled=1)");
}

static void a_signature_stands_at_the_end(void **state)
{
	_cleanup_free_ char *path = tempdir_path("kvm.ko");

	(void)state;
	put_text(path, "module~Module signature appended~\n");
	assert_true(signing_is_signed(path));
	put_text(path, "module~Module signature appended~\n.");
	assert_false(signing_is_signed(path));
	put_text(path, "x");
	assert_false(signing_is_signed(path));
	assert_false(signing_is_signed("/nonexistent"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_build_id_is_read_from_a_note),
		cmocka_unit_test(a_build_id_is_read_from_a_file),
		cmocka_unit_test(a_forged_file_has_no_build_id),
		tempdir_test(a_torn_file_has_no_build_id),
		cmocka_unit_test(builds_are_compared_by_what_both_have),
		cmocka_unit_test(a_vm_is_named_as_its_qemu_was_told),
		cmocka_unit_test(who_has_kvm_open_is_named),
		tempdir_test(a_state_is_read_as_it_was_written),
		tempdir_test(a_state_of_an_earlier_boot_is_void),
		tempdir_test(a_state_without_sense_is_refused_and_kept),
		cmocka_unit_test(only_what_is_a_value_becomes_an_option),
		tempdir_test(signatures_that_are_demanded_are_known_in_advance),
		tempdir_test(a_signature_stands_at_the_end),
	};

	return cmocka_run_group_tests_name("modules", tests, NULL, NULL);
}
