// SPDX-License-Identifier: GPL-2.0-only
#include "vm/bochs_rc.h"

#include "base/text.h"

#define BLOCK_MIB 2		/* memory has a whole number of blocks */
#define HOST_MIB_MAX 2048	/* Bochs 3.0 takes no more from this machine; it keeps the rest in a file */

static void print_machine(FILE *out, const struct bochs_spec *s)
{
	long mib = (s->memory_mib + BLOCK_MIB - 1) / BLOCK_MIB * BLOCK_MIB;

	fprintf(out, "config_interface: textconfig\n");
	fprintf(out, "display_library: nogui\n");
	fprintf(out, "cpu: model=%s, count=1, ips=%ld, reset_on_triple_fault=0, "
		"ignore_bad_msrs=1, msrs=\"%s\"\n", s->cpu, BOCHS_MIPS * 1000000L, s->msrs);
	/* Many small blocks would take seconds to start: images/README.md, ERRATA, B9. */
	fprintf(out, "memory: guest=%ld, host=%ld, block_size=%d\n", mib,
		mib < HOST_MIB_MAX ? mib : HOST_MIB_MAX, BLOCK_MIB * 1024);
	fprintf(out, "romimage: file=\"%s\", options=fastboot\n", s->bios);
	fprintf(out, "vgaromimage: file=\"%s\"\n", s->vga_bios);
	/* With realtime=1 no two runs are the same: images/README.md, ERRATA, B4. */
	fprintf(out, "vga: extension=vbe, update_freq=1, realtime=0\n");
	fprintf(out, "pci: enabled=1, chipset=i440fx\n");
	/*
	 * sync=none: the machine is not slowed down to real time, so idle time passes at once.  Where somebody types, it
	 * would pass between two keys.
	 */
	if (s->start_time)
		fprintf(out, "clock: sync=none, time0=%lld\n", s->start_time);
	else
		fprintf(out, "clock: sync=%s, time0=utc\n", s->terminal ? "slowdown" : "none");
}

static void print_disks(FILE *out, const struct bochs_spec *s)
{
	static const char *const place[BOCHS_DISKS] = {
		"ata0-master", "ata0-slave", "ata1-master", "ata1-slave",
	};

	fprintf(out, "ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14\n");
	fprintf(out, "ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15\n");
	for (int i = 0; i < BOCHS_DISKS; i++) {
		const struct bochs_disk *d = &s->disks[i];

		if (!d->path)
			continue;
		fprintf(out, "%s: type=disk, path=\"%s\", ", place[i], d->path);
		if (d->is_writable)
			fprintf(out, "mode=flat\n");
		else
			fprintf(out, "mode=volatile, journal=\"%s.%d\"\n", s->journal, i);
	}
	fprintf(out, "boot: disk\n");
}

static void print_ports(FILE *out, const struct bochs_spec *s)
{
	for (int i = 0; i < 2; i++)
		fprintf(out, "com%d: enabled=1, mode=file, dev=\"%s\"\n", i + 1, s->serial[i]);
	if (s->terminal)
		fprintf(out, "com3: enabled=1, mode=term, dev=\"%s\"\n", s->terminal);
}

/* A booting kernel does so much that Bochs finds odd: only the reason of its end is logged. */
static void print_log(FILE *out)
{
	fprintf(out, "panic: action=fatal\n");
	fprintf(out, "error: action=ignore\n");
	fprintf(out, "info: action=ignore\n");
	fprintf(out, "debug: action=ignore\n");
}

char *bochs_rc_render(const struct bochs_spec *spec)
{
	struct text text;
	FILE *out = text_open(&text);

	print_machine(out, spec);
	print_disks(out, spec);
	print_ports(out, spec);
	print_log(out);
	return text_close(&text);
}
