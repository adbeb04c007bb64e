/* SPDX-License-Identifier: GPL-2.0-only */
#if !defined(_TRACE_EXITMETER_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_EXITMETER_H

#include <linux/tracepoint.h>

#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm

/*
 * Tracepoint for a CPUID that asked for exit counts. It has both figures in full,
 * whichever of them the leaf answers with.
 */
TRACE_EVENT(kvm_exitmeter,
	TP_PROTO(unsigned int vcpu_id, u32 function, u32 reason, u64 exits, u64 cycles,
		 bool undefined),
	TP_ARGS(vcpu_id, function, reason, exits, cycles, undefined),

	TP_STRUCT__entry(
		__field(unsigned int, vcpu_id)
		__field(u32, function)
		__field(u32, reason)
		__field(u64, exits)
		__field(u64, cycles)
		__field(bool, undefined)
	),

	TP_fast_assign(
		__entry->vcpu_id	= vcpu_id;
		__entry->function	= function;
		__entry->reason		= reason;
		__entry->exits		= exits;
		__entry->cycles		= cycles;
		__entry->undefined	= undefined;
	),

	TP_printk("vcpu %u function 0x%x reason 0x%x exits %llu cycles %llu%s",
		  __entry->vcpu_id, __entry->function, __entry->reason, __entry->exits,
		  __entry->cycles, __entry->undefined ? " undefined" : "")
);

#endif /* _TRACE_EXITMETER_H */

/* KVM's own trace.h has this path too: it holds in a kernel tree and out of it. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../../arch/x86/kvm
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE exitmeter-trace

/* This part must be outside protection */
#include <trace/define_trace.h>
