// SPDX-License-Identifier: GPL-2.0-only
/* check: what this machine can do, what is missing, and the command that mends it. */
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#include "commands.h"
#include "config.h"
#include "modules.h"
#include "util.h"

struct finding {
	bool is_good;
	bool is_needed;		/* without it `run` on an emulated host cannot work */
	const char *what;
	char *found;
	const char *remedy;	/* NULL where there is none, or none is needed */
};

static bool is_on_path(const char *tool)
{
	_cleanup_free_ char *path = xstrdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	char *save = NULL;

	for (char *dir = strtok_r(path, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		_cleanup_free_ char *file = xasprintf("%s/%s", dir, tool);

		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

static void report(struct finding f, bool *is_lacking)
{
	printf("%-5s %-22s %s\n", f.is_good ? "ok" : f.is_needed ? "MISS" : "-", f.what,
	       f.found ? f.found : "");
	if (!f.is_good && f.remedy)
		printf("%28s-> %s\n", "", f.remedy);
	if (!f.is_good && f.is_needed)
		*is_lacking = true;
	free(f.found);
}

static void check_cpu(bool *is_lacking)
{
	enum kvm_vendor vendor = modules_cpu_vendor();
	bool has_device = access("/dev/kvm", F_OK) == 0;

	report((struct finding){ vendor != VENDOR_NONE, false, "CPU virtualization",
		xstrdup(vendor == VENDOR_SVM ? "svm" : vendor == VENDOR_VMX ? "vmx" :
			has_device ? "neither svm nor vmx (/dev/kvm is there, and of no use here)" :
				     "neither svm nor vmx"),
		"HOST=emulated-svm needs none of it" }, is_lacking);
	report((struct finding){ has_device && access("/dev/kvm", R_OK | W_OK) == 0, false,
		"/dev/kvm", xstrdup(!has_device ? "not there" :
				    access("/dev/kvm", R_OK | W_OK) == 0 ? "usable" :
									   "no permission"),
		NULL }, is_lacking);
}

static void check_tools(bool *is_lacking)
{
	static const char *const tools[] = { "qemu-system-x86_64", "qemu-img", "cloud-localds",
					     "mke2fs", "mmdebstrap", "spatch", "musl-gcc" };

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		report((struct finding){ is_on_path(tools[i]), true, tools[i],
			xstrdup(is_on_path(tools[i]) ? "" : "not installed"),
			"ci/install-deps" }, is_lacking);
}

static void check_file(const char *what, char *path, const char *remedy, bool *is_lacking)
{
	report((struct finding){ access(path, R_OK) == 0, true, what, path, remedy }, is_lacking);
}

static void check_pieces(const struct config *c, bool *is_lacking)
{
	char *bochs;

	check_file("host image (L1)", xasprintf("%s/image.json", c->host_image), "make images",
		   is_lacking);
	check_file("guest image (L2)", xasprintf("%s/image.json", c->guest_image), "make images",
		   is_lacking);
	check_file("patched modules", xasprintf("%s/build.json", c->module_dir), "make modules",
		   is_lacking);
	check_file("probe", xasprintf("%s/probe", c->kit), "make kit", is_lacking);
	check_file("harness for the L1", xasprintf("%s/host/exitmeter", c->kit), "make prepare",
		   is_lacking);
	bochs = xasprintf("%s/image.json", c->bochs);
	report((struct finding){ access(bochs, R_OK) == 0, false, "Bochs", bochs,
		"make bochs (HOST=emulated-vmx only)" }, is_lacking);
}

/* "/a/b" becomes "/a", "/a" becomes "/". */
static void cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	slash[slash == path] = '\0';
}

static void check_room(const struct config *c, bool *is_lacking)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *meminfo = file_read("/proc/meminfo", 1 << 16, NULL, &ignored);
	const char *line = meminfo ? strstr(meminfo, "MemAvailable:") : NULL;
	long memory = line ? atol(line + 13) / 1024 : 0;
	long need = c->memory_mib + 2048 + 512;
	_cleanup_free_ char *dir = xstrdup(c->cache);
	struct statvfs fs = { 0 };
	long space;

	report((struct finding){ memory >= need, true, "memory",
		xasprintf("%ld MiB available, %ld needed for an emulated host", memory, need),
		"set MEMORY lower, or end other programs" }, is_lacking);
	while (statvfs(dir, &fs) < 0 && strlen(dir) > 1)
		cut_last(dir);	/* it is yet to be made: where it will be */
	space = (long)((unsigned long long)fs.f_bavail * fs.f_frsize >> 20);
	report((struct finding){ space >= 6144, true, "space",
		xasprintf("%ld MiB free at %s, 6144 wanted for a cold cache", space, dir),
		"set CACHE to a roomier place" }, is_lacking);
}

static int check(const struct config *c)
{
	bool is_lacking = false;
	struct utsname uts;

	uname(&uts);
	printf("kernel %s, cache %s\n\n", uts.release, c->cache);
	check_cpu(&is_lacking);
	check_tools(&is_lacking);
	check_pieces(c, &is_lacking);
	check_room(c, &is_lacking);
	printf("\n%s\n", is_lacking ? "something is missing for HOST=emulated-svm; `make measure` "
				      "installs and builds it" :
				      "HOST=emulated-svm can run here");
	if (modules_cpu_vendor() != VENDOR_NONE)
		printf("HOST=native can run here too, as root: it swaps %s of this very kernel\n",
		       modules_vendor_name(modules_cpu_vendor()));
	return is_lacking ? STATUS_SKIP : STATUS_PASS;
}

int cmd_check(int argc, char **argv)
{
	static const char help[] =
		"usage: exitmeter check [--cache DIR] [--memory MIB]\n"
		"Says in a second what this machine can do, what is missing for a run, and the\n"
		"command that mends it.  Exit code 0: HOST=emulated-svm can run; 77: not yet.";

	return command_with_config(argc, argv, help, check);
}
