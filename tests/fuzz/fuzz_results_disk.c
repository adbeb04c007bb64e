// SPDX-License-Identifier: GPL-2.0-only
/*
 * The results disk.  Whatever is on it: files with plain names in their folder,
 * nothing beside it, and no more than the limits.  Every other input has its
 * headers' checksums made right, since no fuzzer guesses one.
 */
#include "fuzz.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/results_disk.h"

#define TAR_BLOCK 512

static char bundle_top[64], bundle_out[80], bundle_disk[64];
static int bundle_fd;

static void bundle_clean_up(void)
{
	rmdir(bundle_out);
	rmdir(bundle_top);
}

/* A folder in memory, with nothing in it but the one that is read into. */
static void bundle_set_up(void)
{
	if (bundle_top[0])
		return;
	strcpy(bundle_top, "/dev/shm/exitmeter-fuzz-XXXXXX");
	ALWAYS(mkdtemp(bundle_top));
	snprintf(bundle_out, sizeof(bundle_out), "%s/out", bundle_top);
	ALWAYS(mkdir(bundle_out, 0700) == 0);
	bundle_fd = memfd_create("disk", MFD_CLOEXEC);
	ALWAYS(bundle_fd >= 0);
	snprintf(bundle_disk, sizeof(bundle_disk), "/proc/self/fd/%d", bundle_fd);
	atexit(bundle_clean_up);
}

/* Checks and removes what came to be in the folder. */
static void bundle_check(void)
{
	DIR *d = opendir(bundle_out);
	unsigned int files = 0;
	long bytes = 0;
	struct stat st;

	ALWAYS(d);
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.') {
			ALWAYS(!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."));
			continue;
		}
		for (const char *c = e->d_name; *c; c++)
			ALWAYS(isalnum((unsigned char)*c) || strchr("._-", *c));
		ALWAYS(fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0);
		ALWAYS(S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_size <= RESULTS_DISK_FILE_BYTES_MAX);
		ALWAYS((st.st_mode & 07777) == (st.st_mode & 0644));
		bytes += st.st_size;
		files++;
		unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
	ALWAYS(files <= RESULTS_DISK_FILES_MAX && bytes <= RESULTS_DISK_BYTES_MAX);
	/* Nothing beside: the folder above has one link for itself, one by name, one from out/. */
	ALWAYS(stat(bundle_top, &st) == 0 && st.st_nlink == 3);
}

/* A header's size, octal; what else it may say is left to the fuzzer. */
static size_t bundle_member_bytes(const uint8_t *header)
{
	size_t bytes = 0;

	for (int i = 124; i < 135; i++)
		if (header[i] >= '0' && header[i] <= '7')
			bytes = bytes * 8 + (size_t)(header[i] - '0');
	return bytes;
}

static void bundle_right_sums(uint8_t *data, size_t size)
{
	for (size_t at = 0; at + TAR_BLOCK <= size;) {
		uint8_t *h = data + at;
		unsigned int sum = 0;
		char octal[8];

		memset(h + 148, ' ', 8);
		for (int i = 0; i < TAR_BLOCK; i++)
			sum += h[i];
		snprintf(octal, sizeof(octal), "%06o", sum);
		memcpy(h + 148, octal, 7);
		at += TAR_BLOCK + (bundle_member_bytes(h) + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *disk = malloc(size + 1);
	struct error err = { 0 };

	if (!disk)
		return 0;
	bundle_set_up();
	memcpy(disk, data, size);
	if (size % 2 == 0)
		bundle_right_sums(disk, size);
	ALWAYS(ftruncate(bundle_fd, 0) == 0 && pwrite(bundle_fd, disk, size, 0) == (ssize_t)size);
	if (results_disk_read(bundle_disk, bundle_out, &err) < 0)
		ALWAYS(err.message && fuzz_is_printable(err.message) && err.status == STATUS_LOST);
	error_clear(&err);
	bundle_check();
	free(disk);
	return 0;
}
