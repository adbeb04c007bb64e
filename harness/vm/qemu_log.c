// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu_log.h"

#include <glob.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define LOG_BYTES_MAX (1 << 20)

/*
 * libvirt writes QEMU's command into the log, one word a line with a backslash at its end, and notes of
 * its own.
 */
static bool is_libvirts(const char *line, size_t len)
{
	static const char *const notes[] = {
		": starting up libvirt version", ": shutting down, reason=", "is tainted: ",
	};

	if (!len || line[len - 1] == '\\' || line[0] == '-')
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		if (memmem(line, len, notes[i], strlen(notes[i])))
			return true;
	return false;
}

char *qemu_log_parse(const char *text)
{
	const char *words = NULL, *line = text;
	size_t words_len = 0;

	while (*line) {
		size_t len = strcspn(line, "\n");

		if (!is_libvirts(line, len) && !memmem(line, len, "warning: ", 9)) {
			words = line;
			words_len = len;
		}
		line += len + (line[len] == '\n');
	}
	return words ? xasprintf("%.*s", (int)words_len, words) : NULL;
}

char *qemu_log_last_words(const char *libvirt_root)
{
	_cleanup_free_ char *pattern = xasprintf("%s/log/qemu/*.log", libvirt_root);
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *text = NULL;
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return NULL;
	text = file_read(found.gl_pathv[0], LOG_BYTES_MAX, NULL, &ignored);
	globfree(&found);
	return text ? qemu_log_parse(text) : NULL;
}
