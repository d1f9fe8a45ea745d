/* opml_list: see opml_list.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/opml_list.h"

#include <string.h>

#include "feeds/elements.h"
#include "feeds/opml_walk.h"
#include "feeds/usual_xml.h"
#include "feeds/utf8.h"

struct listing {
	struct opml_walk walk;
	unsigned depth, skipped; /* the depth of an element whose inside says nothing; 0: none */
	bool body_seen, stopped;
};

static char *get(const void *outline, const char *name)
{
	const struct attributes *attributes = outline;

	for (int i = 0; i < attributes->count; i++) {
		const struct attributes one = {attributes->list + i * 5, 1};
		char *value = attribute_get(&one, name);
		if (value && *g_strstrip(value))
			return value;
		g_free(value);
	}
	return NULL;
}

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int namespaces_count, const xmlChar **namespaces, int attributes_count,
		     int defaulted_count, const xmlChar **list)
{
	struct listing *l = data;
	const struct attributes attributes = {list, attributes_count};

	(void)prefix, (void)uri, (void)namespaces_count, (void)namespaces, (void)defaulted_count;
	l->depth++;
	if (l->skipped)
		return;
	if (l->depth == 1) {
		l->stopped = g_ascii_strcasecmp((const char *)name, "opml") != 0;
	} else if (l->depth == 2 && !l->body_seen && g_ascii_strcasecmp((const char *)name, "body") == 0) {
		l->body_seen = true;
	} else if (l->depth == 2 || !opml_walk_enter(&l->walk, (const char *)name, &attributes)) {
		l->skipped = l->depth;
	}
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct listing *l = data;

	(void)name, (void)prefix, (void)uri;
	if (l->skipped == l->depth)
		l->skipped = 0;
	else if (!l->skipped && l->depth > 2)
		opml_walk_leave(&l->walk);
	l->depth--;
}

static void on_text(void *data, const struct usual_text *text)
{
	(void)data, (void)text;
}

/* Past the declaration, if it is one of those that everybody writes; NULL: another. */
static const char *skip_declaration(const char *text, const char *end)
{
	static const char *const usual[] = {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
					    "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
					    "<?xml version='1.0' encoding='UTF-8'?>",
					    "<?xml version='1.0' encoding='utf-8'?>",
					    "<?xml version=\"1.0\"?>"};
	size_t left = (size_t)(end - text);

	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
		if (left >= strlen(usual[i]) && memcmp(text, usual[i], strlen(usual[i])) == 0)
			return text + strlen(usual[i]);
	return left > 1 && text[1] == '?' ? NULL : text;
}

/* UTF-8 of characters that XML allows; U+FFFE and U+FFFF are not worth a look of their own. */
static bool is_clean(const char *text, const char *end)
{
	for (const char *at = text; at < end; at++)
		if (((guchar)*at < ' ' && *at != '\t' && *at != '\n' && *at != '\r') ||
		    ((guchar)*at == 0xef && end - at > 1 && (guchar)at[1] == 0xbf))
			return false;
	return utf8_is_text(text, (size_t)(end - text));
}

GPtrArray *opml_list(const char *text, size_t text_len)
{
	static const struct usual_events events = {on_start, on_end, on_text};
	const char *end = text + text_len, *start = skip_declaration(text, end);
	struct opml_collection found;
	struct listing l = {.depth = 0};

	opml_collection_init(&found, get, NULL);
	opml_walk_init(&l.walk, get, opml_collect, &found);
	bool read = start && is_clean(start, end) &&
		    usual_xml_read(start, (size_t)(end - start), &events, &l, &l.stopped) && l.body_seen;
	opml_walk_finish(&l.walk);
	GPtrArray *subscriptions = opml_collection_end(&found);
	if (!read)
		g_clear_pointer(&subscriptions, g_ptr_array_unref);
	return subscriptions;
}
