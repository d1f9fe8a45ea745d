/* wire: see wire.h. What a struct looks like on the wire is a table of its members, so that both
 * directions agree.
 *
 * Documents and pages: the texts, anywhere, each with its length before and a NUL behind; then the members, in which a
 * text is the place where it begins; then the place where the members begin. So texts need no copy where they already
 * lie together. Requests and errors: one after the other.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/wire.h"

#include "feeds/error.h"
#include "feeds/limits.h"
#include "feeds/page.h"
#include "feeds/text_block.h"
#include "feeds/utf8.h"
#include "feeds/window.h"

#include <string.h>

#define NO_TEXT UINT32_MAX
#define MAX_LIST 4096
#define TABLE_GUESS 4096

enum member_type { MEMBER_TEXT, MEMBER_LIST, MEMBER_INT64, MEMBER_UINT32, MEMBER_BYTE, MEMBER_BOOL };

struct member {
	enum member_type type;
	size_t offset;
};

#define OF(type, name) offsetof(struct type, name)

static const struct member entry_members[] = {
	{MEMBER_TEXT, OF(feed_entry, id)},          {MEMBER_TEXT, OF(feed_entry, link)},
	{MEMBER_TEXT, OF(feed_entry, title)},       {MEMBER_TEXT, OF(feed_entry, summary)},
	{MEMBER_TEXT, OF(feed_entry, content)},     {MEMBER_TEXT, OF(feed_entry, author)},
	{MEMBER_TEXT, OF(feed_entry, language)},    {MEMBER_TEXT, OF(feed_entry, source)},
	{MEMBER_TEXT, OF(feed_entry, enclosure)},   {MEMBER_LIST, OF(feed_entry, categories)},
	{MEMBER_INT64, OF(feed_entry, published_at)}, {MEMBER_INT64, OF(feed_entry, updated_at)},
	{MEMBER_BOOL, OF(feed_entry, truncated)},
};

static const struct member document_members[] = {
	{MEMBER_UINT32, OF(feed_document, format)},   {MEMBER_TEXT, OF(feed_document, title)},
	{MEMBER_TEXT, OF(feed_document, link)},       {MEMBER_TEXT, OF(feed_document, language)},
	{MEMBER_TEXT, OF(feed_document, self_url)},   {MEMBER_TEXT, OF(feed_document, next_url)},
	{MEMBER_TEXT, OF(feed_document, prev_archive_url)}, {MEMBER_TEXT, OF(feed_document, hub_url)},
	{MEMBER_INT64, OF(feed_document, ttl_s)},     {MEMBER_INT64, OF(feed_document, update_period_s)},
	{MEMBER_UINT32, OF(feed_document, skip_hours)}, {MEMBER_BYTE, OF(feed_document, skip_days)},
	{MEMBER_BOOL, OF(feed_document, complete_feed)}, {MEMBER_BOOL, OF(feed_document, whole)},
	{MEMBER_BOOL, OF(feed_document, malformed)},  {MEMBER_UINT32, OF(feed_document, dropped_entries)},
};

static const struct member page_members[] = {
	{MEMBER_TEXT, OF(page, title)},
	{MEMBER_TEXT, OF(page, text)},
	{MEMBER_TEXT, OF(page, language)},
};

/* ---- packing ---------------------------------------------------------------------------------------------- */

struct packer {
	GByteArray *bytes;
	struct text_block *texts; /* of a document or page */
	bool over;                /* they need more room */
};

static inline void put(struct packer *out, const void *bytes, size_t len)
{
	g_byte_array_append(out->bytes, bytes, (guint)len);
}

static void put_u32(struct packer *out, uint32_t value)
{
	uint32_t little = GUINT32_TO_LE(value);
	put(out, &little, sizeof little);
}

static void put_u64(struct packer *out, uint64_t value)
{
	uint64_t little = GUINT64_TO_LE(value);
	put(out, &little, sizeof little);
}

static void put_text(struct packer *out, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	put_u32(out, text ? (uint32_t)len : NO_TEXT);
	if (text)
		put(out, text, len + 1);
}

/* Where it is, or is put now. */
static void put_place(struct packer *out, const char *text)
{
	size_t place = NO_TEXT;

	if (text && !text_block_offset(out->texts, text, &place)) {
		text = text_block_add(out->texts, text, strlen(text));
		out->over = out->over || !text;
		text_block_offset(out->texts, text, &place);
	}
	put_u32(out, (uint32_t)place);
}

static void put_list(struct packer *out, char *const *list)
{
	uint32_t count = list ? g_strv_length((char **)list) : 0;
	put_u32(out, count);
	for (uint32_t i = 0; i < count; i++)
		put_place(out, list[i]);
}

static void put_member(struct packer *out, const struct member *member, const char *object)
{
	const void *place = object + member->offset;
	switch (member->type) {
	case MEMBER_TEXT:
		put_place(out, *(char *const *)place);
		break;
	case MEMBER_LIST:
		put_list(out, *(char **const *)place);
		break;
	case MEMBER_INT64:
		put_u64(out, (uint64_t) * (const int64_t *)place);
		break;
	case MEMBER_UINT32:
		put_u32(out, *(const uint32_t *)place);
		break;
	case MEMBER_BYTE:
	case MEMBER_BOOL:
		put(out, place, 1);
		break;
	}
}

static void put_members(struct packer *out, const struct member *members, size_t count,
			const void *object)
{
	for (size_t i = 0; i < count; i++)
		put_member(out, &members[i], object);
}

void wire_put_head(unsigned char *bytes, const struct wire_head *head)
{
	uint32_t little = GUINT32_TO_LE((uint32_t)head->rest_len);

	bytes[0] = (unsigned char)head->kind;
	bytes[1] = (unsigned char)head->slot;
	memcpy(bytes + 2, &little, sizeof little);
}

static void set_head(GByteArray *frame, enum wire_kind kind, size_t rest_len)
{
	const struct wire_head head = {.kind = kind, .slot = WIRE_BEHIND, .rest_len = rest_len};
	wire_put_head(frame->data, &head);
}

/* With room for the head, which is written when the length is known. */
static struct packer begin(void)
{
	struct packer out = {.bytes = g_byte_array_sized_new(1024)};

	g_byte_array_set_size(out.bytes, WIRE_HEAD);
	return out;
}

/* `more`: bytes of the frame that follow elsewhere. */
static GByteArray *finish(struct packer *out, enum wire_kind kind, size_t more)
{
	set_head(out->bytes, kind, out->bytes->len - WIRE_HEAD + more);
	return out->bytes;
}

GByteArray *wire_pack_request(enum wire_kind kind, size_t bytes_len, const struct parse_options *options)
{
	struct packer out = begin();
	put_text(&out, options ? options->url : NULL);
	put_text(&out, options ? options->content_type : NULL);
	put_u32(&out, options ? options->max_entries : 0);
	put_u32(&out, options ? options->keep_truncated : 0);
	return finish(&out, kind, bytes_len);
}

static void put_document(struct packer *out, const void *object)
{
	const struct feed_document *document = object;

	put_members(out, document_members, G_N_ELEMENTS(document_members), document);
	put_u32(out, document->entries->len);
	for (unsigned i = 0; i < document->entries->len; i++)
		put_members(out, entry_members, G_N_ELEMENTS(entry_members), document->entries->pdata[i]);
}

static void put_page(struct packer *out, const void *object)
{
	const struct page *page = object;

	put_members(out, page_members, G_N_ELEMENTS(page_members), page);
	put_u32(out, page->feeds->len);
	for (unsigned i = 0; i < page->feeds->len; i++)
		put_place(out, page->feeds->pdata[i]);
}

typedef void put_fn(struct packer *out, const void *object);

/* The texts that are not in the block yet, then the rest. */
static bool pack_into(struct text_block *block, put_fn *put_object, const void *object)
{
	struct packer out = {.bytes = g_byte_array_sized_new(TABLE_GUESS), .texts = block};
	size_t texts_len;

	put_object(&out, object);
	text_block_bytes(block, &texts_len);
	put_u32(&out, (uint32_t)texts_len);
	bool packed = !out.over && text_block_append(block, out.bytes->data, out.bytes->len);
	g_byte_array_unref(out.bytes);
	return packed;
}

/* Into as much memory as it takes. */
static GByteArray *pack(enum wire_kind kind, put_fn *put_object, const void *object)
{
	for (size_t room = 64 << 10;; room *= 4) {
		GByteArray *frame = begin().bytes;
		g_byte_array_set_size(frame, (guint)(WIRE_HEAD + room));
		struct text_block *block = text_block_over(frame->data + WIRE_HEAD, room);
		bool packed = pack_into(block, put_object, object);
		size_t len;
		text_block_bytes(block, &len);
		text_block_unref(block);
		if (packed) {
			g_byte_array_set_size(frame, (guint)(WIRE_HEAD + len));
			set_head(frame, kind, len);
			return frame;
		}
		g_byte_array_unref(frame);
	}
}

GByteArray *wire_pack_document(const struct feed_document *document)
{
	return pack(WIRE_DOCUMENT, put_document, document);
}

bool wire_pack_into(const struct feed_document *document, struct text_block *block)
{
	return pack_into(block, put_document, document);
}

GByteArray *wire_pack_page(const struct page *page)
{
	return pack(WIRE_PAGE_DONE, put_page, page);
}

GByteArray *wire_pack_error(const GError *error)
{
	struct packer out = begin();
	put_u32(&out, (uint32_t)error->code);
	put_text(&out, error->message);
	return finish(&out, WIRE_ERROR, 0);
}

/* ---- unpacking ------------------------------------------------------------------------------------------- */

struct taker {
	const unsigned char *p, *end;
	bool broken;
	bool in_place; /* texts are not copied */
	const unsigned char *texts; /* of a document or page … */
	size_t texts_len;
	size_t texts_left; /* … that no text was found in: none is told twice, which could take for ever */
};

static const void *take(struct taker *t, size_t len)
{
	if (t->broken || (size_t)(t->end - t->p) < len) {
		t->broken = true;
		return NULL;
	}
	const void *at = t->p;
	t->p += len;
	return at;
}

static uint32_t take_u32(struct taker *t)
{
	uint32_t value = 0;
	const void *at = take(t, sizeof value);
	if (at)
		memcpy(&value, at, sizeof value);
	return GUINT32_FROM_LE(value);
}

static uint64_t take_u64(struct taker *t)
{
	uint64_t value = 0;
	const void *at = take(t, sizeof value);
	if (at)
		memcpy(&value, at, sizeof value);
	return GUINT64_FROM_LE(value);
}

static char *take_text(struct taker *t)
{
	uint32_t len = take_u32(t);
	if (t->broken || len == NO_TEXT)
		return NULL;
	const char *at = take(t, (size_t)len + 1);
	if (!at || at[len] || !utf8_is_text(at, len)) {
		t->broken = true;
		return NULL;
	}
	return g_memdup2(at, (size_t)len + 1);
}

/* A document or a page: where its members begin. */
static struct taker begin_taking(const unsigned char *rest, size_t rest_len, bool in_place)
{
	struct taker t = {.texts = rest, .in_place = in_place, .broken = rest_len < sizeof(uint32_t)};
	uint32_t place;

	if (t.broken)
		return t;
	t.end = rest + rest_len - sizeof place;
	memcpy(&place, t.end, sizeof place);
	t.texts_len = t.texts_left = GUINT32_FROM_LE(place);
	t.broken = t.texts_len > rest_len - sizeof place;
	t.p = t.broken ? t.end : rest + t.texts_len;
	return t;
}

static char *take_place(struct taker *t)
{
	uint32_t place = take_u32(t), len;
	if (t->broken || place == NO_TEXT)
		return NULL;
	t->broken = place < TEXT_BLOCK_HEAD || place >= t->texts_len;
	if (t->broken)
		return NULL;
	const char *at = (const char *)t->texts + place;
	memcpy(&len, at - sizeof len, sizeof len);
	len = GUINT32_FROM_LE(len);
	t->broken = len >= t->texts_len - place || len >= t->texts_left || at[len] || !utf8_is_text(at, len);
	if (t->broken)
		return NULL;
	t->texts_left -= len + 1;
	return t->in_place ? (char *)at : g_memdup2(at, (size_t)len + 1);
}

static char **take_list(struct taker *t)
{
	uint32_t count = take_u32(t);
	if (count > MAX_LIST)
		t->broken = true;
	if (t->broken || count == 0)
		return NULL;
	char **list = g_new0(char *, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		char *text = take_place(t);
		if (!text) {
			t->broken = true;
			break;
		}
		list[i] = text;
	}
	return list;
}

static void take_member(struct taker *t, const struct member *member, char *object)
{
	void *place = object + member->offset;
	const unsigned char *byte;

	switch (member->type) {
	case MEMBER_TEXT:
		*(char **)place = take_place(t);
		break;
	case MEMBER_LIST:
		*(char ***)place = take_list(t);
		break;
	case MEMBER_INT64:
		*(int64_t *)place = (int64_t)take_u64(t);
		break;
	case MEMBER_UINT32:
		*(uint32_t *)place = take_u32(t);
		break;
	case MEMBER_BYTE:
		byte = take(t, 1);
		*(uint8_t *)place = byte ? *byte : 0;
		break;
	case MEMBER_BOOL:
		byte = take(t, 1);
		*(bool *)place = byte && *byte;
		break;
	}
}

static void take_members(struct taker *t, const struct member *members, size_t count, void *object)
{
	for (size_t i = 0; i < count && !t->broken; i++)
		take_member(t, &members[i], object);
}

bool wire_head(const unsigned char *bytes, size_t max_len, struct wire_head *head)
{
	unsigned kind = bytes[0], slot = bytes[1];
	uint32_t rest;

	memcpy(&rest, bytes + 2, sizeof rest);
	rest = GUINT32_FROM_LE(rest);
	if (kind < WIRE_PARSE || kind > WIRE_ERROR || rest > max_len)
		return false;
	if (slot != WIRE_BEHIND && (slot >= WINDOW_SLOTS || rest > WINDOW_SLOT))
		return false;
	*head = (struct wire_head){.kind = kind, .slot = slot, .rest_len = rest};
	return true;
}

bool wire_unpack_request(enum wire_kind kind, const unsigned char *rest, size_t rest_len,
			 struct wire_request *request)
{
	struct taker t = {.p = rest, .end = rest + rest_len, .broken = kind != WIRE_PARSE && kind != WIRE_PAGE};

	*request = (struct wire_request){.kind = kind};
	request->url = take_text(&t);
	request->content_type = take_text(&t);
	request->max_entries = take_u32(&t);
	request->keep_truncated = take_u32(&t) != 0;
	request->bytes = (const char *)t.p;
	request->bytes_len = (size_t)(t.end - t.p);
	if (t.broken)
		wire_request_clear(request);
	return !t.broken;
}

void wire_request_clear(struct wire_request *request)
{
	g_clear_pointer(&request->url, g_free);
	g_clear_pointer(&request->content_type, g_free);
}

/* A link that is shown to people or opened must be what it says. A path is one that had no base to
 * be resolved against. */
static bool sane_link(const char *link)
{
	return !link || g_str_has_prefix(link, "http://") || g_str_has_prefix(link, "https://") ||
	       (link[0] == '/' && link[1] != '/');
}

struct feed_document *wire_unpack_document(struct text_block *block)
{
	size_t rest_len;
	const unsigned char *rest = (unsigned char *)text_block_bytes(block, &rest_len);
	struct taker t = begin_taking(rest, rest_len, true);
	struct feed_document *document = feed_document_new();

	document->block = text_block_ref(block);
	take_members(&t, document_members, G_N_ELEMENTS(document_members), document);
	uint32_t count = take_u32(&t);
	if (count > FEED_MAX_ENTRIES_EVER || document->format > FEED_FORMAT_CDF ||
	    !sane_link(document->link))
		t.broken = true;
	for (uint32_t i = 0; i < count && !t.broken; i++) {
		struct feed_entry *entry = feed_entry_new();
		entry->block = text_block_ref(block);
		g_ptr_array_add(document->entries, entry);
		take_members(&t, entry_members, G_N_ELEMENTS(entry_members), entry);
		t.broken = t.broken || !sane_link(entry->link);
	}
	if (t.broken || t.p != t.end)
		g_clear_pointer(&document, feed_document_free);
	return document;
}

struct page *wire_unpack_page(const unsigned char *rest, size_t rest_len)
{
	struct taker t = begin_taking(rest, rest_len, false);
	struct page *page = page_new();

	take_members(&t, page_members, G_N_ELEMENTS(page_members), page);
	uint32_t count = take_u32(&t);
	if (count > MAX_LIST)
		t.broken = true;
	for (uint32_t i = 0; i < count && !t.broken; i++) {
		char *url = take_place(&t);
		if (url)
			g_ptr_array_add(page->feeds, url);
		else
			t.broken = true;
	}
	if (t.broken || t.p != t.end)
		g_clear_pointer(&page, page_free);
	return page;
}

GError *wire_unpack_error(const unsigned char *rest, size_t rest_len)
{
	struct taker t = {.p = rest, .end = rest + rest_len};
	uint32_t code = take_u32(&t);
	g_autofree char *text = take_text(&t);

	if (t.broken || !text || t.p != t.end || code > FEED_ERROR_CANCELLED)
		return g_error_new_literal(FEED_ERROR, FEED_ERROR_WORKER,
					   "the parser worker answered with nonsense");
	return g_error_new_literal(FEED_ERROR, (gint)code, text);
}
