/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that a host in a VM is: QEMU with TCG or under KVM, or Bochs.  What goes in
 * (disks), what comes out (a disk and two serial ports) and who watches are the
 * same; what differs stands in a struct machine_kind.
 */
#ifndef EXITMETER_MACHINE_H
#define EXITMETER_MACHINE_H

#include "host/host.h"

/* 2026-01-01, when a deterministic run begins: its clock, and the times of the files it gets. */
#define MACHINE_FIXED_TIME 1767225600L

enum machine_state {
	MACHINE_RUNNING,
	MACHINE_OFF,		/* went off as a machine does */
	MACHINE_DIED,		/* what emulates it was killed or failed */
};

/* A machine that was started; what it is made of is its kind's. */
struct machine {
	const struct machine_kind *kind;
	char end[256];		/* once it has died: how */
};

/* All borrowed; paths but for the name, which no other run on this machine has. */
struct machine_spec {
	const char *name;
	const char *kernel, *initrd;
	const char *root, *payload, *results;	/* raw disks; only results is written */
	const char *guest_disk;			/* NULL where the guest has none */
	const char *guest_disk_format;
	const char *console, *port;		/* files that ttyS0 and ttyS1 write to */
	const char *scratch;			/* folder for files of its own */
	const char *firmware;			/* folder of Bochs and its BIOS */
	long memory_mib;
	bool is_deterministic;
};

struct machine_kind {
	const char *name;
	const char *description;	/* name of the file in the run folder */
	/* What the L1 sees. */
	const char *guest_device;	/* the guest's disk */
	bool is_guest_disk_raw;		/* its content; else the image file as it is */
	const char *vendor_params;	/* of kvm_amd or kvm_intel; may be NULL */
	long payload_offset;		/* of the file system on the payload disk */
	/* How often it is started when the host seizes up; see run_attempts(). */
	int attempts;
	/* How many times longer than on an SVM host all may take. */
	long patience;

	/* Pure; the caller frees the text. */
	char *(*describe)(const struct machine_spec *spec);
	/* Verifies what it is made of; NULL where there is nothing.  Adds to the evidence. */
	int (*verify)(const struct host_run *run, struct error *err);
	/* Makes of the payload disk what the machine needs it to be; may be NULL. */
	int (*prepare)(const struct machine_spec *spec, struct error *err);
	int (*start)(const struct machine_spec *spec, const char *description,
		     const struct host_run *run, struct machine **ret, struct error *err);
	enum machine_state (*poll)(struct machine *m);
	/* Sends an interrupt to a host that is still for no reason; NULL where that never is. */
	void (*nudge)(struct machine *m);
	/* Kills it if it runs, and frees. */
	void (*destroy)(struct machine *m);
};

extern const struct machine_kind machine_qemu, machine_nested, machine_bochs_svm, machine_bochs_vmx;

/* What is started stays the caller's, who calls machine_destroy(). */
static inline int machine_start(const struct machine_kind *kind, const struct machine_spec *spec,
				const char *description, const struct host_run *run,
				struct machine **ret, struct error *err)
{
	if (kind->start(spec, description, run, ret, err) < 0)
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
