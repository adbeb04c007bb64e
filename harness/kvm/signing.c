// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/signing.h"

#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFI_ATTRIBUTE_BYTES 4
#define SIGNATURE_MARK "~Module signature appended~\n"

static char *read_file(const char *root, const char *path, size_t *ret_len)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *full = xasprintf("%s%s", root, path);

	return file_read(full, 4096, ret_len, &ignored);
}

/* The text is like "none [integrity] confidentiality"; the word in brackets is in force. */
static void read_lockdown(const char *text, struct signing_facts *f)
{
	const char *from = strchr(text, '[');
	size_t len = from ? strcspn(from + 1, "]") : 0;

	if (len && len < sizeof(f->lockdown))
		snprintf(f->lockdown, sizeof(f->lockdown), "%.*s", (int)len, from + 1);
}

void signing_gather(const char *root, struct signing_facts *ret)
{
	size_t len = 0, ignored;
	_cleanup_free_ char *lockdown = read_file(root, "/sys/kernel/security/lockdown", &ignored);
	_cleanup_free_ char *secure_boot = read_file(root, SECURE_BOOT, &len);
	_cleanup_free_ char *enforce = read_file(root, "/sys/module/module/parameters/sig_enforce",
						 &ignored);
	_cleanup_free_ char *disabled = read_file(root, "/proc/sys/kernel/modules_disabled", &ignored);

	memset(ret, 0, sizeof(*ret));
	if (lockdown)
		read_lockdown(lockdown, ret);
	ret->is_secure_boot = secure_boot && len > EFI_ATTRIBUTE_BYTES &&
			      secure_boot[EFI_ATTRIBUTE_BYTES] == 1;
	ret->is_enforced = enforce && (enforce[0] == 'Y' || enforce[0] == '1');
	ret->is_closed = disabled && disabled[0] == '1';
}

static bool is_locked_down(const struct signing_facts *f)
{
	return f->lockdown[0] && strcmp(f->lockdown, "none") != 0;
}

int signing_require_debugfs(const struct signing_facts *f, struct error *err)
{
	if (!is_locked_down(f))
		return 0;
	return error_set(err, STATUS_SKIP,
			 "this kernel is locked down (%s in /sys/kernel/security/lockdown), which closes debugfs, "
			 "where the counters and KVM's own figures are read: switch %s off, or use --host nested or "
			 "emulated-svm, which read them in a host of their own; nothing was changed", f->lockdown,
			 f->is_secure_boot ? "Secure Boot" : "that");
}

static const char *why_unsigned_is_refused(const struct signing_facts *f)
{
	if (is_locked_down(f))
		return f->is_secure_boot ? "Secure Boot is on and has this kernel locked down" :
					   "this kernel is locked down (/sys/kernel/security/lockdown)";
	if (f->is_enforced)
		return "this kernel demands signatures (module.sig_enforce)";
	return NULL;
}

int signing_require_loadable(const struct signing_facts *f, bool is_signed, struct error *err)
{
	const char *why = why_unsigned_is_refused(f);

	if (f->is_closed)
		return error_set(err, STATUS_SKIP,
				 "this kernel takes no module any more (kernel.modules_disabled=1) until it "
				 "is booted anew; or use --host emulated-svm");
	if (!why || is_signed)
		return 0;
	return error_set(err, STATUS_SKIP,
			 "%s, and the patched modules are not signed: sign them with a key that you have "
			 "enrolled (mokutil --import, then the kernel's scripts/sign-file), or switch %s "
			 "off, or use --host nested or emulated-svm, which load nothing here; nothing was "
			 "changed", why, f->is_secure_boot ? "Secure Boot" : "that");
}

bool signing_is_signed(const char *file)
{
	_cleanup_close_ int fd = open(file, O_RDONLY | O_CLOEXEC);
	char tail[sizeof(SIGNATURE_MARK)] = "";
	const size_t len = sizeof(SIGNATURE_MARK) - 1;

	return fd >= 0 && lseek(fd, -(off_t)len, SEEK_END) >= 0 && read(fd, tail, len) == (ssize_t)len &&
	       !strcmp(tail, SIGNATURE_MARK);
}
