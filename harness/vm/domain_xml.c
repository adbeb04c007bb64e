// SPDX-License-Identifier: GPL-2.0-only
#include "vm/domain_xml.h"

#include <stdio.h>
#include <stdlib.h>

static void put_text(FILE *f, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&': fputs("&amp;", f); break;
		case '<': fputs("&lt;", f); break;
		case '>': fputs("&gt;", f); break;
		case '\'': fputs("&apos;", f); break;
		case '"': fputs("&quot;", f); break;
		default: fputc(*s, f);
		}
	}
}

static void put_element(FILE *f, const char *indent, const char *name, const char *text)
{
	if (!text)
		return;
	fprintf(f, "%s<%s>", indent, name);
	put_text(f, text);
	fprintf(f, "</%s>\n", name);
}

static void put_cpu(FILE *f, const struct domain_spec *s)
{
	if (!s->cpu_model) {
		fputs("  <cpu mode='host-passthrough' check='none'/>\n", f);
		return;
	}
	/* check='none': TCG's own list of what it emulates is the judge, not libvirt's map. */
	fputs("  <cpu mode='custom' match='exact' check='none'>\n"
	      "    <model fallback='forbid'>", f);
	put_text(f, s->cpu_model);
	fputs("</model>\n", f);
	for (const char *const *p = s->cpu_features; p && *p; p++) {
		fputs("    <feature policy='require' name='", f);
		put_text(f, *p);
		fputs("'/>\n", f);
	}
	fputs("  </cpu>\n", f);
}

static void put_disk(FILE *f, const struct domain_disk *d, int index)
{
	/* cache='unsafe': every writable disk here is thrown away after the run. */
	fprintf(f, "    <disk type='%s' device='disk'>\n"
		   "      <driver name='qemu' type='%s' cache='unsafe'/>\n"
		   "      <source %s='", d->is_block ? "block" : "file", d->format,
		d->is_block ? "dev" : "file");
	put_text(f, d->path);
	fprintf(f, "'/>\n      <target dev='vd%c' bus='" DOMAIN_DISK_BUS "'/>\n%s    </disk>\n",
		'a' + index, d->is_readonly ? "      <readonly/>\n" : "");
}

static void put_serial(FILE *f, const char *path, int port)
{
	if (!path)
		return;
	fputs("    <serial type='file'>\n      <source path='", f);
	put_text(f, path);
	fprintf(f, "'/>\n      <target port='%d'/>\n    </serial>\n", port);
}

static void put_devices(FILE *f, const struct domain_spec *s)
{
	fputs("  <devices>\n    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n", f);
	for (int i = 0; i < DOMAIN_DISKS && s->disks[i].path; i++)
		put_disk(f, &s->disks[i], i);
	for (int i = 0; i < 2; i++)
		put_serial(f, s->serial[i], i);
	fputs("    <controller type='usb' model='none'/>\n"
	      "    <memballoon model='none'/>\n"
	      "  </devices>\n", f);
}

static void put_os(FILE *f, const struct domain_spec *s)
{
	fprintf(f, "  <os>\n    <type arch='x86_64' machine='%s'>hvm</type>\n", s->machine);
	put_element(f, "    ", "kernel", s->kernel);
	put_element(f, "    ", "initrd", s->initrd);
	put_element(f, "    ", "cmdline", s->cmdline);
	if (!s->kernel)
		fputs("    <boot dev='hd'/>\n", f);
	fputs("  </os>\n  <features>\n    <acpi/>\n    <apic/>\n", f);
	if (s->tb_cache_mib)
		fprintf(f, "    <tcg>\n      <tb-cache unit='MiB'>%ld</tb-cache>\n    </tcg>\n",
			s->tb_cache_mib);
	fputs("  </features>\n", f);
}

char *domain_xml_render(const struct domain_spec *s)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	fprintf(f, "<domain type='%s'>\n", s->accel);
	put_element(f, "  ", "name", s->name);
	fprintf(f, "  <memory unit='MiB'>%ld</memory>\n  <vcpu>%ld</vcpu>\n", s->memory_mib,
		s->vcpus);
	put_os(f, s);
	put_cpu(f, s);
	fprintf(f, "  <on_poweroff>destroy</on_poweroff>\n"
		   "  <on_reboot>%s</on_reboot>\n"
		   "  <on_crash>destroy</on_crash>\n",
		s->is_reboot_allowed ? "restart" : "destroy");
	put_devices(f, s);
	fputs("</domain>\n", f);
	fclose(f);
	return text;
}
