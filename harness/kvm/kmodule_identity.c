// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/kmodule_identity.h"

#include <archive.h>
#include <archive_entry.h>
#include <gelf.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "kvm/kmodule.h"

#define MODULE_BYTES_MAX (256u << 20)
#define NOTE_SECTION ".note.gnu.build-id"
#define NOTE_NAME "GNU"
#define BUILD_ID_BYTES_MAX 20

bool kmodule_identity_read_note(const void *note, size_t len, struct kmodule_identity *ret)
{
	const unsigned char *desc = (const unsigned char *)note + sizeof(Elf64_Nhdr) + sizeof(NOTE_NAME);
	Elf64_Nhdr head;

	if (len < sizeof(head) + sizeof(NOTE_NAME))
		return false;
	memcpy(&head, note, sizeof(head));
	if (head.n_type != NT_GNU_BUILD_ID || head.n_namesz != sizeof(NOTE_NAME) ||
	    memcmp((const char *)note + sizeof(head), NOTE_NAME, sizeof(NOTE_NAME)) != 0 ||
	    head.n_descsz == 0 || head.n_descsz > BUILD_ID_BYTES_MAX ||
	    head.n_descsz > len - sizeof(head) - sizeof(NOTE_NAME))
		return false;
	for (unsigned int i = 0; i < head.n_descsz; i++)
		sprintf(ret->build_id + 2 * i, "%02x", desc[i]);
	return true;
}

static bool read_section(Elf *elf, Elf_Scn *section, size_t names, struct kmodule_identity *ret)
{
	GElf_Shdr head;
	const char *name;
	Elf_Data *data;

	if (!gelf_getshdr(section, &head) || head.sh_type != SHT_NOTE)
		return false;
	name = elf_strptr(elf, names, head.sh_name);
	data = elf_rawdata(section, NULL);
	return name && !strcmp(name, NOTE_SECTION) && data && data->d_buf &&
	       kmodule_identity_read_note(data->d_buf, data->d_size, ret);
}

bool kmodule_identity_read_elf(void *image, size_t len, struct kmodule_identity *ret)
{
	Elf_Scn *section = NULL;
	bool is_found = false;
	size_t names;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(image, len);
	if (elf && elf_getshdrstrndx(elf, &names) == 0)
		while (!is_found && (section = elf_nextscn(elf, section)))
			is_found = read_section(elf, section, names, ret);
	elf_end(elf);
	return is_found;
}

/* Reads the archive's only member; NULL: it cannot be read, or is too large. */
static char *read_member(struct archive *a, size_t *ret_len)
{
	char *data = NULL;
	size_t len = 0, room = 0;
	la_ssize_t n;

	do {
		if (room - len < 65536)
			data = xrealloc(data, room = room ? room * 2 : 1 << 20);
		n = archive_read_data(a, data + len, room - len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && len < MODULE_BYTES_MAX);
	if (n == 0) {
		*ret_len = len;
		return data;
	}
	free(data);
	return NULL;
}

/* Distributions compress their modules in different ways, and libarchive knows all of them. */
static char *read_module(const char *file, size_t *ret_len, struct error *err)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	char *data = NULL;

	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_filename(a, file, 65536) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		data = read_member(a, ret_len);
	if (!data)
		error_set(err, STATUS_USAGE, "cannot read the module %s: %s", file,
			  archive_error_string(a) ? archive_error_string(a) : "empty");
	archive_read_free(a);
	return data;
}

int kmodule_identity_of_file(const char *file, struct kmodule_identity *ret, struct error *err)
{
	_cleanup_free_ char *srcversion = kmodule_info(file, "srcversion");
	_cleanup_free_ char *data = NULL;
	size_t len = 0;

	memset(ret, 0, sizeof(*ret));
	data = read_module(file, &len, err);
	if (!data)
		return -1;
	snprintf(ret->srcversion, sizeof(ret->srcversion), "%s", srcversion ? srcversion : "");
	if (!kmodule_identity_read_elf(data, len, ret) && !ret->srcversion[0])
		return error_set(err, STATUS_USAGE, "%s has neither a srcversion nor a build id to know it by",
				 file);
	return 0;
}

int kmodule_identity_of_loaded(const char *name, struct kmodule_identity *ret, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("/sys/module/%s/srcversion", name);
	_cleanup_free_ char *notes = xasprintf("/sys/module/%s/notes/" NOTE_SECTION, name);
	_cleanup_error_ struct error no_srcversion = { 0 }, no_note = { 0 };
	_cleanup_free_ char *srcversion = file_read(path, 4096, NULL, &no_srcversion);
	size_t len = 0;
	_cleanup_free_ char *note = file_read(notes, 4096, &len, &no_note);

	memset(ret, 0, sizeof(*ret));
	if (srcversion)
		snprintf(ret->srcversion, sizeof(ret->srcversion), "%.*s",
			 (int)strcspn(srcversion, "\n"), srcversion);
	if ((!note || !kmodule_identity_read_note(note, len, ret)) && !srcversion)
		return error_set(err, STATUS_USAGE,
				 "the loaded module %s shows neither a srcversion nor a build id (%s)", name,
				 no_note.message ? no_note.message : "its note is no build id");
	return 0;
}

bool kmodule_identity_is_same(const struct kmodule_identity *a, const struct kmodule_identity *b)
{
	if (a->build_id[0] && b->build_id[0])
		return !strcmp(a->build_id, b->build_id);
	return a->srcversion[0] && !strcmp(a->srcversion, b->srcversion);
}

char *kmodule_identity_text(const struct kmodule_identity *id)
{
	if (id->build_id[0])
		return xasprintf("build id %s", id->build_id);
	return xasprintf("srcversion %s", id->srcversion[0] ? id->srcversion : "unknown");
}
