/* reference_places: where a text or an entity stands, and which of its names count.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/property/reference_parts.h"

#include <string.h>

static void clear_wanted(gpointer data)
{
	struct wanted *w = data;
	g_free(w->word);
	g_free(w->folded);
}

static GArray *wanted_words(const char *text, enum how how, bool *capital)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	GArray *words = g_array_new(FALSE, FALSE, sizeof(struct wanted));
	g_array_set_clear_func(words, clear_wanted);
	text_tokenise(text, strlen(text), tokens);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *t = &g_array_index(tokens, struct token, i);
		struct wanted w = {.script = (enum text_script)t->script,
				   .how = how,
				   .alone = tokens->len == 1};
		if (how == HOW_PREFIX && i + 1 < tokens->len)
			w.how = HOW_EXACT;
		w.word = g_strndup(text + t->start, t->end - t->start);
		w.folded = reference_fold(w.word);
		g_array_append_val(words, w);
	}
	const struct token *first = &g_array_index(tokens, struct token, 0);
	*capital = tokens->len && how == HOW_NAME && first->capital &&
		   first->script != SCRIPT_IDEOGRAPH;
	return words;
}

const struct token *reference_token_at(const struct reference *r, int field, unsigned i)
{
	return &g_array_index(r->tokens[field], struct token, i);
}

static bool headline(const struct reference *r, int field)
{
	unsigned capitals = 0, all = r->tokens[field]->len;
	for (unsigned i = 0; i < all; i++)
		capitals += reference_token_at(r, field, i)->capital;
	return all > 3 && capitals * 10 > all * 7;
}

static bool one_blank_between(const struct reference *r, int field, unsigned left)
{
	const struct token *a = reference_token_at(r, field, left), *b = a + 1;
	return b->start == a->end + 1 && r->texts[field][a->end] == ' ';
}

static bool other_bearer(const struct reference *r, int field, unsigned i)
{
	if (headline(r, field) || reference_token_at(r, field, i)->script == SCRIPT_IDEOGRAPH ||
	    r->language == LANGUAGE_DE)
		return false;
	if (i + 1 < r->tokens[field]->len && reference_token_at(r, field, i + 1)->capital &&
	    one_blank_between(r, field, i))
		return true;
	return i > 1 && reference_token_at(r, field, i - 1)->capital &&
	       one_blank_between(r, field, i - 1) &&
	       reference_token_at(r, field, i - 2)->sentence ==
		       reference_token_at(r, field, i - 1)->sentence;
}

void reference_find_text(const struct reference *r, const char *text, enum how how, bool ambiguous,
			 bool exclusion, GArray *out)
{
	bool capital;
	g_autoptr(GArray) words = wanted_words(text, how, &capital);
	for (int field = 0; field < FIELDS && words->len; field++)
		for (unsigned i = 0; i + words->len <= r->tokens[field]->len; i++) {
			const struct token *first = reference_token_at(r, field, i),
					   *last = first + words->len - 1;
			bool here =
				first->sentence == last->sentence && (!capital || first->capital);
			for (unsigned k = 0; here && k < words->len; k++)
				here = reference_is_wanted(r,
							   &g_array_index(words, struct wanted, k),
							   field, first + k);
			struct place place = {
				field,		 i,	    words->len, first->start, last->end,
				first->sentence, ambiguous, exclusion,	false,	      false};
			place.other_bearer =
				here && ambiguous && words->len == 1 && other_bearer(r, field, i);
			if (here)
				g_array_append_val(out, place);
		}
}

void reference_find_name(const struct reference *r, const char *name, bool ambiguous,
			 bool exclusion, GArray *out)
{
	g_auto(GStrv) parts = g_regex_split_simple("[-\xe2\x80\x90\xe2\x80\x91]", name, 0, 0);
	g_autofree char *joined = g_strjoinv("", parts);
	reference_find_text(r, name, HOW_NAME, ambiguous, exclusion, out);
	if (strcmp(joined, name) != 0)
		reference_find_text(r, joined, HOW_NAME, ambiguous, exclusion, out);
}

const struct place *reference_place_at(const GArray *places, unsigned i)
{
	return &g_array_index(places, struct place, i);
}

/* Without what stands in exclusions, in longer names, or twice. */
GArray *reference_clean(GArray *all)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (unsigned i = 0; i < all->len; i++) {
		const struct place *p = reference_place_at(all, i);
		bool keep = !p->exclusion;
		for (unsigned k = 0; keep && k < all->len; k++) {
			const struct place *o = reference_place_at(all, k);
			if (k == i || o->field != p->field)
				continue;
			if (o->exclusion)
				keep = !(o->start < p->end && p->start < o->end);
		}
		if (keep)
			g_array_append_val(out, *p);
	}
	for (unsigned i = 0; i < out->len;) {
		const struct place *p = reference_place_at(out, i);
		bool inside = false;
		for (unsigned k = 0; !inside && k < out->len; k++) {
			const struct place *o = reference_place_at(out, k);
			if (k == i || o->field != p->field || o->start > p->start ||
			    o->end < p->end)
				continue;
			bool same = o->start == p->start && o->end == p->end;
			inside = !same || (o->ambiguous != p->ambiguous ? o->ambiguous : k < i);
		}
		if (inside)
			g_array_remove_index(out, i);
		else
			i++;
	}
	g_array_unref(all);
	return out;
}

GArray *reference_entity_places(const struct reference *r, const struct entity *e)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (char **n = e->names; *n; n++)
		reference_find_name(r, *n, false, false, all);
	for (char **n = e->with; *n; n++)
		reference_find_name(r, *n, true, false, all);
	for (char **n = e->not_names; *n; n++)
		reference_find_name(r, *n, false, true, all);
	return reference_clean(all);
}

/* ---- which ambiguous names count
 * ----------------------------------------------------------------------------------- */

bool reference_on_side(const struct entity *e, const char *side)
{
	return strcmp(e->id, side) == 0 || g_strcmp0(e->side, side) == 0;
}

static bool node_speaks_of(const struct node *node, const struct entity *e)
{
	if (node->kind == NODE_ENTITY)
		return strcmp(node->text, e->id) == 0;
	if (node->kind == NODE_SIDE)
		return reference_on_side(e, node->text);
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		if (node_speaks_of(node->children->pdata[i], e))
			return true;
	return false;
}

static bool speaks_of(const struct filter *f, const struct entity *e)
{
	if (f->when && node_speaks_of(f->when, e))
		return true;
	for (unsigned i = 0; i < f->terms->len; i++)
		if (node_speaks_of(g_array_index(f->terms, struct term, i).node, e))
			return true;
	for (char **pole = f->poles; *pole; pole++)
		if (reference_on_side(e, *pole))
			return true;
	return g_strv_contains((const char *const *)f->shared, e->id);
}

static bool surely(const GArray *places)
{
	for (unsigned i = 0; i < places->len; i++)
		if (!reference_place_at(places, i)->ambiguous &&
		    reference_place_at(places, i)->field <= MATCH_BODY)
			return true;
	return false;
}

GArray *reference_counting_places(const struct reference *r, const struct filter *f,
				  const struct entity *e)
{
	GArray *places = reference_entity_places(r, e);
	bool company = surely(places), other = false;
	if (company)
		return places;
	for (unsigned i = 0; i < places->len; i++)
		other = other || (reference_place_at(places, i)->other_bearer &&
				  reference_place_at(places, i)->field <= MATCH_BODY);
	for (unsigned i = 0; !other && !company && i < r->set->entities->len; i++) {
		const struct entity *beside = r->set->entities->pdata[i];
		if (beside == e || !speaks_of(f, beside))
			continue;
		g_autoptr(GArray) theirs = reference_entity_places(r, beside);
		company = surely(theirs);
	}
	for (unsigned i = places->len; !company && i-- > 0;)
		if (reference_place_at(places, i)->ambiguous)
			g_array_remove_index(places, i);
	return places;
}
