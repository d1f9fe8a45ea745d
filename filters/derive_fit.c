/* derive_fit: see derive_fit.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_fit.h"

#include "filters/derive.h"
#include "filters/filter_data.h"
#include "filters/filter_set.h"

#include <math.h>
#include <string.h>

#define TITLE_MAX 200 /* bytes of a first line that is a title */
#define WHOLE	  SIZE_MAX
#define LEAD	  600 /* bytes of a feed's teaser */
/* With two sides the score's parts are fixed, and labelled news in eight languages put the border
 * here; five texts cannot tell better, so they move it little. */
#define POLES_THRESHOLD 1.55
#define POLES_MIN	1.45
#define POLES_MAX	1.70
/* With one side or none: a part of what the shortest form of the texts scores, each by the weights
 * that the other texts would give. On three subjects of nine articles the best part was 0.57 to
 * 0.67, of these scores; weights are then written so that the threshold is 1. */
#define TEASER		220
#define SHARE_OF_TEASER 0.6
#define LOW_TEASERS	0.25 /* of the texts say less: their first lines are about the weather */
#define ABOVE_SINGLE	1.2
#define HIGH_NEWS	0.98 /* the rest of other news may well be on the subject */
#define MIN_THRESHOLD	0.4
#define REACHABLE	0.8
#define MARGIN		0.05

struct trial {
	struct filter_set *set;
	struct matcher *matcher;
};

struct trial *trial_new(const char *filter, GError **error)
{
	struct trial *trial = g_new0(struct trial, 1);
	trial->set = filter_set_parse("derived", filter, NULL, error);
	trial->matcher = trial->set ? matcher_new(trial->set, error) : NULL;
	if (!trial->matcher) {
		trial_free(trial);
		return NULL;
	}
	return trial;
}

void trial_free(struct trial *trial)
{
	if (!trial)
		return;
	matcher_free(trial->matcher);
	filter_set_free(trial->set);
	g_free(trial);
}

/* The verdict on the title and so many bytes after it. */
static GPtrArray *judge(struct trial *trial, const char *text, size_t bytes)
{
	const char *end = strchr(text, '\n');
	bool titled = end && end - text <= TITLE_MAX;
	g_autofree char *title = titled ? g_strndup(text, (gsize)(end - text)) : g_strdup("");
	const char *rest = titled ? end + 1 : text, *cut = rest + strlen(rest);
	if ((size_t)(cut - rest) > bytes)
		cut = g_utf8_find_next_char(rest + bytes, NULL);
	g_autofree char *body = g_strndup(rest, (gsize)(cut - rest));
	const struct match_article article = {
		.id = "", .title = title, .body = body, .published_at = INT64_MIN};
	return matcher_match(trial->matcher, &article, MATCH_ALL);
}

static double score_text(struct trial *trial, const char *text, size_t bytes, bool *matched)
{
	GPtrArray *verdicts = judge(trial, text, bytes);
	const struct verdict *verdict = verdicts->len ? verdicts->pdata[0] : NULL;
	double score = verdict ? verdict->score : 0;
	if (matched)
		*matched = verdict && verdict->matched;
	g_ptr_array_unref(verdicts);
	return score;
}

double trial_score(struct trial *trial, const char *text, bool whole, bool *matched)
{
	return score_text(trial, text, whole ? WHOLE : LEAD, matched);
}

static int by_value(gconstpointer left, gconstpointer right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

static GArray *scores(struct trial *trial, const GPtrArray *texts, size_t bytes)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(double));
	for (unsigned i = 0; texts && i < texts->len; i++) {
		double score = score_text(trial, texts->pdata[i], bytes, NULL);
		g_array_append_val(all, score);
	}
	g_array_sort(all, by_value);
	return all;
}

static double at_share(const GArray *sorted, double share)
{
	return sorted->len ? g_array_index(sorted, double, (unsigned)(share * (sorted->len - 1)))
			   : 0;
}

/* ---- without two sides --------------------------------------------------------------- */

/* What the other texts alone would have given this one. */
static double score_held_out(struct trial *trial, const struct derivation *d, GHashTable *terms,
			     const char *text)
{
	GPtrArray *verdicts = judge(trial, text, TEASER);
	const struct verdict *verdict = verdicts->len ? verdicts->pdata[0] : NULL;
	bool alone = d->corpus->texts->len < 2;
	double sum = 0;
	for (unsigned i = 0; verdict && i < verdict->path->len; i++) {
		/* "+0.35 @fasano" */
		const char *part = strchr(verdict->path->pdata[i], ' ');
		const struct derived_term *term =
			part ? g_hash_table_lookup(terms, part + 1) : NULL;
		if (term)
			sum += alone ? SHARE_OF_TEASER * term->weight
				     : derivation_weight_without(d, term);
	}
	g_ptr_array_unref(verdicts);
	return sum;
}

static GArray *scores_held_out(struct trial *trial, const struct derivation *d)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GHashTable) terms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < d->terms->len; i++) {
		struct derived_term *term = &g_array_index(d->terms, struct derived_term, i);
		g_hash_table_insert(terms, derivation_term_text(d, term), term);
	}
	for (unsigned i = 0; i < d->corpus->texts->len; i++) {
		double score = score_held_out(trial, d, terms, d->corpus->texts->pdata[i]);
		g_array_append_val(all, score);
	}
	g_array_sort(all, by_value);
	return all;
}

/* The weight of the heaviest term that most of the texts do without: what one text names once is
 * not the subject. */
static double heaviest_of_few(const struct derivation *d)
{
	double most = 0;
	for (unsigned i = 0; i < d->terms->len; i++) {
		const struct derived_term *term = &g_array_index(d->terms, struct derived_term, i);
		unsigned texts = term->phrase ? term->phrase->texts : term->member->group->texts;
		if (2 * texts < d->corpus->texts->len)
			most = MAX(most, term->weight);
	}
	return most;
}

/* Weighs the terms against a threshold of 1, and compiles again. */
static void weigh_terms(struct derivation *d)
{
	g_autofree char *first = derivation_write(d);
	struct trial *trial = trial_new(first, &d->why_not_compiled);
	if (!trial)
		return;
	g_autoptr(GArray) own = scores_held_out(trial, d);
	g_autoptr(GArray) others = scores(trial, d->options->background, WHOLE);
	double threshold = MAX(SHARE_OF_TEASER * at_share(own, LOW_TEASERS),
			       at_share(others, HIGH_NEWS) + MARGIN);
	threshold = MAX(threshold, ABOVE_SINGLE * heaviest_of_few(d));
	trial_free(trial);
	/* terms that cannot reach it together would make a filter that never matches */
	threshold = MIN(MAX(threshold, MIN_THRESHOLD), REACHABLE * derivation_best_sum(d));
	if (threshold > 0)
		derivation_scale_terms(d, threshold);
	d->threshold = 1;
}

/* As the file says it. A filter without terms has none. */
static void set_threshold(struct trial *trial, struct derivation *d)
{
	struct filter *filter = trial->set->filters->len ? trial->set->filters->pdata[0] : NULL;
	d->threshold = round(d->threshold * 100) / 100;
	if (filter && filter->threshold > 0)
		filter->threshold = d->threshold;
}

void derivation_fit(struct derivation *d)
{
	bool two = d->poles.count == 2;
	d->threshold = two ? POLES_THRESHOLD : MIN_THRESHOLD;
	if (!two)
		weigh_terms(d);
	if (d->why_not_compiled)
		return;
	g_autofree char *filter = derivation_write(d);
	struct trial *trial = d->trial = trial_new(filter, &d->why_not_compiled);
	if (!trial)
		return;
	g_autoptr(GArray) own = scores(trial, d->corpus->texts, LEAD);
	g_autoptr(GArray) others = scores(trial, d->options->background, WHOLE);
	double high = at_share(others, 1);
	if (two)
		d->threshold =
			CLAMP(high + MARGIN > POLES_THRESHOLD ? high + MARGIN : POLES_THRESHOLD,
			      POLES_MIN, POLES_MAX);
	GString *why = g_string_new(NULL);
	g_string_printf(why, "titles and leads of the texts score %.2f to %.2f", at_share(own, 0),
			at_share(own, 1));
	if (others->len)
		g_string_append_printf(why, "; the highest of %u items of other news %.2f",
				       others->len, high);
	d->why_threshold = g_string_free(why, FALSE);
	set_threshold(trial, d);
}
