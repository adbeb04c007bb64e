// SPDX-License-Identifier: GPL-2.0-only
#include "host/saved_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/text.h"
#include "image/built_image.h"

#define WHAT "saved L1 host"
#define REMEDY "make measure"
#define RECORD "image.json"
/* A clock of a saved kernel may be wrong by one in so many. */
#define TSC_TOLERANCE 500
#define SAVED_MAX 64

char *saved_host_key_text(const struct saved_host_key *k)
{
	return xasprintf("saved host 1\nmachine %s\nemulator %s\nimage %s\nprogram %s\ninit %s\n"
			 "guest disk %jd\n%s%s", k->machine, k->emulator, k->image, k->program, k->init,
			 (intmax_t)k->guest_disk_bytes, k->cpu, k->description);
}

static bool tells_which(const char *line)
{
	static const char *const keys[] = {
		"vendor_id", "cpu family", "model", "stepping", "microcode", "flags", "vmx flags",
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strncmp(line, keys[i], strlen(keys[i])))
			return true;
	return false;
}

char *saved_host_cpu(const char *cpuinfo)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	for (const char *at = cpuinfo; *at && *at != '\n';) {
		size_t len = strcspn(at, "\n");

		if (tells_which(at))
			fprintf(out, "cpu %.*s\n", (int)len, at);
		at += len + (at[len] == '\n');
	}
	return text_close(&text);
}

/* The kernel that was saved goes on believing what it was told of its TSC. */
static int check_clock(const char *dir, long tsc_khz, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" RECORD, dir);
	json_t *record = json_load_file(path, 0, NULL);
	long was = (long)json_integer_value(json_object_get(record, "tsc_khz"));

	json_decref(record);
	if (labs(was - tsc_khz) <= tsc_khz / TSC_TOLERANCE)
		return 0;
	return error_set(err, STATUS_USAGE, "it was saved with a TSC of %ld kHz, and this machine's has %ld",
			 was, tsc_khz);
}

static int verify(const char *dir, long tsc_khz, struct error *err)
{
	json_t *brief = NULL;
	int rc = built_image_verify(dir, WHAT, REMEDY, SAVED_HOST_STATE, false, &brief, err);

	json_decref(brief);
	return rc < 0 ? -1 : check_clock(dir, tsc_khz, err);
}

int saved_host_verify(const char *dir, long tsc_khz, struct progress *p, struct error *err)
{
	_cleanup_free_ char *record = xasprintf("%s/" RECORD, dir);

	if (access(record, F_OK) == 0 && verify(dir, tsc_khz, err) == 0) {
		utimensat(AT_FDCWD, dir, NULL, 0);	/* it was used now */
		return 1;
	}
	if (interrupt_pending())
		return -1;
	if (err->message)
		progress_note(p, "%s; it is thrown away", err->message);
	error_clear(err);
	dir_remove(dir);
	return 0;
}

int saved_host_write_record(const char *dir, long tsc_khz, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" RECORD, dir);
	json_t *files = json_object(), *json = json_pack("{ss ss so sI}", "kind", "saved-host", "name", "host",
							  "files", files, "tsc_khz", (json_int_t)tsc_khz);
	_cleanup_free_ char *text = NULL;

	if (built_image_note_file(files, dir, SAVED_HOST_STATE, err) == 0 &&
	    built_image_note_file(files, dir, SAVED_HOST_KEY, err) == 0)
		text = json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	json_decref(json);
	return text ? file_write(path, text, strlen(text), err) : -1;
}

struct saved {
	char *path;
	struct timespec used;
};

static int by_use(const void *left, const void *right)
{
	const struct timespec *a = &((const struct saved *)left)->used, *b = &((const struct saved *)right)->used;

	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? 1 : -1;
	return a->tv_nsec < b->tv_nsec ? 1 : a->tv_nsec > b->tv_nsec ? -1 : 0;
}

/* Lists the folders that are whole; a run that makes one looks after its own. */
static size_t list_saved(const char *hosts, struct saved list[SAVED_MAX])
{
	DIR *d = opendir(hosts);
	struct dirent *e;
	size_t n = 0;

	while (d && n < SAVED_MAX && (e = readdir(d))) {
		_cleanup_free_ char *path = xasprintf("%s/%s", hosts, e->d_name);
		_cleanup_free_ char *record = xasprintf("%s/" RECORD, path);
		struct stat st;

		if (strlen(e->d_name) != SAVED_HOST_KEY_BYTES - 1 || access(record, F_OK) < 0 ||
		    lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		list[n++] = (struct saved){ take_ptr(path), st.st_mtim };
	}
	if (d)
		closedir(d);
	return n;
}

void saved_host_prune(const char *hosts, unsigned int keep)
{
	struct saved list[SAVED_MAX];
	size_t n = list_saved(hosts, list);

	qsort(list, n, sizeof(list[0]), by_use);
	for (size_t i = 0; i < n; i++) {
		if (i >= keep)
			dir_remove(list[i].path);
		free(list[i].path);
	}
}
