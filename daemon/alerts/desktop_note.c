/* desktop_note: see desktop_note.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/desktop_note.h"

#include "daemon/alerts/layout.h"
#include "daemon/alerts/link.h"
#include "daemon/alerts/sanitize.h"
#include "daemon/alerts/words.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The body, twice: servers say whether they understand markup. */
struct bodies {
	GString *plain, *markup;
};

static void add(struct bodies *b, const char *text, size_t len, bool marked)
{
	g_autofree char *part = g_strndup(text, len);
	g_autofree char *escaped = g_markup_escape_text(part, -1);
	if (b->plain->len + len > NOTE_BODY_MAX)
		return;
	g_string_append(b->plain, part);
	g_string_append_printf(b->markup, marked ? "<b>%s</b>" : "%s", escaped);
}

static void add_part(const char *part, size_t len, bool marked, void *user_data)
{
	add(user_data, part, len, marked);
}

static void add_line(struct bodies *b, const char *text, size_t max_len)
{
	g_autofree char *clean = text ? sanitize_cut(text, max_len, SANITIZE_LINES) : NULL;
	if (!clean || !*clean)
		return;
	if (b->plain->len)
		add(b, "\n", 1, false);
	add(b, clean, strlen(clean), false);
}

static void add_excerpt(struct bodies *b, const struct message_item *item)
{
	if (!item->excerpt || !*item->excerpt)
		return;
	add(b, "\n", b->plain->len ? 1 : 0, false);
	layout_parts(item->excerpt, item->excerpt_spans, add_part, b);
}

/* Filter, who tells it, what it says, why it matched. */
static void article_body(const struct message *message, struct bodies *b)
{
	const struct message_item *item = message->items->pdata[0];
	const struct layout_story story = {.first = item, .others = g_ptr_array_new()};
	g_autofree char *source = layout_source(item, message->language);
	g_autofree char *outlets = layout_outlets(message, &story, message->language);
	g_autofree char *first = g_strdup_printf(
		"%s · %s%s%s", message->filter_title ? message->filter_title : "", source,
		message->kind == DELIVERY_UPDATE ? " · " : "",
		message->kind == DELIVERY_UPDATE ? word(message->language, WORD_GREW) : "");
	const struct message_item no_numbers = {.why = item->why};
	g_autofree char *why = layout_why(&no_numbers, message->language);
	g_autofree char *also =
		outlets ? g_strdup_printf("%s: %s", word(message->language, WORD_ALSO_IN), outlets)
			: NULL;
	add_line(b, first, 200);
	add_line(b, also, 200);
	add_excerpt(b, item);
	add_line(b, why, 300);
	g_ptr_array_unref(story.others);
}

static void titles_body(const struct message *message, struct bodies *b)
{
	g_autoptr(GPtrArray) stories = layout_stories(message, true);
	for (unsigned i = 0; i < MIN(stories->len, NOTE_TITLES); i++) {
		const struct layout_story *story = stories->pdata[i];
		g_autofree char *line = g_strdup_printf("• %s", story->first->title);
		add_line(b, line, 200);
	}
	if (stories->len <= NOTE_TITLES)
		return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	g_autofree char *more =
		g_strdup_printf(word(message->language, WORD_MORE), stories->len - NOTE_TITLES);
#pragma GCC diagnostic pop
	add_line(b, more, 200);
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(object, key, json_string(text));
}

static void set_uid(json_t *object, const char *key, uint64_t uid)
{
	char text[17];
	uid_format(uid, text);
	if (uid)
		set_text(object, key, text);
}

static json_t *labels(const char *language)
{
	return json_pack("{ssssssss}", "open", word(language, WORD_OPEN), "ack",
			 word(language, WORD_ACKNOWLEDGE), "mute", word(language, WORD_MUTE),
			 "not-relevant", word(language, WORD_NOT_RELEVANT));
}

static void set_article(json_t *note, const struct message *message)
{
	const struct message_item *item = message->items->pdata[0];
	g_autofree char *link = sanitize_link(item->link);
	g_autofree char *host = link_host(link);
	set_uid(note, "alert", message->alert);
	set_uid(note, "article", item->article);
	set_text(note, "filter", message->filter);
	set_text(note, "link", link);
	set_text(note, "host", host);
}

char *desktop_note(const struct message *message, unsigned limit)
{
	struct bodies bodies = {g_string_new(NULL), g_string_new(NULL)};
	bool article = message->items->len == 1 && message->alert;
	const struct message_item *item = article ? message->items->pdata[0] : NULL;
	g_autofree char *summary =
		sanitize_cut(item ? item->title : message->subject, NOTE_SUMMARY_MAX, 0);
	json_t *note = json_object();
	if (article)
		article_body(message, &bodies);
	else if (message->items->len)
		titles_body(message, &bodies);
	add_line(&bodies, message->text, 1000);
	set_text(note, "show", message->key);
	set_text(note, "kind", delivery_kind_name(message->kind));
	set_text(note, "language", message->language);
	json_object_set_new(note, "at", json_integer(message->created_at));
	set_text(note, "summary", summary);
	set_text(note, "body", bodies.plain->str);
	set_text(note, "markup", bodies.markup->str);
	if (article)
		set_article(note, message);
	json_object_set_new(note, "urgency",
			    json_integer(message->priority >= PRIORITY_CRITICAL ? 2
					 : message->priority == PRIORITY_LOW	? 0
										: 1));
	json_object_set_new(note, "labels", labels(message->language));
	json_object_set_new(note, "limit", json_integer(limit));
	char *text = json_dumps(note, JSON_COMPACT);
	char *copy = g_strdup(text);
	free(text);
	json_decref(note);
	g_string_free(bodies.plain, TRUE);
	g_string_free(bodies.markup, TRUE);
	return copy;
}
