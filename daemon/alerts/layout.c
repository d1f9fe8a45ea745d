/* layout: see layout.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/layout.h"

#include "daemon/alerts/words.h"

#include <string.h>

static void story_free(void *memory)
{
	struct layout_story *story = memory;
	g_ptr_array_unref(story->others);
	g_free(story);
}

static char *story_key(const struct message_item *item)
{
	/* service texts and old payloads have no alert: each item is its own story */
	uint64_t id = item->alert ? item->alert : item->article;
	return g_strdup_printf("%s/%" G_GINT64_MODIFIER "x", item->filter ? item->filter : "", id);
}

/* Where a filter's stories stand: the most urgent filter first, else in the message's order. */
struct rank {
	unsigned first;
	int priority;
};

static int by_rank(const void *left, const void *right, void *user_data)
{
	const struct layout_story *a = *(struct layout_story *const *)left,
				  *b = *(struct layout_story *const *)right;
	const struct rank *of_a = g_hash_table_lookup(user_data,
						      a->first->filter ? a->first->filter : ""),
			  *of_b = g_hash_table_lookup(user_data,
						      b->first->filter ? b->first->filter : "");
	if (of_a->priority != of_b->priority)
		return of_b->priority - of_a->priority;
	if (of_a->first != of_b->first)
		return of_a->first < of_b->first ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static void rank_stories(GPtrArray *stories, bool brief)
{
	g_autoptr(GHashTable) ranks = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	for (unsigned i = 0; i < stories->len; i++) {
		struct layout_story *story = stories->pdata[i];
		char *filter = story->first->filter ? story->first->filter : "";
		struct rank *rank = g_hash_table_lookup(ranks, filter);
		if (!rank) {
			rank = g_new0(struct rank, 1);
			rank->first = i;
			g_hash_table_insert(ranks, filter, rank);
		}
		rank->priority = MAX(rank->priority, (int)story->first->priority);
		story->place = i;
	}
	g_ptr_array_sort_with_data(stories, by_rank, ranks);
	const char *filter = NULL;
	for (unsigned i = 0; i < stories->len; i++) {
		struct layout_story *story = stories->pdata[i];
		story->begins_filter = !i || g_strcmp0(filter, story->first->filter) != 0;
		story->full = !brief && i < LAYOUT_FULL_STORIES;
		filter = story->first->filter;
	}
}

GPtrArray *layout_stories(const struct message *message, bool brief)
{
	GPtrArray *stories = g_ptr_array_new_with_free_func(story_free);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < message->items->len; i++) {
		const struct message_item *item = message->items->pdata[i];
		g_autofree char *key = story_key(item);
		struct layout_story *story = g_hash_table_lookup(known, key);
		if (story) {
			g_ptr_array_add(story->others, (void *)item);
			continue;
		}
		story = g_new0(struct layout_story, 1);
		story->first = item;
		story->others = g_ptr_array_new();
		g_hash_table_insert(known, g_steal_pointer(&key), story);
		g_ptr_array_add(stories, story);
	}
	rank_stories(stories, brief);
	return stories;
}

/* Where nobody named the owner its host stands for it, so that outlets count apart: nothing for
 * readers. */
static bool is_host(const char *owner)
{
	return strchr(owner, '.') &&
	       !owner[strspn(owner, "abcdefghijklmnopqrstuvwxyz0123456789.-")];
}

char *layout_source(const struct message_item *item, const char *language)
{
	const char *outlet = item->outlet && *item->outlet ? item->outlet : item->owner;
	const char *owner = item->owner && *item->owner && g_strcmp0(item->owner, outlet) != 0 &&
					    !is_host(item->owner)
				    ? item->owner
				    : NULL;
	const char *state = item->state_media ? word(language, WORD_STATE_MEDIA) : NULL;
	if (!owner && !state)
		return g_strdup(outlet ? outlet : "");
	return g_strdup_printf("%s (%s%s%s)", outlet ? outlet : "", owner ? owner : "",
			       owner && state ? ", " : "", state ? state : "");
}

char *layout_byline(const struct message_item *item, const char *language)
{
	g_autoptr(GStrvBuilder) parts = g_strv_builder_new();
	g_autofree char *source = layout_source(item, language);
	g_autofree char *tongue = word_language(language, item->language);
	if (*source)
		g_strv_builder_add(parts, source);
	/* before the time: behind a name from right to left its digits would change places */
	if (*tongue)
		g_strv_builder_add(parts, tongue);
	if (item->published_at > INT64_MIN) {
		g_autofree char *time = word_time(language, item->published_at);
		if (*time)
			g_strv_builder_add(parts, time);
	}
	g_auto(GStrv) list = g_strv_builder_end(parts);
	return g_strjoinv(" · ", list);
}

/* One decimal, with the comma of the language. */
static char *number(double value, const char *language)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(text, sizeof text, "%.2f", value);
	char *end = text + strlen(text) - 1;
	while (*end == '0')
		*end-- = '\0';
	if (*end == '.')
		*end = '\0';
	char *point = strchr(text, '.');
	if (point && g_strcmp0(language, "it") == 0)
		*point = ',';
	return g_strdup(text);
}

char *layout_why(const struct message_item *item, const char *language)
{
	if (!item->why || !*item->why)
		return NULL;
	g_autofree char *terms = g_strjoinv(", ", item->why);
	/* an expression alone is met or not: its 1 of 1 tells nobody anything */
	if (item->threshold <= 0 || (item->threshold == 1 && item->score == 1))
		return g_strdup_printf("%s: %s", word(language, WORD_WHY), terms);
	g_autofree char *score = number(item->score, language);
	g_autofree char *threshold = number(item->threshold, language);
	return g_strdup_printf("%s: %s (%s %s, %s %s)", word(language, WORD_WHY), terms,
			       word(language, WORD_SCORE), score, word(language, WORD_THRESHOLD),
			       threshold);
}

static void add_once(GPtrArray *names, GHashTable *seen, char *name)
{
	if (*name && g_hash_table_add(seen, name))
		g_ptr_array_add(names, name);
	else
		g_free(name);
}

/* Payloads of older versions have none. */
static char *const *voice_at(const struct message *message, unsigned index)
{
	bool whole = message->voices &&
		     g_strv_length(message->voices) == g_strv_length(message->outlets);
	return whole ? &message->voices[index] : NULL;
}

char *layout_outlets(const struct message *message, const struct layout_story *story,
		     const char *language)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	if (story->first->outlet)
		g_hash_table_add(seen, story->first->outlet);
	for (unsigned i = 0; i < story->others->len; i++)
		add_once(names, seen, layout_source(story->others->pdata[i], language));
	/* an alert tells the outlets of its one story; a digest has them as items */
	char **outlets = message->items->len == 1 ? message->outlets : NULL;
	for (unsigned i = 0; outlets && outlets[i]; i++) {
		bool known = g_hash_table_contains(seen, outlets[i]);
		char *const *voice = voice_at(message, i);
		if (!known)
			add_once(names, seen, g_strdup(voice ? *voice : outlets[i]));
	}
	if (!names->len)
		return NULL;
	g_ptr_array_add(names, NULL);
	return g_strjoinv(", ", (char **)names->pdata);
}

char *layout_footer(const struct message *message)
{
	const char *template = word(message->language, WORD_FOOTER);
	const struct message_item *item = message->items->len ? message->items->pdata[0] : NULL;
	char id[17];
	if (!item || !item->article)
		return g_strdup(word(message->language, WORD_SENT_BY));
	uid_format(item->article, id);
	if (message->items->len > 1)
		g_strlcpy(id, "LINK", sizeof id);
	g_auto(GStrv) parts = g_strsplit(template, "ID", 2);
	return g_strjoinv(id, parts);
}

static bool on_character(const char *text, size_t at)
{
	return ((unsigned char)text[at] & 0xc0) != 0x80;
}

void layout_parts(const char *text, const GArray *spans, layout_part_fn *each, void *user_data)
{
	size_t len = text ? strlen(text) : 0, at = 0;
	for (unsigned i = 0; spans && i < spans->len; i++) {
		const struct message_span *span = &g_array_index(spans, struct message_span, i);
		if (span->start < at || span->end <= span->start || span->end > len ||
		    !on_character(text, span->start) || !on_character(text, span->end))
			continue;
		if (span->start > at)
			each(text + at, span->start - at, false, user_data);
		each(text + span->start, span->end - span->start, true, user_data);
		at = span->end;
	}
	if (at < len)
		each(text + at, len - at, false, user_data);
}
