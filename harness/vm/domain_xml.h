/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a domain's XML for libvirt from a plain description.  Pure: it calls no libvirt and reads no
 * file.  The format is at https://libvirt.org/formatdomain.html
 */
#ifndef EXITMETER_DOMAIN_XML_H
#define EXITMETER_DOMAIN_XML_H

#include <stdbool.h>
#include <stddef.h>

#define DOMAIN_DISKS 4
#define DOMAIN_DISK_BUS "virtio"
#define DOMAIN_MAILBOX_MIB 1
#define DOMAIN_SERIALS 3
#define DOMAIN_EMULATOR "/usr/bin/qemu-system-x86_64"

struct domain_disk {
	const char *path;	/* of a file, or of a block device where is_block is true */
	const char *format;	/* raw or qcow2 */
	bool is_block;
	bool is_readonly;
};

/* What is behind a serial port. */
enum domain_serial {
	SERIAL_FILE,		/* what the guest writes goes there */
	SERIAL_SOCKET,		/* of this machine, which libvirt makes: who connects to it is at the other end */
	SERIAL_DEVICE,		/* a serial port of this machine itself */
};

struct domain_spec {
	const char *name;
	const char *uuid;		/* NULL: libvirt chooses one */
	const char *emulator;		/* NULL: DOMAIN_EMULATOR */
	const char *accel;		/* "kvm" or "qemu" (libvirt's word for TCG) */
	const char *machine;		/* "pc", "q35" */
	const char *cpu_model;		/* NULL: the host's CPU, passed through */
	const char *const *cpu_features;	/* NULL-terminated; may be NULL */
	long vcpus;
	long memory_mib;
	long tb_cache_mib;		/* TCG's translation cache; 0: QEMU's default */
	const char *kernel, *initrd, *cmdline;	/* all NULL: it boots from the first disk */
	const char *uefi_code;		/* OVMF's code; NULL: a BIOS boots it */
	const char *uefi_vars;		/* a copy of OVMF's variables, for this domain alone */
	struct domain_disk disks[DOMAIN_DISKS];	/* vda to vdd; the first without a path ends them */
	const char *mailbox;		/* file in /dev/shm that it shares with its host; NULL: none */
	const char *serial[DOMAIN_SERIALS];	/* paths of what is behind ttyS0 and on; NULL: there is no such port */
	enum domain_serial serial_kind[DOMAIN_SERIALS];
	bool is_reboot_allowed;		/* false: a guest's reset ends the domain */
};

/* Returns the XML; the caller frees it. */
char *domain_xml_render(const struct domain_spec *spec);

#endif
