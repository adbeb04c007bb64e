// SPDX-License-Identifier: GPL-2.0-only
#include "vm/sandbox_script.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define OVERHEAD_MIB 4096	/* of an emulator: what it has translated, and itself */
#define FOLDER_MIB 512		/* of what it writes into its own folder */
#define CPU_SECONDS 86400
#define THREADS 256
#define FILES 1024
#define ENVIRONMENT "PATH=/usr/bin:/bin LC_ALL=C TZ=UTC0"	/* no clock depends on our time zone */

void sandbox_add(const char *list[SANDBOX_PATHS], const char *path)
{
	size_t n = 0;

	while (list[n])
		n++;
	if (n + 1 >= SANDBOX_PATHS)
		abort();	/* SANDBOX_PATHS is too small */
	list[n] = path;
}

/* Prints a text as one word for the shell. */
static void put_word(FILE *out, const char *text, size_t len)
{
	fputs(" '", out);
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\'')
			fputs("'\\''", out);
		else
			fputc(text[i], out);
	fputc('\'', out);
}

static void put_path(FILE *out, const char *path)
{
	put_word(out, path, strlen(path));
}

/* Makes the folders above a path: bubblewrap would make them for root only. */
static void put_parents(FILE *out, const char *path)
{
	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		fputs(" --dir", out);
		put_word(out, path, (size_t)(p - path));
	}
}

static void put_bind(FILE *out, const char *how, const char *path)
{
	put_parents(out, path);
	fprintf(out, " %s", how);
	put_path(out, path);
	put_path(out, path);
}

static void put_binds(FILE *out, const struct sandbox_files *f)
{
	put_parents(out, f->folder);
	fputs(" --perms 1777 $size --tmpfs", out);
	put_path(out, f->folder);
	for (const char *const *p = f->reads; *p; p++)
		put_bind(out, "--ro-bind", *p);
	for (const char *const *p = f->writes; *p; p++)
		put_bind(out, "--bind", *p);
	if (f->shared)
		put_bind(out, "--ro-bind", f->shared);
	if (f->device)
		put_bind(out, "--dev-bind", f->device);
	if (f->terminal)
		put_bind(out, "--dev-bind", f->terminal);
}

/*
 * The folders of the distribution's programs are links on some machines, and older versions of bubblewrap
 * lack options.
 */
static void put_questions(FILE *out, const struct sandbox_means *m)
{
	fputs("system=\nfor name in bin sbin lib lib32 lib64 libx32; do\n"
	      "\tif [ -L \"/$name\" ]; then system=\"$system --symlink usr/$name /$name\"\n"
	      "\telif [ -d \"/$name\" ]; then system=\"$system --ro-bind /$name /$name\"; fi\ndone\n", out);
	fputs("size= userns=\nknows=$(bwrap --help 2>&1)\n", out);
	fprintf(out, "case $knows in *--size*) size='--size %d' ;; esac\n", FOLDER_MIB << 20);
	if (!m->is_root)
		fputs("case $knows in *--disable-userns*) userns=--disable-userns ;; esac\n", out);
}

static void put_namespaces(FILE *out, const struct sandbox_means *m, const struct sandbox_files *f)
{
	put_questions(out, m);
	if (f->filter) {
		/* Of its own number: libvirt hands descriptors on by theirs. */
		fputs("exec {filter}<", out);
		put_path(out, f->filter);
		fputs("\n", out);
	}
	fputs("exec bwrap --unshare-pid --unshare-net --unshare-ipc --unshare-uts", out);
	fputs(m->is_root ? "" : " --unshare-user $userns", out);
	/* Its own first process stays who we are: only so the kernel may kill it, and all with it, when we die. */
	fputs(" --die-with-parent --new-session --clearenv", out);
	fputs(" --setenv PATH /usr/bin:/bin --setenv LC_ALL C --setenv TZ UTC0", out);
	fputs(" --ro-bind /usr /usr $system --dev /dev --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache", out);
	put_binds(out, f);
	fprintf(out, " --chdir /%s --", f->filter ? " --seccomp $filter" : "");
}

static void put_rights(FILE *out, const struct sandbox_means *m)
{
	fputs(" setpriv --no-new-privs --inh-caps=-all --ambient-caps=-all", out);
	if (m->is_root)
		fputs(" --bounding-set=-all", out);
	if (m->account)
		fprintf(out, " --reuid=%u --regid=%u", m->account, m->account);
	if (m->account && m->device_group)
		fprintf(out, " --groups=%u", m->device_group);
	else if (m->account)
		fputs(" --clear-groups", out);
	fputs(" --", out);
}

static void put_limits(FILE *out, const struct sandbox_means *m, long memory_mib)
{
	long long most = (long long)(memory_mib + OVERHEAD_MIB) << 20;

	fprintf(out, " prlimit --core=0 --data=%lld --fsize=%lld --cpu=%d --nofile=%d", most, most, CPU_SECONDS, FILES);
	if (m->is_account_ours)
		fprintf(out, " --nproc=%d", THREADS);
	fputs(" --", out);
}

/*
 * Gives the run's own files to whom the emulator runs as: who has a strict umask made them for nobody else, and a way
 * that was tried before has given them away.
 */
static void put_gift(FILE *out, const struct sandbox_means *m, const struct sandbox_files *f)
{
	size_t len = strlen(f->folder);

	fprintf(out, "chown -R -- %u:%u", m->account, m->account);
	for (const char *const *p = f->writes; *p; p++)
		put_path(out, *p);
	for (const char *const *p = f->reads; *p; p++)
		if (!strncmp(*p, f->folder, len) && (*p)[len] == '/')
			put_path(out, *p);
	if (f->shared)
		put_path(out, f->shared);
	fputs(" || exit 126\n", out);
	if (!f->terminal)
		return;
	/* With -R the link would be given away, and not what it leads to. */
	fprintf(out, "chown -- %u:%u", m->account, m->account);
	put_path(out, f->terminal);
	fputs(" || exit 126\n", out);
}

char *sandbox_script(const struct sandbox_means *m, const struct sandbox_files *f)
{
	struct text text;
	FILE *out = text_open(&text);

	fputs("#!/bin/bash -p\n# Runs an emulator in its sandbox.\n", out);
	if (m->is_root && f->writes[0])
		put_gift(out, m, f);
	if (m->has_namespaces)
		put_namespaces(out, m, f);
	else
		fputs("exec", out);
	put_rights(out, m);
	put_limits(out, m, f->memory_mib);
	if (!m->has_namespaces)
		fputs(" env -i " ENVIRONMENT, out);
	fputs(" \"$@\"\n", out);
	return text_close(&text);
}
