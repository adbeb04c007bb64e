// SPDX-License-Identifier: GPL-2.0-only
#include "vm/x86_file.h"

#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <string.h>

#include "base/memory.h"

#define HEAD_BYTES 1024

struct head {
	unsigned char byte[HEAD_BYTES];		/* zeros behind the file's end */
};

static int read_head(const char *path, struct head *ret, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	memset(ret, 0, sizeof(*ret));
	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot open %s", path);
	while (len < HEAD_BYTES && (n = read(fd, ret->byte + len, HEAD_BYTES - len)) > 0)
		len += (size_t)n;
	return n < 0 ? error_errno(err, STATUS_USAGE, "cannot read %s", path) : 0;
}

static bool has(const struct head *h, size_t at, const char *magic)
{
	return !memcmp(h->byte + at, magic, strlen(magic));
}

static bool is_elf(const struct head *h)
{
	return has(h, 0, ELFMAG);
}

static unsigned int elf_machine(const struct head *h)
{
	const unsigned char *m = h->byte + offsetof(Elf64_Ehdr, e_machine);

	return h->byte[EI_DATA] == ELFDATA2MSB ? (unsigned int)(m[0] << 8 | m[1]) :
						 (unsigned int)(m[1] << 8 | m[0]);
}

static bool is_x86_elf(const struct head *h)
{
	return is_elf(h) && (elf_machine(h) == EM_X86_64 || elf_machine(h) == EM_386);
}

/* Returns which machine the file is for, or NULL where that cannot be told. */
static const char *tell_kind(const struct head *h)
{
	static const struct { unsigned int machine; const char *name; } machines[] = {
		{ EM_X86_64, "x86-64" }, { EM_386, "i386" }, { EM_AARCH64, "arm64" },
		{ EM_ARM, "ARM" }, { EM_RISCV, "RISC-V" }, { EM_PPC64, "POWER" },
		{ EM_S390, "s390" },
	};

	if (is_elf(h)) {
		for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
			if (machines[i].machine == elf_machine(h))
				return machines[i].name;
		return "another machine";
	}
	/* Linux images of other machines: Documentation/arch/{arm64,riscv} describes their headers. */
	return has(h, 56, "ARM\x64") ? "arm64" : has(h, 56, "RSC\x05") ? "RISC-V" : NULL;
}

static int refuse(const char *path, const char *what, const struct head *h, struct error *err)
{
	const char *kind = tell_kind(h);

	return error_set(err, STATUS_USAGE, "%s is no %s for x86%s%s%s", path, what,
			 kind ? " (it is for " : "", kind ? kind : "", kind ? ")" : "");
}

int x86_file_check_kernel(const char *path, struct error *err)
{
	struct head h;

	if (read_head(path, &h, err) < 0)
		return -1;
	/* A bzImage has this in its setup header; QEMU takes a vmlinux, which is ELF, as well. */
	return has(&h, 0x202, "HdrS") || is_x86_elf(&h) ? 0 : refuse(path, "Linux kernel", &h, err);
}

int x86_file_check_program(const char *path, struct error *err)
{
	struct head h;

	if (read_head(path, &h, err) < 0)
		return -1;
	return has(&h, 0, "#!") || is_x86_elf(&h) ? 0 : refuse(path, "program", &h, err);
}
