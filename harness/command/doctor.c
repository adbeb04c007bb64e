// SPDX-License-Identifier: GPL-2.0-only
#include "command/doctor.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "vm/sandbox.h"

#define L1_MIB 2560		/* what an L1 host needs besides the memory of its guest */
#define NATIVE_MIB 512		/* what QEMU needs besides the memory of its guest */
#define COLD_CACHE_MIB 6144
#define RUN_MIB 1024

#define INSTALL "ci/install-deps"

const enum host_type doctor_hosts[DOCTOR_HOSTS] = { HOST_EMULATED_SVM, HOST_EMULATED_VMX, HOST_NESTED,
						    HOST_NATIVE };

/* Adds a fact, which owns found and remedy from then on.  A good one keeps no remedy. */
static void add(struct diagnosis *d, const char *id, const char *title, unsigned int hosts,
		bool is_good, char *found, char *remedy)
{
	struct fact *f = &d->facts[d->count];

	if (d->count == DOCTOR_FACTS)
		abort();	/* DOCTOR_FACTS is too small */
	d->count++;
	*f = (struct fact){ id, title, is_good, hosts, found, is_good ? NULL : remedy };
	if (is_good)
		free(remedy);
}

static const char *or_unknown(const char *text)
{
	return text ? text : "unknown";
}

static char *cpu_remedy(const struct machine_facts *f)
{
	const char *remedy = hypervisor_remedy(f->surroundings.hypervisor);

	if (!remedy)
		remedy = f->is_virtual ? "switch nested virtualization on on the machine that this one runs on" :
					 "switch virtualization on in the firmware";
	return xasprintf("%s; HOST=emulated-svm needs none of it", remedy);
}

static void judge_cpu(const struct machine_facts *f, struct diagnosis *d)
{
	const char *flag = f->kvm.cpu == VENDOR_SVM ? "svm" : f->kvm.cpu == VENDOR_VMX ? "vmx" :
			   "neither svm nor vmx";

	add(d, "system", "system", 0, true, xstrdup(or_unknown(f->system)), NULL);
	add(d, "kernel", "kernel", 0, true, xstrdup(or_unknown(f->kernel)), NULL);
	add(d, "cores", "cores", 0, true,
	    xasprintf("%ld%s", f->cores, f->cores < 2 ? " (builds and runs go one after another)" : ""),
	    NULL);
	add(d, "cpu", "CPU", FOR_NATIVE, f->kvm.cpu != VENDOR_NONE,
	    xasprintf("%s, %s%s: %s%s%s", or_unknown(f->cpu_model), or_unknown(f->cpu_maker),
		      f->is_virtual ? ", of a virtual machine" : "", flag,
		      f->cpu_flags && *f->cpu_flags ? ", " : "", f->cpu_flags ? f->cpu_flags : ""),
	    cpu_remedy(f));
}

static void judge_nested(const struct machine_facts *f, struct diagnosis *d)
{
	add(d, "kvm-nested", "KVM, and nested", FOR_NESTED, nested_tell(&f->kvm) == NESTED_WORKS,
	    nested_found(&f->kvm), nested_remedy(&f->kvm));
}

static void judge_kvm_modules(const struct machine_facts *f, struct diagnosis *d)
{
	char *found, *remedy = NULL;

	if (f->is_kvm_built_in) {
		found = xstrdup("built into the kernel: it cannot be replaced");
		remedy = xstrdup("boot a kernel with CONFIG_KVM=m, or take another host");
	} else if (f->kvm_holders) {
		found = xasprintf("%s; held by %s", f->kvm_loaded ? f->kvm_loaded : "not loaded",
				  f->kvm_holders);
		remedy = xstrdup("end what holds it, say with `virsh shutdown NAME`");
	} else {
		found = f->kvm_loaded ? xasprintf("%s, held by nobody%s", f->kvm_loaded,
						  f->is_root ? "" : " that this user may see") :
					xstrdup("not loaded");
	}
	add(d, "kvm-modules", "KVM's modules", FOR_NATIVE, !remedy, found, remedy);
}

static void judge_surroundings(const struct machine_facts *f, struct diagnosis *d)
{
	_cleanup_error_ struct error err = { 0 };
	bool is_good = surroundings_require(&f->surroundings, true, &err) == 0;
	char *note = surroundings_note(&f->surroundings);

	add(d, "kvm-surroundings", "what KVM hangs on", FOR_NATIVE, is_good,
	    note ? note : xstrdup(is_good ? "the modules alone" : "more than the modules"),
	    is_good ? NULL : xstrdup(err.message));
}

static void judge_signing(const struct machine_facts *f, struct diagnosis *d)
{
	const struct signing_facts *s = &f->signing;
	_cleanup_error_ struct error err = { 0 };
	bool is_good = signing_require_loadable(s, false, &err) == 0;

	add(d, "signatures", "unsigned modules", FOR_NATIVE, is_good,
	    xasprintf("%s (Secure Boot %s, lockdown %s, sig_enforce %s, modules_disabled %s)",
		      is_good ? "taken" : "refused", s->is_secure_boot ? "on" : "off or unknown",
		      s->lockdown[0] ? s->lockdown : "unknown", s->is_enforced ? "on" : "off",
		      s->is_closed ? "on" : "off"),
	    is_good ? NULL : xstrdup(err.message));
}

/* Debian names the package by two parts of the release ("6.1" of "6.1.0-28-amd64"), Ubuntu by three. */
static char *source_package(const struct machine_facts *f)
{
	const char *release = f->kernel ? f->kernel : "";
	bool is_ubuntu = f->distribution && !strcmp(f->distribution, "ubuntu");
	size_t len = strcspn(release, "-");

	if (!is_ubuntu) {
		len = strcspn(release, ".");
		len += release[len] ? 1 + strcspn(release + len + 1, ".-") : 0;
	}
	return xasprintf("linux-source-%.*s", (int)len, release);
}

/* Where modules for this very kernel are built, neither headers nor source are needed any more. */
static void judge_kernel_build(const struct machine_facts *f, struct diagnosis *d)
{
	bool is_built = f->built_for && f->kernel && !strcmp(f->built_for, f->kernel);
	_cleanup_free_ char *package = source_package(f);

	add(d, "modules-fit", "modules fit kernel", FOR_NATIVE, is_built,
	    f->built_for ? xasprintf("%s, and %s runs", f->built_for, or_unknown(f->kernel)) :
			   xstrdup("none are built"),
	    xstrdup(f->is_packaged ? "make modules HOST=native" :
		    "this kernel is of no package: configure and build its source yourself, then "
		    "`make modules TREE=DIR`, and ARGS='--module-dir CACHE/modules/own-DIR'"));
	add(d, "headers", "kernel headers", FOR_NATIVE, is_built || f->headers,
	    xstrdup(f->headers ? f->headers : is_built ? "not installed, not needed" : "not installed"),
	    !f->is_packaged ? NULL : xasprintf("apt-get install linux-headers-%s", or_unknown(f->kernel)));
	add(d, "source", "kernel source", FOR_NATIVE, is_built || f->source,
	    xstrdup(f->source ? f->source : is_built ? "not installed, not needed" : "not installed"),
	    !f->is_packaged ? NULL : xasprintf("apt-get install %s", package));
}

/* Root of a container, which may not do all that root does elsewhere. */
static void judge_confined_root(const struct machine_facts *f, struct diagnosis *d)
{
	add(d, "root-or-sudo", "root or sudo", FOR_ALL, false,
	    f->lacking ? xasprintf("root, without %s", f->lacking) :
			 xstrdup("root of a user namespace, which makes no device nodes and has not all users"),
	    xstrdup("images are built as root that may do all this: let the container have it (--privileged, and no user "
		    "namespace), or build on the machine itself and hand CACHE in"));
}

static void judge_user(const struct machine_facts *f, struct diagnosis *d)
{
	add(d, "root-or-sudo", "root or sudo", FOR_ALL, f->is_root || f->may_use_sudo,
	    xstrdup(f->is_root ? "root" : f->may_use_sudo ? "sudo is there" :
		    f->has_sudo ? "sudo is there, but not for this user" : "neither"),
	    xstrdup(f->has_sudo ? "images are built as root: run it as root, or have root run "
				  "`adduser USER sudo`" :
				  "images are built as root: run it as root, or install sudo"));
}

static void judge_rights(const struct machine_facts *f, struct diagnosis *d)
{
	if (f->is_root && (f->lacking || f->is_own_space))
		judge_confined_root(f, d);
	else
		judge_user(f, d);
	add(d, "root", "root", FOR_NATIVE, f->is_root && !f->is_kept_from_modules,
	    xstrdup(!f->is_root ? "no" : f->is_kept_from_modules ? "one that may not change kernel modules" : "yes"),
	    xstrdup(f->is_root ? "it wants CAP_SYS_MODULE outside of user namespaces: run it on the machine itself, or let the "
				 "container have it (--privileged)" :
				 "only root may change kernel modules: `sudo make measure HOST=native`"));
}

/* No host needs it, for whoever runs modules of his own need not fear them. */
static void judge_sandbox(const struct machine_facts *f, struct diagnosis *d)
{
	add(d, "sandbox", "emulators' sandbox", 0, f->sandbox && !strcmp(f->sandbox, SANDBOX_WHOLE),
	    xstrdup(or_unknown(f->sandbox)),
	    xstrdup(INSTALL " brings bubblewrap; where that may make no namespaces, run as root, or have the system allow "
		    "them to users (sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu)"));
}

static void judge_tools(const struct machine_facts *f, struct diagnosis *d)
{
	for (size_t i = 0; i < DOCTOR_TOOLS && f->tools[i].name; i++) {
		const struct tool_fact *t = &f->tools[i];

		add(d, t->name, t->name, t->hosts, t->is_there,
		    xstrdup(t->is_there ? "" : "not installed"), xstrdup(INSTALL));
	}
}

static bool judge_pieces(const struct machine_facts *f, struct diagnosis *d)
{
	bool is_whole = true;

	for (size_t i = 0; i < DOCTOR_PIECES && f->pieces[i].id; i++) {
		const struct piece_fact *p = &f->pieces[i];

		is_whole = is_whole && (p->is_there || !(p->hosts & FOR_SVM));
		add(d, p->id, p->title, p->hosts, p->is_there,
		    xasprintf("%s%s", p->is_there ? "" : "there is no ", p->path), xstrdup(p->remedy));
	}
	return is_whole;
}

static void judge_room(const struct machine_facts *f, bool is_whole, struct diagnosis *d)
{
	long l1 = f->guest_mib + L1_MIB, native = f->guest_mib + NATIVE_MIB;
	long space = is_whole ? RUN_MIB : COLD_CACHE_MIB;

	add(d, "memory", "memory", FOR_L1, f->memory_mib >= l1,
	    xasprintf("%ld MiB available, %ld needed for an L1 host", f->memory_mib, l1),
	    xstrdup("set MEMORY lower, or end other programs"));
	add(d, "memory-native", "memory, native", FOR_NATIVE, f->memory_mib >= native,
	    xasprintf("%ld MiB available, %ld needed for a guest", f->memory_mib, native),
	    xstrdup("set MEMORY lower, or end other programs"));
	add(d, "space", "space", FOR_ALL, f->space_mib >= space,
	    xasprintf("%ld MiB free at %s, %ld wanted %s", f->space_mib, or_unknown(f->space_at), space,
		      is_whole ? "for runs" : "for a cold cache"),
	    xstrdup("set CACHE to a roomier place"));
}

/* Builders run programs in CACHE and make devices there; of runs, only those by Bochs execute what is in it. */
static void judge_mount(const struct machine_facts *f, bool is_whole, struct diagnosis *d)
{
	bool is_good = !f->is_noexec && (is_whole || !f->is_nodev);

	add(d, "mount", "programs in CACHE", is_whole ? FOR_VMX : FOR_ALL, is_good,
	    is_good ? xstrdup("may run") :
		      xasprintf("%s is mounted %s", or_unknown(f->space_at), f->is_noexec ? "noexec" : "nodev"),
	    xstrdup("set CACHE to a place without noexec and nodev"));
}

void doctor_diagnose(const struct machine_facts *f, enum host_type host, struct diagnosis *ret)
{
	bool is_whole;

	memset(ret, 0, sizeof(*ret));
	ret->auto_host = nested_tell(&f->kvm) == NESTED_WORKS ? HOST_NESTED : HOST_EMULATED_SVM;
	ret->wanted = host == HOST_AUTO ? ret->auto_host : host;
	judge_cpu(f, ret);
	judge_nested(f, ret);
	judge_kvm_modules(f, ret);
	judge_surroundings(f, ret);
	judge_signing(f, ret);
	judge_rights(f, ret);
	judge_sandbox(f, ret);
	judge_tools(f, ret);
	is_whole = judge_pieces(f, ret);
	judge_kernel_build(f, ret);
	judge_room(f, is_whole, ret);
	judge_mount(f, is_whole, ret);
}

void diagnosis_deinit(struct diagnosis *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->facts[i].found);
		free(d->facts[i].remedy);
	}
	memset(d, 0, sizeof(*d));
}

bool diagnosis_can_run(const struct diagnosis *d, enum host_type host)
{
	for (size_t i = 0; i < d->count; i++)
		if (!d->facts[i].is_good && (d->facts[i].hosts & 1u << host))
			return false;
	return true;
}
