/* filter_check: see filter_check.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_check.h"

#include "filters/filter_regex.h"
#include "filters/implies.h"
#include "filters/language.h"
#include "filters/nearest.h"
#include "filters/text.h"

#include <string.h>

/* How surely a name of this kind means its side (measured in the derivation of filters). */
static const double kind_strength[] = {
	[ENTITY_OTHER] = 0.8,	[ENTITY_PERSON] = 1.0,	     [ENTITY_PLACE] = 0.8,
	[ENTITY_COUNTRY] = 1.0, [ENTITY_ORGANISATION] = 0.8, [ENTITY_WEAPON] = 0.7,
	[ENTITY_TREATY] = 0.8,
};

struct check {
	struct filter_set *set;
	GPtrArray *problems;
	GHashTable *finished; /* filters known to lead into no circle */
};

static void complain(const struct check *c, const struct filter *filter, const struct node *node,
		     bool fatal, char *text)
{
	filter_problem_add(c->problems, filter->file, node ? node->line : filter->line,
			   node ? node->column : 1, fatal, text);
}

/* @Kim Jong-un, where the entity is "Kim Jong-un". */
static const char *longer_name(const char **keys, unsigned count, const char *name)
{
	size_t len = strlen(name);
	for (unsigned i = 0; i < count; i++)
		if (strncmp(keys[i], name, len) == 0 && keys[i][len] == ' ')
			return keys[i];
	return NULL;
}

static char *with_nearest(char *text, GHashTable *names, const char *name)
{
	unsigned count;
	g_autofree const char **keys = (const char **)g_hash_table_get_keys_as_array(names, &count);
	const char *near = longer_name(keys, count, name);
	const char *quote = near ? "\"" : "";
	if (!near)
		near = nearest_name(keys, count, name);
	if (!near)
		return text;
	char *longer = g_strdup_printf("%s; did you mean '%s%s%s'?", text, quote, near, quote);
	g_free(text);
	return longer;
}

static bool has_words(const char *text)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	text_tokenise(text, strlen(text), tokens);
	return tokens->len > 0;
}

/* Names without any letter, and names that are excluded again. */
static void check_names(const struct check *c, const struct entity *entity, char **names,
			const char *key)
{
	for (; *names; names++) {
		if (!has_words(*names))
			filter_problem_add(
				c->problems, entity->file, entity->line, 1, true,
				g_strdup_printf(
					"entity '%s': %s: '%s' has no letters and can never occur",
					entity->id, key, *names));
		for (char **not = entity->not_names;
		     *not &&not != names && entity->not_names != names; not ++)
			if (strcmp(*not, *names) == 0)
				filter_problem_add(
					c->problems, entity->file, entity->line, 1, true,
					g_strdup_printf(
						"entity '%s': '%s' stands in %s and in not: it can "
						"never occur",
						entity->id, *names, key));
	}
}

static void check_entity(const struct check *c, struct entity *entity)
{
	if (entity->strength < 0)
		entity->strength = kind_strength[entity->kind];
	if (!*entity->names && !*entity->with)
		filter_problem_add(c->problems, entity->file, entity->line, 1, true,
				   g_strdup_printf("entity '%s' has no names and can never occur",
						   entity->id));
	check_names(c, entity, entity->names, "names");
	check_names(c, entity, entity->with, "with");
	for (char **not = entity->not_names; *not ; not ++)
		if (!has_words(*not ))
			filter_problem_add(c->problems, entity->file, entity->line, 1, true,
					   g_strdup_printf("entity '%s': not: '%s' has no letters",
							   entity->id, *not ));
	if (entity->side && !filter_set_entity(c->set, entity->side))
		filter_problem_add(
			c->problems, entity->file, entity->line, 1, true,
			with_nearest(g_strdup_printf("side = '%s': there is no such entity",
						     entity->side),
				     c->set->entity_by_id, entity->side));
}

static void check_entity_list(const struct check *c, const struct filter *filter, const char *key,
			      char **ids)
{
	for (; *ids; ids++)
		if (!filter_set_entity(c->set, *ids))
			filter_problem_add(
				c->problems, filter->file, filter->line, 1, true,
				with_nearest(
					g_strdup_printf("%s: there is no entity '%s'", key, *ids),
					c->set->entity_by_id, *ids));
}

static void check_entity_node(const struct check *c, const struct filter *filter,
			      const struct node *node)
{
	if (!filter_set_entity(c->set, node->text))
		complain(c, filter, node, true,
			 with_nearest(g_strdup_printf("there is no entity '%s'", node->text),
				      c->set->entity_by_id, node->text));
}

static void check_filter_node(const struct check *c, const struct filter *filter,
			      const struct node *node)
{
	if (!filter_set_filter(c->set, node->text))
		complain(c, filter, node, true,
			 with_nearest(g_strdup_printf("there is no filter '%s'", node->text),
				      c->set->by_id, node->text));
}

static void check_regex_node(const struct check *c, const struct filter *filter,
			     const struct node *node)
{
	g_autofree char *why = NULL;
	pcre2_code *code = filter_regex_compile(node->text, &why);
	if (!code)
		complain(c, filter, node, true, g_strdup_printf("/%s/: %s", node->text, why));
	else if (filter_regex_is_slow(code, node->text))
		complain(c, filter, node, true,
			 g_strdup_printf("/%s/ is too slow: over %d steps for a few hundred "
					 "characters; repetitions "
					 "inside repetitions do that",
					 node->text, FILTER_REGEX_LIMIT));
	else if (filter_regex_is_empty(code))
		complain(
			c, filter, node, false,
			g_strdup_printf("/%s/ is content with nothing: nearly every article has it",
					node->text));
	pcre2_code_free(code);
}

/* and, near/3: people forget the capitals. */
static const char *keyword_of(const char *word)
{
	static const char *const keywords[] = {"AND", "OR", "NOT", "SENTENCE", "NEAR"};
	size_t len = strcspn(word, "/");
	for (size_t i = 0; i < G_N_ELEMENTS(keywords); i++)
		if (strlen(keywords[i]) == len && g_ascii_strncasecmp(word, keywords[i], len) == 0)
			return keywords[i];
	return NULL;
}

static void check_word_form(const struct check *c, const struct filter *filter,
			    const struct node *node)
{
	const char *keyword = node->kind == NODE_WORD ? keyword_of(node->text) : NULL;
	if (keyword)
		complain(c, filter, node, false,
			 g_strdup_printf("'%s' is searched for as a word; the keyword %s is "
					 "written in capitals",
					 node->text, keyword));
	if (node->kind == NODE_PHRASE && strchr(node->text, '*'))
		complain(c, filter, node, false,
			 g_strdup_printf("\"%s\": a * means nothing in quotation marks",
					 node->text));
}

static void check_word_node(const struct check *c, const struct filter *filter,
			    const struct node *node)
{
	if (node->fields != 1u << MATCH_LANGUAGE) {
		if (!has_words(node->text))
			complain(c, filter, node, true,
				 g_strdup_printf("'%s' has no letters and can never match",
						 node->text));
		else if (node->kind == NODE_PREFIX && g_utf8_strlen(node->text, -1) < 2)
			complain(c, filter, node, false,
				 g_strdup_printf("%s*: nearly every article has such a word",
						 node->text));
		check_word_form(c, filter, node);
		return;
	}
	if (language_of_tag(node->text) == LANGUAGE_NONE)
		complain(c, filter, node, true,
			 g_strdup_printf("lang:%s: expected one of %s", node->text,
					 language_list()));
	for (char **tag = filter->languages; *tag; tag++)
		if (language_of_tag(*tag) == language_of_tag(node->text))
			return;
	if (*filter->languages)
		complain(c, filter, node, false,
			 g_strdup_printf("lang:%s never holds: the filter's languages leave it out",
					 node->text));
}

/* min(2; a, a): one word twice is one. */
static void check_min_node(const struct check *c, const struct filter *filter,
			   const struct node *node)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < node->children->len; i++) {
		const struct node *child = node->children->pdata[i];
		char *text = expression_text(child);
		if (g_hash_table_contains(seen, text))
			complain(c, filter, child, false,
				 g_strdup_printf("%s stands twice in min(…) and counts twice",
						 text));
		g_hash_table_add(seen, text);
	}
}

static void check_node(const struct check *c, const struct filter *filter, const struct node *node)
{
	static void (*const checks[])(const struct check *, const struct filter *,
				      const struct node *) = {
		[NODE_WORD] = check_word_node,	   [NODE_PHRASE] = check_word_node,
		[NODE_EXACT] = check_word_node,	   [NODE_PREFIX] = check_word_node,
		[NODE_ENTITY] = check_entity_node, [NODE_SIDE] = check_entity_node,
		[NODE_REGEX] = check_regex_node,   [NODE_FILTER] = check_filter_node,
		[NODE_MIN] = check_min_node,
	};
	if (node->kind < G_N_ELEMENTS(checks) && checks[node->kind])
		checks[node->kind](c, filter, node);
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		check_node(c, filter, node->children->pdata[i]);
}

/* ---- contradictions
 * ---------------------------------------------------------------------------------------------- */

/* What an AND requires, or what a NOT excludes: ANDs inside ANDs, ORs inside NOTs. */
static void flatten(const struct node *node, enum node_kind kind, GPtrArray *required,
		    GPtrArray *excluded)
{
	for (unsigned i = 0; node->kind == kind && i < node->children->len; i++)
		flatten(node->children->pdata[i], kind, required, excluded);
	if (node->kind == NODE_NOT && excluded)
		flatten(node->children->pdata[0], NODE_OR, excluded, NULL);
	else if (node->kind != kind)
		g_ptr_array_add(required, (gpointer)node);
}

static bool is_language(const struct node *node)
{
	return !node->children && node->fields == 1u << MATCH_LANGUAGE;
}

static bool all_imply(const struct check *c, const GPtrArray *required, const struct node *excluded)
{
	for (unsigned i = 0; i < required->len; i++)
		if (implies(c->set, required->pdata[i], excluded))
			return true;
	for (unsigned i = 0; excluded->kind == NODE_AND && i < excluded->children->len; i++)
		if (!all_imply(c, required, excluded->children->pdata[i]))
			return false;
	return excluded->kind == NODE_AND;
}

static void check_pairs(const struct check *c, const struct filter *filter,
			const GPtrArray *required, const GPtrArray *excluded)
{
	const struct node *language = NULL, *younger = NULL, *older = NULL;
	for (unsigned k = 0; k < excluded->len; k++) {
		if (!all_imply(c, required, excluded->pdata[k]))
			continue;
		g_autofree char *text = expression_text(excluded->pdata[k]);
		complain(c, filter, excluded->pdata[k], true,
			 g_strdup_printf("this can never match: %s is both required and excluded",
					 text));
	}
	for (unsigned i = 0; i < required->len; i++) {
		const struct node *node = required->pdata[i];
		if (node->kind == NODE_AGE && node->seconds > 0 &&
		    (!younger || node->seconds < younger->seconds))
			younger = node;
		if (node->kind == NODE_AGE && node->seconds < 0 &&
		    (!older || node->seconds < older->seconds))
			older = node;
		if (!is_language(node))
			continue;
		if (language && language_of_tag(language->text) != language_of_tag(node->text))
			complain(c, filter, node, true,
				 g_strdup_printf("this can never match: an article is in %s or in "
						 "%s, not in both",
						 language->text, node->text));
		language = node;
	}
	if (younger && older && younger->seconds + older->seconds <= 0)
		complain(c, filter, older, true,
			 g_strdup_printf("this can never match: nothing is both %s and %s",
					 younger->text, older->text));
}

#define MAX_PAIRS 50000 /* longer lists are not compared word by word */

static bool excludes(const struct node *node)
{
	bool any = node->kind == NODE_NOT;
	for (unsigned i = 0; !any && node->children && i < node->children->len; i++)
		any = excludes(node->children->pdata[i]);
	return any;
}

static unsigned leaves_of(const struct node *node)
{
	unsigned count = !node->children;
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		count += leaves_of(node->children->pdata[i]);
	return count;
}

static unsigned leaves_in(const GPtrArray *nodes)
{
	unsigned count = 0;
	for (unsigned i = 0; i < nodes->len; i++)
		count += leaves_of(nodes->pdata[i]);
	return count;
}

/* "a AND NOT a", "lang:it AND lang:en" */
static void check_contradiction(const struct check *c, const struct filter *filter,
				const struct node *node, bool top)
{
	if (node->kind == NODE_AND && top) {
		g_autoptr(GPtrArray) required = g_ptr_array_new(), excluded = g_ptr_array_new();
		flatten(node, NODE_AND, required, excluded);
		if ((uint64_t)leaves_in(required) * leaves_in(excluded) <= MAX_PAIRS)
			check_pairs(c, filter, required, excluded);
	}
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		check_contradiction(c, filter, node->children->pdata[i], node->kind != NODE_AND);
}

/* ---- circles
 * ------------------------------------------------------------------------------------------------------
 */

#define MAX_DEPTH 32 /* of filters that refer to filters; the matcher's limit too */

static bool in_circle(const struct check *c, const struct filter *filter, GPtrArray *path);

static bool node_in_circle(const struct check *c, const struct node *node, GPtrArray *path)
{
	if (node->kind == NODE_FILTER) {
		const struct filter *next = filter_set_filter(c->set, node->text);
		return next && in_circle(c, next, path);
	}
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		if (node_in_circle(c, node->children->pdata[i], path))
			return true;
	return false;
}

/* Whether the filter leads back to one on the path, or too deep. */
static bool in_circle(const struct check *c, const struct filter *filter, GPtrArray *path)
{
	if (g_hash_table_contains(c->finished, filter))
		return false;
	if (g_ptr_array_find(path, filter, NULL) || path->len >= MAX_DEPTH)
		return true;
	g_ptr_array_add(path, (gpointer)filter);
	bool circle = filter->when && node_in_circle(c, filter->when, path);
	for (unsigned i = 0; !circle && i < filter->terms->len; i++)
		circle = node_in_circle(c, g_array_index(filter->terms, struct term, i).node, path);
	g_ptr_array_set_size(path, (gint)path->len - 1);
	if (!circle)
		g_hash_table_add(c->finished, (gpointer)filter);
	return circle;
}

/* ---- scores
 * -------------------------------------------------------------------------------------------------------
 */

/* The best score the terms alone can reach. */
static double best_sum(const struct filter *filter)
{
	double sum = 0;
	for (unsigned i = 0; i < filter->terms->len; i++)
		sum += MAX(0, g_array_index(filter->terms, struct term, i).weight);
	return sum;
}

/* high = 2, critical = 1.5; high = 1 where the threshold is 2. */
static void check_raise(const struct check *c, const struct filter *filter, unsigned n)
{
	const struct raise *raise = &g_array_index(filter->raises, struct raise, n);
	if (filter->threshold > 0 && raise->score <= filter->threshold)
		complain(c, filter, NULL, false,
			 g_strdup_printf("filter '%s': raise %s = %.4g is no more than the "
					 "threshold %.4g: every match has that priority",
					 filter->id, priority_name(raise->priority), raise->score,
					 filter->threshold));
	for (unsigned i = 0; i < filter->raises->len; i++) {
		const struct raise *other = &g_array_index(filter->raises, struct raise, i);
		if (other->priority > raise->priority && other->score <= raise->score)
			complain(c, filter, NULL, false,
				 g_strdup_printf("filter '%s': raise %s = %.4g is never used: %s "
						 "needs no more",
						 filter->id, priority_name(raise->priority),
						 raise->score, priority_name(other->priority)));
	}
}

static void check_terms(const struct check *c, const struct filter *filter)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < filter->terms->len; i++) {
		const struct term *term = &g_array_index(filter->terms, struct term, i);
		char *text = expression_text(term->node);
		if (g_hash_table_contains(seen, text))
			complain(c, filter, term->node, false,
				 g_strdup_printf("term %s stands twice: both weights count", text));
		if (term->weight == 0)
			complain(c, filter, term->node, false,
				 g_strdup_printf("term %s weighs nothing", text));
		g_hash_table_add(seen, text);
	}
}

/* What names, terms and places can add up to: filters/pole_score.c. */
#define POLES_BEST 4.35

static void check_scores(const struct check *c, const struct filter *filter, bool poles)
{
	double best = best_sum(filter);
	check_terms(c, filter);
	if (poles && filter->threshold > POLES_BEST)
		complain(c, filter, NULL, true,
			 g_strdup_printf("filter '%s' can never match: poles score at most %.4g, "
					 "the threshold is %.4g",
					 filter->id, POLES_BEST, filter->threshold));
	if (poles && filter->threshold == 0)
		complain(c, filter, NULL, true,
			 g_strdup_printf("filter '%s' has poles but no threshold; 1.55 suits most",
					 filter->id));
	if (filter->terms->len && !filter->when && !poles && filter->threshold == 0)
		complain(c, filter, NULL, true,
			 g_strdup_printf("filter '%s' has terms but no threshold", filter->id));
	if (!poles && filter->threshold > 0 && best < filter->threshold)
		complain(c, filter, NULL, true,
			 g_strdup_printf("filter '%s' can never match: all its terms weigh %.4g, "
					 "the threshold is %.4g",
					 filter->id, best, filter->threshold));
	for (unsigned i = 0; i < filter->raises->len; i++) {
		const struct raise *raise = &g_array_index(filter->raises, struct raise, i);
		if (!poles && raise->score > best)
			complain(c, filter, NULL, false,
				 g_strdup_printf("filter '%s' never reaches %s = %.4g: all its "
						 "terms weigh %.4g",
						 filter->id, priority_name(raise->priority),
						 raise->score, best));
		check_raise(c, filter, i);
		if (raise->priority <= filter->priority)
			complain(c, filter, NULL, false,
				 g_strdup_printf(
					 "filter '%s': raise %s = %.4g does not raise priority %s",
					 filter->id, priority_name(raise->priority), raise->score,
					 priority_name(filter->priority)));
	}
}

static void check_filter(const struct check *c, const struct filter *filter)
{
	bool poles = *filter->poles != NULL;
	g_autoptr(GPtrArray) path = g_ptr_array_new();

	check_entity_list(c, filter, "poles", filter->poles);
	check_entity_list(c, filter, "shared", filter->shared);
	if (poles && g_strv_length(filter->poles) > 2)
		complain(c, filter, NULL, true,
			 g_strdup_printf("filter '%s' has more than two poles", filter->id));
	if (!filter->incomplete && !filter->when && !filter->terms->len && !poles)
		complain(
			c, filter, NULL, true,
			g_strdup_printf(
				"filter '%s' has neither when, terms nor poles and can never match",
				filter->id));
	if (!filter->incomplete)
		check_scores(c, filter, poles);
	if (filter->when) {
		check_node(c, filter, filter->when);
		unsigned before = c->problems->len;
		check_contradiction(c, filter, filter->when, true);
		if (c->problems->len == before && !filter->terms->len && !poles &&
		    excludes(filter->when) && implies_nothing(filter->when))
			complain(c, filter, filter->when, false,
				 g_strdup("this only excludes: nearly every article matches"));
	}
	for (unsigned i = 0; i < filter->terms->len; i++)
		check_node(c, filter, g_array_index(filter->terms, struct term, i).node);
	if (in_circle(c, filter, path))
		complain(c, filter, NULL, true,
			 g_strdup_printf("filter '%s' refers to itself in a circle, or over more "
					 "than %d others",
					 filter->id, MAX_DEPTH));
}

void filter_check(struct filter_set *set, GPtrArray *problems)
{
	struct check check = {set, problems, g_hash_table_new(NULL, NULL)};
	for (unsigned i = 0; i < set->entities->len; i++)
		check_entity(&check, set->entities->pdata[i]);
	for (unsigned i = 0; i < set->filters->len; i++)
		check_filter(&check, set->filters->pdata[i]);
	g_hash_table_unref(check.finished);
}
