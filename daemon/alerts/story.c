/* story: see story.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story.h"

#include "filters/function_words.h"
#include "filters/language.h"
#include "filters/text.h"
#include "filters/translit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DUPLICATE_CONTAINMENT 0.59
#define MIN_SHINGLES	      6 /* shorter texts say too little to be called the same */
#define MAX_SHINGLES	      2000
#define SAME_EVENT	      0.34 /* likeness of two reports in one language … */
#define SAME_EVENT_OUTLET     0.40 /* … of one outlet, whose texts share its manner */
#define TITLES_MEET	      0.40 /* share of either title's weight that the other report has, too */
#define WORDS_SHARE	      0.6 /* of the likeness: words; the rest: titles */
#define RARE_NAMES_ABROAD                                                                          \
	3		  /* shared names and numbers across languages, where words cannot speak */
#define SHARED_WORDS   4  /* fewer rare words in common are a manner of speaking, not an event */
#define PSEUDO_MEMBERS 20 /* so that rarity means something in a young window */
#define COMMON_OFFSET                                                                              \
	0.7		  /* taken off each weight: what a third of the window has weighs nothing  \
			   */
#define COMMON_SHARE 0.4  /* of the window: a name that more articles have is the subject */
#define MAX_BODY     4000 /* bytes that tell an article apart */

struct features {
	GArray *shingles; /* uint64_t, sorted, unique */
	GArray *words;	  /* uint64_t, sorted, unique: content words of title and text */
	GArray *title;	  /* uint64_t, sorted, unique: those of the title */
	GArray *names; /* uint64_t, sorted, unique: capitalised words in Latin letters, and numbers
			*/
};

struct member {
	uint64_t uid, story;
	enum story_kin kin;
	int64_t at;
	struct article_source source;
	char *voice;
	struct features features;
};

struct stories {
	int64_t window_s;
	GPtrArray *members; /* struct member *, oldest first */
	unsigned counted;   /* members in `frequency`: all but duplicates */
	GHashTable *by_uid;
	GHashTable *frequency; /* uint64_t feature → how many members have it */
};

/* ---- features
 * ------------------------------------------------------------------------------------------------
 */

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

static unsigned shared(const GArray *left, const GArray *right)
{
	const uint64_t *a = (const uint64_t *)(const void *)left->data,
		       *b = (const uint64_t *)(const void *)right->data;
	unsigned i = 0, k = 0, count = 0;
	while (i < left->len && k < right->len) {
		if (a[i] == b[k]) {
			count++;
			i++;
			k++;
		} else if (a[i] < b[k]) {
			i++;
		} else {
			k++;
		}
	}
	return count;
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
	enum language language;
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
	if (g_utf8_strlen(folded, -1) < 4 || function_word(r->language, folded))
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

static void features_init(struct features *f, const struct article *article)
{
	const char *title = article->title ? article->title : "",
		   *body = article->body ? article->body : "";
	f->shingles = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->words = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->title = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->names = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	struct reader r = {.f = f,
			   .folded = g_string_new(NULL),
			   .language = language_of_tag(article->language)};
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

static void features_clear(struct features *f)
{
	g_array_unref(f->shingles);
	g_array_unref(f->words);
	g_array_unref(f->title);
	g_array_unref(f->names);
}

/* ---- likeness
 * --------------------------------------------------------------------------------------------------
 */

static double containment(const GArray *left, const GArray *right)
{
	unsigned least = MIN(left->len, right->len);
	return least < MIN_SHINGLES ? 0 : (double)shared(left, right) / least;
}

static unsigned frequency(const struct stories *s, uint64_t feature)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(s->frequency, &feature));
}

/* What many articles of the window have is the subject they were all found by. */
static bool is_common(const struct stories *s, uint64_t feature)
{
	return frequency(s, feature) > COMMON_SHARE * (s->counted + PSEUDO_MEMBERS / 4);
}

static double weight(const struct stories *s, uint64_t feature)
{
	double rarity = log((s->counted + PSEUDO_MEMBERS + 1.0) / (frequency(s, feature) + 1.0)) -
			COMMON_OFFSET;
	return rarity > 0 ? rarity : 0;
}

static double norm(const struct stories *s, const GArray *set)
{
	double sum = 0;
	for (unsigned i = 0; i < set->len; i++) {
		double w = weight(s, g_array_index(set, uint64_t, i));
		sum += w * w;
	}
	return sqrt(sum);
}

static double cosine(const struct stories *s, const GArray *left, const GArray *right)
{
	double sum = 0, product = norm(s, left) * norm(s, right);
	unsigned k = 0;
	for (unsigned i = 0; i < left->len; i++) {
		uint64_t value = g_array_index(left, uint64_t, i);
		while (k < right->len && g_array_index(right, uint64_t, k) < value)
			k++;
		if (k < right->len && g_array_index(right, uint64_t, k) == value) {
			double w = weight(s, value);
			sum += w * w;
		}
	}
	return product > 0 ? sum / product : 0;
}

static unsigned rare_shared(const struct stories *s, const GArray *left, const GArray *right)
{
	unsigned k = 0, count = 0;
	for (unsigned i = 0; i < left->len; i++) {
		uint64_t value = g_array_index(left, uint64_t, i);
		while (k < right->len && g_array_index(right, uint64_t, k) < value)
			k++;
		count += k < right->len && g_array_index(right, uint64_t, k) == value &&
			 !is_common(s, value);
	}
	return count;
}

/* How much of a title's weight stands in the other report. */
static double title_share(const struct stories *s, const GArray *title, const GArray *words)
{
	double all = 0, met = 0;
	unsigned k = 0;
	for (unsigned i = 0; i < title->len; i++) {
		uint64_t value = g_array_index(title, uint64_t, i);
		double w = weight(s, value);
		while (k < words->len && g_array_index(words, uint64_t, k) < value)
			k++;
		all += w;
		if (k < words->len && g_array_index(words, uint64_t, k) == value)
			met += w;
	}
	return all > 0 ? met / all : 0;
}

/* Likeness of two reports in one language; 0 if their titles do not meet or they share too little.
 */
static double likeness_of(const struct stories *s, const struct features *a,
			  const struct features *b)
{
	double titles =
		(title_share(s, a->title, b->words) + title_share(s, b->title, a->words)) / 2;
	if (titles < TITLES_MEET || rare_shared(s, a->words, b->words) < SHARED_WORDS)
		return 0;
	return WORDS_SHARE * cosine(s, a->words, b->words) + (1 - WORDS_SHARE) * titles;
}

static bool same_language(const struct member *m, const struct article *article)
{
	return language_of_tag(m->source.language) == language_of_tag(article->language);
}

/* 0: another event. */
static double kinship(const struct stories *s, const struct member *m,
		      const struct article *article, const struct features *f, enum story_kin *kin)
{
	double same_text = containment(m->features.shingles, f->shingles);

	if (same_text >= DUPLICATE_CONTAINMENT) {
		*kin = KIN_DUPLICATE;
		return same_text;
	}
	*kin = KIN_JOINED;
	if (!same_language(m, article))
		return rare_shared(s, m->features.names, f->names) >= RARE_NAMES_ABROAD ? SAME_EVENT
											: 0;
	double like = likeness_of(s, &m->features, f);
	bool one_outlet = g_strcmp0(m->source.outlet, article->outlet) == 0;
	return like >= (one_outlet ? SAME_EVENT_OUTLET : SAME_EVENT) ? like : 0;
}

/* A story must not wander: who joins it is like most of it, not only like its last report. */
static bool is_like_most(const struct stories *s, uint64_t story, const struct article *article,
			 const struct features *f)
{
	unsigned like = 0, unlike = 0;
	for (unsigned i = 0; i < s->members->len; i++) {
		const struct member *m = s->members->pdata[i];
		if (m->story != story || m->kin == KIN_DUPLICATE || !same_language(m, article))
			continue;
		if (likeness_of(s, &m->features, f) > 0)
			like++;
		else
			unlike++;
	}
	return like >= unlike;
}

/* ---- the window
 * --------------------------------------------------------------------------------------------------
 */

static void member_free(gpointer data)
{
	struct member *m = data;
	features_clear(&m->features);
	g_free(m->source.outlet);
	g_free(m->source.owner);
	g_free(m->source.language);
	g_free(m->voice);
	g_free(m);
}

struct stories *stories_new(int64_t window_s)
{
	struct stories *s = g_new0(struct stories, 1);
	s->window_s = window_s;
	s->members = g_ptr_array_new_with_free_func(member_free);
	s->by_uid = g_hash_table_new(g_int64_hash, g_int64_equal);
	s->frequency = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return s;
}

void stories_free(struct stories *s)
{
	if (!s)
		return;
	g_hash_table_unref(s->by_uid);
	g_hash_table_unref(s->frequency);
	g_ptr_array_unref(s->members);
	g_free(s);
}

static void count_features(struct stories *s, const GArray *set, int by)
{
	for (unsigned i = 0; i < set->len; i++) {
		uint64_t value = g_array_index(set, uint64_t, i);
		unsigned count = frequency(s, value) + (unsigned)by;
		if (count)
			g_hash_table_insert(s->frequency, g_memdup2(&value, sizeof value),
					    GUINT_TO_POINTER(count));
		else
			g_hash_table_remove(s->frequency, &value);
	}
}

/* A text that is re-issued ten times makes none of its words common. */
static void count_member(struct stories *s, const struct member *m, int by)
{
	if (m->kin == KIN_DUPLICATE)
		return;
	s->counted += (unsigned)by;
	count_features(s, m->features.words, by);
	count_features(s, m->features.names, by);
}

/* Who speaks: the owner; what a state controls speaks with one voice. Caller frees. */
static char *voice_of(const struct article *article)
{
	if (article->state_media && article->country)
		return g_strconcat("state of ", article->country, NULL);
	return g_strdup(article->owner ? article->owner : article->outlet);
}

static void remember(struct stories *s, const struct article *article, struct features *f,
		     uint64_t story, enum story_kin kin)
{
	struct member *m = g_new0(struct member, 1);
	m->uid = article->uid;
	m->story = story;
	m->kin = kin;
	m->at = article->first_seen_at;
	m->source.outlet = g_strdup(article->outlet);
	m->source.owner = g_strdup(article->owner);
	m->source.language = g_strdup(article->language);
	m->source.state_media = article->state_media;
	m->voice = voice_of(article);
	m->features = *f;
	count_member(s, m, 1);
	g_ptr_array_add(s->members, m);
	g_hash_table_insert(s->by_uid, &m->uid, m);
}

static void count_story(const struct stories *s, struct story_place *place)
{
	g_autoptr(GHashTable) owners = g_hash_table_new(g_str_hash, g_str_equal);
	place->articles = 0;
	for (unsigned i = 0; i < s->members->len; i++) {
		const struct member *m = s->members->pdata[i];
		if (m->story != place->story)
			continue;
		place->articles++;
		/* a reprint is no second witness */
		if (m->kin != KIN_DUPLICATE)
			g_hash_table_add(owners, m->voice ? m->voice : "");
	}
	place->owners = g_hash_table_size(owners);
}

/* The nearest story, if any. */
static void find_story(const struct stories *s, const struct article *article,
		       const struct features *f, struct story_place *place)
{
	*place = (struct story_place){.story = article->uid, .kin = KIN_FIRST};
	for (unsigned i = 0; i < s->members->len; i++) {
		const struct member *m = s->members->pdata[i];
		enum story_kin kin;
		double likeness = kinship(s, m, article, f, &kin);
		bool better =
			likeness > 0 && (place->kin == KIN_FIRST ||
					 (kin == KIN_DUPLICATE && place->kin != KIN_DUPLICATE) ||
					 (kin == place->kin && likeness > place->likeness));
		if (better)
			*place = (struct story_place){
				.story = m->story, .kin = kin, .likeness = likeness};
	}
	if (place->kin == KIN_JOINED && !is_like_most(s, place->story, article, f))
		*place = (struct story_place){.story = article->uid, .kin = KIN_FIRST};
}

void stories_place(struct stories *s, const struct article *article, struct story_place *place)
{
	const struct member *known = g_hash_table_lookup(s->by_uid, &article->uid);
	struct features features;

	if (known) {
		*place = (struct story_place){
			.story = known->story, .kin = known->kin, .likeness = 1, .known = true};
		count_story(s, place);
		return;
	}
	stories_expire(s, article->first_seen_at);
	features_init(&features, article);
	find_story(s, article, &features, place);
	remember(s, article, &features, place->story, place->kin);
	count_story(s, place);
}

void stories_restore(struct stories *s, const struct article *article, uint64_t story,
		     enum story_kin kin)
{
	struct features features;
	if (g_hash_table_contains(s->by_uid, &article->uid))
		return;
	features_init(&features, article);
	remember(s, article, &features, story, kin);
}

GPtrArray *stories_outlets(const struct stories *s, uint64_t story)
{
	GPtrArray *sources = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < s->members->len; i++) {
		struct member *m = s->members->pdata[i];
		if (m->story == story && m->source.outlet &&
		    g_hash_table_add(seen, m->source.outlet))
			g_ptr_array_add(sources, &m->source);
	}
	return sources;
}

void stories_expire(struct stories *s, int64_t now)
{
	unsigned old = 0;
	while (old < s->members->len) {
		const struct member *m = s->members->pdata[old];
		if (m->at >= now - s->window_s)
			break;
		count_member(s, m, -1);
		g_hash_table_remove(s->by_uid, &m->uid);
		old++;
	}
	if (old)
		g_ptr_array_remove_range(s->members, 0, old);
}
