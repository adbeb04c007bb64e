/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The script that runs an emulator in its sandbox: bubblewrap for what it sees, setpriv for its rights,
 * prlimit for what it may use up.  Pure: a script is rendered, and nothing is run.
 */
#ifndef EXITMETER_SANDBOX_SCRIPT_H
#define EXITMETER_SANDBOX_SCRIPT_H

#include <stdbool.h>
#include <sys/types.h>

#define SANDBOX_PATHS 12

/* What an emulator has of this machine, beside its programs and libraries.  All paths are borrowed. */
struct sandbox_files {
	const char *folder;			/* is empty inside, and forgets what is written there */
	const char *reads[SANDBOX_PATHS];	/* files and folders; the first NULL ends them */
	const char *writes[SANDBOX_PATHS];	/* files that are there; it can neither remove nor replace them */
	const char *shared;			/* folder to read, whose files may be made later; NULL: none */
	const char *device;			/* such as /dev/kvm; NULL: none */
	const char *terminal;	/* link to a terminal that it opens; NULL: none */
	const char *filter;			/* file with a seccomp filter; NULL: none */
	long memory_mib;			/* of the machine that is emulated */
};

/* By which means, which depends on what this machine has. */
struct sandbox_means {
	bool is_root;		/* we are */
	bool has_namespaces;	/* bubblewrap works */
	uid_t account;		/* that root drops to; 0: none */
	bool is_account_ours;	/* no other process has it, so that its processes can be counted */
	gid_t device_group;	/* that the account needs for the device; 0: none */
};

/* Adds a path to a list; NULL is left out. */
void sandbox_add(const char *list[SANDBOX_PATHS], const char *path);
/* Returns the script, which runs the command that its arguments are.  The caller frees it. */
char *sandbox_script(const struct sandbox_means *means, const struct sandbox_files *files);

#endif
