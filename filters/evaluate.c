/* evaluate: see evaluate.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/evaluate.h"

#include "filters/filter_regex.h"

#include <string.h>

#define MAX_HITS_PER_LEAF 20

static const struct rule *rule_at(const struct evaluation *e, uint32_t index)
{
	return PLAN_AT(e->scan->plan->rules, struct rule, index);
}

static const struct node *node_of(const struct evaluation *e, const struct rule *rule)
{
	ptrdiff_t index = rule - rule_at(e, 0);
	return PLAN_AT(e->scan->plan->rule_sources, struct rule_source, index)->node;
}

static const struct rule *child_of(const struct evaluation *e, const struct rule *rule, uint32_t i)
{
	return rule_at(e, rule->first_child + i);
}

static const struct occurrence *occurrence_at(const struct evaluation *e, uint32_t i)
{
	return PLAN_AT(e->scan->occurrences, struct occurrence, i);
}

static const struct plan_entity *entity_at(const struct evaluation *e, uint32_t index)
{
	return PLAN_AT(e->scan->plan->entities, struct plan_entity, index);
}

void evaluate_add_hit(GArray *hits, const char *term, const struct occurrence *o, double weight)
{
	const struct hit hit = {term, o->field, o->start, o->end, weight};
	g_array_append_val(hits, hit);
}

/* ---- entities
 * -------------------------------------------------------------------------------------------------
 */

/* In title or body: whether other fields are looked at depends on other filters. */
static bool occurs_surely(const struct evaluation *e, uint32_t entity)
{
	struct range range = scan_owner(e->scan, entity_at(e, entity)->owner);
	for (uint32_t i = 0; i < range.count; i++)
		if (!occurrence_at(e, range.first + i)->ambiguous &&
		    occurrence_at(e, range.first + i)->field <= MATCH_BODY)
			return true;
	return false;
}

static bool has_company(const struct evaluation *e, uint32_t entity)
{
	const struct range *others = &e->filter->entities;
	for (uint32_t i = 0; i < others->count; i++) {
		uint32_t other =
			*PLAN_AT(e->scan->plan->filter_entities, uint32_t, others->first + i);
		if (other != entity && occurs_surely(e, other))
			return true;
	}
	return false;
}

bool evaluate_counts(const struct evaluation *e, const struct occurrence *o)
{
	if (!o->ambiguous)
		return true;
	uint32_t entity = PLAN_AT(e->scan->plan->owners, struct owner, o->owner)->entity;
	if (entity == NONE || occurs_surely(e, entity))
		return true;
	/* another bearer of the name anywhere, and nobody is named in full: all of them are his */
	struct range range = scan_owner(e->scan, o->owner);
	for (uint32_t i = 0; i < range.count; i++)
		if (occurrence_at(e, range.first + i)->other_bearer &&
		    occurrence_at(e, range.first + i)->field <= MATCH_BODY)
			return false;
	return has_company(e, entity);
}

const struct occurrence *evaluate_entity(const struct evaluation *e, uint32_t entity)
{
	struct range range = scan_owner(e->scan, entity_at(e, entity)->owner);
	const struct occurrence *best = NULL;
	for (uint32_t i = 0; i < range.count; i++) {
		const struct occurrence *o = occurrence_at(e, range.first + i);
		if (o->field <= MATCH_BODY && (!best || (best->ambiguous && !o->ambiguous)) &&
		    evaluate_counts(e, o))
			best = o;
	}
	return best;
}

/* ---- leaves
 * -----------------------------------------------------------------------------------------------------
 */

/* Calls `each` for the occurrences of a positional rule in its fields, until it answers true. */
typedef bool each_fn(const struct occurrence *o, void *data);

static bool each_of_owner(struct evaluation *e, uint32_t owner, unsigned fields, each_fn *each,
			  void *data)
{
	struct range range = scan_owner(e->scan, owner);
	for (uint32_t i = 0; i < range.count; i++) {
		const struct occurrence *o = occurrence_at(e, range.first + i);
		if (e->work_budget == 0) {
			e->over_budget = true;
			return false;
		}
		e->work_budget--;
		if ((fields >> o->field & 1) && evaluate_counts(e, o) && each(o, data))
			return true;
	}
	return false;
}

static bool each_of_pair(struct evaluation *e, const struct rule *rule, each_fn *each, void *data);

static bool each_occurrence(struct evaluation *e, const struct rule *rule, each_fn *each,
			    void *data)
{
	switch (rule->kind) {
	case NODE_NEAR:
	case NODE_SENTENCE:
		return each_of_pair(e, rule, each, data);
	case NODE_OR:
		for (uint32_t i = 0; i < rule->children; i++)
			if (each_occurrence(e, child_of(e, rule, i), each, data))
				return true;
		return false;
	case NODE_ENTITY:
		return each_of_owner(e, entity_at(e, rule->owner)->owner, rule->fields, each, data);
	case NODE_SIDE:
		for (uint32_t i = 0; i < e->filter->entities.count; i++) {
			uint32_t index = *PLAN_AT(e->scan->plan->filter_entities, uint32_t,
						  e->filter->entities.first + i);
			const struct plan_entity *entity = entity_at(e, index);
			if ((entity->side == rule->owner || index == rule->owner) &&
			    each_of_owner(e, entity->owner, rule->fields, each, data))
				return true;
		}
		return false;
	default:
		return each_of_owner(e, rule->owner, rule->fields, each, data);
	}
}

/* What to call an occurrence of a rule: the leaf's text, the entity's id. */
static const char *term_of(const struct evaluation *e, const struct rule *rule,
			   const struct occurrence *o)
{
	/* a word: no look at its owner, which lies far away */
	if (rule->kind >= NODE_WORD && rule->kind <= NODE_PREFIX)
		return node_of(e, rule)->text;
	uint32_t entity = PLAN_AT(e->scan->plan->owners, struct owner, o->owner)->entity;
	if (entity != NONE)
		return entity_at(e, entity)->id;
	for (uint32_t i = 0; i < rule->children; i++) {
		const struct rule *child = child_of(e, rule, i);
		const char *term =
			child->children || child->owner == o->owner ? term_of(e, child, o) : NULL;
		if (term)
			return term;
	}
	return rule->children ? NULL : node_of(e, rule)->text;
}

struct hit_taker {
	const struct evaluation *e;
	const struct rule *rule;
	GArray *hits;
	const char *term;
	double weight;
	unsigned taken;
};

static bool take_hit(const struct occurrence *o, void *data)
{
	struct hit_taker *t = data;
	if (!t->hits)
		return true;
	/* the weight counts once, whatever the number of places */
	evaluate_add_hit(t->hits, t->term ? t->term : term_of(t->e, t->rule, o), o,
			 t->taken ? 0 : t->weight);
	return ++t->taken >= MAX_HITS_PER_LEAF;
}

static bool evaluate_leaf(struct evaluation *e, const struct rule *rule, GArray *hits,
			  const char *term, double weight)
{
	struct hit_taker taker = {e, rule, hits, term, weight, 0};
	return each_occurrence(e, rule, take_hit, &taker) || taker.taken > 0;
}

/* ---- pairs: NEAR and SENTENCE
 * ------------------------------------------------------------------------------------- */

/* Looking for a left occurrence beside a given right one. */
struct pair {
	struct evaluation *e;
	const struct rule *rule;
	const struct occurrence *left, *right;
	each_fn *each; /* for right ones that have a left one */
	void *data;
};

static bool stands_beside(const struct occurrence *left, void *data)
{
	struct pair *pair = data;
	const struct occurrence *right = pair->right;
	if (left->field != right->field)
		return false;
	const struct occurrence *first = left->token <= right->token ? left : right;
	const struct occurrence *second = first == left ? right : left;
	if (second->token < first->token + first->tokens)
		return false; /* one inside the other, or the same */
	bool beside = pair->rule->kind == NODE_SENTENCE
			      ? left->sentence == right->sentence
			      : second->token - (first->token + first->tokens) < pair->rule->count;
	if (beside)
		pair->left = left;
	return beside;
}

static bool find_left(struct pair *pair, const struct occurrence *right)
{
	pair->right = right;
	pair->left = NULL;
	return each_occurrence(pair->e, child_of(pair->e, pair->rule, 0), stands_beside, pair);
}

static bool with_left(const struct occurrence *right, void *data)
{
	struct pair *pair = data;
	return find_left(pair, right) && (!pair->each || pair->each(right, pair->data));
}

/* The occurrences of a pair are those of its right side that have a left one: so chains grow to the
 * right. */
static bool each_of_pair(struct evaluation *e, const struct rule *rule, each_fn *each, void *data)
{
	struct pair pair = {.e = e, .rule = rule, .each = each, .data = data};
	return each_occurrence(e, child_of(e, rule, 1), with_left, &pair);
}

static bool evaluate_pair(struct evaluation *e, const struct rule *rule, GArray *hits,
			  const char *term, double weight)
{
	struct pair pair = {.e = e, .rule = rule};
	const struct rule *right = child_of(e, rule, 1);
	if (!each_occurrence(e, right, with_left, &pair))
		return false;
	if (!hits)
		return true;
	evaluate_add_hit(hits, term ? term : term_of(e, right, pair.right), pair.right, weight);
	for (const struct occurrence *at = pair.left;;) {
		const struct rule *left = child_of(e, pair.rule, 0);
		bool chain = left->kind == NODE_NEAR || left->kind == NODE_SENTENCE;
		const struct rule *leaf = chain ? child_of(e, left, 1) : left;
		evaluate_add_hit(hits, term ? term : term_of(e, leaf, at), at, 0);
		pair.rule = left;
		if (!chain || !find_left(&pair, at))
			return true;
		at = pair.left;
	}
}

/* ---- the rest
 * ----------------------------------------------------------------------------------------------------
 */

static bool evaluate_regex(struct evaluation *e, const struct rule *rule, GArray *hits,
			   const char *term, double weight)
{
	pcre2_code *code = PLAN_AT(e->scan->plan->regexes, struct plan_regex, rule->owner)->code;
	for (uint8_t field = 0; field < SCAN_FIELDS; field++) {
		const struct field_text *text = &e->scan->fields[field];
		if (!(rule->fields >> field & 1) || !text->text_len)
			continue;
		int result = filter_regex_search(code, text->text, text->text_len, e->match_data,
						 e->match_context, &e->regex_budget_us);
		if (result < 0 && result != PCRE2_ERROR_NOMATCH) /* one of the limits */
			e->over_budget = true;
		if (result < 0)
			continue;
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(e->match_data);
		const struct hit hit = {term ? term : node_of(e, rule)->text, field, at[0],
					MAX(at[0], at[1]), weight};
		if (hits)
			g_array_append_val(hits, hit);
		return true;
	}
	return false;
}

static bool evaluate_age(const struct evaluation *e, const struct rule *rule)
{
	const struct match_article *a = e->scan->article;
	int64_t seconds = node_of(e, rule)->seconds;
	if (a->published_at == INT64_MIN || !a->now)
		return seconds > 0; /* of unknown age: as if new */
	int64_t age = a->now - a->published_at;
	return seconds > 0 ? age < seconds : age > -seconds;
}

static bool evaluate_language(const struct evaluation *e, const struct rule *rule)
{
	enum language wanted = language_of_tag(node_of(e, rule)->text);
	return wanted != LANGUAGE_NONE && wanted == e->scan->language;
}

static bool evaluate_many(struct evaluation *e, const struct rule *rule, GArray *hits,
			  const char *term, double weight)
{
	uint32_t wanted = rule->kind == NODE_AND  ? rule->children
			  : rule->kind == NODE_OR ? 1
						  : rule->count;
	uint32_t held = 0;
	guint before = hits ? hits->len : 0;

	for (uint32_t i = 0; i < rule->children; i++) {
		bool holds = evaluate_rule(e, rule->first_child + i, hits, term, held ? 0 : weight);
		held += holds;
		if (rule->kind == NODE_AND && !holds)
			break;
		if (!hits && held >= wanted)
			return true;
	}
	if (held < wanted && hits)
		g_array_set_size(hits, before);
	return held >= wanted;
}

bool evaluate_rule(struct evaluation *e, uint32_t index, GArray *hits, const char *term,
		   double weight)
{
	const struct rule *rule = rule_at(e, index);
	switch (rule->kind) {
	case NODE_AND:
	case NODE_OR:
	case NODE_MIN:
		return evaluate_many(e, rule, hits, term, weight);
	case NODE_NOT:
		return !evaluate_rule(e, rule->first_child, NULL, NULL, 0);
	case NODE_NEAR:
	case NODE_SENTENCE:
		return evaluate_pair(e, rule, hits, term, weight);
	case NODE_REGEX:
		return evaluate_regex(e, rule, hits, term, weight);
	case NODE_AGE:
		return evaluate_age(e, rule);
	case NODE_FILTER:
		return e->holds(e, rule->owner, hits);
	default:
		if (rule->fields == 1u << MATCH_LANGUAGE)
			return evaluate_language(e, rule);
		return evaluate_may_hold(e, index) && evaluate_leaf(e, rule, hits, term, weight);
	}
}

/* How many of the children hold; those that only exclude are not counted. */
static uint32_t held_of(struct evaluation *e, const struct rule *rule)
{
	uint32_t held = 0;
	for (uint32_t i = 0; i < rule->children; i++)
		held += child_of(e, rule, i)->kind != NODE_NOT &&
			evaluate_rule(e, rule->first_child + i, NULL, NULL, 0);
	return held;
}

/* Of alternatives the one of which the least is missing, if some of it is there; else NONE. */
static uint32_t nearest_alternative(struct evaluation *e, const struct rule *rule)
{
	uint32_t nearest = NONE, least = UINT32_MAX;
	for (uint32_t i = 0; rule->kind == NODE_OR && i < rule->children; i++) {
		uint32_t child = rule->first_child + i;
		const struct rule *alternative = rule_at(e, child);
		if (alternative->kind != NODE_AND)
			continue;
		uint32_t held = held_of(e, alternative);
		if (held && alternative->children - held < least) {
			least = alternative->children - held;
			nearest = child;
		}
	}
	return nearest;
}

/* A name that others bear, too, which nothing beside it settles; NULL if none stands there. */
static const struct occurrence *unsettled(const struct evaluation *e, const struct rule *rule)
{
	struct range range = scan_owner(e->scan, entity_at(e, rule->owner)->owner);
	for (uint32_t i = 0; i < range.count; i++) {
		const struct occurrence *o = occurrence_at(e, range.first + i);
		if (rule->fields >> o->field & 1 && !evaluate_counts(e, o))
			return o;
	}
	return NULL;
}

static char *missing_entity(const struct evaluation *e, const struct rule *rule, const char *text)
{
	const struct occurrence *o = unsettled(e, rule);
	if (!o)
		return NULL;
	const char *name = e->scan->fields[o->field].text + o->start;
	return g_strdup_printf("%s: '%.*s' is a name of others, too, and no other entity of the "
			       "filter stands there by a sure one",
			       text, (int)(o->end - o->start), name);
}

/* title:x, and x stands in the body. */
static char *missing_field(struct evaluation *e, const struct rule *rule, const char *text)
{
	for (unsigned field = MATCH_TITLE; field <= MATCH_BODY; field++) {
		struct rule elsewhere = *rule;
		elsewhere.fields = (uint8_t)(1u << field);
		if (!(rule->fields & elsewhere.fields) && rule->fields & FIELDS_TEXT &&
		    evaluate_leaf(e, &elsewhere, NULL, NULL, 0))
			return g_strdup_printf("no %s: it stands in the %s only", text,
					       match_field_name(field));
	}
	return NULL;
}

static char *missing_leaf(struct evaluation *e, const struct rule *rule, const char *text)
{
	bool word = rule->kind >= NODE_WORD && rule->kind <= NODE_PREFIX;
	char *why = NULL;
	if (rule->fields == 1u << MATCH_LANGUAGE)
		return g_strdup_printf("no %s: the article is in another language", text);
	if (rule->kind == NODE_AGE)
		return node_of(e, rule)->seconds > 0
			       ? g_strdup_printf("no %s: the article is older", text)
			       : g_strdup_printf("no %s: the article is younger", text);
	if (rule->kind == NODE_ENTITY)
		why = missing_entity(e, rule, text);
	if (!why && (word || rule->kind == NODE_ENTITY))
		why = missing_field(e, rule, text);
	return why ? why : g_strdup_printf("no %s", text);
}

static char *excluding(struct evaluation *e, const struct rule *rule)
{
	g_autofree char *what = expression_text(node_of(e, rule)->children->pdata[0]);
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct hit));
	evaluate_rule(e, rule->first_child, hits, NULL, 0);
	bool other = rule_at(e, rule->first_child)->kind == NODE_FILTER;
	const char *field = hits->len && !other
				    ? match_field_name(g_array_index(hits, struct hit, 0).field)
				    : NULL;
	return field ? g_strdup_printf("NOT %s: it stands in the %s", what, field)
		     : g_strdup_printf("NOT %s: it holds", what);
}

static void add_missing(struct evaluation *e, const struct rule *rule, GPtrArray *missing)
{
	g_autofree char *text = expression_text(node_of(e, rule));
	char *why;
	if (rule->kind == NODE_NOT)
		why = excluding(e, rule);
	else if (rule->kind == NODE_SIDE)
		why = g_strdup_printf("no name of side %s", node_of(e, rule)->text);
	else if (rule->kind == NODE_MIN)
		why = g_strdup_printf("%u of %u: %s", held_of(e, rule), rule->count, text);
	else if (rule->kind == NODE_NEAR)
		why = g_strdup_printf("no %s: both are there, further apart", text);
	else if (rule->kind == NODE_SENTENCE)
		why = g_strdup_printf("no %s: both are there, in no sentence together", text);
	else
		why = missing_leaf(e, rule, text);
	g_ptr_array_add(missing, why);
}

/* Of a pair what does not stand there at all. */
static bool missing_sides(struct evaluation *e, const struct rule *rule, GPtrArray *missing)
{
	unsigned before = missing->len;
	if (rule->kind == NODE_NEAR || rule->kind == NODE_SENTENCE)
		for (uint32_t i = 0; i < rule->children; i++)
			evaluate_missing(e, rule->first_child + i, missing);
	return missing->len > before;
}

void evaluate_missing(struct evaluation *e, uint32_t index, GPtrArray *missing)
{
	const struct rule *rule = rule_at(e, index);
	if (evaluate_rule(e, index, NULL, NULL, 0))
		return;
	uint32_t nearest = nearest_alternative(e, rule);
	if (nearest != NONE) {
		evaluate_missing(e, nearest, missing);
		return;
	}
	if (rule->kind != NODE_AND) {
		if (!missing_sides(e, rule, missing))
			add_missing(e, rule, missing);
		return;
	}
	for (uint32_t i = 0; i < rule->children; i++)
		evaluate_missing(e, rule->first_child + i, missing);
}
