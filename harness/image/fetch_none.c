// SPDX-License-Identifier: GPL-2.0-only
/* Takes the place of fetch_curl.c in an L1 host, where nothing is to be fetched and libcurl is not. */
#include "image/fetch.h"

int fetch_file(const struct fetch *f, struct error *err)
{
	return error_set(err, STATUS_SKIP, "cannot fetch %s: this exitmeter was built without libcurl",
			 f->url);
}
