/* story: see story.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story.h"

#include "daemon/alerts/story_index.h"
#include "daemon/alerts/story_likeness.h"

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
	GHashTable *by_uid;
	GHashTable *tellings; /* story → GPtrArray of its members, oldest first */
	struct story_index *index;
};

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
	s->tellings = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
					    (GDestroyNotify)g_ptr_array_unref);
	s->index = story_index_new();
	return s;
}

void stories_free(struct stories *s)
{
	if (!s)
		return;
	g_hash_table_unref(s->by_uid);
	g_hash_table_unref(s->tellings);
	story_index_free(s->index);
	g_ptr_array_unref(s->members);
	g_free(s);
}

/* Never NULL while a member of it is in the window. */
static GPtrArray *telling(const struct stories *s, uint64_t story)
{
	return g_hash_table_lookup(s->tellings, &story);
}

static void join_telling(struct stories *s, struct member *m)
{
	if (!telling(s, m->story))
		g_hash_table_insert(s->tellings, g_memdup2(&m->story, sizeof m->story),
				    g_ptr_array_new());
	g_ptr_array_add(telling(s, m->story), m);
}

/* The oldest of all members, and so of its story. */
static void leave_telling(struct stories *s, const struct member *m)
{
	g_ptr_array_remove_index(telling(s, m->story), 0);
	if (!telling(s, m->story)->len)
		g_hash_table_remove(s->tellings, &m->story);
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
	story_index_add(s->index, f, kin != KIN_DUPLICATE);
	join_telling(s, m);
	g_ptr_array_add(s->members, m);
	g_hash_table_insert(s->by_uid, &m->uid, m);
}

static void count_story(const struct stories *s, struct story_place *place)
{
	g_autoptr(GHashTable) owners = g_hash_table_new(g_str_hash, g_str_equal);
	const GPtrArray *members = telling(s, place->story);
	place->articles = members->len;
	for (unsigned i = 0; i < members->len; i++) {
		const struct member *m = members->pdata[i];
		/* a reprint is no second witness */
		if (m->kin != KIN_DUPLICATE)
			g_hash_table_add(owners, m->voice ? m->voice : "");
	}
	place->owners = g_hash_table_size(owners);
}

/* A story must not wander: who joins it is like most of it, not only like its last report. */
static bool is_like_most(const struct stories *s, uint64_t story, const struct features *f)
{
	const GPtrArray *members = telling(s, story);
	unsigned like = 0, unlike = 0;
	for (unsigned i = 0; i < members->len; i++) {
		const struct member *m = members->pdata[i];
		if (m->kin == KIN_DUPLICATE || m->features.language != f->language)
			continue;
		if (likeness_of_events(story_index_terms(s->index), &m->features, f) > 0)
			like++;
		else
			unlike++;
	}
	return like >= unlike;
}

/* The nearest story, if any. */
static void find_story(const struct stories *s, const struct article *article,
		       const struct features *f, struct story_place *place)
{
	const GArray *candidates = story_index_candidates(s->index, f);

	*place = (struct story_place){.story = article->uid, .kin = KIN_FIRST};
	for (unsigned i = 0; i < candidates->len; i++) {
		const struct story_candidate *c =
			&g_array_index(candidates, struct story_candidate, i);
		const struct member *m = s->members->pdata[c->place];
		bool one_outlet = g_strcmp0(m->source.outlet, article->outlet) == 0;
		enum story_kin kin;
		double likeness = likeness_kinship(story_index_terms(s->index), &m->features, f,
						   one_outlet, c->may, &kin);
		bool better =
			likeness > 0 && (place->kin == KIN_FIRST ||
					 (kin == KIN_DUPLICATE && place->kin != KIN_DUPLICATE) ||
					 (kin == place->kin && likeness > place->likeness));
		if (better)
			*place = (struct story_place){
				.story = m->story, .kin = kin, .likeness = likeness};
	}
	if (place->kin == KIN_JOINED && !is_like_most(s, place->story, f))
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
	const GPtrArray *members = telling(s, story);
	for (unsigned i = 0; members && i < members->len; i++) {
		struct member *m = members->pdata[i];
		if (m->source.outlet && g_hash_table_add(seen, m->source.outlet))
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
		story_index_drop(s->index, &m->features, m->kin != KIN_DUPLICATE);
		leave_telling(s, m);
		g_hash_table_remove(s->by_uid, &m->uid);
		old++;
	}
	if (old)
		g_ptr_array_remove_range(s->members, 0, old);
}
