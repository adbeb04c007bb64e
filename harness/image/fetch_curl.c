// SPDX-License-Identifier: GPL-2.0-only
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "image/fetch.h"

#define REDIRECTS_MAX 5
#define PAUSE_MS 300			/* between two attempts */
#define VALIDATOR_MAX 512

enum attempt_end { DONE, AGAIN, AGAIN_FROM_START, FAILED };

struct transfer {
	const struct fetch *f;
	struct error *err;	/* a callback that ends the transfer sets it */
	CURL *curl;
	int fd;
	uint64_t offset;	/* bytes in the file before this transfer */
	uint64_t have;		/* bytes in the file now */
	uint64_t total;		/* bytes of the whole file; 0: unknown */
	bool is_begun;		/* the answer's body has begun */
	bool is_other_range;	/* the server sends another range than was asked for */
	/* These are of the answer whose headers come: */
	char validator[VALIDATOR_MAX];
	uint64_t range_start, range_whole;
};

/* The validator (RFC 9110, 8.8) tells whether the server still has the file that we have begun. */
static char *validator_path(const struct fetch *f)
{
	return xasprintf("%s.from", f->path);
}

static void forget(const struct fetch *f)
{
	_cleanup_free_ char *path = validator_path(f);

	unlink(path);
	unlink(f->path);
}

/* Returns how many bytes of the file are there to go on from, and their validator. */
static uint64_t find_beginning(const struct fetch *f, char validator[VALIDATOR_MAX])
{
	_cleanup_free_ char *path = validator_path(f);
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *text = file_read(path, VALIDATOR_MAX - 1, NULL, &ignored);
	struct stat st;

	if (!text || !*text || stat(f->path, &st) < 0 || st.st_size == 0) {
		forget(f);
		return 0;
	}
	snprintf(validator, VALIDATOR_MAX, "%s", text);
	return (uint64_t)st.st_size;
}

/* The header If-Range takes a strong ETag or a date. */
static void take_validator(struct transfer *t, const char *value, size_t len, bool is_etag)
{
	if (len == 0 || len >= VALIDATOR_MAX || (is_etag && *value != '"') ||
	    (!is_etag && t->validator[0]))
		return;
	memcpy(t->validator, value, len);
	t->validator[len] = '\0';
}

static bool is_header(const char *line, size_t len, const char *name, const char **ret, size_t *ret_len)
{
	size_t n = strlen(name);

	if (len < n || strncasecmp(line, name, n))
		return false;
	line += n;
	len -= n;
	while (len > 0 && *line == ' ')
		line++, len--;
	while (len > 0 && strchr("\r\n ", line[len - 1]))
		len--;
	*ret = line;
	*ret_len = len;
	return true;
}

/* "bytes FIRST-LAST/WHOLE"; an answer 416 has a star in place of FIRST-LAST. */
static void take_range(struct transfer *t, const char *value, size_t len)
{
	if (len > 8 && !strncasecmp(value, "bytes */", 8))
		t->range_whole = strtoull(value + 8, NULL, 10);
	else if (len > 6 && !strncasecmp(value, "bytes ", 6))
		t->range_start = strtoull(value + 6, NULL, 10);
}

static size_t on_header(char *line, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	const char *value;
	size_t len = size * count, n;

	if (is_header(line, len, "HTTP/", &value, &n)) {
		t->validator[0] = '\0';	/* a redirect's headers do not count for the next answer */
		t->range_start = t->range_whole = UINT64_MAX;
	} else if (is_header(line, len, "ETag:", &value, &n)) {
		take_validator(t, value, n, true);
	} else if (is_header(line, len, "Last-Modified:", &value, &n)) {
		take_validator(t, value, n, false);
	} else if (is_header(line, len, "Content-Range:", &value, &n)) {
		take_range(t, value, n);
	}
	return len;
}

static int check_room(struct transfer *t)
{
	uint64_t missing = t->total > t->have ? t->total - t->have : 0;
	struct statvfs fs;
	uint64_t free_bytes;

	if (t->total > t->f->bytes_max)
		return error_set(t->err, STATUS_USAGE, "%s has %" PRIu64 " MiB: that is too much for an image",
				 t->f->url, t->total >> 20);
	if (fstatvfs(t->fd, &fs) < 0)
		return 0;
	free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (missing == 0 || missing <= free_bytes)
		return 0;
	return error_set(t->err, STATUS_USAGE,
			 "no space for %s: %" PRIu64 " MiB are to come, %" PRIu64 " MiB are free; "
			 "free some, or choose another place with CACHE=", t->f->path,
			 missing >> 20, free_bytes >> 20);
}

static int start_file(struct transfer *t)
{
	_cleanup_free_ char *path = validator_path(t->f);

	t->offset = t->have = 0;
	if (ftruncate(t->fd, 0) < 0)
		return error_errno(t->err, STATUS_USAGE, "cannot write %s", t->f->path);
	return file_write(path, t->validator, strlen(t->validator), t->err);
}

/* Before the first byte is written, checks that it is the one that was asked for. */
static int begin_body(struct transfer *t)
{
	curl_off_t length = 0;
	long code = 0;

	t->is_begun = true;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (code == 206 && t->range_start != t->offset) {
		t->is_other_range = true;
		return -1;
	}
	if (code != 206) {
		if (t->offset)
			progress_note(t->f->progress, "the server has another file now, or knows no "
						      "ranges: from the start");
		if (start_file(t) < 0)
			return -1;
	}
	t->total = length > 0 ? t->offset + (uint64_t)length : 0;
	return check_room(t);
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * count, done = 0;

	if (!t->is_begun && begin_body(t) < 0)
		return 0;
	if (t->have + len > t->f->bytes_max) {
		error_set(t->err, STATUS_USAGE, "%s does not end after %" PRIu64 " MiB", t->f->url,
			  t->f->bytes_max >> 20);
		return 0;
	}
	while (done < len) {
		ssize_t n = write(t->fd, data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			error_errno(t->err, STATUS_USAGE, "cannot write %s (choose another place with CACHE=)",
				    t->f->path);
			return 0;
		}
		done += (size_t)n;
		t->have += (uint64_t)n;
	}
	return len;
}

static int on_progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	struct transfer *t = arg;

	(void)total, (void)now, (void)up_total, (void)up;
	if (t->is_begun)
		progress_transfer(t->f->progress, t->offset, t->have, t->total);
	return interrupt_pending() ? 1 : 0;
}

static void set_protocols(CURL *curl, bool is_http_allowed)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	const char *protocols = is_http_allowed ? "http,https" : "https";

	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
#else
	long protocols = CURLPROTO_HTTPS | (is_http_allowed ? CURLPROTO_HTTP : 0);

	curl_easy_setopt(curl, CURLOPT_PROTOCOLS, protocols);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, protocols);
#endif
}

static void set_options(struct transfer *t)
{
	const struct fetch *f = t->f;
	CURL *curl = t->curl;

	set_protocols(curl, f->is_http_allowed);
	curl_easy_setopt(curl, CURLOPT_URL, f->url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "exitmeter");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, f->connect_seconds);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, f->stall_seconds);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
}

static bool is_servers_trouble(CURLcode rc, long code)
{
	if (rc == CURLE_HTTP_RETURNED_ERROR)
		return code >= 500 || code == 403 || code == 407 || code == 429;
	return rc != CURLE_TOO_MANY_REDIRECTS && rc != CURLE_UNSUPPORTED_PROTOCOL &&
	       rc != CURLE_URL_MALFORMAT;
}

static enum attempt_end judge(struct transfer *t, CURLcode rc, const char *text)
{
	long code = 0;
	bool is_trouble;

	if (t->is_other_range)
		return AGAIN_FROM_START;
	if (t->err->message || (rc == CURLE_ABORTED_BY_CALLBACK && interrupt_check(t->err) < 0))
		return FAILED;
	if (rc == CURLE_OK)
		return DONE;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
	/* 416: no byte is left to come, because an earlier fetch was killed after the last one. */
	if (rc == CURLE_HTTP_RETURNED_ERROR && code == 416)
		return t->offset == t->range_whole ? DONE : AGAIN_FROM_START;
	is_trouble = is_servers_trouble(rc, code);
	error_set(t->err, is_trouble ? STATUS_SKIP : STATUS_USAGE, "cannot fetch %s: %s", t->f->url,
		  *text ? text : curl_easy_strerror(rc));
	return is_trouble ? AGAIN : FAILED;
}

/* Makes one transfer, from where the file ends. */
static enum attempt_end transfer(struct transfer *t, struct curl_slist **headers)
{
	char text[CURL_ERROR_SIZE] = "", validator[VALIDATOR_MAX] = "";
	_cleanup_free_ char *range = NULL, *if_range = NULL;

	t->offset = t->have = find_beginning(t->f, validator);
	t->is_begun = t->is_other_range = false;
	t->fd = open(t->f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (t->fd < 0) {
		error_errno(t->err, STATUS_USAGE, "cannot write %s", t->f->path);
		return FAILED;
	}
	set_options(t);
	curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, text);
	if (t->offset) {
		range = xasprintf("%" PRIu64 "-", t->offset);
		if_range = xasprintf("If-Range: %s", validator);
		*headers = curl_slist_append(NULL, if_range);
		curl_easy_setopt(t->curl, CURLOPT_RANGE, range);
		curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, *headers);
	}
	return judge(t, curl_easy_perform(t->curl), text);
}

static enum attempt_end attempt(const struct fetch *f, uint64_t *ret_have, struct error *err)
{
	struct transfer t = { .f = f, .err = err, .curl = curl_easy_init(), .fd = -1 };
	struct curl_slist *headers = NULL;
	enum attempt_end end;

	if (!t.curl) {
		error_set(err, STATUS_USAGE, "libcurl cannot be started");
		return FAILED;
	}
	end = transfer(&t, &headers);
	/* fsync(): a file that is there after a crash of the machine shall be there in full. */
	if (end == DONE && fsync(t.fd) < 0) {
		error_errno(err, STATUS_USAGE, "cannot write %s", f->path);
		end = FAILED;
	}
	if (t.fd >= 0)
		close(t.fd);
	curl_easy_cleanup(t.curl);
	curl_slist_free_all(headers);
	*ret_have = t.have;
	return end;
}

int fetch_file(const struct fetch *f, struct error *err)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	uint64_t have = 0, before = 0;
	unsigned int left = f->attempts;

	for (;;) {
		enum attempt_end end = attempt(f, &have, err);

		if (end == DONE) {
			_cleanup_free_ char *path = validator_path(f);

			unlink(path);
			return 0;
		}
		if (end == AGAIN_FROM_START) {
			forget(f);
			have = 0;
			error_set(err, STATUS_SKIP, "cannot fetch %s: the server sends another part "
				  "than was asked for", f->url);
		}
		if (end == FAILED || (have <= before && --left == 0))
			return -1;
		progress_note(f->progress, "%s; once more, from %" PRIu64 " MiB on", err->message,
			      have >> 20);
		error_clear(err);
		if (have <= before)
			nanosleep(&pause, NULL);
		before = have;
		if (interrupt_check(err) < 0)
			return -1;
	}
}
