// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/kvm_holders.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

static bool is_kvm(const char *target)
{
	return !strcmp(target, "/dev/kvm") || !strncmp(target, "anon_inode:kvm-vm", 17) ||
	       !strncmp(target, "anon_inode:kvm-vcpu", 19);
}

static bool has_kvm_open(const char *proc)
{
	_cleanup_free_ char *dir = xasprintf("%s/fd", proc);
	DIR *d = opendir(dir);
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d))) {
		_cleanup_free_ char *link = xasprintf("%s/%s", dir, e->d_name);
		char target[64];
		ssize_t n = readlink(link, target, sizeof(target) - 1);

		target[n < 0 ? 0 : n] = '\0';
		found = is_kvm(target);
	}
	if (d)
		closedir(d);
	return found;
}

/* libvirt starts QEMU with -name guest=web1,debug-threads=on, people with -name web1. */
static char *name_of(const char *word, size_t len)
{
	static const char key[] = "guest=";
	const char *from = memmem(word, len, key, strlen(key));
	size_t left;

	if (from && (from == word || from[-1] == ','))
		from += strlen(key);
	else
		from = word;
	left = len - (size_t)(from - word);
	return xasprintf("%.*s", (int)strcspn(from, ",") < (int)left ? (int)strcspn(from, ",") : (int)left,
			 from);
}

char *kvm_holders_vm_name(const char *cmdline, size_t len)
{
	const char *end = cmdline + len;

	for (const char *p = cmdline; p < end; p += strnlen(p, (size_t)(end - p)) + 1) {
		const char *next = p + strnlen(p, (size_t)(end - p)) + 1;

		if (next < end && !strcmp(p, "-name"))
			return name_of(next, strnlen(next, (size_t)(end - next)));
	}
	return NULL;
}

static char *read_proc(const char *proc, const char *name, size_t *ret_len)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", proc, name);
	_cleanup_error_ struct error ignored = { 0 };

	return file_read(path, 1 << 20, ret_len, &ignored);
}

static void list_process(const char *pid, const char *proc, char **list)
{
	size_t len = 0, ignored;
	_cleanup_free_ char *comm = read_proc(proc, "comm", &ignored);
	_cleanup_free_ char *cmdline = read_proc(proc, "cmdline", &len);
	_cleanup_free_ char *vm = cmdline ? kvm_holders_vm_name(cmdline, len) : NULL;

	if (comm)
		comm[strcspn(comm, "\n")] = '\0';
	text_join(list, ", ", "process %s (%s%s%s)", pid, comm ? comm : "gone", vm ? ", VM " : "",
		  vm ? vm : "");
}

static void list_modules(const char *vendor, char **list)
{
	DIR *d = opendir("/sys/module/kvm/holders");
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.' && strcmp(e->d_name, vendor))
			text_join(list, ", ", "the module %s", e->d_name);
	if (d)
		closedir(d);
}

char *kvm_holders(const char *vendor)
{
	DIR *d = opendir("/proc");
	char *list = NULL;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *proc = xasprintf("/proc/%s", e->d_name);

		if (isdigit((unsigned char)e->d_name[0]) && has_kvm_open(proc))
			list_process(e->d_name, proc, &list);
	}
	if (d)
		closedir(d);
	list_modules(vendor, &list);
	return list;
}
