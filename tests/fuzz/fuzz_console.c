// SPDX-License-Identifier: GPL-2.0-only
/* A console: the same state however the bytes come, and a tail that no terminal obeys. */
#include "fuzz.h"

#include "evidence/console.h"
#include "evidence/kernel_trace.h"

static void console_take(struct console *c, const uint8_t *data, size_t size, size_t piece)
{
	console_init(c);
	for (size_t at = 0; at < size; at += piece)
		console_feed(c, data + at, size - at < piece ? size - at : piece);
	console_finish(c);
}

static void console_compare(const struct console *a, const struct console *b)
{
	ALWAYS(a->trouble == b->trouble && !strcmp(a->trouble_line, b->trouble_line));
	ALWAYS(a->is_flooded == b->is_flooded && a->has_lockup == b->has_lockup);
	ALWAYS(a->has_cloud_init == b->has_cloud_init);
	ALWAYS(a->has_cloud_init_finished == b->has_cloud_init_finished);
	ALWAYS(a->stuck == b->stuck && a->is_up == b->is_up);
	ALWAYS(a->is_cloud_init_disabled == b->is_cloud_init_disabled);
	ALWAYS(a->is_powered_down == b->is_powered_down && a->is_restarting == b->is_restarting);
	ALWAYS(a->boots == b->boots && a->lines == b->lines && a->bytes == b->bytes);
	ALWAYS(a->tail_count == b->tail_count);
	for (unsigned int i = 0; i < a->tail_count; i++)
		ALWAYS(!strcmp(console_tail(a, i), console_tail(b, i)));
}

/* A trace that is found names a function and a module, in what prints. */
static void console_check_trace(const uint8_t *data, size_t size)
{
	struct kernel_trace t = { 0 };
	unsigned int count;

	if (!kernel_trace_find((const char *)data, size, (1u << TRACE_KINDS) - 1, &t, &count)) {
		ALWAYS(count == 0);
		return;
	}
	ALWAYS(count > 0 && t.kind < TRACE_KINDS && *t.function && !strncmp(t.module, "kvm", 3));
	ALWAYS(fuzz_is_printable(t.what) && fuzz_is_printable(t.function));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct console whole, pieces;	/* large */
	size_t piece = size ? data[0] % 61 + 1 : 1;

	console_take(&whole, data, size, size ? size : 1);
	console_take(&pieces, data, size, piece);
	console_compare(&whole, &pieces);
	ALWAYS(whole.tail_count <= CONSOLE_TAIL_LINES && !console_tail(&whole, whole.tail_count));
	for (unsigned int i = 0; i < whole.tail_count; i++) {
		ALWAYS(strlen(console_tail(&whole, i)) <= CONSOLE_LINE_BYTES);
		ALWAYS(fuzz_is_printable(console_tail(&whole, i)));
	}
	console_check_trace(data, size);
	ALWAYS(fuzz_is_printable(whole.trouble_line));
	ALWAYS((whole.trouble == CONSOLE_FINE) == !whole.trouble_line[0]);
	return 0;
}
