// SPDX-License-Identifier: GPL-2.0-only
#include <glob.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/rights.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "command/doctor.h"
#include "image/built_image.h"
#include "kvm/kmodule.h"
#include "kvm/kvm_holders.h"
#include "kvm/modules_check.h"
#include "vm/sandbox.h"

#define LIBVIRT_DRIVER "libvirt/connection-driver/libvirt_driver_qemu.so"
#define MEGABYTE (1 << 20)

static char *read_text(const char *path)
{
	_cleanup_error_ struct error ignored = { 0 };

	return file_read(path, 16 << 20, NULL, &ignored);
}

/*
 * The value of the first line that begins with the key, without separators and quotes around it; NULL
 * where there is no such line.  The caller frees.
 */
static char *value_of(const char *text, const char *key)
{
	for (const char *line = text; line && *line; line = strchr(line, '\n'), line += !!line) {
		size_t len = strlen(key), end;

		if (strncmp(line, key, len))
			continue;
		len += strspn(line + len, "=: \t\"");
		end = strcspn(line + len, "\"\n");
		return xasprintf("%.*s", (int)end, line + len);
	}
	return NULL;
}

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += len)
		if ((p == words || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

/* Returns the wanted words that are among the words, with spaces between them; the caller frees. */
static char *pick_words(const char *words, const char *const *wanted)
{
	char *picked = xstrdup("");

	for (; *wanted; wanted++)
		if (has_word(words, *wanted))
			text_join(&picked, " ", "%s", *wanted);
	return picked;
}

static void gather_cpu(struct machine_facts *f)
{
	static const char *const wanted[] = { "npt", "ept", "vpid", "constant_tsc", "nonstop_tsc",
					      "hypervisor", NULL };
	_cleanup_free_ char *text = read_text("/proc/cpuinfo");
	_cleanup_free_ char *flags = value_of(text, "flags");

	f->cpu_maker = value_of(text, "vendor_id");
	f->cpu_model = value_of(text, "model name");
	f->cpu_flags = flags ? pick_words(flags, wanted) : NULL;
	f->is_virtual = flags && has_word(flags, "hypervisor");
	f->cores = sysconf(_SC_NPROCESSORS_ONLN);
}

static bool is_on_path(const char *tool)
{
	/* A run looks for it in the same way. */
	_cleanup_free_ char *path = xstrdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	char *save = NULL;

	for (char *dir = strtok_r(path, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		_cleanup_free_ char *file = xasprintf("%s/%s", dir, tool);

		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

/* The first file that matches, or NULL; the caller frees. */
static char *first_of(const char *pattern)
{
	glob_t found = { 0 };
	char *path = NULL;

	if (glob(pattern, 0, NULL, &found) == 0)
		path = xstrdup(found.gl_pathv[0]);
	globfree(&found);
	return path;
}

/* Most systems let these groups use sudo; others let a user by name, who then needs no password. */
static bool may_use_sudo(void)
{
	static const char *const names[] = { "sudo", "wheel", "admin" };
	const char *argv[] = { "sudo", "-n", "true", NULL };
	_cleanup_error_ struct error ignored = { 0 };
	gid_t groups[256];
	int n = getgroups(ARRAY_SIZE(groups), groups);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct group *group = getgrnam(names[i]);

		for (int j = 0; group && j < n; j++)
			if (groups[j] == group->gr_gid)
				return true;
	}
	return subprocess_run(argv, SUBPROCESS_SMALL_MS, &ignored) == 0;
}

/* Those that a builder uses. */
static const struct right builders_rights[] = {
	{ CAP_CHOWN, "CAP_CHOWN" }, { CAP_SYS_CHROOT, "CAP_SYS_CHROOT" }, { CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
	{ CAP_MKNOD, "CAP_MKNOD" },
};

static void gather_system(struct machine_facts *f)
{
	_cleanup_free_ char *release = read_text("/etc/os-release");
	_cleanup_error_ struct error ignored = { 0 };
	struct utsname uts;

	uname(&uts);
	f->kernel = xstrdup(uts.release);
	f->system = value_of(release, "PRETTY_NAME");
	f->distribution = value_of(release, "ID=");
	f->is_root = geteuid() == 0;
	f->lacking = f->is_root ? rights_lacking(builders_rights, ARRAY_SIZE(builders_rights)) : NULL;
	f->is_own_space = rights_in_own_space();
	f->is_kept_from_modules = f->is_root && modules_require_rights(&ignored) < 0;
	f->has_sudo = is_on_path("sudo");
	f->may_use_sudo = f->is_root || (f->has_sudo && may_use_sudo());
}

/* By trying, in a folder of its own. */
static void gather_sandbox(struct machine_facts *f)
{
	char dir[] = "/tmp/exitmeter-check-XXXXXX";
	_cleanup_error_ struct error err = { 0 };
	struct sandbox_files files = { .folder = dir };
	struct sandbox s = { 0 };

	if (!mkdtemp(dir))
		return;
	if (sandbox_make(&files, dir, &s, &err) == 0)
		f->sandbox = take_ptr(s.state);
	sandbox_deinit(&s);
	dir_remove(dir);
}

static void gather_kvm(struct machine_facts *f)
{
	static const char *const names[] = { "kvm", "kvm_amd", "kvm_intel" };
	_cleanup_error_ struct error ignored = { 0 };

	nested_gather(&f->kvm);
	signing_gather("", &f->signing);
	surroundings_gather("", f->kvm.cpu, &f->surroundings, &ignored);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		f->is_kvm_built_in = f->is_kvm_built_in || kmodule_is_built_in(names[i]);
		if (kmodule_is_loaded(names[i]))
			text_join(&f->kvm_loaded, " ", "%s", names[i]);
	}
	f->kvm_holders = kvm_holders(vendor_module(f->kvm.cpu));
}

/* Returns the release of the kernel that the modules in a folder are for, or NULL; the caller frees. */
static char *kernel_of(const char *module_dir)
{
	_cleanup_free_ char *manifest = xasprintf("%s/build.json", module_dir);
	json_t *json = json_load_file(manifest, 0, NULL);
	const char *kernel = json_string_value(json_object_get(json, "kernel"));
	char *copy = kernel ? xstrdup(kernel) : NULL;

	json_decref(json);
	return copy;
}

/* How many bytes of a release are the series: "6.1" of "6.1.0-28-amd64". */
static int series_len(const char *release)
{
	size_t major = strcspn(release, ".");

	return (int)(major + (release[major] ? 1 + strcspn(release + major + 1, ".-") : 0));
}

/* Where the source of that kernel is, or NULL; the caller frees. */
static char *find_source(const struct config *c, const char *release)
{
	int series = series_len(release);
	_cleanup_free_ char *tree = xasprintf("%s/trees/running-%s/tree.json", c->cache, release);
	_cleanup_free_ char *tarball = xasprintf("/usr/src/linux-source-%.*s*.tar*", series, release);
	_cleanup_free_ char *unpacked = xasprintf("/usr/src/linux-source-%.*s*/arch/x86/kvm", series, release);
	_cleanup_free_ char *linked = xasprintf("/lib/modules/%s/source/arch/x86/kvm/x86.c", release);
	char *found = access(tree, F_OK) == 0 ? take_ptr(tree) : NULL;

	found = found ? found : first_of(tarball);
	found = found ? found : first_of(unpacked);
	return found ? found : first_of(linked);
}

static void gather_kernel_build(const struct config *c, struct machine_facts *f)
{
	_cleanup_free_ char *build = xasprintf("/lib/modules/%s/build", f->kernel);
	_cleanup_free_ char *makefile = xasprintf("%s/Makefile", build);
	_cleanup_free_ char *native = xasprintf("%s/modules/native-%s", c->cache, f->kernel);
	_cleanup_free_ char *image = xasprintf("/boot/vmlinuz-%s", f->kernel);

	if (access(makefile, R_OK) == 0)
		f->headers = take_ptr(build);
	f->source = find_source(c, f->kernel);
	f->is_packaged = f->headers || access(image, F_OK) == 0;
	/* `make modules HOST=native` has a folder of its own. */
	f->built_for = kernel_of(native);
	if (!f->built_for)
		f->built_for = kernel_of(c->module_dir);
}

static void gather_tools(struct machine_facts *f)
{
	static const struct tool_fact tools[] = {
		{ "qemu-system-x86_64", FOR_QEMU_L1 | FOR_NATIVE, false },
		{ "qemu-img", FOR_ALL, false },
		{ "mke2fs", FOR_L1, false },
		{ "cloud-localds", FOR_NATIVE, false },
		{ "grub-mkimage", FOR_ALL, false },
		{ "mmdebstrap", FOR_ALL, false },
		{ "spatch", FOR_ALL, false },
		{ "musl-gcc", FOR_ALL, false },
		{ "g++", FOR_VMX, false },
	};
	struct tool_fact *next = f->tools;
	_cleanup_free_ char *driver = first_of("/usr/lib*/" LIBVIRT_DRIVER);

	if (!driver)
		driver = first_of("/usr/lib*/*/" LIBVIRT_DRIVER);	/* where Debian has it */
	_Static_assert(ARRAY_SIZE(tools) + 2 <= DOCTOR_TOOLS, "room for the driver and the account");
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		*next = tools[i];
		next->is_there = is_on_path(next->name);
		next++;
	}
	*next++ = (struct tool_fact){ "libvirt-qemu-driver", FOR_QEMU_L1 | FOR_NATIVE, driver };
	*next++ = (struct tool_fact){ "libvirt-qemu-account", FOR_QEMU_L1 | FOR_NATIVE,
				      getpwnam("libvirt-qemu") };
}

/* The harness is of the host image's suite.  Where there is no host image, another fact says so. */
static char *harness_path(const struct config *c)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *suite = built_image_suite(c->host_image, &ignored);

	return xasprintf("%s/host/%s/exitmeter", c->kit, suite ? suite : "SUITE");
}

static void gather_pieces(const struct config *c, struct machine_facts *f)
{
	const struct piece_fact pieces[] = {
		{ "host-image", "host image (L1)", "make images", FOR_L1,
		  xasprintf("%s/image.json", c->host_image), false },
		{ "guest-image", "guest image (L2)", "make images", FOR_ALL,
		  xasprintf("%s/image.json", c->guest_image), false },
		{ "modules", "patched modules", "make modules", FOR_L1,
		  xasprintf("%s/build.json", c->module_dir), false },
		{ "probe", "probe", "make kit", FOR_ALL, xasprintf("%s/probe", c->kit), false },
		{ "l1-harness", "harness for the L1", "make prepare", FOR_L1,
		  harness_path(c), false },
		{ "bochs", "Bochs", "make bochs", FOR_VMX, xasprintf("%s/image.json", c->bochs), false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		f->pieces[i] = pieces[i];
		f->pieces[i].is_there = access(pieces[i].path, R_OK) == 0;
	}
}

/* Cuts the last part off: "/a/b" becomes "/a", "/a" becomes "/". */
static void cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	slash[slash == path] = '\0';
}

static void gather_room(const struct config *c, struct machine_facts *f)
{
	_cleanup_free_ char *meminfo = read_text("/proc/meminfo");
	_cleanup_free_ char *available = value_of(meminfo, "MemAvailable");
	struct statvfs fs = { 0 };

	f->guest_mib = c->memory_mib;
	f->memory_mib = available ? atol(available) / 1024 : 0;
	f->cache = xstrdup(c->cache);
	f->space_at = xstrdup(c->cache);
	while (statvfs(f->space_at, &fs) < 0 && strlen(f->space_at) > 1)
		cut_last(f->space_at);
	f->space_mib = (long)((unsigned long long)fs.f_bavail * fs.f_frsize / MEGABYTE);
	f->is_noexec = fs.f_flag & ST_NOEXEC;
	f->is_nodev = fs.f_flag & ST_NODEV;
}

void doctor_gather(const struct config *c, struct machine_facts *ret)
{
	memset(ret, 0, sizeof(*ret));
	gather_system(ret);
	gather_cpu(ret);
	gather_kvm(ret);
	gather_sandbox(ret);
	gather_tools(ret);
	gather_pieces(c, ret);
	gather_kernel_build(c, ret);
	gather_room(c, ret);
}

void machine_facts_deinit(struct machine_facts *f)
{
	free(f->system);
	free(f->lacking);
	free(f->distribution);
	free(f->kernel);
	free(f->sandbox);
	free(f->cpu_maker);
	free(f->cpu_model);
	free(f->cpu_flags);
	free(f->kvm_loaded);
	free(f->kvm_holders);
	surroundings_deinit(&f->surroundings);
	free(f->headers);
	free(f->source);
	free(f->built_for);
	for (size_t i = 0; i < DOCTOR_PIECES; i++)
		free(f->pieces[i].path);
	free(f->cache);
	free(f->space_at);
	memset(f, 0, sizeof(*f));
}
