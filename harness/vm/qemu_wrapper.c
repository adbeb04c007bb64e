// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu_wrapper.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "vm/domain_xml.h"

/* libvirt tells QEMU a folder for caches, in the folder of the domain: ROOT/lib/qemu/domain-1-NAME/.cache. */
static const char text[] =
	"#!/bin/sh\n"
	"# libvirt takes this for QEMU.\n"
	"case \"$*\" in *'-machine none'*) exec " DOMAIN_EMULATOR " \"$@\" ;; esac\n"
	"exec bash -p \"${XDG_CACHE_HOME%/lib/qemu/*}/sandbox\" " DOMAIN_EMULATOR " \"$@\"\n";

/* Returns CACHE/hosts without links in it: a saved host holds the path, and may be used by another way to it. */
static char *hosts_folder(const char *cache, struct error *err)
{
	_cleanup_free_ char *hosts = xasprintf("%s/hosts", cache);
	char *real;

	if (dir_make(hosts, err) < 0)
		return NULL;
	real = realpath(hosts, NULL);
	if (!real)
		error_errno(err, STATUS_USAGE, "cannot find %s", hosts);
	return real;
}

char *qemu_wrapper_make(const char *cache, struct error *err)
{
	_cleanup_free_ char *hosts = NULL, *dir = NULL, *path = NULL;
	struct stat st;

	if (stat(DOMAIN_EMULATOR, &st) < 0) {
		error_set(err, STATUS_SKIP, DOMAIN_EMULATOR " is not installed: run ci/install-deps");
		return NULL;
	}
	hosts = hosts_folder(cache, err);
	if (!hosts)
		return NULL;
	dir = xasprintf("%s/emulators/%jx-%jx-%jx.%09ld", hosts, (uintmax_t)st.st_ino, (uintmax_t)st.st_size,
			(uintmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	path = xasprintf("%s/qemu-system-x86_64", dir);
	if (access(path, F_OK) == 0 && access(path, X_OK) == 0)
		return take_ptr(path);
	if (dir_make(dir, err) < 0 || file_write(path, text, sizeof(text) - 1, err) < 0)
		return NULL;
	if (chmod(path, 0755) == 0 && access(path, X_OK) == 0)
		return take_ptr(path);
	error_errno(err, STATUS_USAGE, "cannot execute %s", path);
	return NULL;
}
