/* evaluate: does a filter hold for a scanned article, what counted, and what was missing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"
#include "filters/occurrence.h"

struct evaluation;
/* Whether another filter holds for the article: the whole of it, scores too. With `hits`, what made
 * it hold. */
typedef bool evaluate_filter_fn(struct evaluation *evaluation, uint32_t filter, GArray *hits);

struct evaluation {
	const struct scan *scan;
	const struct plan_filter
		*filter; /* of the rule at hand: its entities make names unambiguous */
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	int64_t regex_budget_us; /* CPU time that regular expressions may still take */
	uint32_t work_budget;	 /* comparisons of places still allowed for this article */
	bool over_budget;
	evaluate_filter_fn *holds;
	void *holder; /* of `holds` */
};

/* False: a word or phrase that does not occur, as most of those asked for. */
static inline bool evaluate_may_hold(const struct evaluation *evaluation, uint32_t index)
{
	const struct rule *rule = PLAN_AT(evaluation->scan->plan->rules, struct rule, index);
	bool words = rule->kind >= NODE_WORD && rule->kind <= NODE_PREFIX &&
		     rule->fields != 1u << MATCH_LANGUAGE;
	return !words || scan_owner(evaluation->scan, rule->owner).count;
}

/* Whether the rule holds. With `hits` (GArray of struct hit), what made it hold is added, weighing
 * `weight`. */
bool evaluate_rule(struct evaluation *evaluation, uint32_t rule, GArray *hits, const char *term,
		   double weight);
/* Why it does not hold, in words, added to `missing` (char *). */
void evaluate_missing(struct evaluation *evaluation, uint32_t rule, GPtrArray *missing);

/* Whether one occurrence counts for the filter at hand: ambiguous names need another entity of it.
 */
bool evaluate_counts(const struct evaluation *evaluation, const struct occurrence *occurrence);
/* The best occurrence of an entity in title or body that counts, the first of equals; NULL if none
 * does. */
const struct occurrence *evaluate_entity(const struct evaluation *evaluation, uint32_t entity);
void evaluate_add_hit(GArray *hits, const char *term, const struct occurrence *occurrence,
		      double weight);
