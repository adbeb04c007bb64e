// SPDX-License-Identifier: GPL-2.0-only
/* Tests of bochsrc, and of the commands for GRUB, byte by byte. */
#include "support/helpers.h"

#include "vm/bochs_rc.h"
#include "vm/grub_area.h"

#include <stdlib.h>
#include <string.h>

static void test_machine(void **state)
{
	static const struct bochs_spec spec = {
		.cpu = "ryzen",
		.bios = "/b/BIOS",
		.vga_bios = "/b/VGA",
		.msrs = "/s/msrs",
		.memory_mib = 3072,
		.disks = {
			{ .path = "/s/payload" },
			{ .path = "/i/root.img" },
			{ .path = "/s/results", .is_writable = true },
			{ .path = "/i/disk.qcow2" },
		},
		.serial = { "/s/console", "/s/port" },
		.journal = "/s/journal",
		.start_time = 1767225600,
	};
	char *text = bochs_rc_render(&spec);

	(void)state;
	assert_string_equal(text,
		"config_interface: textconfig\n"
		"display_library: nogui\n"
		"cpu: model=ryzen, count=1, ips=100000000, reset_on_triple_fault=0, "
		"ignore_bad_msrs=1, msrs=\"/s/msrs\"\n"
		"memory: guest=3072, host=2048, block_size=2048\n"
		"romimage: file=\"/b/BIOS\", options=fastboot\n"
		"vgaromimage: file=\"/b/VGA\"\n"
		"vga: extension=vbe, update_freq=1, realtime=0\n"
		"pci: enabled=1, chipset=i440fx\n"
		"clock: sync=none, time0=1767225600\n"
		"ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14\n"
		"ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15\n"
		"ata0-master: type=disk, path=\"/s/payload\", mode=volatile, journal=\"/s/journal.0\"\n"
		"ata0-slave: type=disk, path=\"/i/root.img\", mode=volatile, journal=\"/s/journal.1\"\n"
		"ata1-master: type=disk, path=\"/s/results\", mode=flat\n"
		"ata1-slave: type=disk, path=\"/i/disk.qcow2\", mode=volatile, journal=\"/s/journal.3\"\n"
		"boot: disk\n"
		"com1: enabled=1, mode=file, dev=\"/s/console\"\n"
		"com2: enabled=1, mode=file, dev=\"/s/port\"\n"
		"panic: action=fatal\n"
		"error: action=ignore\n"
		"info: action=ignore\n"
		"debug: action=ignore\n");
	free(text);
}

static void test_small_machine(void **state)
{
	static const struct bochs_spec spec = {
		.cpu = "c", .bios = "b", .vga_bios = "v", .msrs = "m", .memory_mib = 511,
		.disks = { { .path = "d" } },
		.serial = { "c", "p" },
		.journal = "j",
	};
	char *text = bochs_rc_render(&spec);

	(void)state;
	/* Bochs takes no more memory than the machine has; without a start time it takes this machine's. */
	assert_non_null(strstr(text, "memory: guest=512, host=512, block_size=2048\n"));
	assert_non_null(strstr(text, "time0=utc\n"));
	assert_null(strstr(text, "ata0-slave"));
	assert_null(strstr(text, "ata1-"));
	free(text);
}

static void test_shell(void **state)
{
	static const struct bochs_spec spec = {
		.cpu = "c", .bios = "b", .vga_bios = "v", .msrs = "m", .memory_mib = 512,
		.disks = { { .path = "d" } },
		.serial = { "c", "p" },
		.terminal = "/s/shell",
		.journal = "j",
	};
	char *text = bochs_rc_render(&spec);

	(void)state;
	/* Who types is no faster than real time, and so the machine is not either. */
	assert_non_null(strstr(text, "clock: sync=slowdown, time0=utc\n"));
	assert_non_null(strstr(text, "com3: enabled=1, mode=term, dev=\"/s/shell\"\n"));
	free(text);
}

static void test_boot_commands(void **state)
{
	char *text = grub_area_commands((long[]){ 2048, 27708 }, (long[]){ 29756, 8185 }, "a=1 b");

	(void)state;
	assert_string_equal(text, "set gfxpayload=text\n"
				  "linux (hd0)2048+27708 a=1 b\n"
				  "initrd (hd0)29756+8185\n"
				  "boot\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_small_machine),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_boot_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
