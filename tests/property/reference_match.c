/* reference_match: see reference_match.h. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/property/reference_parts.h"

#include <libstemmer.h>
#include <math.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

struct reference *reference_new(const struct filter_set *set, const struct match_article *a)
{
	struct reference *r = g_new0(struct reference, 1);
	r->set = set;
	r->article = a;
	r->language = language_decide(a->language, a->title, a->body, NULL);
	r->categories = a->categories ? g_strjoinv("\n", (char **)a->categories) : NULL;
	const char *texts[FIELDS] = {a->title, a->body, a->author, r->categories,
				     a->feed,  a->link, NULL};
	for (int i = 0; i < FIELDS; i++) {
		r->texts[i] = texts[i] ? texts[i] : "";
		r->tokens[i] = g_array_new(FALSE, FALSE, sizeof(struct token));
		text_tokenise(r->texts[i], strlen(r->texts[i]), r->tokens[i]);
	}
	if (language_stemmer(r->language))
		r->stemmer = sb_stemmer_new(language_stemmer(r->language), "UTF_8");
	return r;
}

void reference_free(struct reference *r)
{
	for (int i = 0; i < FIELDS; i++)
		g_array_unref(r->tokens[i]);
	sb_stemmer_delete(r->stemmer);
	g_free(r->categories);
	g_free(r);
}

/* ---- expressions
 * ---------------------------------------------------------------------------------------------------
 */

void reference_add_in_fields(GArray *out, GArray *places, unsigned fields)
{
	for (unsigned i = 0; i < places->len; i++)
		if (fields >> reference_place_at(places, i)->field & 1)
			g_array_append_val(out, *reference_place_at(places, i));
	g_array_unref(places);
}

static bool beside(const struct place *a, const struct place *b, const struct node *node)
{
	if (a->field != b->field)
		return false;
	const struct place *first = a->first < b->first ? a : b, *second = first == a ? b : a;
	if (first->first + first->count > second->first)
		return false;
	if (node->kind == NODE_SENTENCE)
		return a->sentence == b->sentence;
	return second->first - (first->first + first->count) + 1 <= node->count;
}

static GArray *pair_positions(const struct reference *r, const struct filter *f,
			      const struct node *node)
{
	g_autoptr(GArray) left = reference_positions(r, f, node->children->pdata[0]);
	GArray *right = reference_positions(r, f, node->children->pdata[1]);
	for (unsigned i = 0; i < right->len;) {
		bool found = false;
		for (unsigned k = 0; !found && k < left->len; k++)
			found = beside(reference_place_at(left, k), reference_place_at(right, i),
				       node);
		if (found)
			i++;
		else
			g_array_remove_index(right, i);
	}
	return right;
}

GArray *reference_positions(const struct reference *r, const struct filter *f,
			    const struct node *node)
{
	static const enum how hows[] = {[NODE_WORD] = HOW_STEM,
					[NODE_PHRASE] = HOW_STEM,
					[NODE_EXACT] = HOW_EXACT,
					[NODE_PREFIX] = HOW_PREFIX};
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct place));
	GArray *found;

	switch (node->kind) {
	case NODE_NEAR:
	case NODE_SENTENCE:
		g_array_unref(out);
		return pair_positions(r, f, node);
	case NODE_OR:
		for (unsigned i = 0; i < node->children->len; i++)
			reference_add_in_fields(
				out, reference_positions(r, f, node->children->pdata[i]), ~0u);
		break;
	case NODE_ENTITY:
	case NODE_SIDE:
		for (unsigned i = 0; i < r->set->entities->len; i++) {
			const struct entity *e = r->set->entities->pdata[i];
			if (node->kind == NODE_SIDE ? reference_on_side(e, node->text)
						    : strcmp(e->id, node->text) == 0)
				reference_add_in_fields(out, reference_counting_places(r, f, e),
							node->fields);
		}
		break;
	default:
		found = g_array_new(FALSE, FALSE, sizeof(struct place));
		reference_find_text(r, node->text, hows[node->kind], false, false, found);
		reference_add_in_fields(out, found, node->fields);
	}
	return out;
}

static bool search(const struct reference *r, const struct node *node)
{
	int code;
	PCRE2_SIZE offset;
	bool found = false;
	pcre2_code *regex = pcre2_compile((PCRE2_SPTR)node->text, PCRE2_ZERO_TERMINATED,
					  PCRE2_UTF | PCRE2_CASELESS, &code, &offset, NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	for (int i = 0; i < FIELDS; i++)
		if ((node->fields >> i & 1) && *r->texts[i])
			found = found || pcre2_match(regex, (PCRE2_SPTR)r->texts[i],
						     PCRE2_ZERO_TERMINATED, 0, 0, data, NULL) >= 0;
	pcre2_match_data_free(data);
	pcre2_code_free(regex);
	return found;
}

static bool young(const struct reference *r, const struct node *node)
{
	const struct match_article *a = r->article;
	if (a->published_at == INT64_MIN || !a->now)
		return node->seconds > 0;
	int64_t age = a->now - a->published_at;
	return node->seconds > 0 ? age < node->seconds : age > -node->seconds;
}

bool reference_holds(struct reference *r, const struct filter *f, const struct node *node)
{
	unsigned held = 0;
	bool leaf_language = node->fields == 1u << MATCH_LANGUAGE && !node->children;
	g_autoptr(GArray) places = NULL;

	for (unsigned i = 0; node->kind <= NODE_MIN && i < node->children->len; i++)
		held += reference_holds(r, f, node->children->pdata[i]);
	switch (node->kind) {
	case NODE_AND:
		return held == node->children->len;
	case NODE_OR:
		return held > 0;
	case NODE_NOT:
		return held == 0;
	case NODE_MIN:
		return held >= node->count;
	case NODE_REGEX:
		return search(r, node);
	case NODE_AGE:
		return young(r, node);
	case NODE_FILTER:
		return reference_matches(r, filter_set_filter(r->set, node->text), NULL);
	default:
		if (leaf_language)
			return r->language && language_of_tag(node->text) == r->language;
		places = reference_positions(r, f, node);
		return places->len > 0;
	}
}

bool reference_matches(struct reference *r, const struct filter *f, double *score)
{
	bool spoken = !*f->languages;
	for (char **tag = f->languages; *tag; tag++)
		spoken = spoken || language_of_tag(*tag) == r->language;
	double sum = NAN;
	bool matched = false;
	if (spoken) {
		bool when = !f->when || reference_holds(r, f, f->when);
		sum = *f->poles ? reference_pole_sum(r, f) : 0;
		for (unsigned i = 0; !*f->poles && i < f->terms->len; i++) {
			const struct term *term = &g_array_index(f->terms, struct term, i);
			sum += reference_holds(r, f, term->node) ? term->weight : 0;
		}
		bool plain = !*f->poles && (!f->terms->len || f->threshold == 0);
		matched = when && (plain || sum >= f->threshold);
		sum += plain ? when : 0;
	}
	if (score)
		*score = sum;
	return matched;
}
