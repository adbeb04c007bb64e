// SPDX-License-Identifier: GPL-2.0-only
#include "command/draw_pictures.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/printable.h"
#include "base/subprocess.h"
#include "evidence/file_names.h"
#include "report/report_folder.h"

#define PICTURE_BYTES_MAX (4u << 20)
#define PAGE_BYTES_MAX (32u << 20)

/*
 * gnuplot writes beside the run folder, whose files may be a stranger's links; `-d` has it read no settings of
 * the user's.  NULL: nothing was drawn.  STATUS_SKIP: there is no gnuplot.
 */
static char *draw(const char *dir, const char *script, const char *aside, size_t *ret_len, struct error *err)
{
	static const char commands[] = "cd -- \"$1\" && exec gnuplot -d \"$2\" >\"$3\"";
	_cleanup_free_ char *svg = xasprintf("%s/picture.svg", aside);
	const char *const argv[] = { "sh", "-c", commands, "sh", dir, script, svg, NULL };
	char *text = subprocess_run(argv, SUBPROCESS_SMALL_MS, err) == 0 ?
			     file_read(svg, PICTURE_BYTES_MAX, ret_len, err) :
			     NULL;

	unlink(svg);
	if (text && (strncmp(text, "<?xml", 5) || !strstr(text, "</svg>"))) {
		free(text);
		error_set(err, STATUS_USAGE, "what it wrote is no picture");
		return NULL;
	}
	return text;
}

/* The page tells of a gnuplot that was not there by itself. */
static void tell_why(char **page, const struct picture *picture, const struct error *why)
{
	_cleanup_free_ char *words = why->status == STATUS_SKIP ? NULL : printable_copy(why->message);
	_cleanup_free_ char *reason = words ? xasprintf("gnuplot failed when this page was made. %s. ", words) : NULL;
	char *with = reason ? picture_put_reason(*page, picture, reason) : NULL;

	if (!with)
		return;
	free(*page);
	*page = with;
}

/* What a folder holds from before is never shown: the script and its data are newly written. */
static int add_picture(const char *dir, const struct picture *picture, const char *aside, char **page,
		       struct error *err)
{
	_cleanup_free_ char *script = xasprintf(FILE_PLOT_SCRIPT("%s"), picture->name);
	_cleanup_free_ char *place = xasprintf("picture-%s\"", picture->name);
	_cleanup_free_ char *path = xasprintf("%s/" FILE_PLOT_SVG("%s"), dir, picture->name);
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *svg = NULL;
	size_t len;
	char *with;

	unlink(path);
	if (!strstr(*page, place))
		return 0;
	svg = draw(dir, script, aside, &len, &why);
	with = svg ? picture_put_into(*page, picture, svg, len) : NULL;
	if (!svg)
		tell_why(page, picture, &why);
	if (!with)
		return 0;
	free(*page);
	*page = with;
	return file_write(path, svg, len, err);
}

/* A node of a cluster may lack the TMPDIR that was set where a job was submitted.  The caller frees; NULL: see err. */
static char *make_aside(const char *dir, struct error *err)
{
	const char *const places[] = { getenv("TMPDIR"), "/tmp", dir };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *aside =
			places[i] && *places[i] ? xasprintf("%s/exitmeter-XXXXXX", places[i]) : NULL;

		if (aside && mkdtemp(aside))
			return take_ptr(aside);
	}
	error_errno(err, STATUS_USAGE, "cannot make a folder for pictures in TMPDIR, /tmp or %s", dir);
	return NULL;
}

int draw_pictures(const char *dir, const char *page_name, const struct picture *pictures, size_t count,
		  struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, page_name), *page = NULL, *aside = NULL;
	int ret = 0;

	page = file_read(path, PAGE_BYTES_MAX, NULL, err);
	if (!page)
		return -1;
	aside = make_aside(dir, err);
	if (!aside)
		return -1;
	for (size_t i = 0; ret == 0 && i < count; i++)
		ret = add_picture(dir, &pictures[i], aside, &page, err);
	rmdir(aside);
	return ret < 0 ? ret : file_write(path, page, strlen(page), err);
}

int page_write(const char *dir, const char *page_name, const char *page, const struct picture *pictures,
	       struct plot *plots, size_t count, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, page_name);
	int rc = file_write(path, page, strlen(page), err);

	for (size_t i = 0; i < count; i++) {
		if (rc == 0 && plots[i].script)
			rc = plot_write(dir, pictures[i].name, &plots[i], err);
		plot_deinit(&plots[i]);
	}
	if (rc < 0 || draw_pictures(dir, page_name, pictures, count, err) < 0)
		return -1;
	fflush(stdout);
	fprintf(stderr, "page: %s\n", path);
	return 0;
}
