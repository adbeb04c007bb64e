// SPDX-License-Identifier: GPL-2.0-only
#include "host/logcopy.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

static int copy_range(FILE *in, FILE *out, off_t from, off_t bytes)
{
	char buf[65536];

	if (fseeko(in, from, SEEK_SET) < 0)
		return -1;
	while (bytes > 0) {
		size_t want = bytes < (off_t)sizeof(buf) ? (size_t)bytes : sizeof(buf);
		size_t n = fread(buf, 1, want, in);

		if (ferror(in) || fwrite(buf, 1, n, out) < n)
			return -1;
		if (n < want)
			break;		/* it has become shorter: what there is */
		bytes -= (off_t)n;
	}
	return 0;
}

static int copy_ends(FILE *in, FILE *out, off_t size, off_t most)
{
	off_t head = most / 2, tail = most - head;

	if (size <= most)
		return copy_range(in, out, 0, size);
	if (copy_range(in, out, 0, head) < 0 ||
	    fprintf(out, "\n[exitmeter: %jd bytes of %jd left out here]\n",
		    (intmax_t)(size - most), (intmax_t)size) < 0)
		return -1;
	return copy_range(in, out, size - tail, tail);
}

static int copy_aside(FILE *in, const char *aside, off_t size, off_t most)
{
	FILE *out = fopen(aside, "wxe");
	int rc;

	if (!out)
		return -1;
	rc = copy_ends(in, out, size, most);
	if (fclose(out) != 0)
		rc = -1;
	return rc;
}

int logcopy(const char *from, const char *to, size_t most, struct error *err)
{
	_cleanup_free_ char *aside = file_name_aside(to);
	_cleanup_fclose_ FILE *in = fopen(from, "re");
	struct stat st;

	if (!in && errno == ENOENT)
		return 0;
	if (!in || fstat(fileno(in), &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", from);
	if (copy_aside(in, aside, st.st_size, (off_t)most) < 0 || rename(aside, to) < 0) {
		error_errno(err, STATUS_USAGE, "cannot copy %s to %s", from, to);
		unlink(aside);
		return -1;
	}
	return 0;
}
