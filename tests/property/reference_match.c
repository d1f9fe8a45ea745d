/* reference_match: see reference_match.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/property/reference_match.h"

#include "filters/function_words.h"
#include "filters/text.h"

#include <libstemmer.h>
#include <math.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#define FIELDS (MATCH_LANGUAGE + 1)

struct place {
	int field;
	unsigned first, count; /* tokens */
	uint32_t start, end, sentence;
	bool ambiguous, exclusion, other_bearer;
	bool third; /* on a side: a country that is not the side itself */
};

struct reference {
	const struct filter_set *set;
	const struct match_article *article;
	enum language language;
	char *categories;
	const char *texts[FIELDS];
	GArray *tokens[FIELDS];
	struct sb_stemmer *stemmer;
};

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

/* ---- one word against one word
 * ---------------------------------------------------------------------------------- */

static char *fold(const char *word)
{
	GString *out = g_string_new(NULL);
	text_fold(word, strlen(word), out);
	return g_string_free(out, FALSE);
}

static char *stem(const struct reference *r, const char *word)
{
	g_autoptr(GString) lower = g_string_new(NULL);
	text_lower(word, strlen(word), lower);
	if (!r->stemmer)
		return fold(lower->str);
	const sb_symbol *s =
		sb_stemmer_stem(r->stemmer, (const sb_symbol *)lower->str, (int)lower->len);
	g_autofree char *copy = g_strndup((const char *)s, (gsize)sb_stemmer_length(r->stemmer));
	glong left = g_utf8_strlen(copy, -1);
	return left >= 4 || left * 2 > g_utf8_strlen(lower->str, -1) ? fold(copy) : g_strdup("");
}

static bool latin_endings_apart(const char *base, const char *form)
{
	static const char *const endings[] = {"",   "a",  "e",	"i",  "o",  "s",  "as", "es", "is",
					      "os", "he", "hi", "en", "em", "er", "ne", "nes"};
	size_t len = strlen(base), form_len = strlen(form);
	if (len > 4 && strchr("aeio", base[len - 1]))
		len--;
	if (form_len < len || strncmp(base, form, len) != 0)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (strcmp(form + len, endings[i]) == 0 && form_len >= strlen(endings[i]) + 4)
			return true;
	return false;
}

static char *cyrillic_base(const char *folded)
{
	static const char *const adjectives[] = {"ая", "ыи", "ое", "ои"};
	static const char *const vowels = "аеиоуыэюяьіє";
	for (size_t i = 0; i < G_N_ELEMENTS(adjectives); i++)
		if (g_str_has_suffix(folded, adjectives[i]) && strlen(folded) > 8)
			return g_strndup(folded, strlen(folded) - 4);
	glong letters = g_utf8_strlen(folded, -1);
	const char *last = g_utf8_offset_to_pointer(folded, letters - 1);
	if (letters > 3 && g_utf8_strchr(vowels, -1, g_utf8_get_char(last)))
		return g_strndup(folded, (gsize)(last - folded));
	return g_strdup(folded);
}

static bool cyrillic_endings_apart(const char *name, const char *form, bool loose)
{
	g_autofree char *base = cyrillic_base(name);
	if (!g_str_has_prefix(form, base))
		return false;
	glong letters = g_utf8_strlen(base, -1), more = g_utf8_strlen(form, -1) - letters;
	if (letters < 2)
		return false;
	return more <= (loose ? 3 : letters == 2 ? 0 : letters == 3 ? 1 : letters == 4 ? 2 : 3);
}

static bool all_capitals(const char *word)
{
	for (const char *p = word; *p; p = g_utf8_next_char(p))
		if (!g_unichar_isupper(g_utf8_get_char(p)))
			return false;
	return true;
}

static bool genitive_language(enum language l)
{
	return l == LANGUAGE_DE || l == LANGUAGE_SV || l == LANGUAGE_DA || l == LANGUAGE_NO ||
	       l == LANGUAGE_NL || l == LANGUAGE_EN;
}

enum how { HOW_STEM, HOW_EXACT, HOW_PREFIX, HOW_NAME };

struct wanted {
	char *word, *folded;
	enum text_script script;
	enum how how;
	bool alone; /* the only word of its text */
};

static bool same_name(const struct reference *r, const struct wanted *w, const struct token *t,
		      const char *form)
{
	bool lower = g_unichar_islower(g_utf8_get_char(w->word));
	if (lower && w->script == SCRIPT_OTHER)
		return strcmp(w->folded, form) == 0 ||
		       (strlen(w->word) >= 5 && t->script == SCRIPT_OTHER &&
			latin_endings_apart(w->folded, form));
	if (w->script == SCRIPT_CYRILLIC && !all_capitals(w->word))
		return t->script == SCRIPT_CYRILLIC &&
		       cyrillic_endings_apart(w->folded, form, !w->alone);
	if (strcmp(w->folded, form) == 0)
		return true;
	size_t len = strlen(form);
	return genitive_language(r->language) && len > 4 && form[len - 1] == 's' &&
	       strlen(w->folded) == len - 1 && strncmp(w->folded, form, len - 1) == 0;
}

static bool same_stem(const struct reference *r, const struct wanted *w, const struct token *t,
		      const char *word, const char *form)
{
	if (strcmp(w->folded, form) == 0)
		return true;
	if (r->language && r->stemmer) {
		g_autofree char *left = stem(r, w->word), *right = stem(r, word);
		if (*left && strcmp(left, right) == 0)
			return true;
	}
	if (w->script == SCRIPT_OTHER && t->script == SCRIPT_OTHER && strlen(w->word) >= 5)
		return latin_endings_apart(w->folded, form);
	if (w->script == SCRIPT_CYRILLIC && t->script == SCRIPT_CYRILLIC &&
	    g_utf8_strlen(w->word, -1) >= 5)
		return !all_capitals(w->word) && cyrillic_endings_apart(w->folded, form, false);
	return false;
}

static bool is_wanted(const struct reference *r, const struct wanted *w, int field,
		      const struct token *t)
{
	g_autofree char *word = g_strndup(r->texts[field] + t->start, t->end - t->start);
	g_autofree char *form = fold(word);

	if (w->script == SCRIPT_IDEOGRAPH || w->how == HOW_EXACT)
		return strcmp(w->folded, form) == 0;
	if (w->how == HOW_PREFIX)
		return g_str_has_prefix(form, w->folded);
	if (w->how == HOW_NAME)
		return same_name(r, w, t, form);
	return same_stem(r, w, t, word, form);
}

/* ---- a text at every place
 * ---------------------------------------------------------------------------------------- */

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
		w.folded = fold(w.word);
		g_array_append_val(words, w);
	}
	const struct token *first = &g_array_index(tokens, struct token, 0);
	*capital = tokens->len && how == HOW_NAME && first->capital &&
		   first->script != SCRIPT_IDEOGRAPH;
	return words;
}

static const struct token *token_at(const struct reference *r, int field, unsigned i)
{
	return &g_array_index(r->tokens[field], struct token, i);
}

static bool headline(const struct reference *r, int field)
{
	unsigned capitals = 0, all = r->tokens[field]->len;
	for (unsigned i = 0; i < all; i++)
		capitals += token_at(r, field, i)->capital;
	return all > 3 && capitals * 10 > all * 7;
}

static bool one_blank_between(const struct reference *r, int field, unsigned left)
{
	const struct token *a = token_at(r, field, left), *b = a + 1;
	return b->start == a->end + 1 && r->texts[field][a->end] == ' ';
}

static bool other_bearer(const struct reference *r, int field, unsigned i)
{
	if (headline(r, field) || token_at(r, field, i)->script == SCRIPT_IDEOGRAPH ||
	    r->language == LANGUAGE_DE)
		return false;
	if (i + 1 < r->tokens[field]->len && token_at(r, field, i + 1)->capital &&
	    one_blank_between(r, field, i))
		return true;
	return i > 1 && token_at(r, field, i - 1)->capital && one_blank_between(r, field, i - 1) &&
	       token_at(r, field, i - 2)->sentence == token_at(r, field, i - 1)->sentence;
}

static void find_text(const struct reference *r, const char *text, enum how how, bool ambiguous,
		      bool exclusion, GArray *out)
{
	bool capital;
	g_autoptr(GArray) words = wanted_words(text, how, &capital);
	for (int field = 0; field < FIELDS && words->len; field++)
		for (unsigned i = 0; i + words->len <= r->tokens[field]->len; i++) {
			const struct token *first = token_at(r, field, i),
					   *last = first + words->len - 1;
			bool here =
				first->sentence == last->sentence && (!capital || first->capital);
			for (unsigned k = 0; here && k < words->len; k++)
				here = is_wanted(r, &g_array_index(words, struct wanted, k), field,
						 first + k);
			struct place place = {
				field,		 i,	    words->len, first->start, last->end,
				first->sentence, ambiguous, exclusion,	false,	      false};
			place.other_bearer =
				here && ambiguous && words->len == 1 && other_bearer(r, field, i);
			if (here)
				g_array_append_val(out, place);
		}
}

static void find_name(const struct reference *r, const char *name, bool ambiguous, bool exclusion,
		      GArray *out)
{
	g_auto(GStrv) parts = g_regex_split_simple("[-\xe2\x80\x90\xe2\x80\x91]", name, 0, 0);
	g_autofree char *joined = g_strjoinv("", parts);
	find_text(r, name, HOW_NAME, ambiguous, exclusion, out);
	if (strcmp(joined, name) != 0)
		find_text(r, joined, HOW_NAME, ambiguous, exclusion, out);
}

static const struct place *place_at(const GArray *places, unsigned i)
{
	return &g_array_index(places, struct place, i);
}

/* Without what stands in exclusions, in longer names, or twice. */
static GArray *clean(GArray *all)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (unsigned i = 0; i < all->len; i++) {
		const struct place *p = place_at(all, i);
		bool keep = !p->exclusion;
		for (unsigned k = 0; keep && k < all->len; k++) {
			const struct place *o = place_at(all, k);
			if (k == i || o->field != p->field)
				continue;
			if (o->exclusion)
				keep = !(o->start < p->end && p->start < o->end);
		}
		if (keep)
			g_array_append_val(out, *p);
	}
	for (unsigned i = 0; i < out->len;) {
		const struct place *p = place_at(out, i);
		bool inside = false;
		for (unsigned k = 0; !inside && k < out->len; k++) {
			const struct place *o = place_at(out, k);
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

static GArray *entity_places(const struct reference *r, const struct entity *e)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (char **n = e->names; *n; n++)
		find_name(r, *n, false, false, all);
	for (char **n = e->with; *n; n++)
		find_name(r, *n, true, false, all);
	for (char **n = e->not_names; *n; n++)
		find_name(r, *n, false, true, all);
	return clean(all);
}

/* ---- which ambiguous names count
 * ----------------------------------------------------------------------------------- */

static bool on_side(const struct entity *e, const char *side)
{
	return strcmp(e->id, side) == 0 || g_strcmp0(e->side, side) == 0;
}

static bool node_speaks_of(const struct node *node, const struct entity *e)
{
	if (node->kind == NODE_ENTITY)
		return strcmp(node->text, e->id) == 0;
	if (node->kind == NODE_SIDE)
		return on_side(e, node->text);
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
		if (on_side(e, *pole))
			return true;
	return g_strv_contains((const char *const *)f->shared, e->id);
}

static bool surely(const GArray *places)
{
	for (unsigned i = 0; i < places->len; i++)
		if (!place_at(places, i)->ambiguous && place_at(places, i)->field <= MATCH_BODY)
			return true;
	return false;
}

static GArray *counting_places(const struct reference *r, const struct filter *f,
			       const struct entity *e)
{
	GArray *places = entity_places(r, e);
	bool company = surely(places), other = false;
	if (company)
		return places;
	for (unsigned i = 0; i < places->len; i++)
		other = other || (place_at(places, i)->other_bearer &&
				  place_at(places, i)->field <= MATCH_BODY);
	for (unsigned i = 0; !other && !company && i < r->set->entities->len; i++) {
		const struct entity *beside = r->set->entities->pdata[i];
		if (beside == e || !speaks_of(f, beside))
			continue;
		g_autoptr(GArray) theirs = entity_places(r, beside);
		company = surely(theirs);
	}
	for (unsigned i = places->len; !company && i-- > 0;)
		if (place_at(places, i)->ambiguous)
			g_array_remove_index(places, i);
	return places;
}

/* ---- expressions
 * ---------------------------------------------------------------------------------------------------
 */

static GArray *positions(const struct reference *r, const struct filter *f,
			 const struct node *node);

static void add_in_fields(GArray *out, GArray *places, unsigned fields)
{
	for (unsigned i = 0; i < places->len; i++)
		if (fields >> place_at(places, i)->field & 1)
			g_array_append_val(out, *place_at(places, i));
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
	g_autoptr(GArray) left = positions(r, f, node->children->pdata[0]);
	GArray *right = positions(r, f, node->children->pdata[1]);
	for (unsigned i = 0; i < right->len;) {
		bool found = false;
		for (unsigned k = 0; !found && k < left->len; k++)
			found = beside(place_at(left, k), place_at(right, i), node);
		if (found)
			i++;
		else
			g_array_remove_index(right, i);
	}
	return right;
}

static GArray *positions(const struct reference *r, const struct filter *f, const struct node *node)
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
			add_in_fields(out, positions(r, f, node->children->pdata[i]), ~0u);
		break;
	case NODE_ENTITY:
	case NODE_SIDE:
		for (unsigned i = 0; i < r->set->entities->len; i++) {
			const struct entity *e = r->set->entities->pdata[i];
			if (node->kind == NODE_SIDE ? on_side(e, node->text)
						    : strcmp(e->id, node->text) == 0)
				add_in_fields(out, counting_places(r, f, e), node->fields);
		}
		break;
	default:
		found = g_array_new(FALSE, FALSE, sizeof(struct place));
		find_text(r, node->text, hows[node->kind], false, false, found);
		add_in_fields(out, found, node->fields);
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

static bool holds(struct reference *r, const struct filter *f, const struct node *node)
{
	unsigned held = 0;
	bool leaf_language = node->fields == 1u << MATCH_LANGUAGE && !node->children;
	g_autoptr(GArray) places = NULL;

	for (unsigned i = 0; node->kind <= NODE_MIN && i < node->children->len; i++)
		held += holds(r, f, node->children->pdata[i]);
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
		places = positions(r, f, node);
		return places->len > 0;
	}
}

/* ---- poles: the sum of pole_score.h
 * -------------------------------------------------------------------------------- */

static bool contains_sentence(const GArray *places, const struct place *p)
{
	for (unsigned i = 0; i < places->len; i++)
		if (place_at(places, i)->field == p->field &&
		    (p->field == MATCH_TITLE || place_at(places, i)->sentence == p->sentence))
			return true;
	return false;
}

static bool share_sentence(const GArray *a, const GArray *b)
{
	for (unsigned i = 0; i < a->len; i++)
		if (contains_sentence(b, place_at(a, i)))
			return true;
	return false;
}

static unsigned sentences(const GArray *places)
{
	g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (unsigned i = 0; i < places->len; i++)
		if (!contains_sentence(seen, place_at(places, i)))
			g_array_append_val(seen, *place_at(places, i));
	return seen->len;
}

struct pole {
	double strength;
	bool in_title, one_place;
	GArray *places;
};

/* Whether something names the side that is more than a weak sign of it. */
static bool has_strong(const struct reference *r, const struct filter *f, const char *side)
{
	for (unsigned i = 0; i < r->set->entities->len; i++) {
		const struct entity *e = r->set->entities->pdata[i];
		if (!on_side(e, side) || e->strength <= 0.5 ||
		    g_strv_contains((const char *const *)f->shared, e->id))
			continue;
		g_autoptr(GArray) places = counting_places(r, f, e);
		for (unsigned k = 0; k < places->len; k++)
			if (place_at(places, k)->field <= MATCH_BODY)
				return true;
	}
	return false;
}

/* Whether a weak sign of the side is in the article, or the filter knows none. */
static bool has_weak(const struct reference *r, const struct filter *f, const char *side)
{
	bool any = false;
	for (unsigned i = 0; side && i < r->set->entities->len; i++) {
		const struct entity *e = r->set->entities->pdata[i];
		if (!on_side(e, side) || e->strength > 0.5 ||
		    g_strv_contains((const char *const *)f->shared, e->id))
			continue;
		any = true;
		g_autoptr(GArray) places = counting_places(r, f, e);
		for (unsigned k = 0; k < places->len; k++)
			if (place_at(places, k)->field <= MATCH_BODY)
				return true;
	}
	return !any;
}

/* In sentences; the title is the one before the first. */
static int distance(const GArray *left, const GArray *right)
{
	int best = INT_MAX;
	for (unsigned i = 0; i < left->len; i++)
		for (unsigned k = 0; k < right->len; k++) {
			const struct place *p = place_at(left, i), *q = place_at(right, k);
			int a = p->field == MATCH_TITLE ? -1 : (int)p->sentence;
			int b = q->field == MATCH_TITLE ? -1 : (int)q->sentence;
			best = MIN(best, ABS(a - b));
		}
	return best;
}

static struct pole pole_of(const struct reference *r, const struct filter *f, const char *side)
{
	struct pole pole = {0, false, false, g_array_new(FALSE, FALSE, sizeof(struct place))};
	bool strong = side && has_strong(r, f, side);
	for (unsigned i = 0; side && i < r->set->entities->len; i++) {
		const struct entity *e = r->set->entities->pdata[i];
		if (!on_side(e, side) || g_strv_contains((const char *const *)f->shared, e->id) ||
		    (strong && e->strength <= 0.5))
			continue;
		g_autoptr(GArray) places = counting_places(r, f, e);
		for (unsigned k = 0; k < places->len; k++) {
			struct place *p = &g_array_index(places, struct place, k);
			if (p->field > MATCH_BODY)
				continue;
			p->third = e->kind == ENTITY_COUNTRY && strcmp(e->id, side) != 0;
			pole.strength = MAX(pole.strength,
					    p->ambiguous ? MIN(0.5, e->strength) : e->strength);
			pole.in_title = pole.in_title || p->field == MATCH_TITLE;
			g_array_append_val(pole.places, *p);
		}
	}
	return pole;
}

static bool overlaps(const GArray *places, const struct place *p)
{
	for (unsigned i = 0; i < places->len; i++) {
		const struct place *o = place_at(places, i);
		if (o->field == p->field && o->start < p->end && p->start < o->end)
			return true;
	}
	return false;
}

/* Countries of the world that no entity of the set names, and their capitals, which count in rows
 * only. The articles of the test speak of these only. */
static const struct {
	const char *english, *names[8], *capitals[3];
} world[] = {
	{"Russia",
	 {"Russia", "Russie", "Russland", "Rusia", "Россия", "俄罗斯", "러시아", "俄羅斯"},
	 {"Mosca", "Moscow", "Москва"}},
	{"North Korea",
	 {"North Korea", "Corea del Nord", "Nordkorea", "КНДР", "朝鲜", "北韓", "북한", "朝鮮"},
	 {"Pyongyang", "Пхеньян", "平壤"}},
	{"Ukraine",
	 {"Ukraine", "Ucraina", "Ucrania", "Ucrânia", "Украина", "Україна", "乌克兰", "우크라이나"},
	 {"Kiev", "Киев", "Київ"}},
};

static bool named_by_set(const struct reference *r, unsigned country)
{
	for (unsigned i = 0; i < r->set->entities->len; i++) {
		const struct entity *e = r->set->entities->pdata[i];
		for (char **name = e->names; *name; name++) {
			g_autofree char *folded = text_folded(*name);
			for (unsigned k = 0; k < G_N_ELEMENTS(world[country].names); k++) {
				g_autofree char *other = text_folded(world[country].names[k]);
				if (strcmp(folded, other) == 0)
					return true;
			}
		}
	}
	return false;
}

struct further {
	unsigned all, near, in_title;
};

/* `of_side`: it tells of a side, in a title too. */
static void count_country(const GArray *places, bool of_side, const struct pole *a,
			  const struct pole *b, struct further *further)
{
	bool here = false, in = false, title = false;
	for (unsigned k = 0; k < places->len; k++) {
		const struct place *p = place_at(places, k);
		if (p->field > MATCH_BODY || overlaps(a->places, p) || overlaps(b->places, p))
			continue;
		title = title || p->field == MATCH_TITLE;
		here = here || !p->ambiguous;
		in = in || (!p->ambiguous && contains_sentence(a->places, p));
	}
	further->all += here;
	further->near += in;
	further->in_title += title && !of_side;
}

static GArray *world_places(const struct reference *r, unsigned country)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct place));
	bool taken = named_by_set(r, country);
	for (unsigned k = 0; !taken && k < G_N_ELEMENTS(world[country].names); k++)
		find_name(r, world[country].names[k], false, false, found);
	for (unsigned k = 0; !taken && k < G_N_ELEMENTS(world[country].capitals); k++)
		find_name(r, world[country].capitals[k], true, false, found);
	return clean(found);
}

static struct further further_countries(const struct reference *r, const struct filter *f,
					const struct pole *a, const struct pole *b)
{
	struct further further = {0, 0, 0};
	for (unsigned i = 0; i < r->set->entities->len; i++) {
		const struct entity *e = r->set->entities->pdata[i];
		if (e->kind != ENTITY_COUNTRY ||
		    g_strv_contains((const char *const *)f->poles, e->id))
			continue;
		g_autoptr(GArray) places = entity_places(r, e);
		bool of_side = false;
		for (char **pole = f->poles; *pole; pole++)
			of_side = of_side || on_side(e, *pole);
		count_country(places, of_side, a, b, &further);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(world); i++) {
		g_autoptr(GArray) places = world_places(r, i);
		count_country(places, false, a, b, &further);
	}
	return further;
}

/* ---- rows of countries: what stands in no row of four ends it */

struct in_row {
	const struct place *place;
	int country;
};

static void add_row_places(GArray *all, const GArray *places, int country)
{
	for (unsigned i = 0; i < places->len; i++) {
		struct in_row named = {place_at(places, i), country};
		/* a third country on a side is one of its own in a row */
		if (named.place->field <= MATCH_BODY && !named.place->third)
			g_array_append_val(all, named);
	}
}

static int by_row_place(gconstpointer left, gconstpointer right)
{
	const struct in_row *x = left, *y = right;
	const struct place *a = x->place, *b = y->place;
	if (a->field != b->field)
		return a->field - b->field;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	return x->country - y->country;
}

static bool linked(const struct reference *r, const struct place *a, const struct place *b)
{
	if (a->field != b->field || a->sentence != b->sentence ||
	    b->first > a->first + a->count + 2)
		return false;
	for (unsigned i = a->first + a->count; i < b->first; i++) {
		const struct token *token = token_at(r, a->field, i);
		g_autoptr(GString) word = g_string_new(NULL);
		text_fold(r->texts[a->field] + token->start, token->end - token->start, word);
		if (!function_word(r->language, word->str))
			return false;
	}
	return true;
}

/* Those that no longer one holds. */
static void keep_outer(GArray *all)
{
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(struct in_row));
	const struct in_row *row = (const struct in_row *)(void *)all->data;
	for (unsigned i = 0; i < all->len; i++) {
		const struct place *p = row[i].place;
		bool held = false;
		for (unsigned k = 0; k < all->len && !held; k++) {
			const struct place *o = row[k].place;
			held = o->field == p->field && o->start <= p->start && o->end >= p->end &&
			       o->end - o->start > p->end - p->start;
		}
		if (!held)
			g_array_append_val(kept, row[i]);
	}
	g_array_set_size(all, 0);
	g_array_append_vals(all, kept->data, kept->len);
}

static bool only_in_rows(const struct reference *r, GArray *all)
{
	bool listed = false;
	keep_outer(all);
	g_array_sort(all, by_row_place);
	for (unsigned from = 0, i = 1; i <= all->len; i++) {
		const struct in_row *row = (const struct in_row *)(void *)all->data;
		if (i < all->len && linked(r, row[i - 1].place, row[i].place))
			continue;
		g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
		bool first_side = false;
		for (unsigned k = from; k < i; k++) {
			g_hash_table_add(seen, GINT_TO_POINTER(row[k].country));
			first_side = first_side || row[k].country == 0;
		}
		if (first_side && g_hash_table_size(seen) < 4)
			return false;
		listed = listed || first_side;
		from = i;
	}
	return listed;
}

/* The countries are numbered: the sides 0 and 1, then those of the set, then the world's. */
static bool is_row(const struct reference *r, const struct filter *f, const struct pole *a,
		   const struct pole *b)
{
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct in_row));
	int country = 2;
	add_row_places(all, a->places, 0);
	add_row_places(all, b->places, 1);
	for (unsigned i = 0; i < r->set->entities->len; i++, country++) {
		const struct entity *e = r->set->entities->pdata[i];
		if (e->kind != ENTITY_COUNTRY ||
		    g_strv_contains((const char *const *)f->poles, e->id))
			continue;
		g_ptr_array_add(kept, entity_places(r, e));
		add_row_places(all, kept->pdata[kept->len - 1], country);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(world); i++, country++) {
		g_ptr_array_add(kept, world_places(r, i));
		add_row_places(all, kept->pdata[kept->len - 1], country);
	}
	return only_in_rows(r, all);
}

/* Two of the places that are surely those of both sides, or one in the title. */
static void stand_in(struct pole *a, const GArray *sure)
{
	if (a->strength > 0 || !sure->len ||
	    (sure->len == 1 && place_at(sure, 0)->field != MATCH_TITLE))
		return;
	a->one_place = sure->len == 1;
	a->strength = a->one_place ? 0.5 : 0.7;
	for (unsigned i = 0; i < sure->len; i++)
		a->in_title = a->in_title || place_at(sure, i)->field == MATCH_TITLE;
	g_array_append_vals(a->places, sure->data, sure->len);
}

static void add_first_sure(GArray *sure, const struct entity *e, const GArray *places)
{
	const struct place *first = NULL;
	for (unsigned i = 0; i < places->len; i++) {
		const struct place *p = place_at(places, i);
		bool earlier = !first || p->field < first->field ||
			       (p->field == first->field && p->start < first->start);
		if (!p->ambiguous && earlier)
			first = p;
	}
	if (!first)
		return;
	struct place place = *first;
	place.third = e->kind == ENTITY_COUNTRY;
	g_array_append_val(sure, place);
}

static double sum_of_terms(struct reference *r, const struct filter *f, GArray *places)
{
	double sum = 0;
	for (unsigned i = 0; i < f->terms->len; i++) {
		const struct term *term = &g_array_index(f->terms, struct term, i);
		if (!holds(r, f, term->node))
			continue;
		sum += term->weight;
		if (term->weight > 0)
			add_in_fields(places, positions(r, f, term->node), ~0u);
	}
	return CLAMP(sum, -2.0, 0.75);
}

static double pole_sum(struct reference *r, const struct filter *f)
{
	bool two = f->poles[1] != NULL;
	struct pole a = pole_of(r, f, f->poles[0]), b = pole_of(r, f, f->poles[1]);
	g_autoptr(GArray) term_places = g_array_new(FALSE, FALSE, sizeof(struct place));
	double shared = 0, score = 0;
	unsigned spread;
	g_autoptr(GArray) sure = g_array_new(FALSE, FALSE, sizeof(struct place));

	for (char **id = f->shared; *id; id++) {
		g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(struct place));
		add_in_fields(places, counting_places(r, f, filter_set_entity(r->set, *id)),
			      FIELDS_TEXT);
		shared += places->len ? 0.5 : 0;
		add_first_sure(sure, filter_set_entity(r->set, *id), places);
	}
	if (two && b.strength > 0)
		stand_in(&a, sure);
	spread = sentences(a.places);
	shared = MIN(shared, 1.0);
	double terms = sum_of_terms(r, f, term_places);
	struct further further = further_countries(r, f, &a, &b);
	bool together = share_sentence(a.places, b.places);
	bool row = is_row(r, f, &a, &b);
	unsigned listed = 1 + further.near + together;
	together = together && !row;
	/* only weak signs of the first side: a country that it contends with */
	bool weak = !a.one_place && sure->len < 2 && !has_strong(r, f, f->poles[0]);
	if (a.strength > 0) {
		score = a.strength + b.strength + 0.5 * shared + 0.6 * terms + 0.5 * together +
			0.4 * (a.in_title && !row) + 0.2 * b.in_title +
			0.15 * MIN(2, (int)spread - 1);
		if (!a.in_title && spread < 2 && !share_sentence(a.places, term_places))
			score -= 0.6;
		bool only_listed = spread == 2 && !b.in_title && terms <= 0;
		if (row || (!a.in_title && (spread == 1 || only_listed) && listed >= 4))
			score -= 1.2;
		if (spread <= 2 && further.all > 1)
			score -= 0.35 * (further.all - 1);
		if (!a.in_title && further.in_title >= 2)
			score -= 0.9;
		if (terms <= 0 && a.places->len && b.places->len && !has_weak(r, f, f->poles[1]) &&
		    distance(a.places, b.places) > 1)
			score -= 0.9;
		if (!two)
			score += a.strength;
		else if ((b.strength == 0 && shared < 0.5) || (a.one_place && terms <= 0) ||
			 (weak && (terms < 0.5 || !has_strong(r, f, f->poles[1]))))
			score = MIN(score, 1.0);
	}
	g_array_unref(a.places);
	g_array_unref(b.places);
	return round(score * 1e6) / 1e6;
}

bool reference_matches(struct reference *r, const struct filter *f, double *score)
{
	bool spoken = !*f->languages;
	for (char **tag = f->languages; *tag; tag++)
		spoken = spoken || language_of_tag(*tag) == r->language;
	double sum = NAN;
	bool matched = false;
	if (spoken) {
		bool when = !f->when || holds(r, f, f->when);
		sum = *f->poles ? pole_sum(r, f) : 0;
		for (unsigned i = 0; !*f->poles && i < f->terms->len; i++) {
			const struct term *term = &g_array_index(f->terms, struct term, i);
			sum += holds(r, f, term->node) ? term->weight : 0;
		}
		bool plain = !*f->poles && (!f->terms->len || f->threshold == 0);
		matched = when && (plain || sum >= f->threshold);
		sum += plain ? when : 0;
	}
	if (score)
		*score = sum;
	return matched;
}
