// SPDX-License-Identifier: GPL-2.0-only
/* Finds the mailbox (record.h) by sysfs, and writes into it. */
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef PCI_DEVICES	/* tests have a folder of their own */
#define PCI_DEVICES "/sys/bus/pci/devices"
#endif

static int open_in(const char *device, const char *name, int flags)
{
	char path[512];

	if (snprintf(path, sizeof(path), "%s/%s/%s", PCI_DEVICES, device, name) >= (int)sizeof(path))
		return -1;
	return open(path, flags | O_CLOEXEC);
}

static bool has_id(const char *device, const char *name, const char *id)
{
	char text[16] = "";
	int fd = open_in(device, name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 && !strncmp(text, id, strlen(id)) && text[strlen(id)] == '\n';
}

/* No driver has done this, and under UEFI the firmware has not either. */
static void let_memory_decode(const char *device)
{
	int fd = open_in(device, "enable", O_WRONLY);

	if (fd < 0)
		return;
	(void)!write(fd, "1", 1);	/* if it fails, the nonce is not found */
	close(fd);
}

static struct em_mailbox *map_of(const char *device, const char *nonce)
{
	struct em_mailbox *box;
	int fd;

	let_memory_decode(device);
	fd = open_in(device, "resource2", O_RDWR);
	if (fd < 0)
		return NULL;
	box = mmap(NULL, sizeof(*box), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (box == MAP_FAILED)
		return NULL;
	if (!strncmp(box->nonce, nonce, sizeof(box->nonce)))
		return box;
	munmap(box, sizeof(*box));
	return NULL;
}

struct em_mailbox *mailbox_find(const char *nonce)
{
	DIR *devices = opendir(PCI_DEVICES);
	struct em_mailbox *box = NULL;
	struct dirent *d;

	while (devices && !box && (d = readdir(devices)))
		if (has_id(d->d_name, "vendor", EM_MAILBOX_VENDOR) &&
		    has_id(d->d_name, "device", EM_MAILBOX_DEVICE))
			box = map_of(d->d_name, nonce);
	if (devices)
		closedir(devices);
	return box;
}

void mailbox_begin_point(struct em_mailbox *box)
{
	__atomic_store_n(&box->points, box->points + 1, __ATOMIC_SEQ_CST);
}

/* The host reads the text as far as `bytes` says, so that is the last to be written. */
int mailbox_write(struct em_mailbox *box, const char *line, size_t len)
{
	uint32_t bytes = box->bytes;

	if (bytes > sizeof(box->text) || len > sizeof(box->text) - bytes) {
		errno = ENOSPC;
		return -1;
	}
	memcpy(box->text + bytes, line, len);
	__atomic_store_n(&box->bytes, bytes + (uint32_t)len, __ATOMIC_RELEASE);
	return 0;
}
