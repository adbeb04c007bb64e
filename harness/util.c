// SPDX-License-Identifier: GPL-2.0-only
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void *or_die(void *p)
{
	if (!p) {
		fputs("exitmeter: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return or_die(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return or_die(realloc(p, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return or_die(strdup(s));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	return or_die(s);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

char *file_read(const char *path, size_t max_bytes, size_t *ret_len, struct error *err)
{
	/* A FIFO without a writer is an empty file, and nothing to wait for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	_cleanup_fclose_ FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	_cleanup_free_ char *buf = NULL;
	size_t len = 0, size = 4096, n;

	if (!f) {
		error_errno(err, STATUS_USAGE, "cannot open %s", path);
		return NULL;
	}
	buf = xcalloc(1, size + 1);
	while ((n = fread(buf + len, 1, size - len, f)) > 0) {
		len += n;
		if (len > max_bytes) {
			error_set(err, STATUS_USAGE, "%s is larger than %zu bytes", path, max_bytes);
			return NULL;
		}
		if (len == size)
			buf = xrealloc(buf, (size *= 2) + 1);
	}
	if (ferror(f)) {
		error_errno(err, STATUS_USAGE, "cannot read %s", path);
		return NULL;
	}
	buf[len] = '\0';
	if (ret_len)
		*ret_len = len;
	return take_ptr(buf);
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_write(const char *path, const void *data, size_t len, struct error *err)
{
	_cleanup_free_ char *aside = xasprintf("%s.part", path);
	_cleanup_close_ int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot create %s", aside);
	if (write_all(fd, data, len) < 0 || rename(aside, path) < 0) {
		error_errno(err, STATUS_USAGE, "cannot write %s", path);
		unlink(aside);
		return -1;
	}
	return 0;
}

const char *group_digits(uint64_t value, char buf[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, value), at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}
