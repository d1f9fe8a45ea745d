/* derive_poles: see derive_poles.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_poles.h"

#include <string.h>

#define MIN_JACCARD    0.30
#define MIN_AHEAD      2.0  /* times the next pair */
#define MIN_COVERAGE   0.8  /* of the texts */
#define MIN_SENTENCES  3    /* of a side: two countries named once, together, are no pair */
#define MIN_SHARE      0.05 /* likewise, of all sentences */
#define MIN_ONE_WEIGHT 0.8  /* of the only pole: ordinary news does not live of it */
#define MIN_ONE_SHARE  0.10 /* of the sentences */

struct side {
	struct name_group *country;
	GHashTable *sentences, *texts;
};

struct name_group *poles_country(const GPtrArray *groups, const char *region)
{
	for (unsigned i = 0; region && i < groups->len; i++) {
		struct name_group *group = groups->pdata[i];
		if (group->kind == ENTITY_COUNTRY && g_strcmp0(group->region, region) == 0)
			return group;
	}
	return NULL;
}

static void side_clear(void *data)
{
	struct side *side = data;
	g_hash_table_unref(side->sentences);
	g_hash_table_unref(side->texts);
}

static void add_places(const struct corpus *corpus, struct side *side,
		       const struct name_group *group)
{
	for (unsigned i = 0; i < group->units->len; i++) {
		const struct corpus_unit *unit =
			CORPUS_UNIT(corpus, g_array_index(group->units, uint32_t, i));
		g_hash_table_add(side->sentences, GUINT_TO_POINTER(unit->sentence + 1));
		g_hash_table_add(side->texts, GUINT_TO_POINTER(unit->text + 1));
	}
}

/* Country, capital, seat of government: names that mean the country as such; and the cities that
 * all know. */
static bool means_country(const struct name_group *group)
{
	if (group->kind == ENTITY_COUNTRY)
		return true;
	return group->entry && !group->both_sides &&
	       (group->entry->strength >= 1 || group->entry->zone);
}

static GArray *sides_of(const struct corpus *corpus, const GPtrArray *groups)
{
	GArray *sides = g_array_new(FALSE, FALSE, sizeof(struct side));
	g_array_set_clear_func(sides, side_clear);
	for (unsigned i = 0; i < groups->len; i++) {
		struct name_group *group = groups->pdata[i];
		if (group->kind != ENTITY_COUNTRY)
			continue;
		struct side side = {group, g_hash_table_new(NULL, NULL),
				    g_hash_table_new(NULL, NULL)};
		for (unsigned k = 0; k < groups->len; k++) {
			const struct name_group *other = groups->pdata[k];
			if (other->region && g_strcmp0(other->region, group->region) == 0 &&
			    means_country(other))
				add_places(corpus, &side, other);
		}
		g_array_append_val(sides, side);
	}
	return sides;
}

static unsigned overlap(GHashTable *left, GHashTable *right)
{
	unsigned count = 0;
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, left);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		count += g_hash_table_contains(right, key);
	return count;
}

static double jaccard(const struct side *a, const struct side *b)
{
	unsigned both = overlap(a->sentences, b->sentences);
	unsigned all = g_hash_table_size(a->sentences) + g_hash_table_size(b->sentences) - both;
	return all ? (double)both / all : 0;
}

static void find_pair(GArray *sides, struct pole_finding *f, unsigned texts, unsigned all)
{
	const struct side *best[2] = {NULL, NULL};
	for (unsigned i = 0; i < sides->len; i++)
		for (unsigned k = i + 1; k < sides->len; k++) {
			const struct side *a = &g_array_index(sides, struct side, i);
			const struct side *b = &g_array_index(sides, struct side, k);
			unsigned least = MIN(g_hash_table_size(a->sentences),
					     g_hash_table_size(b->sentences));
			if (least < MIN_SENTENCES || least < MIN_SHARE * all)
				continue;
			double j = jaccard(a, b);
			if (j > f->jaccard) {
				f->next = f->jaccard;
				f->jaccard = j;
				best[0] = a;
				best[1] = b;
			} else {
				f->next = MAX(f->next, j);
			}
		}
	if (!best[0])
		return;
	f->coverage = (double)overlap(best[0]->texts, best[1]->texts) / MAX(texts, 1);
	if (f->jaccard < MIN_JACCARD || f->jaccard < MIN_AHEAD * f->next ||
	    f->coverage < MIN_COVERAGE)
		return;
	/* the rarer one is what tells the subject from other news */
	int first = best[0]->country->lift >= best[1]->country->lift ? 0 : 1;
	f->count = 2;
	for (int p = 0; p < 2; p++) {
		const struct side *side = best[p ? 1 - first : first];
		f->poles[p] = side->country;
		f->sentences[p] = g_hash_table_size(side->sentences);
	}
	f->both = overlap(best[0]->sentences, best[1]->sentences);
}

static unsigned sentences_with(const struct corpus *corpus, const struct name_group *group)
{
	struct side side = {NULL, g_hash_table_new(NULL, NULL), g_hash_table_new(NULL, NULL)};
	add_places(corpus, &side, group);
	unsigned count = g_hash_table_size(side.sentences);
	side_clear(&side);
	return count;
}

static void find_one(const struct corpus *corpus, const GPtrArray *groups, struct pole_finding *f)
{
	double best = 0;
	for (unsigned i = 0; i < groups->len; i++) {
		struct name_group *group = groups->pdata[i];
		double coverage = (double)group->texts / MAX(corpus->texts->len, 1);
		unsigned sentences = sentences_with(corpus, group);
		double share = (double)sentences / MAX(corpus->sentences, 1);
		if (coverage < MIN_COVERAGE || share < MIN_ONE_SHARE || group->in_phrase ||
		    group->weight < MIN_ONE_WEIGHT || group->weight * share <= best)
			continue;
		best = group->weight * share;
		f->count = 1;
		f->poles[0] = group;
		f->sentences[0] = sentences;
		f->coverage = coverage;
	}
}

struct pole_finding poles_find(const struct corpus *corpus, const GPtrArray *groups)
{
	struct pole_finding f = {.all = corpus->sentences};
	g_autoptr(GArray) sides = sides_of(corpus, groups);
	find_pair(sides, &f, corpus->texts->len, corpus->sentences);
	if (!f.count)
		find_one(corpus, groups, &f);
	return f;
}
