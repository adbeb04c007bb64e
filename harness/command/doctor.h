/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this machine can do, and what is missing.  doctor_gather.c looks at the machine and changes
 * nothing.  doctor.c judges what was found, and looks at nothing else.  doctor_print.c writes the
 * diagnosis, as text or as JSON.
 */
#ifndef EXITMETER_DOCTOR_H
#define EXITMETER_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>

#include "kvm/nested.h"
#include "kvm/signing.h"
#include "kvm/surroundings.h"
#include "run/config.h"

/* A set of hosts for which a thing is needed has a bit for each. */
#define FOR_SVM (1u << HOST_EMULATED_SVM)
#define FOR_VMX (1u << HOST_EMULATED_VMX)
#define FOR_NESTED (1u << HOST_NESTED)
#define FOR_NATIVE (1u << HOST_NATIVE)
#define FOR_QEMU_L1 (FOR_SVM | FOR_NESTED)
#define FOR_L1 (FOR_QEMU_L1 | FOR_VMX)
#define FOR_ALL (FOR_L1 | FOR_NATIVE)

#define DOCTOR_HOSTS 4
#define DOCTOR_TOOLS 12
#define DOCTOR_PIECES 6

/* A program, a driver or an account that ci/install-deps brings. */
struct tool_fact {
	const char *name;
	unsigned int hosts;
	bool is_there;
};

/* Something that make builds. */
struct piece_fact {
	const char *id, *title, *remedy;
	unsigned int hosts;
	char *path;		/* owned: the file that is there when it is whole */
	bool is_there;
};

/* Texts are owned; NULL says that the thing is unknown, or that there is none. */
struct machine_facts {
	char *system, *distribution;	/* "Debian GNU/Linux 12 (bookworm)", "debian" */
	char *kernel;			/* release of the kernel that runs */
	char *cpu_maker, *cpu_model, *cpu_flags;	/* flags: only those that matter here */
	bool is_virtual;		/* this machine is a virtual machine itself */
	long cores;
	bool is_root, has_sudo, may_use_sudo;
	char *lacking;			/* capabilities that this root does not have, "CAP_A CAP_B"; may be NULL */
	bool is_kept_from_modules;	/* root, which may not change kernel modules all the same */
	bool is_own_space;		/* we are in a user namespace, whose root has its capabilities in there alone */

	char *sandbox;			/* of emulators: SANDBOX_WHOLE, or what is missing and why */

	struct kvm_facts kvm;
	char *kvm_loaded;		/* KVM's modules that are loaded: "kvm kvm_amd" */
	bool is_kvm_built_in;
	char *kvm_holders;
	struct signing_facts signing;
	struct surroundings surroundings;
	char *headers, *source;		/* paths, of the kernel that runs */
	bool is_packaged;		/* that kernel is of a package, so its source can be installed */
	char *built_for;		/* release of the kernel that the patched modules are for */

	struct tool_fact tools[DOCTOR_TOOLS];
	struct piece_fact pieces[DOCTOR_PIECES];

	long guest_mib;			/* memory that the guest is to have */
	long memory_mib, space_mib;	/* memory that is available; space that is free at space_at */
	bool is_noexec, is_nodev;	/* how that place is mounted */
	char *cache, *space_at;		/* space_at: the cache, or the nearest folder above it that exists */
};

void doctor_gather(const struct config *c, struct machine_facts *ret);
void machine_facts_deinit(struct machine_facts *f);

#define DOCTOR_FACTS 40
/* Of the JSON; raised when a reader of the old format would misread the new one. */
#define DOCTOR_FORMAT 1

struct fact {
	const char *id, *title;
	bool is_good;
	unsigned int hosts;	/* the hosts that cannot run unless it is good; 0: it is only told */
	char *found;		/* owned */
	char *remedy;		/* owned; NULL where the fact is good, or nothing helps */
};

struct diagnosis {
	struct fact facts[DOCTOR_FACTS];
	size_t count;
	enum host_type auto_host;	/* what HOST=auto takes */
	enum host_type wanted;	/* the host that is asked about */
};

/* The hosts that are judged, in the order in which they are told of. */
extern const enum host_type doctor_hosts[DOCTOR_HOSTS];

/* Looks at nothing but f.  host: which one is asked about. */
void doctor_diagnose(const struct machine_facts *f, enum host_type host, struct diagnosis *ret);
void diagnosis_deinit(struct diagnosis *d);
bool diagnosis_can_run(const struct diagnosis *d, enum host_type host);

/* For people; the caller frees. */
char *diagnosis_format(const struct machine_facts *f, const struct diagnosis *d);
/* For programs: tests/schema/doctor.schema.json.  The caller drops the reference. */
json_t *diagnosis_to_json(const struct machine_facts *f, const struct diagnosis *d);

#endif
