/* story: see story.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story.h"

#include "filters/language.h"
#include "filters/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DUPLICATE_CONTAINMENT 0.59
#define MIN_SHINGLES 6      /* shorter texts say too little to be called the same */
#define MAX_SHINGLES 2000
#define SAME_WORDS 0.28     /* cosine of rare words, in one language */
#define SAME_WORDS_NAMED 0.14 /* … if rare names are shared too */
#define RARE_NAMES 2        /* shared names and numbers beyond the subject, in one language … */
#define RARE_NAMES_ABROAD 3 /* … and across languages, where words cannot speak */
#define COMMON_SHARE 0.4    /* of the window: what more articles have says nothing */
#define MAX_BODY 4000       /* bytes that tell an article apart */

struct features {
	GArray *shingles; /* uint64_t, sorted, unique */
	GArray *words;    /* uint64_t, sorted, unique: content words of the article's own language */
	GArray *names;    /* uint64_t, sorted, unique: capitalised words, numbers, entities that counted */
};

struct member {
	uint64_t uid, story;
	enum story_kin kin;
	int64_t at;
	char *outlet, *owner, *language;
	struct features features;
};

struct stories {
	int64_t window_s;
	GPtrArray *members;    /* struct member *, oldest first */
	GHashTable *by_uid;
	GHashTable *frequency; /* uint64_t feature → how many members have it */
};

/* ---- features ------------------------------------------------------------------------------------------------ */

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
	const uint64_t *a = (const uint64_t *)(const void *)left->data, *b = (const uint64_t *)(const void *)right->data;
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
	GString *folded;
	uint64_t last[2];
	unsigned run;
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

static bool is_number(const char *text)
{
	return text[strspn(text, "0123456789")] == 0;
}

static void read_token(struct reader *r, const char *text, const struct token *token, bool headline)
{
	g_string_truncate(r->folded, 0);
	text_fold(text + token->start, token->end - token->start, r->folded);
	uint64_t word = hash_of(r->folded->str, r->folded->len);
	bool ideograph = token->script == SCRIPT_IDEOGRAPH;
	glong letters = g_utf8_strlen(r->folded->str, -1);

	add_shingle(r, word);
	if (!ideograph && letters >= 4)
		g_array_append_val(r->f->words, word);
	bool name = token->capital && !headline && letters >= 4;
	if (name || (is_number(r->folded->str) && letters >= 2))
		g_array_append_val(r->f->names, word);
}

static void read_text(struct reader *r, const char *text, bool headline)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	size_t len = MIN(strlen(text), MAX_BODY);
	while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	text_tokenise(text, len, tokens);
	unsigned capitals = 0;
	for (unsigned i = 0; i < tokens->len; i++)
		capitals += g_array_index(tokens, struct token, i).capital;
	headline = headline && capitals * 2 > tokens->len;
	for (unsigned i = 0; i < tokens->len; i++)
		read_token(r, text, &g_array_index(tokens, struct token, i), headline);
	r->run = 0;
}

static void features_init(struct features *f, const struct article *article, const GPtrArray *verdicts)
{
	f->shingles = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->words = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	f->names = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	struct reader r = {.f = f, .folded = g_string_new(NULL)};
	read_text(&r, article->title ? article->title : "", true);
	read_text(&r, article->body ? article->body : "", false);
	for (unsigned i = 0; verdicts && i < verdicts->len; i++) {
		const struct verdict *v = verdicts->pdata[i];
		for (unsigned k = 0; k < v->hits->len; k++) {
			/* entities have one id in every language */
			const char *term = g_array_index(v->hits, struct hit, k).term;
			g_autofree char *entity = g_strconcat("@", term, NULL);
			uint64_t hash = hash_of(entity, strlen(entity));
			g_array_append_val(f->names, hash);
		}
	}
	g_string_free(r.folded, TRUE);
	sort_unique(f->shingles);
	sort_unique(f->words);
	sort_unique(f->names);
}

static void features_clear(struct features *f)
{
	g_array_unref(f->shingles);
	g_array_unref(f->words);
	g_array_unref(f->names);
}

/* ---- likeness -------------------------------------------------------------------------------------------------- */

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
	unsigned have = frequency(s, feature);
	return s->members->len >= 5 ? have > COMMON_SHARE * s->members->len : false;
}

static double weight(const struct stories *s, uint64_t feature)
{
	return is_common(s, feature) ? 0 : log((s->members->len + 2.0) / (frequency(s, feature) + 1.0));
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
		count += k < right->len && g_array_index(right, uint64_t, k) == value && !is_common(s, value);
	}
	return count;
}

static bool same_language(const struct member *m, const struct article *article)
{
	return language_of_tag(m->language) == language_of_tag(article->language);
}

/* 0: another event. */
static double kinship(const struct stories *s, const struct member *m, const struct article *article,
		      const struct features *f, enum story_kin *kin)
{
	double same_text = containment(m->features.shingles, f->shingles);
	unsigned names = rare_shared(s, m->features.names, f->names);

	if (same_text >= DUPLICATE_CONTAINMENT) {
		*kin = KIN_DUPLICATE;
		return same_text;
	}
	*kin = KIN_JOINED;
	if (!same_language(m, article))
		return names >= RARE_NAMES_ABROAD ? 0.3 : 0;
	double words = cosine(s, m->features.words, f->words);
	if (words >= SAME_WORDS || (words >= SAME_WORDS_NAMED && names >= RARE_NAMES))
		return words;
	return 0;
}

/* ---- the window -------------------------------------------------------------------------------------------------- */

static void member_free(gpointer data)
{
	struct member *m = data;
	features_clear(&m->features);
	g_free(m->outlet);
	g_free(m->owner);
	g_free(m->language);
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
			g_hash_table_insert(s->frequency, g_memdup2(&value, sizeof value), GUINT_TO_POINTER(count));
		else
			g_hash_table_remove(s->frequency, &value);
	}
}

static void remember(struct stories *s, const struct article *article, struct features *f, uint64_t story,
		     enum story_kin kin)
{
	struct member *m = g_new0(struct member, 1);
	m->uid = article->uid;
	m->story = story;
	m->kin = kin;
	m->at = article->first_seen_at;
	m->outlet = g_strdup(article->outlet);
	m->owner = g_strdup(article->owner ? article->owner : article->outlet);
	m->language = g_strdup(article->language);
	m->features = *f;
	count_features(s, f->words, 1);
	count_features(s, f->names, 1);
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
			g_hash_table_add(owners, m->owner ? m->owner : "");
	}
	place->owners = g_hash_table_size(owners);
}

void stories_place(struct stories *s, const struct article *article, const GPtrArray *verdicts,
		   struct story_place *place)
{
	const struct member *known = g_hash_table_lookup(s->by_uid, &article->uid);
	struct features features;

	if (known) {
		*place = (struct story_place){.story = known->story, .kin = known->kin, .likeness = 1, .known = true};
		count_story(s, place);
		return;
	}
	stories_expire(s, article->first_seen_at);
	features_init(&features, article, verdicts);
	*place = (struct story_place){.story = article->uid, .kin = KIN_FIRST};
	for (unsigned i = 0; i < s->members->len; i++) {
		const struct member *m = s->members->pdata[i];
		enum story_kin kin;
		double likeness = kinship(s, m, article, &features, &kin);
		bool better = likeness > 0 && (place->kin == KIN_FIRST ||
					       (kin == KIN_DUPLICATE && place->kin != KIN_DUPLICATE) ||
					       (kin == place->kin && likeness > place->likeness));
		if (better)
			*place = (struct story_place){.story = m->story, .kin = kin, .likeness = likeness};
	}
	remember(s, article, &features, place->story, place->kin);
	count_story(s, place);
}

void stories_restore(struct stories *s, const struct article *article, uint64_t story, enum story_kin kin)
{
	struct features features;
	if (g_hash_table_contains(s->by_uid, &article->uid))
		return;
	features_init(&features, article, NULL);
	remember(s, article, &features, story, kin);
}

char **stories_outlets(const struct stories *s, uint64_t story)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < s->members->len; i++) {
		const struct member *m = s->members->pdata[i];
		if (m->story == story && m->outlet && g_hash_table_add(seen, m->outlet))
			g_strv_builder_add(builder, m->outlet);
	}
	return g_strv_builder_end(builder);
}

void stories_expire(struct stories *s, int64_t now)
{
	unsigned old = 0;
	while (old < s->members->len) {
		const struct member *m = s->members->pdata[old];
		if (m->at >= now - s->window_s)
			break;
		count_features(s, m->features.words, -1);
		count_features(s, m->features.names, -1);
		g_hash_table_remove(s->by_uid, &m->uid);
		old++;
	}
	if (old)
		g_ptr_array_remove_range(s->members, 0, old);
}
