/* fold: see fold.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/agent/fold.h"

#include "daemon/alerts/words.h"

#include <string.h>

#define TITLES 5

/* A headline that the summary names. */
struct headline {
	char *text;
	int urgency;
};

/* A note that is to be answered for. */
struct entry {
	char *key;
	bool missed;
};

struct fold {
	bool open, under_way;
	char *language, *tag;
	unsigned count, missed, serial;
	int urgency;		    /* the highest of its notes */
	uint32_t id;		    /* on the screen; 0: none */
	GPtrArray *headlines;	    /* struct headline *, the most urgent first, at most TITLES */
	GPtrArray *waiting, *asked; /* struct entry * */
};

static void headline_free(void *memory)
{
	struct headline *headline = memory;
	g_free(headline->text);
	g_free(headline);
}

static void entry_free(void *memory)
{
	struct entry *entry = memory;
	g_free(entry->key);
	g_free(entry);
}

struct fold *fold_new(void)
{
	struct fold *fold = g_new0(struct fold, 1);
	fold->headlines = g_ptr_array_new_with_free_func(headline_free);
	fold->waiting = g_ptr_array_new_with_free_func(entry_free);
	fold->asked = g_ptr_array_new_with_free_func(entry_free);
	return fold;
}

void fold_free(struct fold *fold)
{
	if (!fold)
		return;
	g_ptr_array_unref(fold->headlines);
	g_ptr_array_unref(fold->waiting);
	g_ptr_array_unref(fold->asked);
	g_free(fold->language);
	g_free(fold->tag);
	g_free(fold);
}

bool fold_is_open(const struct fold *fold)
{
	return fold->open;
}

void fold_begin(struct fold *fold, const char *language)
{
	g_free(fold->language);
	g_free(fold->tag);
	fold->language = g_strdup(language);
	fold->tag = g_strdup_printf("summary-%u", ++fold->serial);
	fold->open = true;
	fold->count = fold->missed = 0;
	fold->urgency = 0;
	fold->id = 0;
	g_ptr_array_set_size(fold->headlines, 0);
}

static int by_urgency(const void *left, const void *right)
{
	const struct headline *a = *(struct headline *const *)left,
			      *b = *(struct headline *const *)right;
	return b->urgency - a->urgency;
}

void fold_add(struct fold *fold, const json_t *note, bool missed, const char *key)
{
	const char *summary = json_string_value(json_object_get(note, "summary"));
	struct headline *headline = g_new0(struct headline, 1);
	headline->text = g_strdup(summary ? summary : "");
	headline->urgency = (int)json_integer_value(json_object_get(note, "urgency"));
	fold->count++;
	fold->missed += missed;
	fold->urgency = MAX(fold->urgency, headline->urgency);
	g_ptr_array_add(fold->headlines, headline);
	g_ptr_array_sort(fold->headlines, by_urgency);
	if (fold->headlines->len > TITLES)
		g_ptr_array_set_size(fold->headlines, TITLES);
	if (!key)
		return;
	struct entry *entry = g_new0(struct entry, 1);
	entry->key = g_strdup(key);
	entry->missed = missed;
	g_ptr_array_add(fold->waiting, entry);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *counted(const struct fold *fold, enum word phrase, unsigned count)
{
	return g_strdup_printf(word(fold->language, phrase), count);
}

static char *title(const struct fold *fold)
{
	if (fold->missed && fold->missed < fold->count)
		return g_strdup_printf(word(fold->language, WORD_MISSED_SOME), fold->count,
				       fold->missed);
	return counted(fold, fold->missed ? WORD_MISSED : WORD_SUMMARY_SUBJECT, fold->count);
}
#pragma GCC diagnostic pop

static void write_texts(const struct fold *fold, char **summary, char **body, char **markup)
{
	GString *plain = g_string_new(NULL);
	*summary = title(fold);
	for (unsigned i = 0; i < fold->headlines->len; i++)
		g_string_append_printf(plain, "%s• %s", i ? "\n" : "",
				       ((struct headline *)fold->headlines->pdata[i])->text);
	if (fold->count > fold->headlines->len) {
		g_autofree char *more =
			counted(fold, WORD_MORE, fold->count - fold->headlines->len);
		g_string_append_printf(plain, "\n%s", more);
	}
	*markup = g_markup_escape_text(plain->str, -1);
	*body = g_string_free(plain, FALSE);
}

bool fold_next(struct fold *fold, struct notification *notification, char **summary, char **body,
	       char **markup)
{
	if (fold->under_way || !fold->waiting->len)
		return false;
	GPtrArray *empty = fold->asked;
	fold->asked = fold->waiting;
	fold->waiting = empty;
	fold->under_way = true;
	write_texts(fold, summary, body, markup);
	*notification = (struct notification){.summary = *summary,
					      .body = *body,
					      .markup = *markup,
					      .tag = fold->tag,
					      .urgency = fold->urgency,
					      .replaces = fold->id};
	return true;
}

GPtrArray *fold_answered(struct fold *fold, bool shown, uint32_t id)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
	for (unsigned i = 0; i < fold->asked->len; i++) {
		struct entry *entry = fold->asked->pdata[i];
		g_ptr_array_add(keys, g_steal_pointer(&entry->key));
		if (shown)
			continue;
		/* it comes again, and is counted then */
		fold->count -= MIN(fold->count, 1);
		fold->missed -= MIN(fold->missed, entry->missed);
	}
	g_ptr_array_set_size(fold->asked, 0);
	fold->under_way = false;
	if (shown)
		fold->id = id;
	return keys;
}

void fold_shown_late(struct fold *fold, const char *tag, uint32_t id)
{
	if (fold->tag && strcmp(fold->tag, tag) == 0)
		fold->id = id;
}

void fold_lost(struct fold *fold)
{
	fold->id = 0;
}

void fold_closed(struct fold *fold, uint32_t id)
{
	if (fold->id == id)
		fold->id = 0;
}

void fold_end(struct fold *fold)
{
	fold->open = false;
}
