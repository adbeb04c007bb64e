// SPDX-License-Identifier: GPL-2.0-only
#include "vm/grub_area.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"

#define SECTOR 512
#define AREA_SECTORS (GRUB_AREA_BYTES / SECTOR)
#define FIRST_SECTOR 2048		/* of the kernel; GRUB itself is before it */
#define GRUB_FOLDER "/usr/lib/grub/i386-pc"
#define FILE_MAX ((size_t)GRUB_AREA_BYTES)

/* The fields in which GRUB's sectors tell where the next ones are; grub-bios-setup writes them too. */
#define BOOT_IMG_CORE_SECTOR 0x5c	/* in boot.img, 8 bytes */
#define CORE_IMG_REST_SECTOR 0x1f4	/* in core.img, 8 bytes */
#define BOOT_CODE_BYTES 440
#define PARTITION_ENTRY 446
#define LINUX_PARTITION 0x83

char *grub_area_commands(const long kernel[2], const long initrd[2], const char *cmdline)
{
	return xasprintf("set gfxpayload=text\n"
			 "linux (hd0)%ld+%ld %s\n"
			 "initrd (hd0)%ld+%ld\n"
			 "boot\n",
			 kernel[0], kernel[1], cmdline, initrd[0], initrd[1]);
}

static void put_le(unsigned char *at, unsigned int bytes, uint64_t value)
{
	for (unsigned int i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

static int put_bytes(int fd, long sector, const void *data, size_t len, const char *disk,
		     struct error *err)
{
	const char *p = data;
	off_t at = (off_t)sector * SECTOR;

	while (len > 0) {
		ssize_t n = pwrite(fd, p, len, at);

		if (n <= 0)
			return error_errno(err, STATUS_USAGE, "cannot write the boot area of %s", disk);
		p += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Puts a whole file at the sector; ret takes that sector and the number of sectors. */
static int put_file(int fd, const char *path, long sector, const char *disk, long ret[2],
		    struct error *err)
{
	size_t len;
	_cleanup_free_ char *data = file_read(path, FILE_MAX, &len, err);

	if (!data)
		return -1;
	ret[0] = sector;
	ret[1] = (long)((len + SECTOR - 1) / SECTOR);
	if (sector + ret[1] > AREA_SECTORS)
		return error_set(err, STATUS_USAGE, "%s does not fit into the boot area of %ld MiB", path,
				 GRUB_AREA_BYTES >> 20);
	return put_bytes(fd, sector, data, len, disk, err);
}

/* Makes GRUB's core with the commands in it, so that it needs no configuration file on the disk. */
static int make_core(const struct grub_area *a, const char *commands, const char *core,
		     struct error *err)
{
	_cleanup_free_ char *config = xasprintf("%s/grub.cfg", a->scratch);
	const char *argv[] = { "grub-mkimage", "-O", "i386-pc", "-d", GRUB_FOLDER, "-o", core, "-c",
			       config, "-p", "(hd0)/", "biosdisk", "linux", "boot", NULL };

	if (file_write(config, commands, strlen(commands), err) < 0)
		return -1;
	return subprocess_run(argv, SUBPROCESS_SMALL_MS, err);
}

static int put_core(int fd, const char *core, const char *disk, struct error *err)
{
	size_t len;
	_cleanup_free_ char *data = file_read(core, FILE_MAX, &len, err);

	if (!data)
		return -1;
	if (len < SECTOR || len > (FIRST_SECTOR - 1) * SECTOR)
		return error_set(err, STATUS_USAGE, "GRUB's core %s has an impossible size (%zu bytes)",
				 core, len);
	put_le((unsigned char *)data + CORE_IMG_REST_SECTOR, 8, 2);
	return put_bytes(fd, 1, data, len, disk, err);
}

/* The master boot record has GRUB's boot code, and one partition behind the area. */
static int put_mbr(int fd, off_t disk_bytes, const char *disk, struct error *err)
{
	unsigned char mbr[SECTOR] = { 0 };
	unsigned char *entry = mbr + PARTITION_ENTRY;
	size_t len;
	_cleanup_free_ char *boot = file_read(GRUB_FOLDER "/boot.img", SECTOR, &len, err);

	if (!boot || len != SECTOR) {
		error_clear(err);
		return error_set(err, STATUS_SKIP,
				 "there is no " GRUB_FOLDER "/boot.img (grub-pc-bin): run ci/install-deps");
	}
	memcpy(mbr, boot, BOOT_CODE_BYTES);
	put_le(mbr + BOOT_IMG_CORE_SECTOR, 8, 1);
	memset(entry + 1, 0xff, 7);	/* the entry counts sectors: it has no cylinders */
	entry[4] = LINUX_PARTITION;
	put_le(entry + 8, 4, AREA_SECTORS);
	put_le(entry + 12, 4, (uint64_t)(disk_bytes / SECTOR - AREA_SECTORS));
	mbr[SECTOR - 2] = 0x55;
	mbr[SECTOR - 1] = 0xaa;
	return put_bytes(fd, 0, mbr, sizeof(mbr), disk, err);
}

int grub_area_write(const struct grub_area *a, const char *disk, struct error *err)
{
	_cleanup_close_ int fd = open(disk, O_WRONLY | O_CLOEXEC);
	_cleanup_free_ char *core = xasprintf("%s/grub-core.img", a->scratch);
	_cleanup_free_ char *commands = NULL;
	long kernel[2], initrd[2];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot open %s", disk);
	if (put_file(fd, a->kernel, FIRST_SECTOR, disk, kernel, err) < 0 ||
	    put_file(fd, a->initrd, kernel[0] + kernel[1], disk, initrd, err) < 0)
		return -1;
	commands = grub_area_commands(kernel, initrd, a->cmdline);
	if (make_core(a, commands, core, err) < 0 || put_core(fd, core, disk, err) < 0)
		return -1;
	return put_mbr(fd, st.st_size, disk, err);
}
