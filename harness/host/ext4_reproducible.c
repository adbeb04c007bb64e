// SPDX-License-Identifier: GPL-2.0-only
#include "host/ext4_reproducible.h"

#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/subprocess.h"

/* debugfs' command "sif" sets a field of an inode. */
static void put_fields(FILE *script, const char *name, mode_t mode, long time)
{
	static const char *const times[] = { "atime", "mtime", "ctime", "crtime" };
	bool is_open = S_ISDIR(mode) || (mode & S_IXUSR);

	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		fprintf(script, "sif \"%s\" %s @%ld\n", name, times[i], time);
	fprintf(script, "sif \"%s\" mode 0%o\n", name, (mode & S_IFMT) | (is_open ? 0755 : 0644));
	fprintf(script, "sif \"%s\" uid 0\n", name);
	fprintf(script, "sif \"%s\" gid 0\n", name);
}

static int write_script(const char *path, const char *stage, long time, struct error *err)
{
	char *const roots[] = { (char *)stage, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FILE *script = fopen(path, "we");

	for (FTSENT *e; tree && script && (e = fts_read(tree));)
		if (e->fts_info == FTS_D || e->fts_info == FTS_F)
			put_fields(script, e->fts_level ? e->fts_path + strlen(stage) : "/",
				   e->fts_statp->st_mode, time);
	if (tree)
		fts_close(tree);
	if (!script || fclose(script) != 0)
		return error_errno(err, STATUS_USAGE, "cannot write %s", path);
	return 0;
}

int ext4_make_reproducible(const char *image, long offset, const char *stage, const char *scratch, long time,
		    struct error *err)
{
	_cleanup_free_ char *script = xasprintf("%s/debugfs.script", scratch);
	_cleanup_free_ char *target = xasprintf("%s?offset=%ld", image, offset);
	const char *argv[] = { "debugfs", "-w", "-f", script, target, NULL };

	if (write_script(script, stage, time, err) < 0)
		return -1;
	return subprocess_run(argv, SUBPROCESS_SMALL_MS, err);
}
