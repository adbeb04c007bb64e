// SPDX-License-Identifier: GPL-2.0-only
#include "run/protocol.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void set_text(struct protocol_line *ret, enum protocol_kind kind, const char *text)
{
	ret->kind = kind;
	text_fit(ret->text, sizeof(ret->text), "%s", text);
}

static void parse_init(const char *line, struct protocol_line *ret)
{
	if (sscanf(line, PROTOCOL_END, &ret->status) == 1)
		ret->kind = PROTOCOL_IS_END;
	else if (!strcmp(line, PROTOCOL_READY))
		ret->kind = PROTOCOL_IS_READY;
}

void protocol_parse(const char *line, struct protocol_line *ret)
{
	int at = 0;

	*ret = (struct protocol_line){ .kind = PROTOCOL_IS_UNKNOWN };
	if (!strncmp(line, PROTOCOL_PHASE, strlen(PROTOCOL_PHASE)))
		set_text(ret, PROTOCOL_IS_PHASE, line + strlen(PROTOCOL_PHASE));
	else if (!strncmp(line, PROTOCOL_NOTE, strlen(PROTOCOL_NOTE)))
		set_text(ret, PROTOCOL_IS_NOTE, line + strlen(PROTOCOL_NOTE));
	else if (sscanf(line, PROTOCOL_ERROR "%n", &ret->status, &at) == 1 && at)
		set_text(ret, PROTOCOL_IS_ERROR, line + at);
	else
		parse_init(line, ret);
}
