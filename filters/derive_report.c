/* derive_report: see derive_report.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_report.h"

#include "filters/derive_fit.h"

#include <string.h>

#define MOST_TELLING 10
#define SHOWN_ALERTS 10
/* Each text held out is a derivation: of many texts some are, evenly spread. */
#define MAX_HELD_OUT 20
#define MIN_HELD_OUT 2
#define MAX_WORDS    2000000 /* to derive from, all together: ten seconds or so */

static void telling_clear(void *data)
{
	g_free(((struct telling *)data)->term);
}

void derive_report_free(struct derive_report *r)
{
	if (!r)
		return;
	g_array_unref(r->held_out);
	g_ptr_array_unref(r->alerts);
	g_array_unref(r->telling);
	g_free(r);
}

static bool compiles(const struct derivation *d, GError **error)
{
	if (d->trial)
		return true;
	g_propagate_error(error, g_error_copy(d->why_not_compiled));
	return false;
}

/* Derive from the others, then look at the one left out, cleaned as the whole corpus had it. */
static bool hold_out(const struct derivation *d, unsigned left_out, struct held_out *row,
		     GError **error)
{
	const GPtrArray *texts = d->originals;
	g_autoptr(GPtrArray) others = g_ptr_array_new(), labels = g_ptr_array_new();
	for (unsigned i = 0; i < texts->len; i++)
		if (i != left_out) {
			g_ptr_array_add(others, texts->pdata[i]);
			g_ptr_array_add(labels, d->labels->pdata[i]);
		}
	struct derivation *part = derive(others, labels, d->options);
	bool compiled = compiles(part, error);
	if (compiled) {
		const char *text = d->corpus->texts->pdata[left_out];
		row->label = d->labels->pdata[left_out];
		row->threshold = part->threshold;
		row->score = trial_score(part->trial, text, true, &row->found);
		row->lead_score = trial_score(part->trial, text, false, &row->lead_found);
	}
	derivation_free(part);
	return compiled;
}

static bool hold_out_each(const struct derivation *d, struct derive_report *r, GError **error)
{
	unsigned texts = d->originals->len;
	double affordable = MAX_WORDS / MAX(d->corpus->tokens, 1);
	unsigned folds = (unsigned)CLAMP(affordable, MIN_HELD_OUT, MAX_HELD_OUT);
	folds = MIN(folds, texts);
	for (unsigned i = 0; texts > 1 && i < folds; i++) {
		struct held_out row = {0};
		if (!hold_out(d, i * texts / folds, &row, error))
			return false;
		r->found += row.found;
		r->lead_found += row.lead_found;
		g_array_append_val(r->held_out, row);
	}
	return true;
}

static bool try_background(const struct derivation *d, struct derive_report *r, GError **error)
{
	const GPtrArray *background = d->options->background;
	if (!compiles(d, error))
		return false;
	for (unsigned i = 0; background && i < background->len; i++) {
		const char *text = background->pdata[i];
		bool matched;
		trial_score(d->trial, text, true, &matched);
		r->background++;
		r->false_alerts += matched;
		if (matched && r->alerts->len < SHOWN_ALERTS)
			g_ptr_array_add(r->alerts, g_strndup(text, strcspn(text, "\n")));
	}
	return true;
}

static int by_weight(gconstpointer left, gconstpointer right)
{
	const struct telling *a = left, *b = right;
	if (a->weight != b->weight)
		return (a->weight < b->weight) - (a->weight > b->weight);
	return strcmp(a->term, b->term);
}

static void add_telling(struct derive_report *r, const char *term, double weight, unsigned count,
			unsigned texts)
{
	struct telling t = {g_strdup(term), weight, count, texts};
	g_array_append_val(r->telling, t);
}

/* Names by their weight, phrases by their score, on one scale: the best of each is 1. Of phrases,
 * those that the filter asks for. */
static void find_telling(const struct derivation *d, struct derive_report *r)
{
	double best_name = 0, best_phrase = 0;
	for (unsigned i = 0; i < d->members->len; i++) {
		const struct member *m = d->members->pdata[i];
		best_name = MAX(best_name, m->group ? m->group->weight : 0);
	}
	for (unsigned i = 0; i < d->members->len; i++) {
		const struct member *m = d->members->pdata[i];
		if (m->group && m->found->len)
			add_telling(r, m->found->pdata[0], m->group->weight / best_name,
				    m->group->units->len, m->group->texts);
	}
	for (unsigned i = 0; i < d->terms->len; i++) {
		const struct phrase *p = g_array_index(d->terms, struct derived_term, i).phrase;
		best_phrase = MAX(best_phrase, p ? p->score : 0);
	}
	for (unsigned i = 0; i < d->terms->len; i++) {
		const struct phrase *p = g_array_index(d->terms, struct derived_term, i).phrase;
		if (p)
			add_telling(r, p->text, p->score / best_phrase, p->count, p->texts);
	}
	g_array_sort(r->telling, by_weight);
	if (r->telling->len > MOST_TELLING)
		g_array_set_size(r->telling, MOST_TELLING);
}

struct derive_report *derive_report_new(const struct derivation *d, GError **error)
{
	struct derive_report *r = g_new0(struct derive_report, 1);
	r->held_out = g_array_new(FALSE, FALSE, sizeof(struct held_out));
	r->alerts = g_ptr_array_new_with_free_func(g_free);
	r->telling = g_array_new(FALSE, FALSE, sizeof(struct telling));
	g_array_set_clear_func(r->telling, telling_clear);
	if (!hold_out_each(d, r, error) || !try_background(d, r, error)) {
		derive_report_free(r);
		return NULL;
	}
	find_telling(d, r);
	return r;
}
