/* plan: see plan.h. From a filter set to rules, and from rules to what triggers them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/plan.h"

#include "filters/filter_regex.h"
#include "filters/plan_builder.h"

#include <string.h>

struct build {
	struct plan *plan;
	const struct filter_set *set;
	GHashTable *owners;    /* form and text of a leaf → owner + 1 */
	GStringChunk *strings; /* their keys */
	GString *key;
	GHashTable *entity_index; /* id → index */
	GHashTable *filter_index;
	GArray *filter_owners;	  /* uint32_t: of the filter at hand */
	GArray *mentioned;	  /* uint32_t entities of the filter at hand */
	GArray *users, *triggers; /* struct use, by filter */
	GArray *popularity;	  /* uint32_t by owner: filters that use it */
	GHashTable *referred;	  /* filter + 1 → GArray of its triggers */
	GError **error;
	bool failed;
};

/* A filter has to do with an owner. */
struct use {
	uint32_t owner, filter;
};

/* ---- leaves
 * ----------------------------------------------------------------------------------------------------
 */

static enum pattern_form form_of(enum node_kind kind)
{
	return kind == NODE_EXACT ? FORM_EXACT : kind == NODE_PREFIX ? FORM_PREFIX : FORM_STEM;
}

static uint32_t owner_of_leaf(struct build *b, const struct node *node)
{
	enum pattern_form form = form_of(node->kind);
	g_string_assign(b->key, node->text);
	g_string_append_c(b->key, (char)('0' + form));
	uint32_t owner = GPOINTER_TO_UINT(g_hash_table_lookup(b->owners, b->key->str));
	if (owner)
		return owner - 1;
	owner = plan_add_owner(b->plan, NONE);
	const struct pattern flags = {.owner = owner};
	plan_add_pattern(b->plan, node->text, form, &flags);
	g_hash_table_insert(b->owners, g_string_chunk_insert(b->strings, b->key->str),
			    GUINT_TO_POINTER(owner + 1));
	return owner;
}

static uint32_t add_regex(struct build *b, const struct node *node)
{
	g_autofree char *why = NULL;
	struct plan_regex regex = {filter_regex_compile(node->text, &why)};

	if (!regex.code) {
		if (!b->failed)
			g_set_error(b->error, FILTER_ERROR, FILTER_ERROR_SYNTAX,
				    "line %u: /%s/: %s", node->line, node->text, why);
		b->failed = true;
		return 0;
	}
	g_array_append_val(b->plan->regexes, regex);
	return b->plan->regexes->len - 1;
}

static void note(GArray *list, uint32_t value)
{
	g_array_append_val(list, value);
}

static void mention(struct build *b, uint32_t entity)
{
	for (unsigned i = 0; i < b->mentioned->len; i++)
		if (*PLAN_AT(b->mentioned, uint32_t, i) == entity)
			return;
	note(b->mentioned, entity);
	note(b->filter_owners, PLAN_AT(b->plan->entities, struct plan_entity, entity)->owner);
}

static void mention_side(struct build *b, uint32_t side)
{
	for (uint32_t i = 0; i < b->plan->named_entities; i++)
		if (PLAN_AT(b->plan->entities, struct plan_entity, i)->side == side)
			mention(b, i);
	mention(b, side);
}

static uint32_t entity_index(const struct build *b, const char *id)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(b->entity_index, id));
}

static void fill_leaf(struct build *b, struct rule *rule, const struct node *node)
{
	switch (node->kind) {
	case NODE_ENTITY:
		rule->owner = entity_index(b, node->text);
		mention(b, rule->owner);
		break;
	case NODE_SIDE:
		rule->owner = entity_index(b, node->text);
		mention_side(b, rule->owner);
		break;
	case NODE_FILTER:
		rule->owner = GPOINTER_TO_UINT(g_hash_table_lookup(b->filter_index, node->text));
		break;
	case NODE_REGEX:
		rule->owner = add_regex(b, node);
		break;
	case NODE_AGE:
		break;
	default:
		rule->owner = owner_of_leaf(b, node);
		note(b->filter_owners, rule->owner);
	}
}

/* For so many rules; the index of the first. */
static uint32_t make_rules(struct build *b, unsigned count)
{
	uint32_t first = b->plan->rules->len;
	g_array_set_size(b->plan->rules, first + count);
	g_array_set_size(b->plan->rule_sources, first + count);
	return first;
}

static void fill_rule(struct build *b, uint32_t index, const struct node *node)
{
	struct rule rule = {
		.kind = (uint8_t)node->kind,
		.fields = (uint8_t)node->fields,
		.count = (uint16_t)node->count,
		.owner = NONE,
	};
	b->plan->fields |= node->fields;
	PLAN_AT(b->plan->rule_sources, struct rule_source, index)->node = node;
	if (!node->children) {
		fill_leaf(b, &rule, node);
	} else {
		rule.children = node->children->len;
		rule.first_child = make_rules(b, rule.children);
		for (unsigned i = 0; i < rule.children; i++)
			fill_rule(b, rule.first_child + i, node->children->pdata[i]);
	}
	*PLAN_AT(b->plan->rules, struct rule, index) = rule;
}

static uint32_t add_rule(struct build *b, const struct node *node)
{
	uint32_t index = make_rules(b, 1);
	fill_rule(b, index, node);
	return index;
}

/* ---- triggers: owners one of which must occur
 * ------------------------------------------------------------------ */

static void side_owners(const struct build *b, uint32_t side, GArray *out)
{
	for (uint32_t i = 0; i < b->plan->named_entities; i++) {
		const struct plan_entity *entity =
			PLAN_AT(b->plan->entities, struct plan_entity, i);
		if (entity->side == side || i == side)
			note(out, entity->owner);
	}
}

static uint32_t popularity(const struct build *b, const GArray *owners)
{
	uint32_t sum = 0;
	for (unsigned i = 0; i < owners->len; i++)
		sum += 1 + *PLAN_AT(b->popularity, uint32_t, *PLAN_AT(owners, uint32_t, i));
	return sum;
}

static bool triggers(const struct build *b, uint32_t index, GArray *out);
static bool filter_triggers(const struct build *b, const struct plan_filter *filter, GArray *out);

/* The child whose triggers the fewest filters share. */
static bool cheapest_child(const struct build *b, const struct rule *rule, GArray *out)
{
	g_autoptr(GArray) best = NULL;
	uint32_t best_cost = UINT32_MAX;
	for (uint32_t i = 0; i < rule->children; i++) {
		GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		bool known = triggers(b, rule->first_child + i, list);
		uint32_t cost = known ? popularity(b, list) : UINT32_MAX;
		if (cost < best_cost) {
			best_cost = cost;
			g_clear_pointer(&best, g_array_unref);
			best = g_array_ref(list);
		}
		g_array_unref(list);
	}
	if (best)
		g_array_append_vals(out, best->data, best->len);
	return best != NULL;
}

static bool all_children(const struct build *b, const struct rule *rule, GArray *out)
{
	for (uint32_t i = 0; i < rule->children; i++)
		if (!triggers(b, rule->first_child + i, out))
			return false;
	return true;
}

/* Of a filter that others refer to: found once, for there may be many. */
static bool referred_triggers(const struct build *b, uint32_t filter, GArray *out)
{
	GArray *list = g_hash_table_lookup(b->referred, GUINT_TO_POINTER(filter + 1));
	if (!list) {
		list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(b->referred, GUINT_TO_POINTER(filter + 1), list);
		if (!filter_triggers(b, PLAN_AT(b->plan->filters, struct plan_filter, filter),
				     list)) {
			g_array_set_size(list, 0);
			note(list, NONE); /* none: it may hold for any article */
		}
	}
	if (list->len && *PLAN_AT(list, uint32_t, 0) == NONE)
		return false;
	g_array_append_vals(out, list->data, list->len);
	return true;
}

/* False if the rule may hold though none of its owners occurs. */
static bool triggers(const struct build *b, uint32_t index, GArray *out)
{
	const struct rule *rule = PLAN_AT(b->plan->rules, struct rule, index);
	switch (rule->kind) {
	case NODE_AND:
	case NODE_NEAR:
	case NODE_SENTENCE:
		return cheapest_child(b, rule, out);
	case NODE_OR:
	case NODE_MIN:
		return all_children(b, rule, out);
	case NODE_ENTITY:
		note(out, PLAN_AT(b->plan->entities, struct plan_entity, rule->owner)->owner);
		return true;
	case NODE_SIDE:
		side_owners(b, rule->owner, out);
		return true;
	case NODE_WORD:
	case NODE_PHRASE:
	case NODE_EXACT:
	case NODE_PREFIX:
		if (rule->fields == 1u << MATCH_LANGUAGE)
			return false;
		note(out, rule->owner);
		return true;
	case NODE_FILTER:
		return referred_triggers(b, rule->owner, out);
	default:
		return false;
	}
}

static bool filter_triggers(const struct build *b, const struct plan_filter *filter, GArray *out)
{
	if (filter->poles[0] != NONE) {
		side_owners(b, filter->poles[0], out);
		for (uint32_t i = 0; i < filter->shared.count; i++) {
			uint32_t index = *PLAN_AT(b->plan->filter_entities, uint32_t,
						  filter->shared.first + i);
			note(out, PLAN_AT(b->plan->entities, struct plan_entity, index)->owner);
		}
		return true;
	}
	if (filter->when != NONE && triggers(b, filter->when, out))
		return true;
	g_array_set_size(out, 0);
	if (filter->source->threshold == 0) /* `when` alone decides */
		return false;
	for (uint32_t i = 0; i < filter->terms.count; i++) {
		const struct plan_term *term =
			PLAN_AT(b->plan->terms, struct plan_term, filter->terms.first + i);
		if (term->weight > 0 && !triggers(b, term->rule, out))
			return false;
	}
	return filter->terms.count > 0;
}

/* ---- filters
 * -----------------------------------------------------------------------------------------------------
 */

static void add_entity(struct build *b, const struct entity *source)
{
	uint32_t index = b->plan->entities->len;
	struct plan_entity entity = {
		.id = source->id,
		.owner = plan_add_owner(b->plan, index),
		.strength = source->strength,
		.kind = source->kind,
		.has_names = *source->names != NULL,
	};
	const struct {
		char **texts;
		struct pattern flags;
	} lists[] = {
		{source->names, {.owner = entity.owner}},
		{source->with, {.owner = entity.owner, .ambiguous = true}},
		{source->not_names, {.owner = entity.owner, .exclusion = true}},
	};
	bool sounds = source->kind == ENTITY_PERSON || source->kind == ENTITY_PLACE;
	entity.side = source->side ? entity_index(b, source->side) : index;
	g_array_append_val(b->plan->entities, entity);
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		for (char **text = lists[i].texts; *text; text++)
			plan_add_pattern(b->plan, *text, sounds && i == 0 ? FORM_SOUND : FORM_NAME,
					 &lists[i].flags);
}

static struct range keep_list(GArray *all, const GArray *list)
{
	struct range range = {all->len, list->len};
	g_array_append_vals(all, list->data, list->len);
	return range;
}

static void add_terms(struct build *b, struct plan_filter *filter)
{
	const GArray *terms = filter->source->terms;
	g_autoptr(GArray) added = g_array_new(FALSE, FALSE, sizeof(struct plan_term));
	for (unsigned i = 0; i < terms->len; i++) {
		const struct term *source = PLAN_AT(terms, struct term, i);
		struct plan_term term = {add_rule(b, source->node), source->weight, source->text};
		g_array_append_val(added, term);
	}
	filter->terms = (struct range){b->plan->terms->len, added->len};
	g_array_append_vals(b->plan->terms, added->data, added->len);
}

static void add_poles(struct build *b, struct plan_filter *filter)
{
	g_autoptr(GArray) shared = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	filter->poles[0] = filter->poles[1] = NONE;
	for (unsigned i = 0; i < 2 && filter->source->poles[i]; i++) {
		filter->poles[i] = entity_index(b, filter->source->poles[i]);
		mention_side(b, filter->poles[i]);
	}
	for (char **id = filter->source->shared; *id; id++) {
		uint32_t entity = entity_index(b, *id);
		note(shared, entity);
		mention(b, entity);
	}
	filter->shared = keep_list(b->plan->filter_entities, shared);
}

static void add_filter(struct build *b, const struct filter *source)
{
	struct plan_filter filter = {.source = source, .id = source->id, .when = NONE};

	g_array_set_size(b->filter_owners, 0);
	g_array_set_size(b->mentioned, 0);
	if (source->when)
		filter.when = add_rule(b, source->when);
	add_terms(b, &filter);
	add_poles(b, &filter);
	filter.entities = keep_list(b->plan->filter_entities, b->mentioned);
	for (char **tag = source->languages; *tag; tag++)
		filter.languages |= 1u << language_of_tag(*tag);
	filter.plain = filter.poles[0] == NONE && (!filter.terms.count || source->threshold == 0);
	filter.priority = (uint8_t)source->priority;
	filter.raised = source->raises->len > 0;
	uint32_t index = b->plan->filters->len;
	g_array_append_val(b->plan->filters, filter);
	if (b->popularity->len < b->plan->owners->len)
		g_array_set_size(b->popularity, b->plan->owners->len);
	for (unsigned i = 0; i < b->filter_owners->len; i++) {
		const struct use use = {*PLAN_AT(b->filter_owners, uint32_t, i), index};
		g_array_append_val(b->users, use);
		++*PLAN_AT(b->popularity, uint32_t, use.owner);
	}
}

/* A filter may use an owner twice; uses come by filter. */
static void drop_repeated(const struct plan *plan, GArray *uses)
{
	size_t size = (plan->owners->len + 1) * sizeof(uint32_t);
	g_autofree uint32_t *last = g_malloc(size);
	unsigned kept = 0;
	memset(last, UINT8_MAX, size);
	for (unsigned i = 0; i < uses->len; i++) {
		const struct use use = *PLAN_AT(uses, struct use, i);
		if (last[use.owner] == use.filter)
			continue;
		last[use.owner] = use.filter;
		*PLAN_AT(uses, struct use, kept++) = use;
	}
	g_array_set_size(uses, kept);
}

/* Uses into lists by owner. */
static void group_uses(const struct plan *plan, GArray *uses, struct owner_filters *lists)
{
	drop_repeated(plan, uses);
	g_array_set_size(lists->first, plan->owners->len + 1);
	g_array_set_size(lists->filters, uses->len);
	for (unsigned i = 0; i < uses->len; i++)
		++*PLAN_AT(lists->first, uint32_t, PLAN_AT(uses, struct use, i)->owner);
	plan_sum_up(lists->first);
	for (unsigned i = uses->len; i-- > 0;) {
		const struct use *use = PLAN_AT(uses, struct use, i);
		uint32_t at = --*PLAN_AT(lists->first, uint32_t, use->owner);
		*PLAN_AT(lists->filters, uint32_t, at) = use->filter;
	}
}

static void set_triggers(struct build *b)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	if (b->popularity->len < b->plan->owners->len)
		g_array_set_size(b->popularity, b->plan->owners->len);
	for (uint32_t i = 0; i < b->plan->filters->len; i++) {
		struct plan_filter *filter = PLAN_AT(b->plan->filters, struct plan_filter, i);
		g_array_set_size(list, 0);
		filter->always = !filter_triggers(b, filter, list);
		if (filter->always)
			note(b->plan->always, i);
		for (unsigned k = 0; !filter->always && k < list->len; k++) {
			const struct use use = {*PLAN_AT(list, uint32_t, k), i};
			g_array_append_val(b->triggers, use);
		}
	}
	group_uses(b->plan, b->users, &b->plan->users);
	group_uses(b->plan, b->triggers, &b->plan->triggers);
}

static void clear_source(gpointer source)
{
	g_clear_pointer(&((struct rule_source *)source)->reason, g_ptr_array_unref);
}

static struct plan *plan_empty(void)
{
	struct plan *plan = g_new0(struct plan, 1);
	plan->lexicon = lexicon_new();
	plan->patterns = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	plan->singles = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	plan->postings = g_array_new(FALSE, TRUE, sizeof(struct posting));
	plan->pairs = g_array_new(FALSE, TRUE, sizeof(struct pair_group));
	plan->wishes = g_array_new(FALSE, TRUE, sizeof(struct class_wish));
	plan->single_first = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	plan->owners = g_array_new(FALSE, TRUE, sizeof(struct owner));
	plan->entities = g_array_new(FALSE, TRUE, sizeof(struct plan_entity));
	plan->rules = g_array_new(FALSE, TRUE, sizeof(struct rule));
	plan->rule_sources = g_array_new(FALSE, TRUE, sizeof(struct rule_source));
	g_array_set_clear_func(plan->rule_sources, clear_source);
	plan->terms = g_array_new(FALSE, TRUE, sizeof(struct plan_term));
	plan->filters = g_array_new(FALSE, TRUE, sizeof(struct plan_filter));
	plan->filter_entities = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	plan->triggers.first = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	plan->triggers.filters = g_array_sized_new(FALSE, TRUE, sizeof(uint32_t), 1);
	plan->users.first = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	plan->users.filters = g_array_sized_new(FALSE, TRUE, sizeof(uint32_t), 1);
	plan->always = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	plan->regexes = g_array_new(FALSE, TRUE, sizeof(struct plan_regex));
	return plan;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (unsigned i = 0; i < plan->regexes->len; i++)
		pcre2_code_free(PLAN_AT(plan->regexes, struct plan_regex, i)->code);
	GArray *arrays[] = {plan->patterns,	   plan->singles,	 plan->postings,
			    plan->pairs,	   plan->wishes,	 plan->single_first,
			    plan->owners,	   plan->entities,	 plan->rules,
			    plan->rule_sources,	   plan->terms,		 plan->filters,
			    plan->filter_entities, plan->triggers.first, plan->triggers.filters,
			    plan->users.first,	   plan->users.filters,	 plan->always,
			    plan->regexes};
	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
		g_array_unref(arrays[i]);
	lexicon_free(plan->lexicon);
	g_free(plan);
}

static void free_list(gpointer list)
{
	g_array_unref(list);
}

static void build_all(struct build *b)
{
	const struct filter_set *set = b->set;
	bool poles = false;

	for (unsigned i = 0; i < set->entities->len; i++)
		g_hash_table_insert(b->entity_index, ((struct entity *)set->entities->pdata[i])->id,
				    GUINT_TO_POINTER(i));
	for (unsigned i = 0; i < set->filters->len; i++) {
		const struct filter *filter = set->filters->pdata[i];
		g_hash_table_insert(b->filter_index, filter->id, GUINT_TO_POINTER(i));
		poles = poles || *filter->poles;
	}
	for (unsigned i = 0; i < set->entities->len; i++)
		add_entity(b, set->entities->pdata[i]);
	b->plan->named_entities = b->plan->entities->len;
	if (poles)
		plan_add_countries(b->plan, set);
	for (unsigned i = 0; i < set->filters->len; i++)
		add_filter(b, set->filters->pdata[i]);
	set_triggers(b);
	plan_index(b->plan);
}

struct plan *plan_new(const struct filter_set *set, GError **error)
{
	struct build b = {
		.plan = plan_empty(),
		.set = set,
		.owners = g_hash_table_new(g_str_hash, g_str_equal),
		.strings = g_string_chunk_new(4096),
		.key = g_string_new(NULL),
		.entity_index = g_hash_table_new(g_str_hash, g_str_equal),
		.filter_index = g_hash_table_new(g_str_hash, g_str_equal),
		.filter_owners = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.mentioned = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.users = g_array_new(FALSE, FALSE, sizeof(struct use)),
		.triggers = g_array_new(FALSE, FALSE, sizeof(struct use)),
		.popularity = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
		.referred = g_hash_table_new_full(NULL, NULL, NULL, free_list),
		.error = error,
	};
	build_all(&b);
	g_hash_table_unref(b.owners);
	g_hash_table_unref(b.entity_index);
	g_hash_table_unref(b.filter_index);
	g_array_unref(b.filter_owners);
	g_array_unref(b.mentioned);
	g_hash_table_unref(b.referred);
	g_array_unref(b.users);
	g_array_unref(b.triggers);
	g_array_unref(b.popularity);
	g_string_chunk_free(b.strings);
	g_string_free(b.key, TRUE);
	if (b.failed)
		g_clear_pointer(&b.plan, plan_free);
	return b.plan;
}
