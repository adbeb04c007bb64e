// SPDX-License-Identifier: GPL-2.0-only
/* In place of fetch_curl.c where there is no libcurl, and nothing to be fetched: in an L1 host. */
#include "image/fetch.h"

int fetch_file(const struct fetch *f, struct error *err)
{
	return error_set(err, STATUS_SKIP, "cannot fetch %s: this exitmeter was built without libcurl",
			 f->url);
}
