// SPDX-License-Identifier: GPL-2.0-only
/* Disks of a few sectors, as they are laid out. */
#include "support/helpers.h"

#include <string.h>

#include "image/disk_layout.h"

static unsigned char disk[DISK_LAYOUT_BYTES];
static struct disk_layout l;

static void put32(size_t at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		disk[at + (size_t)i] = (unsigned char)(value >> 8 * i);
}

static int blank(void **state)
{
	(void)state;
	memset(disk, 0, sizeof(disk));
	disk[510] = 0x55;
	disk[511] = 0xaa;
	return 0;
}

static void partition(unsigned int index, unsigned char type, uint32_t begin, uint32_t sectors)
{
	disk[446 + 16 * index + 4] = type;
	put32(446 + 16 * index + 8, begin);
	put32(446 + 16 * index + 12, sectors);
}

/* The header of a table of four partitions, of which the third is an EFI system partition. */
static void gpt(uint32_t last)
{
	static const char esp[] = "\x28\x73\x2a\xc1\x1f\xf8\xd2\x11\xba\x4b\x00\xa0\xc9\x3e\xc9\x3b";

	partition(0, 0xee, 1, UINT32_MAX);
	memcpy(disk + 512, "EFI PART", 8);
	put32(512 + 32, last);
	put32(512 + 72, 2);
	put32(512 + 80, 4);
	put32(512 + 84, 128);
	memcpy(disk + 1024 + 2 * 128, esp, 16);
}

static void read_all(void)
{
	disk_layout_read(disk, sizeof(disk), &l);
}

static void a_bios_needs_code_in_the_boot_sector(void **state)
{
	(void)state;
	read_all();
	assert_true(l.has_boot_sector && !l.has_bios_code && !l.has_esp && !l.is_empty);
	disk[0] = 0xeb;
	read_all();
	assert_true(l.has_bios_code);
	disk[511] = 0;
	read_all();
	assert_false(l.has_boot_sector || l.has_bios_code);
	/* The signature of the disk is no code. */
	blank(NULL);
	put32(440, 0x12345678);
	read_all();
	assert_false(l.has_bios_code);
}

static void uefi_needs_a_system_partition(void **state)
{
	(void)state;
	gpt(20479);
	read_all();
	assert_true(l.has_esp && !l.has_bios_code);
	assert_int_equal(l.bytes, 20480 * 512);
	blank(NULL);
	partition(1, 0xef, 2048, 4096);
	partition(2, 0x83, 6144, 100);
	read_all();
	assert_true(l.has_esp);
	assert_int_equal(l.bytes, 6244 * 512);
}

static void what_is_no_disk_is_known_by_its_first_bytes(void **state)
{
	(void)state;
	memset(disk, 0, sizeof(disk));
	read_all();
	assert_true(l.is_empty);
	memcpy(disk, "\x1f\x8b", 2);
	read_all();
	assert_non_null(strstr(l.mistaken_for, "gzip"));
	assert_false(l.is_empty);
	disk_layout_read("PK\x03\x04", 4, &l);
	assert_non_null(strstr(l.mistaken_for, "zip"));
	disk_layout_read("", 0, &l);
	assert_null(l.mistaken_for);
	/* An installer's image that also boots from a disk is one. */
	blank(NULL);
	memcpy(disk + 0x8001, "CD001", 5);
	disk[0] = 0x33;
	read_all();
	assert_null(l.mistaken_for);
	assert_true(l.has_bios_code);
}

/* A table may claim what it likes, and the file may end anywhere. */
static void a_wild_table_is_read_within_the_bytes(void **state)
{
	(void)state;
	gpt(20479);
	put32(512 + 80, UINT32_MAX);
	put32(512 + 84, 512);
	read_all();
	put32(512 + 72, UINT32_MAX);
	put32(512 + 76, UINT32_MAX);
	read_all();
	assert_false(l.has_esp);
	put32(512 + 32, UINT32_MAX);
	put32(512 + 36, UINT32_MAX);
	read_all();
	for (size_t len = 0; len <= 2048; len++)
		disk_layout_read(disk, len, &l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_bios_needs_code_in_the_boot_sector, blank),
		cmocka_unit_test_setup(uefi_needs_a_system_partition, blank),
		cmocka_unit_test_setup(what_is_no_disk_is_known_by_its_first_bytes, blank),
		cmocka_unit_test_setup(a_wild_table_is_read_within_the_bytes, blank),
	};

	return cmocka_run_group_tests_name("disk_layout", tests, NULL, NULL);
}
