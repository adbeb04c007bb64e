// SPDX-License-Identifier: GPL-2.0-only
#include "image/disk_layout.h"

#include <string.h>

#include "base/memory.h"

#define SECTOR 512u
#define MBR_CODE 440u		/* bytes before the disk's signature and the partition table */
#define MBR_TABLE 446u
#define MBR_ENTRY 16u
#define MBR_ENTRIES 4u
#define MBR_PROTECTIVE 0xee	/* stands for the whole of a disk with a GPT */
#define MBR_ESP 0xef
#define GPT_ENTRIES_MAX 128u

/* C12A7328-F81F-11D2-BA4B-00A0C93EC93B as it lies on the disk. */
static const unsigned char esp_type[16] = {
	0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b,
};

static const struct {
	size_t offset;
	const char *magic;
	size_t len;
	const char *name;
} others[] = {
	{ 0, "\x1f\x8b", 2, "a gzip archive (`gunzip` it first)" },
	{ 0, "\xfd" "7zXZ", 5, "an xz archive (`unxz` it first)" },
	{ 0, "\x28\xb5\x2f\xfd", 4, "a zstd archive (`unzstd` it first)" },
	{ 0, "BZh", 3, "a bzip2 archive (`bunzip2` it first)" },
	{ 0, "PK\x03\x04", 4, "a zip archive (`unzip` it first)" },
	{ 257, "ustar", 5, "a tar archive (`tar -x` it first)" },
	{ 0, "\x7f" "ELF", 4, "a program" },
	{ 0, "hsqs", 4, "a squashfs file system without a boot loader" },
	{ 0x438, "\x53\xef", 2, "an ext file system without a partition table or a boot loader" },
	{ 0x8001, "CD001", 5, "an ISO image" },
};

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t le64(const unsigned char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

static bool is_zero(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

static void reach(struct disk_layout *l, uint64_t sectors)
{
	if (sectors <= UINT64_MAX / SECTOR && sectors * SECTOR > l->bytes)
		l->bytes = sectors * SECTOR;
}

static void read_mbr(const unsigned char *disk, struct disk_layout *l)
{
	for (unsigned int i = 0; i < MBR_ENTRIES; i++) {
		const unsigned char *entry = disk + MBR_TABLE + i * MBR_ENTRY;

		if (!entry[4] || entry[4] == MBR_PROTECTIVE)
			continue;
		l->has_esp |= entry[4] == MBR_ESP;
		reach(l, (uint64_t)le32(entry + 8) + le32(entry + 12));
	}
}

static void read_gpt(const unsigned char *disk, size_t len, struct disk_layout *l)
{
	const unsigned char *header = disk + SECTOR;
	uint64_t at;
	uint32_t count, size;

	if (len < 2 * SECTOR || memcmp(header, "EFI PART", 8))
		return;
	if (le64(header + 32) < UINT64_MAX)
		reach(l, le64(header + 32) + 1);	/* the second table is the disk's last sector */
	at = le64(header + 72);
	count = le32(header + 80);
	size = le32(header + 84);
	if (at > len / SECTOR || size < sizeof(esp_type) || size > SECTOR)
		return;
	for (uint32_t i = 0; i < count && i < GPT_ENTRIES_MAX; i++) {
		uint64_t entry = at * SECTOR + (uint64_t)i * size;

		if (entry + sizeof(esp_type) > len)
			return;
		l->has_esp |= !memcmp(disk + entry, esp_type, sizeof(esp_type));
	}
}

void disk_layout_read(const void *data, size_t len, struct disk_layout *ret)
{
	const unsigned char *disk = data;

	*ret = (struct disk_layout){ .is_empty = is_zero(disk, len) };
	ret->has_boot_sector = len >= SECTOR && disk[510] == 0x55 && disk[511] == 0xaa;
	for (size_t i = 0; i < ARRAY_SIZE(others) && !ret->has_boot_sector; i++)
		if (len >= others[i].offset + others[i].len && !ret->mistaken_for &&
		    !memcmp(disk + others[i].offset, others[i].magic, others[i].len))
			ret->mistaken_for = others[i].name;
	if (!ret->has_boot_sector)
		return;
	ret->has_bios_code = !is_zero(disk, MBR_CODE);
	read_mbr(disk, ret);
	read_gpt(disk, len, ret);
}
