/* matcher: see matcher.h. Scan the article, find the filters that something in it triggers,
 * evaluate those. SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/matcher.h"

#include "filters/evaluate.h"
#include "filters/filter_regex.h"
#include "filters/order.h"
#include "filters/plan.h"
#include "filters/pole_score.h"

#include <stdlib.h>

#define WORK_BUDGET	 (20 * 1000 * 1000) /* comparisons of places for one article: some 100 ms */
#define MAX_FILTER_DEPTH 32
#define MAX_MISSING	 8

#define IDLE_MOST 64

/* Verdicts that are done with: to take memory for each costs more than to decide it. Lives as long
 * as the matcher or the last of its verdicts. */
struct verdict_pool {
	struct verdict *idle[IDLE_MOST]; /* with hits, which are empty */
	unsigned idle_count;
	unsigned lent;
	bool closed; /* the matcher is gone */
};

struct matcher {
	struct plan *plan;
	struct verdict_pool *pool;
	struct scan *scan;
	struct evaluation evaluation;
	GArray *touched; /* uint32_t by filter: the round in which an article had something of it */
	GArray *candidates; /* uint64_t filters */
	GArray *known; /* uint32_t by filter: round << 1 | whether it holds, for filters that others
			  refer to */
	unsigned depth; /* of such references */
	bool cut_short;
	GPtrArray *nothing; /* empty, shared too */
};

static bool holds(struct evaluation *e, uint32_t filter, GArray *hits);

struct matcher *matcher_new(const struct filter_set *set, GError **error)
{
	struct plan *plan = plan_new(set, error);
	if (!plan)
		return NULL;
	struct matcher *m = g_new0(struct matcher, 1);
	m->plan = plan;
	m->scan = scan_new(plan);
	m->touched = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	g_array_set_size(m->touched, plan->filters->len);
	m->candidates = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	m->known = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	g_array_set_size(m->known, plan->filters->len);
	m->nothing = g_ptr_array_new();
	m->pool = g_new0(struct verdict_pool, 1);
	m->evaluation.holds = holds;
	m->evaluation.holder = m;
	m->evaluation.scan = m->scan;
	m->evaluation.match_data = pcre2_match_data_create(16, NULL);
	m->evaluation.match_context = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(m->evaluation.match_context, FILTER_REGEX_LIMIT);
	return m;
}

/* ---- verdicts that come and go
 * ----------------------------------------------------------------------------------------
 */

static struct verdict *pool_lend(struct verdict_pool *pool)
{
	struct verdict *v = NULL;
	pool->lent++;
	if (pool->idle_count)
		return pool->idle[--pool->idle_count];
	v = g_new0(struct verdict, 1);
	v->hits = g_array_sized_new(FALSE, FALSE, sizeof(struct hit), 2);
	return v;
}

static void verdict_destroy(struct verdict *v)
{
	g_clear_pointer(&v->hits, g_array_unref);
	g_free(v);
}

static void pool_take_back(struct verdict_pool *pool, struct verdict *v)
{
	pool->lent--;
	if (pool->closed || pool->idle_count == IDLE_MOST || !v->hits) {
		verdict_destroy(v);
	} else {
		g_array_set_size(v->hits, 0);
		pool->idle[pool->idle_count++] = v;
	}
	if (pool->closed && !pool->lent)
		g_free(pool);
}

static void pool_close(struct verdict_pool *pool)
{
	while (pool->idle_count)
		verdict_destroy(pool->idle[--pool->idle_count]);
	pool->closed = true;
	if (!pool->lent)
		g_free(pool);
}

void verdict_free(struct verdict *verdict)
{
	if (!verdict)
		return;
	if (!verdict->shared) {
		g_clear_pointer(&verdict->missing, g_ptr_array_unref);
		g_clear_pointer(&verdict->path, g_ptr_array_unref);
	}
	if (verdict->pool)
		pool_take_back(verdict->pool, verdict);
	else
		verdict_destroy(verdict);
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	pcre2_match_data_free(m->evaluation.match_data);
	pcre2_match_context_free(m->evaluation.match_context);
	g_array_unref(m->touched);
	g_array_unref(m->candidates);
	g_array_unref(m->known);
	g_ptr_array_unref(m->nothing);
	pool_close(m->pool);
	scan_free(m->scan);
	plan_free(m->plan);
	g_free(m);
}

/* ---- candidates
 * ---------------------------------------------------------------------------------------------- */

static void add_candidate(struct matcher *m, uint64_t filter)
{
	g_array_append_val(m->candidates, filter);
}

static void touch(struct matcher *m, uint32_t filter)
{
	uint32_t *touched = PLAN_AT(m->touched, uint32_t, filter);
	if (*touched != m->scan->round)
		add_candidate(m, filter);
	*touched = m->scan->round;
}

/* Something of it occurs, though nothing that it needs: it can come close by its terms only. */
static void touch_user(struct matcher *m, uint32_t index, enum match_detail detail)
{
	const struct plan_filter *filter = PLAN_AT(m->plan->filters, struct plan_filter, index);
	if (detail == MATCH_NEAR || (filter->poles[0] == NONE && !filter->plain))
		touch(m, index);
}

/* What follows lies wide apart with many filters: it is fetched for several at a time. */
static void fetch_triggers(const struct matcher *m)
{
	const struct owner_filters *triggers = &m->plan->triggers;
	const uint32_t *seen = (const uint32_t *)(const void *)m->scan->seen->data;
	unsigned count = m->scan->seen->len;
	for (unsigned i = 0; i < count; i++)
		__builtin_prefetch(PLAN_AT(triggers->first, uint32_t, seen[i]));
	for (unsigned i = 0; i < count; i++) {
		struct range filters = plan_filters_of(triggers, seen[i]);
		if (!filters.count)
			continue;
		uint32_t filter = *PLAN_AT(triggers->filters, uint32_t, filters.first);
		__builtin_prefetch(PLAN_AT(m->plan->filters, struct plan_filter, filter));
	}
}

/* In order, each once. */
static void sort_candidates(struct matcher *m)
{
	uint64_t *all = (uint64_t *)(void *)m->candidates->data;
	unsigned count = m->candidates->len, kept = 0;

	order_numbers(m->candidates);
	for (unsigned i = 0; i < count; i++) {
		all[kept] = all[i];
		kept += i + 1 == count || all[i] != all[i + 1];
	}
	g_array_set_size(m->candidates, kept);
}

static void touch_filters(struct matcher *m, uint32_t owner, enum match_detail detail)
{
	const struct owner_filters *triggers = &m->plan->triggers, *users = &m->plan->users;
	struct range range = plan_filters_of(triggers, owner);
	for (uint32_t i = 0; i < range.count; i++) {
		uint32_t filter = *PLAN_AT(triggers->filters, uint32_t, range.first + i);
		if (detail == MATCH_MATCHED_ONLY)
			add_candidate(m, filter);
		else
			touch(m, filter);
	}
	if (detail == MATCH_MATCHED_ONLY)
		return;
	range = plan_filters_of(users, owner);
	for (uint32_t i = 0; i < range.count; i++)
		touch_user(m, *PLAN_AT(users->filters, uint32_t, range.first + i), detail);
}

static void find_candidates(struct matcher *m, enum match_detail detail)
{
	const struct plan *plan = m->plan;
	const GArray *seen = m->scan->seen;

	g_array_set_size(m->candidates, 0);
	fetch_triggers(m);
	for (uint32_t i = 0; detail == MATCH_ALL && i < plan->filters->len; i++)
		add_candidate(m, i);
	for (unsigned i = 0; i < plan->always->len; i++)
		add_candidate(m, *PLAN_AT(plan->always, uint32_t, i));
	for (unsigned i = 0; detail != MATCH_ALL && i < seen->len; i++)
		touch_filters(m, *PLAN_AT(seen, uint32_t, i), detail);
	sort_candidates(m);
}

/* ---- verdicts
 * -------------------------------------------------------------------------------------------------
 */

static void free_verdict(gpointer verdict)
{
	verdict_free(verdict);
}

static int by_place(gconstpointer left, gconstpointer right)
{
	const struct hit *a = left, *b = right;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

static double score_terms(struct matcher *m, const struct plan_filter *filter, struct verdict *v)
{
	double score = 0;
	for (uint32_t i = 0; i < filter->terms.count; i++) {
		const struct plan_term *term =
			PLAN_AT(m->plan->terms, struct plan_term, filter->terms.first + i);
		if (!evaluate_rule(&m->evaluation, term->rule, v->hits, term->text, term->weight))
			continue;
		score += term->weight;
		if (v->path)
			g_ptr_array_add(v->path,
					g_strdup_printf("%+.2f %s", term->weight, term->text));
	}
	return score;
}

static void reach_priority(const struct plan_filter *filter, struct verdict *v)
{
	v->priority = filter->priority;
	for (unsigned i = 0; filter->raised && i < filter->source->raises->len; i++) {
		const struct raise *raise = PLAN_AT(filter->source->raises, struct raise, i);
		if (v->score >= raise->score && raise->priority > v->priority)
			v->priority = raise->priority;
	}
}

static void explain_miss(struct matcher *m, const struct plan_filter *filter, bool when,
			 struct verdict *v)
{
	if (!when)
		evaluate_missing(&m->evaluation, filter->when, v->missing);
	if (!filter->plain && v->score < v->threshold)
		g_ptr_array_insert(v->missing, 0,
				   g_strdup_printf("%.2f of %.2f", v->score, v->threshold));
	while (v->missing->len > MAX_MISSING)
		g_ptr_array_remove_index(v->missing, v->missing->len - 1);
}

static struct verdict *verdict_new(const struct plan_filter *filter)
{
	struct verdict *v = g_new0(struct verdict, 1);
	v->filter = filter->id;
	v->threshold = filter->plain ? 1 : filter->source->threshold;
	v->priority = filter->priority;
	v->hits = g_array_sized_new(FALSE, FALSE, sizeof(struct hit), 2);
	v->missing = g_ptr_array_new_with_free_func(g_free);
	v->path = g_ptr_array_new_with_free_func(g_free);
	return v;
}

/* The text of a rule, made once. */
static GPtrArray *reason_of(struct matcher *m, uint32_t rule)
{
	struct rule_source *source = PLAN_AT(m->plan->rule_sources, struct rule_source, rule);
	if (!source->reason) {
		source->reason = g_ptr_array_new_full(1, g_free);
		g_ptr_array_add(source->reason, expression_text(source->node));
	}
	return source->reason;
}

/* The part of a rule that decided: of alternatives the first that holds. */
static uint32_t deciding_rule(struct matcher *m, uint32_t index)
{
	const struct rule *rule = PLAN_AT(m->plan->rules, struct rule, index);
	for (uint32_t i = 0; rule->kind == NODE_OR && i < rule->children; i++)
		if (evaluate_rule(&m->evaluation, rule->first_child + i, NULL, NULL, 0))
			return deciding_rule(m, rule->first_child + i);
	return index;
}

static void evaluate(struct matcher *m, const struct plan_filter *filter, struct verdict *v)
{
	bool when = filter->when == NONE ||
		    evaluate_rule(&m->evaluation, filter->when, v->hits, NULL, 0);

	if (filter->poles[0] != NONE)
		v->score = pole_score(&m->evaluation, filter, v->hits, v->path, v->missing);
	else if (filter->terms.count)
		v->score = score_terms(m, filter, v);
	if (filter->plain) {
		v->score += when;
		v->matched = when;
	} else {
		v->matched = when && v->score >= v->threshold;
	}
	if (filter->when != NONE && when) {
		const GPtrArray *reason = reason_of(m, deciding_rule(m, filter->when));
		g_ptr_array_add(v->path, g_strdup(reason->pdata[0]));
	}
	reach_priority(filter, v);
	if (v->hits->len > 1)
		g_array_sort(v->hits, by_place);
	if (v->matched && v->missing->len)
		g_ptr_array_set_size(v->missing, 0);
	if (!v->matched)
		explain_miss(m, filter, when, v);
}

static bool wrong_language(const struct matcher *m, const struct plan_filter *filter)
{
	return filter->languages && !(filter->languages >> m->scan->language & 1);
}

static double quick_score(struct matcher *m, const struct plan_filter *filter, GArray *hits)
{
	double score = 0;
	if (filter->poles[0] != NONE)
		return pole_score(&m->evaluation, filter, hits, NULL, NULL);
	for (uint32_t i = 0; i < filter->terms.count; i++) {
		const struct plan_term *term =
			PLAN_AT(m->plan->terms, struct plan_term, filter->terms.first + i);
		if (evaluate_rule(&m->evaluation, term->rule, hits, term->text, term->weight))
			score += term->weight;
	}
	return score;
}

/* The question without the words: does the filter hold? Adds hits only if it does. */
static bool decide(struct matcher *m, const struct plan_filter *filter, GArray *hits)
{
	struct evaluation *e = &m->evaluation;
	const struct plan_filter *saved = e->filter;
	guint before = hits ? hits->len : 0;

	if (wrong_language(m, filter))
		return false;
	e->filter = filter;
	bool matched = filter->when == NONE || evaluate_rule(e, filter->when, hits, NULL, 0);
	if (matched && !filter->plain)
		matched = quick_score(m, filter, hits) >= filter->source->threshold;
	if (!matched && hits)
		g_array_set_size(hits, before);
	e->filter = saved;
	return matched;
}

/* A filter that another refers to: decided once for an article. */
static bool holds(struct evaluation *e, uint32_t index, GArray *hits)
{
	struct matcher *m = e->holder;
	uint32_t *known = PLAN_AT(m->known, uint32_t, index);

	if (*known >> 1 != (m->scan->round & INT32_MAX)) {
		if (m->depth >= MAX_FILTER_DEPTH) {
			e->over_budget = true;
			return false;
		}
		m->depth++;
		bool held = decide(m, PLAN_AT(m->plan->filters, struct plan_filter, index), NULL);
		m->depth--;
		*known = m->scan->round << 1 | held;
	}
	if ((*known & 1) && hits && m->depth == 0) {
		m->depth++;
		decide(m, PLAN_AT(m->plan->filters, struct plan_filter, index), hits);
		m->depth--;
	}
	return *known & 1;
}

/* Whether it is worth to say in words what the verdict is. */
static bool is_worth(struct matcher *m, const struct plan_filter *filter, enum match_detail detail)
{
	if (detail >= MATCH_NEAR)
		return true;
	if (detail == MATCH_MATCHED_ONLY || filter->plain)
		return decide(m, filter, NULL);
	if (wrong_language(m, filter))
		return false;
	double score = quick_score(m, filter, NULL);
	return score >= MATCH_CLOSE_SHARE * filter->source->threshold;
}

/* Alternatives one by one: so it is known at once which of them decided. */
static bool when_holds(struct matcher *m, const struct plan_filter *filter, GArray *hits,
		       uint32_t *decided)
{
	const struct rule *rule = PLAN_AT(m->plan->rules, struct rule, filter->when);
	*decided = NONE;
	if (rule->kind != NODE_OR) {
		if (evaluate_rule(&m->evaluation, filter->when, hits, NULL, 0))
			*decided = filter->when;
		return *decided != NONE;
	}
	for (uint32_t i = rule->first_child; i < rule->first_child + rule->children; i++)
		if (evaluate_may_hold(&m->evaluation, i) &&
		    evaluate_rule(&m->evaluation, i, hits, NULL, 0))
			*decided = MIN(*decided, i);
	return *decided != NONE;
}

/* Most of all verdicts: `when` alone decides, and only who matches is asked for. So the rule is
 * gone through once, and the verdict shares what it can. */
static struct verdict *judge_plain(struct matcher *m, const struct plan_filter *filter)
{
	uint32_t decided;

	if (wrong_language(m, filter))
		return NULL;
	struct verdict *v = pool_lend(m->pool);
	if (!when_holds(m, filter, v->hits, &decided)) {
		pool_take_back(m->pool, v);
		return NULL;
	}
	*v = (struct verdict){
		.filter = filter->id,
		.matched = true,
		.score = 1,
		.threshold = 1,
		.hits = v->hits,
		.missing = m->nothing,
		.path = reason_of(m, deciding_rule(m, decided)),
		.shared = true,
		.pool = m->pool,
	};
	if (v->hits->len > 1)
		g_array_sort(v->hits, by_place);
	reach_priority(filter, v);
	return v;
}

static struct verdict *judge_fully(struct matcher *m, uint32_t index, enum match_detail detail)
{
	const struct plan_filter *filter = PLAN_AT(m->plan->filters, struct plan_filter, index);

	if (!is_worth(m, filter, detail))
		return NULL;
	struct verdict *v = verdict_new(filter);
	if (wrong_language(m, filter)) {
		const char *tag = language_tag(m->scan->language);
		g_ptr_array_add(v->missing, g_strdup_printf("language %s", *tag ? tag : "unknown"));
	} else {
		evaluate(m, filter, v);
	}
	bool near = v->hits->len || *PLAN_AT(m->touched, uint32_t, index) == m->scan->round;
	if (v->matched || detail == MATCH_ALL || (detail != MATCH_MATCHED_ONLY && near))
		return v;
	verdict_free(v);
	return NULL;
}

static gpointer copy_text(gconstpointer text, gpointer data)
{
	(void)data;
	return g_strdup(text);
}

static void say_over_budget(struct verdict *v)
{
	if (v->shared) {
		v->path = g_ptr_array_copy(v->path, copy_text, NULL);
		v->missing = g_ptr_array_copy(v->missing, copy_text, NULL);
		v->shared = false;
	}
	g_ptr_array_add(v->matched ? v->path : v->missing,
			g_strdup("over the time budget: not all of it was looked at"));
}

static struct verdict *judge(struct matcher *m, uint32_t index, enum match_detail detail)
{
	const struct plan_filter *filter = PLAN_AT(m->plan->filters, struct plan_filter, index);
	bool only_when = filter->plain && filter->when != NONE && !filter->terms.count;

	m->evaluation.filter = filter;
	m->evaluation.over_budget = m->scan->cut_short;
	struct verdict *v = detail == MATCH_MATCHED_ONLY && only_when
				    ? judge_plain(m, filter)
				    : judge_fully(m, index, detail);
	if (v && m->evaluation.over_budget)
		say_over_budget(v);
	m->cut_short = m->cut_short || m->evaluation.over_budget;
	return v;
}

#define LINE 64

/* A filter's rules lie one behind the other, the whole of them first: two lines are enough for
 * most. Not their sources, of which one or two are looked at: more lines than are needed cost more
 * than they save. */
static void fetch_rules(const struct matcher *m, uint32_t index)
{
	const struct plan_filter *filter = PLAN_AT(m->plan->filters, struct plan_filter, index);
	if (filter->when == NONE)
		return;
	const char *rule = (const char *)PLAN_AT(m->plan->rules, struct rule, filter->when);
	__builtin_prefetch(rule);
	__builtin_prefetch(rule + LINE);
}

#define AHEAD 8

/* The candidates in order, what they need fetched in time. */
static void judge_all(struct matcher *m, enum match_detail detail, GPtrArray *verdicts)
{
	const uint64_t *candidates = (const uint64_t *)(const void *)m->candidates->data;
	unsigned count = m->candidates->len;

	for (unsigned i = 0; i < MIN(count, AHEAD); i++)
		fetch_rules(m, (uint32_t)candidates[i]);
	for (unsigned i = 0; i < count; i++) {
		if (i + AHEAD < count)
			fetch_rules(m, (uint32_t)candidates[i + AHEAD]);
		struct verdict *v = judge(m, (uint32_t)candidates[i], detail);
		if (v)
			g_ptr_array_add(verdicts, v);
	}
}

GPtrArray *matcher_match(struct matcher *m, const struct match_article *article,
			 enum match_detail detail)
{
	scan_article(m->scan, article);
	m->evaluation.regex_budget_us = FILTER_REGEX_ARTICLE_US;
	m->cut_short = m->scan->cut_short;
	m->evaluation.work_budget = WORK_BUDGET;
	find_candidates(m, detail);
	GPtrArray *verdicts = g_ptr_array_new_full(m->candidates->len, free_verdict);
	judge_all(m, detail, verdicts);
	return verdicts;
}

const char *matcher_language(const struct matcher *m, double *sure)
{
	if (sure)
		*sure = m->scan->language_sure;
	return language_tag(m->scan->language);
}

bool matcher_cut_short(const struct matcher *m)
{
	return m->cut_short;
}
