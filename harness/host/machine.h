/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that an L1 host runs on: QEMU with TCG, QEMU under KVM, or Bochs.  What goes in
 * (disks), what comes out (a disk and two serial ports) and who watches it are the same for all of
 * them.  A struct machine_kind holds what differs.
 */
#ifndef EXITMETER_MACHINE_H
#define EXITMETER_MACHINE_H

#include "host/host.h"

/*
 * 2026-01-01: a deterministic run's machine begins with this time, and the files that it gets have
 * it.
 */
#define MACHINE_FIXED_TIME 1767225600L

enum machine_state {
	MACHINE_RUNNING,
	MACHINE_OFF,		/* it has powered off */
	MACHINE_DIED,		/* its emulator was killed or has failed */
};

/*
 * A machine that was started.  Each kind has a larger struct of its own, of which this is the first
 * member.
 */
struct machine {
	const struct machine_kind *kind;
	char end[256];		/* how it died, if it has */
};

/* All strings are borrowed, and all but the name and the format are paths. */
struct machine_spec {
	const char *name;			/* no other machine of the same libvirt has the same */
	const char *uuid;			/* NULL: libvirt chooses one */
	const char *kernel, *initrd;
	const char *root, *payload, *results;	/* raw disks, of which only results is written to */
	const char *guest_disk;			/* NULL where the guest has none */
	const char *guest_disk_format;
	const char *console, *port;		/* files that ttyS0 and ttyS1 write to */
	const char *shell;			/* what the console of a guest that is a shell is behind (shell.h); NULL: none */
	const char *scratch;			/* folder where it may make files of its own */
	const char *firmware;			/* folder that holds Bochs and its BIOS */
	const char *emulator;			/* what runs QEMU in its sandbox; NULL: QEMU itself */
	const char *sandbox;			/* script that runs Bochs in its sandbox; NULL: none */
	long memory_mib;
	long cpus;				/* of this computer */
	long tsc_khz;				/* this machine's, where the L1 has the same */
	bool is_deterministic;
};

/* What an emulator reads and writes.  The strings are owned. */
struct machine_files {
	char *reads[4], *writes[2];	/* the first NULL ends them */
	char *shared;			/* folder to read; NULL: none */
};

struct machine_kind {
	const char *name;
	const char *description;	/* name of the file in the run folder */
	/* These are as the L1 sees them. */
	const char *guest_device;	/* the guest's disk */
	bool is_guest_disk_raw;		/* whether it shows the image's content, or the image file as it is */
	const char *vendor_params;	/* parameters of kvm_amd or kvm_intel; may be NULL */
	long payload_offset;		/* where the payload disk's file system begins, in bytes */
	/* How often a host that seizes up is started in all (try_again() in host_emulated.c). */
	int attempts;
	/* The factor by which all time limits are stretched, beside the user's own. */
	long patience;
	/* Its clock is this machine's, so other work here makes it slow, and its limits are stretched. */
	bool is_in_real_time;
	/* Its TSC is this machine's, and it is told how fast that is. */
	bool is_timed_by_this_machine;

	/* Returns the domain XML or bochsrc; the caller frees it.  Pure. */
	char *(*describe)(const struct machine_spec *spec);
	/*
	 * Verifies the emulator, and notes it in the evidence.  NULL where it is the
	 * distribution's.
	 */
	int (*verify)(const struct host_run *run, struct error *err);
	/* Completes the payload disk as this machine needs it; may be NULL. */
	int (*prepare)(const struct machine_spec *spec, struct error *err);
	/* Adds the files that the emulator needs beside those of struct machine_spec; may be NULL. */
	int (*list_files)(const struct machine_spec *spec, struct machine_files *files, struct error *err);
	const char *device;		/* of this machine, which the emulator opens; NULL: none */
	bool is_libvirts;		/* libvirt starts the emulator */
	int (*start)(const struct machine_spec *spec, const char *description,
		     const struct host_run *run, struct machine **ret, struct error *err);
	/*
	 * The three that a saved host needs (saved_host.h); NULL where this machine's state cannot be
	 * saved.  identity: a text that differs where the emulator does; the caller frees it.  save:
	 * writes the machine's state into a file and ends it.  restore: starts a machine from there,
	 * with disks and ports of its own.
	 */
	char *(*identity)(struct error *err);
	int (*save)(struct machine *m, const char *state, struct error *err);
	int (*restore)(const struct machine_spec *spec, const char *state, const struct host_run *run,
		       struct machine **ret, struct error *err);
	enum machine_state (*poll)(struct machine *m);
	/* Returns the CPU time that the machine has had, in milliseconds; -1 where it is not known. */
	int64_t (*cpu_ms)(struct machine *m);
	/*
	 * Sends an interrupt to a host that stands still for no reason.  NULL where no host ever
	 * does.
	 */
	void (*nudge)(struct machine *m);
	/*
	 * Makes the kernel of a host that is given up panic, whatever it does, and so tell where its CPU
	 * is.  NULL where the emulator cannot interrupt a CPU that takes no interrupts.
	 */
	void (*ask_where)(struct machine *m);
	/* Kills the machine if it runs, and frees it. */
	void (*destroy)(struct machine *m);
};

extern const struct machine_kind machine_qemu, machine_nested, machine_bochs_svm, machine_bochs_vmx;

/* Starts a machine, which the caller ends with machine_destroy(). */
static inline int machine_start(const struct machine_kind *kind, const struct machine_spec *spec,
				const char *description, const struct host_run *run,
				struct machine **ret, struct error *err)
{
	if (kind->start(spec, description, run, ret, err) < 0)
		return -1;
	(*ret)->kind = kind;
	return 0;
}

static inline int machine_restore(const struct machine_kind *kind, const struct machine_spec *spec,
				  const char *state, const struct host_run *run,
				  struct machine **ret, struct error *err)
{
	if (kind->restore(spec, state, run, ret, err) < 0)
		return -1;
	(*ret)->kind = kind;
	return 0;
}

static inline enum machine_state machine_poll(struct machine *m)
{
	return m->kind->poll(m);
}

/* NULL is fine. */
static inline void machine_destroy(struct machine *m)
{
	if (m)
		m->kind->destroy(m);
}

#endif
