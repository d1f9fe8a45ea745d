/* story_features: see story_features.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story_features.h"

#include "filters/function_words.h"
#include "filters/text.h"
#include "filters/translit.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SHINGLES 2000
#define MAX_BODY     4000 /* bytes that tell an article apart */

static int by_value(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return a < b ? -1 : a > b;
}

static void sort_unique(GArray *set)
{
	uint64_t *values = (uint64_t *)(void *)set->data;
	unsigned kept = 0;
	if (set->len)
		qsort(values, set->len, sizeof *values, by_value);
	for (unsigned i = 0; i < set->len; i++)
		if (!kept || values[kept - 1] != values[i])
			values[kept++] = values[i];
	g_array_set_size(set, kept);
}

static uint64_t mix(uint64_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	return hash ^ hash >> 31;
}

static uint64_t hash_of(const char *text, size_t len)
{
	return mix(0xcbf29ce484222325u, text, len);
}

struct reader {
	struct features *f;
	GString *folded;
	uint64_t last[2]; /* words before, for shingles */
	unsigned run;
	uint64_t ideograph; /* character before; 0: none */
	bool in_title, shouting;
};

static void add_shingle(struct reader *r, uint64_t word)
{
	if (r->run >= 2 && r->f->shingles->len < MAX_SHINGLES) {
		uint64_t parts[3] = {r->last[0], r->last[1], word};
		uint64_t shingle = mix(0x9ae16a3b2f90404fu, (const char *)parts, sizeof parts);
		g_array_append_val(r->f->shingles, shingle);
	}
	r->last[0] = r->last[1];
	r->last[1] = word;
	r->run++;
}

static void add_word(struct reader *r, uint64_t word)
{
	g_array_append_val(r->f->words, word);
	if (r->in_title)
		g_array_append_val(r->f->title, word);
}

/* Endings of nouns and verbs, cut without asking which: ucraino, ucraini → ucrain; санкциями →
 * санкция's stem. */
static size_t light_stem(const struct token *token, const char *folded, size_t len)
{
	if (token->script == SCRIPT_CYRILLIC)
		return len > 12 ? len - 4 : len > 8 ? len - 2 : len;
	if (len > 5 && strchr("aeious", folded[len - 1]))
		len--;
	return len;
}

/* Digits that are no year: years are everywhere. */
static bool is_telling_number(const char *text)
{
	size_t len = strlen(text);
	bool year = len == 4 && (g_str_has_prefix(text, "19") || g_str_has_prefix(text, "20"));
	return len >= 2 && !year && text[strspn(text, "0123456789")] == 0;
}

/* Words and names are counted apart. */
static uint64_t name_hash(const char *name)
{
	return mix(0x2545f4914f6cdd1du, name, strlen(name));
}

/* Names are compared in Latin letters, so that Путин is Putin. */
static void add_name(struct reader *r, const struct token *token, const char *text)
{
	g_autofree char *word = g_strndup(text + token->start, token->end - token->start);
	g_autofree char *latin =
		token->script == SCRIPT_CYRILLIC ? translit_cyrillic(word, "en") : NULL;
	g_autofree char *folded = text_folded(latin ? latin : word);
	uint64_t hash = name_hash(folded);
	g_array_append_val(r->f->names, hash);
}

static void read_ideograph(struct reader *r, uint64_t character)
{
	if (r->ideograph) {
		uint64_t pair[2] = {r->ideograph, character};
		add_word(r, mix(0x51ed270b0b2d4f3bu, (const char *)pair, sizeof pair));
	}
	r->ideograph = character;
}

static void read_token(struct reader *r, const char *text, const struct token *token, bool first)
{
	g_string_truncate(r->folded, 0);
	text_fold(text + token->start, token->end - token->start, r->folded);
	const char *folded = r->folded->str;
	uint64_t whole = hash_of(folded, r->folded->len);

	add_shingle(r, whole);
	if (token->script == SCRIPT_IDEOGRAPH) {
		read_ideograph(r, whole);
		return;
	}
	r->ideograph = 0;
	if (is_telling_number(folded)) {
		uint64_t number = name_hash(folded);
		g_array_append_val(r->f->names, number);
	}
	if (g_utf8_strlen(folded, -1) < 4 || function_word(r->f->language, folded))
		return;
	add_word(r, hash_of(folded, light_stem(token, folded, r->folded->len)));
	if (token->capital && !first && !r->shouting)
		add_name(r, token, text);
}

/* Most words with a capital: a headline in title case, where capitals name nothing. */
static bool is_shouting(const GArray *tokens)
{
	unsigned capitals = 0;
	for (unsigned i = 0; i < tokens->len; i++)
		capitals += g_array_index(tokens, struct token, i).capital;
	return capitals * 2 > tokens->len;
}

static void read_text(struct reader *r, const char *text, size_t len)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	text_tokenise(text, len, tokens);
	r->shouting = is_shouting(tokens);
	r->run = 0;
	r->ideograph = 0;
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		bool first = i == 0 ||
			     token->sentence != g_array_index(tokens, struct token, i - 1).sentence;
		read_token(r, text, token, first);
	}
}

/* Whether a part of the title begins at `at`: behind a dash or bar, or behind the end of a
 * sentence. */
static bool begins_part(const char *title, size_t at)
{
	static const char *const ends[] = {" -", " |", ".", "!", "?", "'", "\"", "»", "”", "’"};
	if (at < 2 || title[at - 1] != ' ')
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		size_t len = strlen(ends[i]);
		if (at > len + 1 && strncmp(title + at - 1 - len, ends[i], len) == 0)
			return true;
	}
	return false;
}

/* Length of a title without what tells who reports, not what: "… | Libero Quotidiano.it - Libero
 * Quotidiano", "… Il reportage dell'inviato ANSA". */
static size_t without_outlet(const char *title, const char *outlet)
{
	g_autofree char *name = outlet && strlen(outlet) >= 4 ? text_folded(outlet) : NULL;
	size_t len = strlen(title);

	while (name) {
		size_t at = len;
		while (at > 2 && !begins_part(title, at))
			at--;
		if (at <= 3)
			break;
		g_autofree char *tail = g_strndup(title + at, len - at);
		g_autofree char *folded = text_folded(tail);
		if (!strstr(folded, name))
			break;
		len = at - 1;
		while (len && (title[len - 1] == ' ' || strchr("-|", title[len - 1])))
			len--;
	}
	return len;
}

void features_init(struct features *f, const struct article *article)
{
	const char *title = article->title ? article->title : "",
		   *body = article->body ? article->body : "";
	f->shingles = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->words = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->title = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->names = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->language = language_of_tag(article->language);
	struct reader r = {.f = f, .folded = g_string_new(NULL)};
	r.in_title = true;
	read_text(&r, title, without_outlet(title, article->outlet));
	r.in_title = false;
	read_text(&r, body, MIN(strlen(body), MAX_BODY));
	g_string_free(r.folded, TRUE);
	sort_unique(f->shingles);
	sort_unique(f->words);
	sort_unique(f->title);
	sort_unique(f->names);
}

void features_clear(struct features *f)
{
	g_array_unref(f->shingles);
	g_array_unref(f->words);
	g_array_unref(f->title);
	g_array_unref(f->names);
}
