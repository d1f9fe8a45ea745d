/* story_index: see story_index.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story_index.h"

#include "daemon/alerts/story_likeness.h"

/* With one report of the window. */
struct met {
	uint32_t words, names; /* shared, and not common */
	bool title;	       /* one of its title's words is in the new report */
	double weight;	       /* of the new title's words that it has */
};

struct story_index {
	struct story_terms *terms;
	GArray *sketches; /* struct sketch; the first `gone` were dropped */
	unsigned gone;
	uint32_t first; /* number of the oldest report */
	GArray *met, *candidates;
};

struct story_index *story_index_new(void)
{
	struct story_index *index = g_new0(struct story_index, 1);
	index->terms = story_terms_new();
	index->sketches = g_array_new(FALSE, FALSE, sizeof(struct sketch));
	index->met = g_array_new(FALSE, TRUE, sizeof(struct met));
	index->candidates = g_array_new(FALSE, FALSE, sizeof(struct story_candidate));
	return index;
}

void story_index_free(struct story_index *index)
{
	if (!index)
		return;
	story_terms_free(index->terms);
	g_array_unref(index->sketches);
	g_array_unref(index->met);
	g_array_unref(index->candidates);
	g_free(index);
}

static unsigned length(const struct story_index *index)
{
	return index->sketches->len - index->gone;
}

void story_index_add(struct story_index *index, const struct features *f, bool counted)
{
	struct sketch sketch;

	likeness_sketch(f, &sketch);
	story_terms_add(index->terms, f, index->first + length(index), counted);
	g_array_append_val(index->sketches, sketch);
}

void story_index_drop(struct story_index *index, const struct features *f, bool counted)
{
	story_terms_drop(index->terms, f, counted);
	index->first++;
	if (++index->gone > index->sketches->len / 2) {
		g_array_remove_range(index->sketches, 0, index->gone);
		index->gone = 0;
	}
}

const struct story_terms *story_index_terms(const struct story_index *index)
{
	return index->terms;
}

static struct met *met_by(const struct story_index *index, uint32_t holder)
{
	return &g_array_index(index->met, struct met, ((holder >> 1) - index->first) & INT32_MAX);
}

/* The weight of the title's words. */
static double meet_words(const struct story_index *index, const struct features *f)
{
	double all = 0;

	for (unsigned i = 0, k = 0; i < f->words->len; i++) {
		uint64_t word = g_array_index(f->words, uint64_t, i);
		bool titled = k < f->title->len && g_array_index(f->title, uint64_t, k) == word;
		double weight = story_terms_weight(index->terms, word);
		unsigned rare = !story_terms_common(index->terms, word), count;
		const uint32_t *holders = story_terms_holders(index->terms, word, &count);
		k += titled;
		all += titled ? weight : 0;
		for (unsigned h = 0; h < count && (rare || weight > 0); h++) {
			struct met *met = met_by(index, holders[h]);
			met->words += rare;
			met->title = met->title || (holders[h] & 1);
			met->weight += titled ? weight : 0;
		}
	}
	return all;
}

static void meet_names(const struct story_index *index, const struct features *f)
{
	for (unsigned i = 0; i < f->names->len; i++) {
		uint64_t name = g_array_index(f->names, uint64_t, i);
		unsigned count;
		const uint32_t *holders = story_terms_holders(index->terms, name, &count);
		if (!story_terms_common(index->terms, name))
			for (unsigned h = 0; h < count; h++)
				met_by(index, holders[h])->names++;
	}
}

const GArray *story_index_candidates(struct story_index *index, const struct features *f)
{
	struct sketch own;

	g_array_set_size(index->candidates, 0);
	g_array_set_size(index->met, 0);
	g_array_set_size(index->met, length(index)); /* all clear */
	if (!length(index))
		return index->candidates;
	const struct sketch *sketches = &g_array_index(index->sketches, struct sketch, index->gone);
	likeness_sketch(f, &own);
	double title = meet_words(index, f);
	meet_names(index, f);
	for (unsigned i = 0; i < length(index); i++) {
		const struct met *met = &g_array_index(index->met, struct met, i);
		const struct common_ground ground = {
			.words = met->words,
			.names = met->names,
			.titles_most = ((title > 0 ? met->weight / title : 0) + met->title) / 2,
		};
		const struct story_candidate candidate = {
			i, likeness_may(&sketches[i], &own, &ground)};
		if (candidate.may)
			g_array_append_val(index->candidates, candidate);
	}
	return index->candidates;
}
