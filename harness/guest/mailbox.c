// SPDX-License-Identifier: GPL-2.0-only
#include "guest/mailbox.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/record.h"

/* This is where QEMU makes the file of a <shmem> of libvirt's. */
struct mailbox mailbox_of(const char *domain)
{
	return (struct mailbox){ .path = xasprintf("/dev/shm/%s", domain), .fd = -1 };
}

int mailbox_open(struct mailbox *m, const char *nonce, struct error *err)
{
	const size_t len = strlen(nonce) + 1;
	struct stat st;

	m->fd = open(m->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (m->fd < 0 || fstat(m->fd, &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot open the guest's mailbox %s", m->path);
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct em_mailbox))
		return error_set(err, STATUS_USAGE, "%s is no mailbox of a guest's", m->path);
	if (pwrite(m->fd, nonce, len, offsetof(struct em_mailbox, nonce)) != (ssize_t)len)
		return error_errno(err, STATUS_USAGE, "cannot write to %s", m->path);
	return 0;
}

static uint32_t number_at(const struct mailbox *m, size_t offset)
{
	uint32_t n = 0;

	if (m->fd < 0 || pread(m->fd, &n, sizeof(n), (off_t)offset) != sizeof(n))
		return 0;
	return n;
}

/* The guest could write any number, also a smaller one than before. */
static uint32_t bytes_written(const struct mailbox *m)
{
	uint32_t n = number_at(m, offsetof(struct em_mailbox, bytes));
	uint32_t room = sizeof(((struct em_mailbox *)NULL)->text);

	return n < room ? n : room;
}

size_t mailbox_read(struct mailbox *m, void *buf, size_t size)
{
	uint32_t bytes = bytes_written(m);
	size_t left = bytes > m->taken ? bytes - m->taken : 0;
	ssize_t n;

	if (!left)
		return 0;
	n = pread(m->fd, buf, left < size ? left : size,
		  (off_t)(offsetof(struct em_mailbox, text) + m->taken));
	if (n <= 0)
		return 0;
	m->taken += (uint32_t)n;
	return (size_t)n;
}

uint32_t mailbox_points(const struct mailbox *m)
{
	return number_at(m, offsetof(struct em_mailbox, points));
}

int mailbox_save(const struct mailbox *m, const char *path, struct error *err)
{
	struct mailbox whole = { .fd = m->fd };
	_cleanup_fclose_ FILE *f = NULL;
	char buf[16384];
	size_t n;

	if (!bytes_written(m))
		return 0;
	f = fopen(path, "a+e");
	if (!f)
		return error_errno(err, STATUS_USAGE, "cannot write %s", path);
	/* OVMF shows its menus on this port, too, and ends without a line's end: no record may follow in that line. */
	if (fseek(f, -1, SEEK_END) == 0 && getc(f) != '\n') {
		fseek(f, 0, SEEK_END);
		putc('\n', f);
	}
	fseek(f, 0, SEEK_END);
	while ((n = mailbox_read(&whole, buf, sizeof(buf))) > 0)
		if (fwrite(buf, 1, n, f) != n)
			return error_errno(err, STATUS_USAGE, "cannot write %s", path);
	if (fflush(f))
		return error_errno(err, STATUS_USAGE, "cannot write %s", path);
	return 0;
}

void mailbox_remove(struct mailbox *m)
{
	if (m->fd >= 0)
		close(m->fd);
	unlink(m->path);
	free(m->path);
	*m = (struct mailbox){ .fd = -1 };
}
