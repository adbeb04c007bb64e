/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the oracle needs of bpf(2) and perf_event_open(2): maps of counts, and a program that runs at each hit of an
 * event.  All are descriptors: whatever ends this process, they go with it.  Errors are in errno.
 */
#ifndef EXITMETER_BPF_H
#define EXITMETER_BPF_H

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A map from 32-bit keys to 64-bit counts.  Returns its descriptor, or -1. */
int bpf_map_make(enum bpf_map_type type, unsigned int entries);
/* The count of a key; 0 where it has none. */
uint64_t bpf_map_count(int map, uint32_t key);
/* Takes the key after *previous, or the first where that is NULL.  False: there is no more. */
bool bpf_map_next(int map, const uint32_t *previous, uint32_t *ret);
/* Returns the program's descriptor, or -1. */
int bpf_program_load(enum bpf_prog_type type, const struct bpf_insn *insns, size_t count);
/* Calls load(context), which makes maps and programs, with as much locked memory as they take. */
int bpf_with_memory(int (*load)(void *context), void *context);
/*
 * Has the program run at each hit of an event, on every CPU.  Event: type, and what type asks for; the rest is
 * filled in.  Returns the event's descriptor, or -1.
 */
int bpf_attach(struct perf_event_attr *event, int program);
/* Closes a descriptor of these; -1 is none. */
void bpf_close(int fd);

#endif
