// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/hypervisor.h"

#include <cpuid.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

/* Hypervisors answer from here on, and where one plays another, its own answer is a few hundred leaves higher. */
#define LEAF_FIRST 0x40000000u
#define LEAF_LAST 0x40010000u
#define LEAF_STEP 0x100u
/* Hyper-V's Top-Level Functional Specification: the partition's privileges, in the third leaf's ebx. */
#define LEAF_HYPERV_PRIVILEGES (LEAF_FIRST + 3)
#define EBX_CREATE_PARTITIONS (1u << 0)
#define EBX_CPU_MANAGEMENT (1u << 12)
#define ECX_HYPERVISOR (1u << 31)	/* of leaf 1 */

void hypervisor_cpuid(uint32_t leaf, uint32_t regs[4])
{
	__cpuid(leaf, regs[0], regs[1], regs[2], regs[3]);
}

static bool has_text(const char *root, const char *path, const char *text)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *full = xasprintf("%s%s", root, path);
	_cleanup_free_ char *found = file_read(full, 4096, NULL, &ignored);

	return found && strstr(found, text);
}

static bool answers_as(void (*cpuid)(uint32_t leaf, uint32_t regs[4]), uint32_t leaf, const char *name)
{
	uint32_t regs[4];

	cpuid(leaf, regs);
	return !memcmp(&regs[1], name, 3 * sizeof(regs[1]));
}

static bool is_somewhere(void (*cpuid)(uint32_t leaf, uint32_t regs[4]), const char *name)
{
	for (uint32_t leaf = LEAF_FIRST; leaf < LEAF_LAST; leaf += LEAF_STEP)
		if (answers_as(cpuid, leaf, name))
			return true;
	return false;
}

/* KVM and Xen may play Hyper-V for Windows: then that stands first, and they stand behind it. */
static enum hypervisor find_by_cpuid(void (*cpuid)(uint32_t leaf, uint32_t regs[4]))
{
	uint32_t regs[4];

	cpuid(1, regs);
	if (!(regs[2] & ECX_HYPERVISOR))
		return HYPERVISOR_NONE;
	if (is_somewhere(cpuid, "XenVMMXenVMM"))
		return HYPERVISOR_XEN;
	if (!answers_as(cpuid, LEAF_FIRST, "Microsoft Hv") || is_somewhere(cpuid, "KVMKVMKVM\0\0"))
		return HYPERVISOR_OTHER;
	cpuid(LEAF_HYPERV_PRIVILEGES, regs);
	return (regs[1] & EBX_CREATE_PARTITIONS) && (regs[1] & EBX_CPU_MANAGEMENT) ? HYPERVISOR_HYPERV_ROOT :
										      HYPERVISOR_HYPERV;
}

enum hypervisor hypervisor_find(const char *root, void (*cpuid)(uint32_t leaf, uint32_t regs[4]))
{
	enum hypervisor h;

	if (has_text(root, "/proc/xen/capabilities", "control_d"))
		return HYPERVISOR_XEN_DOM0;
	h = find_by_cpuid(cpuid);
	if (h != HYPERVISOR_XEN && has_text(root, "/sys/hypervisor/type", "xen"))
		return HYPERVISOR_XEN;
	return h;
}

#define OUTER(name) "this machine is a VM of " name ": what " name " itself handles of the guest's exits reaches no KVM and " \
	"is in no count, and its own work is in the cycles"

const char *hypervisor_note(enum hypervisor h)
{
	switch (h) {
	case HYPERVISOR_HYPERV:
	case HYPERVISOR_HYPERV_ROOT:
		return OUTER("Hyper-V");
	case HYPERVISOR_XEN:
	case HYPERVISOR_XEN_DOM0:
		return OUTER("Xen");
	default:
		return NULL;
	}
}

const char *hypervisor_cause(enum hypervisor h)
{
	switch (h) {
	case HYPERVISOR_HYPERV:
		return "Hyper-V does not hand them on to this VM";
	case HYPERVISOR_HYPERV_ROOT:
		return "Hyper-V runs this machine and keeps them to itself";
	case HYPERVISOR_XEN:
		return "Xen does not hand them on to this VM";
	case HYPERVISOR_XEN_DOM0:
		return "Xen runs this machine and keeps them to itself";
	default:
		return NULL;
	}
}

const char *hypervisor_remedy(enum hypervisor h)
{
	switch (h) {
	case HYPERVISOR_HYPERV:
		return "switch this VM off and run `Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions $true` "
		       "on its host";
	case HYPERVISOR_HYPERV_ROOT:
		return "boot this machine without Hyper-V";
	case HYPERVISOR_XEN:
		return "set nestedhvm=1 in this VM's configuration, which must be of type hvm";
	case HYPERVISOR_XEN_DOM0:
		return "boot this machine without Xen";
	default:
		return NULL;
	}
}
