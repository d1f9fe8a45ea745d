/* story: see story.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story.h"

#include "daemon/alerts/story_features.h"
#include "filters/language.h"

#include <math.h>
#include <string.h>

#define DUPLICATE_CONTAINMENT 0.59
#define MIN_SHINGLES	      6	   /* shorter texts say too little to be called the same */
#define SAME_EVENT	      0.34 /* likeness of two reports in one language … */
#define SAME_EVENT_OUTLET     0.40 /* … of one outlet, whose texts share its manner */
#define TITLES_MEET	      0.40 /* share of either title's weight that the other report has, too */
#define WORDS_SHARE	      0.6 /* of the likeness: words; the rest: titles */
/* shared names and numbers across languages, where words cannot speak */
#define RARE_NAMES_ABROAD 3
#define SHARED_WORDS	  4  /* fewer rare words in common are a manner of speaking, not an event */
#define PSEUDO_MEMBERS	  20 /* so that rarity means something in a young window */
/* taken off each weight: what a third of the window has weighs nothing */
#define COMMON_OFFSET 0.7
#define COMMON_SHARE  0.4 /* of the window: a name that more articles have is the subject */

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

/* ---- likeness -------------------------------------------------------------------------------- */

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

/* ---- the window ------------------------------------------------------------------------------ */

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
