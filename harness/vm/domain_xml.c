// SPDX-License-Identifier: GPL-2.0-only
#include "vm/domain_xml.h"

#include "base/xml.h"

static void put_optional(struct xml *x, const char *name, const char *text)
{
	if (text)
		xml_element(x, name, "%s", text);
}

static void put_mib(struct xml *x, const char *name, long mib)
{
	xml_begin(x, name, "unit", "MiB", NULL);
	xml_text(x, "%ld", mib);
	xml_end(x);
}

static void put_cpu(struct xml *x, const struct domain_spec *s)
{
	if (!s->cpu_model) {
		xml_empty(x, "cpu", "mode", "host-passthrough", "check", "none", NULL);
		return;
	}
	/* With check="none", TCG's own list of what it emulates decides, and not libvirt's CPU map. */
	xml_begin(x, "cpu", "mode", "custom", "match", "exact", "check", "none", NULL);
	xml_begin(x, "model", "fallback", "forbid", NULL);
	xml_text(x, "%s", s->cpu_model);
	xml_end(x);
	for (const char *const *p = s->cpu_features; p && *p; p++)
		xml_empty(x, "feature", "policy", "require", "name", *p, NULL);
	xml_end(x);
}

static void put_disk(struct xml *x, const struct domain_disk *d, int index)
{
	const char target[] = { 'v', 'd', (char)('a' + index), '\0' };

	xml_begin(x, "disk", "type", d->is_block ? "block" : "file", "device", "disk", NULL);
	/* cache="unsafe": every writable disk is thrown away after the run. */
	xml_empty(x, "driver", "name", "qemu", "type", d->format, "cache", "unsafe", NULL);
	xml_empty(x, "source", d->is_block ? "dev" : "file", d->path, NULL);
	xml_empty(x, "target", "dev", target, "bus", DOMAIN_DISK_BUS, NULL);
	if (d->is_readonly)
		xml_empty(x, "readonly", NULL);
	xml_end(x);
}

static void put_serials(struct xml *x, const struct domain_spec *s)
{
	static const char *const types[] = {
		[SERIAL_FILE] = "file", [SERIAL_SOCKET] = "unix", [SERIAL_DEVICE] = "dev",
	};

	for (int i = 0; i < DOMAIN_SERIALS; i++) {
		const char port[] = { (char)('0' + i), '\0' };

		if (!s->serial[i])
			continue;
		xml_begin(x, "serial", "type", types[s->serial_kind[i]], NULL);
		if (s->serial_kind[i] == SERIAL_SOCKET)
			xml_empty(x, "source", "mode", "bind", "path", s->serial[i], NULL);
		else
			xml_empty(x, "source", "path", s->serial[i], NULL);
		xml_empty(x, "target", "port", port, NULL);
		xml_end(x);
	}
}

/* QEMU makes the file, /dev/shm/NAME, and the guest sees it as BAR 2 of a PCI device. */
static void put_mailbox(struct xml *x, const char *name)
{
	if (!name)
		return;
	xml_begin(x, "shmem", "name", name, NULL);
	xml_empty(x, "model", "type", "ivshmem-plain", NULL);
	xml_begin(x, "size", "unit", "M", NULL);
	xml_text(x, "%d", DOMAIN_MAILBOX_MIB);
	xml_end(x);
	xml_end(x);
}

static void put_devices(struct xml *x, const struct domain_spec *s)
{
	xml_begin(x, "devices", NULL);
	xml_element(x, "emulator", "%s", s->emulator ? s->emulator : DOMAIN_EMULATOR);
	for (int i = 0; i < DOMAIN_DISKS && s->disks[i].path; i++)
		put_disk(x, &s->disks[i], i);
	put_serials(x, s);
	xml_empty(x, "controller", "type", "usb", "model", "none", NULL);
	xml_empty(x, "memballoon", "model", "none", NULL);
	put_mailbox(x, s->mailbox);
	xml_end(x);
}

static void put_os(struct xml *x, const struct domain_spec *s)
{
	xml_begin(x, "os", NULL);
	xml_begin(x, "type", "arch", "x86_64", "machine", s->machine, NULL);
	xml_text(x, "hvm");
	xml_end(x);
	if (s->uefi_code) {
		xml_begin(x, "loader", "readonly", "yes", "type", "pflash", NULL);
		xml_text(x, "%s", s->uefi_code);
		xml_end(x);
		xml_element(x, "nvram", "%s", s->uefi_vars);
	}
	put_optional(x, "kernel", s->kernel);
	put_optional(x, "initrd", s->initrd);
	put_optional(x, "cmdline", s->cmdline);
	if (!s->kernel)
		xml_empty(x, "boot", "dev", "hd", NULL);
	xml_end(x);
}

static void put_features(struct xml *x, const struct domain_spec *s)
{
	xml_begin(x, "features", NULL);
	xml_empty(x, "acpi", NULL);
	xml_empty(x, "apic", NULL);
	if (s->tb_cache_mib) {
		xml_begin(x, "tcg", NULL);
		put_mib(x, "tb-cache", s->tb_cache_mib);
		xml_end(x);
	}
	xml_end(x);
}

char *domain_xml_render(const struct domain_spec *s)
{
	struct xml *x = xml_new();

	xml_begin(x, "domain", "type", s->accel, NULL);
	put_optional(x, "name", s->name);
	put_optional(x, "uuid", s->uuid);
	put_mib(x, "memory", s->memory_mib);
	xml_element(x, "vcpu", "%ld", s->vcpus);
	put_os(x, s);
	put_features(x, s);
	put_cpu(x, s);
	xml_element(x, "on_poweroff", "destroy");
	xml_element(x, "on_reboot", s->is_reboot_allowed ? "restart" : "destroy");
	xml_element(x, "on_crash", "destroy");
	put_devices(x, s);
	xml_end(x);
	return xml_finish(x);
}
