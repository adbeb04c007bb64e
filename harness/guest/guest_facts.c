// SPDX-License-Identifier: GPL-2.0-only
#include "guest/guest_facts.h"

#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"

#define FIRMWARE_MAX (1 << 20)
#define VERSION_MAX 64

/* Here a distribution's QEMU finds bios-256k.bin, the firmware of a `pc`. */
static const char *const firmware_paths[] = {
	"/usr/share/qemu/bios-256k.bin", "/usr/share/seabios/bios-256k.bin",
};

/* In the image the name of the compiler is followed by another string, which is the version. */
char *seabios_version(const char *image, size_t len)
{
	const char *at = memmem(image, len, "gcc: ", 5), *end = image + len;
	size_t n = 0;

	at = at ? memchr(at, '\0', (size_t)(end - at)) : NULL;
	if (!at || ++at == end)
		return NULL;
	while (at + n < end && n < VERSION_MAX && at[n] > 0x20 && at[n] < 0x7f)
		n++;
	if (!n || at + n == end || at[n])
		return NULL;
	return strndup(at, n);
}

/* OVMF does not tell its version by a text, so its first digits of SHA-256 say which it is. */
static char *tell_uefi(const char *code)
{
	_cleanup_error_ struct error absent = { 0 };
	char hex[65];

	return xasprintf("OVMF %.16s", digest_file(code, NULL, hex, &absent) == 0 ? hex : "unknown");
}

static char *tell_firmware(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(firmware_paths); i++) {
		_cleanup_error_ struct error absent = { 0 };
		size_t len;
		_cleanup_free_ char *image = file_read(firmware_paths[i], FIRMWARE_MAX, &len, &absent);
		_cleanup_free_ char *version = image ? seabios_version(image, len) : NULL;

		if (image)
			return xasprintf("SeaBIOS%s%s", version ? " " : "", version ? version : "");
	}
	return NULL;
}

/* The value of a flag among a module's parameters: 'Y' or '1', 'N' or '0'; NUL where there is none. */
static char read_flag(const char *path)
{
	_cleanup_error_ struct error absent = { 0 };
	_cleanup_free_ char *value = file_read(path, 16, NULL, &absent);

	return value ? *value : '\0';
}

static bool is_on(char flag)
{
	return flag == 'Y' || flag == '1';
}

/* Whether VMX runs a guest in real mode itself; NULL where it is not VMX. */
static const char *tell_unrestricted(void)
{
	char flag = read_flag("/sys/module/kvm_intel/parameters/unrestricted_guest");

	return flag ? is_on(flag) ? "yes" : "no" : NULL;
}

/*
 * Returns "ept" or "npt", or "shadow" where a module parameter has turned that off, or NULL without
 * KVM.
 */
static const char *tell_paging(void)
{
	static const struct { const char *path, *name; } parameters[] = {
		{ "/sys/module/kvm_amd/parameters/npt", "npt" },
		{ "/sys/module/kvm_intel/parameters/ept", "ept" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		char flag = read_flag(parameters[i].path);

		if (flag)
			return is_on(flag) ? parameters[i].name : "shadow";
	}
	return NULL;
}

json_t *guest_facts_tell(const struct domain_spec *spec)
{
	_cleanup_free_ char *firmware = spec->uefi_code ? tell_uefi(spec->uefi_code) : tell_firmware();
	json_t *json = json_object();

	json_object_set_new(json, "machine", json_text(spec->machine));
	json_object_set_new(json, "firmware", json_text(firmware));
	json_object_set_new(json, "disk_bus", json_text(spec->disks[0].path ? DOMAIN_DISK_BUS : "none"));
	json_object_set_new(json, "paging", json_text(tell_paging()));
	json_object_set_new(json, "unrestricted_guest", json_text(tell_unrestricted()));
	return json;
}
