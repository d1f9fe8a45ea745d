/* implies: see implies.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/implies.h"

#include "filters/language.h"
#include "filters/text.h"

#include <string.h>

static bool is_word(const struct node *node)
{
	return node->kind >= NODE_WORD && node->kind <= NODE_EXACT;
}

/* The words of a text, folded, each between blanks. */
static char *words_of(const char *text)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	GString *out = g_string_new(" ");
	text_tokenise(text, strlen(text), tokens);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *t = &g_array_index(tokens, struct token, i);
		text_fold(text + t->start, t->end - t->start, out);
		g_string_append_c(out, ' ');
	}
	return g_string_free(out, FALSE);
}

/* An exact form is one of the forms of the word; a phrase holds its words. */
static bool words_imply(const struct node *required, const struct node *other)
{
	if (other->kind == NODE_EXACT && required->kind != NODE_EXACT)
		return false;
	g_autofree char *all = words_of(required->text), *some = words_of(other->text);
	return strlen(some) > 1 && strstr(all, some);
}

static bool exact_has_prefix(const struct node *required, const struct node *other)
{
	g_autofree char *all = words_of(required->text), *prefix = words_of(other->text);
	g_strchomp(prefix);
	return strlen(prefix) > 1 && strstr(all, prefix);
}

static bool side_has(const struct filter_set *set, const struct node *member,
		     const struct node *side)
{
	const struct entity *entity = filter_set_entity(set, member->text);
	return strcmp(member->text, side->text) == 0 ||
	       (entity && g_strcmp0(entity->side, side->text) == 0);
}

static bool leaf_implies(const struct filter_set *set, const struct node *required,
			 const struct node *other)
{
	if (required->fields & ~other->fields)
		return false;
	if (required->kind == NODE_AGE && other->kind == NODE_AGE)
		return (required->seconds > 0) == (other->seconds > 0) &&
		       required->seconds <= other->seconds;
	if (!other->children && other->fields == 1u << MATCH_LANGUAGE)
		return language_of_tag(required->text) == language_of_tag(other->text);
	if (is_word(required) && is_word(other))
		return words_imply(required, other);
	if (required->kind == NODE_EXACT && other->kind == NODE_PREFIX)
		return exact_has_prefix(required, other);
	if (required->kind == NODE_ENTITY && other->kind == NODE_SIDE)
		return side_has(set, required, other);
	return required->kind == other->kind && strcmp(required->text, other->text) == 0;
}

/* How many of its children must hold, at least. */
static unsigned least_of(const struct node *node)
{
	return node->kind == NODE_OR	? 1
	       : node->kind == NODE_MIN ? node->count
					: node->children->len;
}

static bool any_implies(const struct filter_set *set, const struct node *required,
			const struct node *other)
{
	unsigned without = 0;
	for (unsigned i = 0; i < required->children->len; i++)
		without += !implies(set, required->children->pdata[i], other);
	return without < least_of(required);
}

static bool implies_parts(const struct filter_set *set, const struct node *required,
			  const struct node *other)
{
	unsigned held = 0;
	for (unsigned i = 0; i < other->children->len; i++)
		held += implies(set, required, other->children->pdata[i]);
	return held >= least_of(other);
}

bool implies(const struct filter_set *set, const struct node *required, const struct node *other)
{
	if (required->kind == NODE_NOT || other->kind == NODE_NOT)
		return required->kind == other->kind &&
		       implies(set, other->children->pdata[0], required->children->pdata[0]);
	if (!required->children && !other->children)
		return leaf_implies(set, required, other);
	g_autofree char *left = expression_text(required), *right = expression_text(other);
	if (strcmp(left, right) == 0)
		return true;
	if (required->children && any_implies(set, required, other))
		return true;
	bool places = other->kind == NODE_NEAR || other->kind == NODE_SENTENCE;
	return other->children && !places && implies_parts(set, required, other);
}

bool implies_nothing(const struct node *node)
{
	unsigned nothing = 0;
	if (node->kind == NODE_NOT)
		return !implies_nothing(node->children->pdata[0]);
	if (!node->children)
		return node->kind == NODE_AGE || node->fields == 1u << MATCH_LANGUAGE;
	for (unsigned i = 0; i < node->children->len; i++)
		nothing += implies_nothing(node->children->pdata[i]);
	if (node->kind == NODE_NEAR || node->kind == NODE_SENTENCE)
		return false;
	return nothing >= least_of(node);
}
