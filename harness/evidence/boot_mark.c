// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/boot_mark.h"

#include <string.h>

#include "base/memory.h"

static const char *const names[BOOT_POINT] = {
	[BOOT_START] = "first-instruction",
	[BOOT_FIRMWARE] = "firmware",
	[BOOT_LOADER] = "boot-loader",
	[BOOT_KERNEL] = "kernel",
	[BOOT_ROOT] = "root-mounted",
	[BOOT_INIT] = "init",
	[BOOT_SYSTEMD] = "systemd",
	[BOOT_CLOUD_LOCAL] = "cloud-init-local",
	[BOOT_CLOUD_NETWORK] = "cloud-init-network",
	[BOOT_CLOUD_CONFIG] = "cloud-init-config",
	[BOOT_CLOUD_FINAL] = "cloud-init-final",
	[BOOT_CLOUD_DONE] = "cloud-init-finished",
	[BOOT_MULTI_USER] = "multi-user",
	[BOOT_STOPPING] = "stopping",
	[BOOT_POWER_DOWN] = "power-down",
	[BOOT_RESTART] = "restart",
	[BOOT_OFF] = "off",
};

/* A line is the mark where it has the one text and, from there on, the other. */
static const struct {
	const char *text, *also;
	enum boot_mark mark;
} lines[] = {
	{ "SeaBIOS (version", "", BOOT_FIRMWARE },
	{ "BdsDxe: ", "", BOOT_FIRMWARE },
	{ "Welcome to GRUB", "", BOOT_LOADER },
	{ "GRUB loading", "", BOOT_LOADER },
	{ "  Booting `", "", BOOT_LOADER },
	{ "Linux version ", "", BOOT_KERNEL },
	{ "EXT4-fs (", "mounted filesystem", BOOT_ROOT },
	{ "XFS (", "Ending clean mount", BOOT_ROOT },
	/* Debian's initramfs, on a console for which the kernel's own lines of information are too much. */
	{ "Begin: Running /scripts/local-bottom", "", BOOT_ROOT },
	{ "Run /", " as init process", BOOT_INIT },
	{ "Loading, please wait...", "", BOOT_INIT },
	{ "systemd[1]: systemd ", " running in system mode", BOOT_SYSTEMD },
	{ "Cloud-init v. ", " running 'init-local'", BOOT_CLOUD_LOCAL },
	{ "Cloud-init v. ", " running 'init'", BOOT_CLOUD_NETWORK },
	{ "Cloud-init v. ", " running 'modules:config'", BOOT_CLOUD_CONFIG },
	{ "Cloud-init v. ", " running 'modules:final'", BOOT_CLOUD_FINAL },
	{ "Cloud-init v. ", " finished at ", BOOT_CLOUD_DONE },
	{ "Reached target ", "multi-user.target", BOOT_MULTI_USER },
	{ "Reached target ", "Multi-User System", BOOT_MULTI_USER },
	{ " login: ", "", BOOT_MULTI_USER },
	{ "Stopped target ", "multi-user.target", BOOT_STOPPING },
	{ "Stopped target ", "Multi-User System", BOOT_STOPPING },
	{ "reboot: Power down", "", BOOT_POWER_DOWN },
	{ "reboot: Restarting system", "", BOOT_RESTART },
};

const char *boot_mark_name(enum boot_mark mark)
{
	static const char *const points[EM_POINTS] = {
		[EM_EARLY] = "point-early",   [EM_BOOT] = "point-boot",
		[EM_REBOOT] = "point-reboot", [EM_EARLY2] = "point-early2",
		[EM_BOOT2] = "point-boot2",   [EM_OPERATIONS] = "point-operations",
		[EM_WORK] = "point-work",     [EM_WORKED] = "point-worked",
		[EM_SHUTDOWN] = "point-shutdown",
	};

	return mark < BOOT_POINT ? names[mark] : points[mark - BOOT_POINT];
}

bool boot_mark_find(const char *name, enum boot_mark *ret)
{
	for (unsigned int i = 0; i < BOOT_MARKS; i++)
		if (!strcmp(boot_mark_name((enum boot_mark)i), name)) {
			*ret = (enum boot_mark)i;
			return true;
		}
	return false;
}

bool boot_mark_of_line(const char *line, enum boot_mark *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const char *at = strstr(line, lines[i].text);

		if (at && strstr(at, lines[i].also)) {
			*ret = lines[i].mark;
			return true;
		}
	}
	return false;
}
