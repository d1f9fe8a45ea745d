/* derive_improve: see derive_improve.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_improve.h"

#include "filters/derivation.h"
#include "filters/filter_data.h"
#include "filters/matcher.h"
#include "filters/patch.h"
#include "filters/scan.h"
#include "filters/text.h"

#include <math.h>
#include <string.h>

#define MAX_NEW		5 /* of each sort */
#define NEW_WEIGHT	0.25
#define AGAINST_WEIGHT	(-0.5)
#define STEP		0.05 /* weights are proposed in such steps */
#define THRESHOLD_REACH 0.25 /* of the threshold: further away the terms are wrong, not it */

struct set_of {
	const GPtrArray *texts;
	GArray *scores; /* double */
	unsigned matched;
	GHashTable *with_term; /* term as written -> in how many of the texts */
};

struct improving {
	const char *text;
	char *id;
	const struct derive_options *options;
	struct filter_set *set;
	struct matcher *matcher;
	const struct filter *filter;
	struct set_of good, bad;
	GArray *edits;
	GPtrArray *added; /* char *: term lines */
};

/* ---- trying -------------------------------------------------------------------------- */

static void set_clear(struct set_of *s)
{
	g_clear_pointer(&s->scores, g_array_unref);
	g_clear_pointer(&s->with_term, g_hash_table_unref);
	s->matched = 0;
}

static void note_terms(struct set_of *s, const struct verdict *verdict)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < verdict->hits->len; i++) {
		const char *term = g_array_index(verdict->hits, struct hit, i).term;
		if (!term || !g_hash_table_add(seen, (gpointer)term))
			continue;
		unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(s->with_term, term));
		g_hash_table_insert(s->with_term, g_strdup(term), GUINT_TO_POINTER(count + 1));
	}
}

static void try_text(struct improving *x, struct set_of *s, const char *text)
{
	const char *end = strchr(text, '\n');
	g_autofree char *title = end ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
	const struct match_article article = {
		.id = "", .title = title, .body = end ? end + 1 : "", .published_at = INT64_MIN};
	GPtrArray *verdicts = matcher_match(x->matcher, &article, MATCH_ALL);
	double score = 0;
	for (unsigned i = 0; i < verdicts->len; i++) {
		const struct verdict *verdict = verdicts->pdata[i];
		if (strcmp(verdict->filter, x->id) != 0)
			continue;
		score = verdict->score;
		s->matched += verdict->matched;
		note_terms(s, verdict);
	}
	g_array_append_val(s->scores, score);
	g_ptr_array_unref(verdicts);
}

static void try_all(struct improving *x, struct set_of *s)
{
	set_clear(s);
	s->scores = g_array_new(FALSE, FALSE, sizeof(double));
	s->with_term = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < s->texts->len; i++)
		try_text(x, s, s->texts->pdata[i]);
}

static void close_filter(struct improving *x)
{
	matcher_free(x->matcher);
	filter_set_free(x->set);
	x->matcher = NULL;
	x->set = NULL;
}

static bool open_filter(struct improving *x, const char *name, const char *text, GError **error)
{
	close_filter(x);
	x->set = filter_set_parse(name, text, NULL, error);
	if (!x->set)
		return false;
	if (!x->id && filter_set_size(x->set) == 1)
		x->id = g_strdup(filter_set_id(x->set, 0));
	x->filter = x->id ? filter_set_filter(x->set, x->id) : NULL;
	if (!x->filter) {
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_READ, "%s: %s", name,
			    x->id ? "there is no such filter in it"
				  : "more than one filter: say which");
		return false;
	}
	x->matcher = matcher_new(x->set, error);
	if (!x->matcher)
		return false;
	try_all(x, &x->good);
	try_all(x, &x->bad);
	return true;
}

/* ---- places in the file -------------------------------------------------------------- */

/* The string literal that holds a term: calls back with its place and its text. */
typedef void literal_fn(struct improving *x, size_t start, size_t end, const char *content);

static void each_literal(struct improving *x, literal_fn *each)
{
	g_autofree char *plain = scan_without_comments(x->text);
	for (const char *p = plain; *p; p++) {
		if (*p != '"' && *p != '\'')
			continue;
		const char *start = p;
		g_autoptr(GString) content = g_string_new(NULL);
		for (p++; *p && *p != *start; p++) {
			if (*p == '\\' && p[1])
				p++;
			g_string_append_c(content, *p);
		}
		if (!*p)
			return;
		each(x, (size_t)(start - plain), (size_t)(p - plain) + 1, content->str);
	}
}

static size_t offset_of(const char *text, unsigned line, unsigned column)
{
	const char *p = text;
	while (line > 1 && (p = strchr(p, '\n'))) {
		p++;
		line--;
	}
	if (!p)
		return strlen(text);
	while (column > 1 && *p && *p != '\n') {
		p = g_utf8_next_char(p);
		column--;
	}
	return (size_t)(p - text);
}

/* Where the value of a key of the filter begins; false if it has none. With key NULL: the filter
 * itself. */
static bool key_place(const struct improving *x, const char *key, size_t *at)
{
	g_autoptr(GPtrArray) keys = scan_keys(x->text);
	for (unsigned i = 0; i < keys->len; i++) {
		const struct scan_key *k = keys->pdata[i];
		if (g_strcmp0(k->block, "filter") != 0 || g_strcmp0(k->title, x->id) != 0 ||
		    g_strcmp0(k->key, key) != 0)
			continue;
		*at = key ? offset_of(x->text, k->value_line, k->value_column)
			  : offset_of(x->text, k->line, k->column);
		return true;
	}
	return false;
}

static char *quoted(const char *term)
{
	GString *out = g_string_new("\"");
	for (const char *p = term; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

/* ---- weights ------------------------------------------------------------------------- */

/* Share of the articles that hold it, drawn to one half: two articles prove less than twenty. */
static double share(const struct set_of *s, const char *term)
{
	unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(s->with_term, term));
	return (count + 1.0) / (s->texts->len + 2.0);
}

/* A term that stands in bad articles rather than in good ones counts for as much as it tells them
 * apart. */
static double proposed(const struct improving *x, const struct term *term)
{
	double good = share(&x->good, term->text), bad = share(&x->bad, term->text);
	if (term->weight <= 0 || bad <= good)
		return term->weight;
	double weight = term->weight * 2 * good / (good + bad);
	return round(weight / STEP) * STEP;
}

static void weigh_literal(struct improving *x, size_t start, size_t end, const char *content)
{
	const char *equals = strrchr(content, '=');
	if (!equals)
		return;
	g_autofree char *text = g_strstrip(g_strndup(content, (gsize)(equals - content)));
	for (unsigned i = 0; i < x->filter->terms->len; i++) {
		const struct term *term = &g_array_index(x->filter->terms, struct term, i);
		double weight = proposed(x, term);
		if (strcmp(term->text, text) != 0 || fabs(weight - term->weight) < STEP / 2)
			continue;
		g_autofree char *line = g_strdup_printf("%s = %g", text, weight);
		edits_add(x->edits, start, end, quoted(line));
		return;
	}
}

/* ---- new terms ----------------------------------------------------------------------- */

static bool has_term(const struct improving *x, const char *text)
{
	g_autofree char *folded = text_folded(text);
	for (unsigned i = 0; i < x->filter->terms->len; i++) {
		g_autofree char *other =
			text_folded(g_array_index(x->filter->terms, struct term, i).text);
		if (strstr(other, folded))
			return true;
	}
	for (unsigned i = 0; i < x->set->entities->len; i++) {
		const struct entity *entity = x->set->entities->pdata[i];
		char **lists[] = {entity->names, entity->with};
		for (int l = 0; l < 2; l++)
			for (char **name = lists[l]; name && *name; name++) {
				g_autofree char *other = text_folded(*name);
				if (strcmp(other, folded) == 0)
					return true;
			}
	}
	return false;
}

/* How many texts hold the words, folded, one after another. */
static unsigned holding(const GPtrArray *texts, const char *words)
{
	g_autofree char *folded = text_folded(words);
	unsigned count = 0;
	for (unsigned i = 0; i < texts->len; i++) {
		g_autofree char *all = text_folded(texts->pdata[i]);
		count += strstr(all, folded) != NULL;
	}
	return count;
}

static void propose(struct improving *x, const char *text, const GPtrArray *in,
		    const GPtrArray *out, double weight, unsigned *left)
{
	unsigned count = holding(in, text);
	if (!*left || count < 2 || holding(out, text) || has_term(x, text) ||
	    !derivation_plain(text))
		return;
	g_ptr_array_add(x->added, g_strdup_printf("%s = %g", text, weight));
	(*left)--;
}

/* Names, then phrases, that several of `in` hold and none of `out`. */
static void propose_all(struct improving *x, const GPtrArray *in, const GPtrArray *out,
			double weight)
{
	const struct tongues tongues = {x->options->language, x->options->reference,
					x->options->references};
	GPtrArray *copies = g_ptr_array_new_with_free_func(g_free);
	unsigned left = MAX_NEW;

	for (unsigned i = 0; i < in->len; i++)
		g_ptr_array_add(copies, g_strdup(in->pdata[i]));
	struct corpus *corpus = corpus_new(copies, &tongues, x->options->gazetteer);
	g_autoptr(GPtrArray) groups = names_group(corpus, x->options->gazetteer);
	g_autoptr(GPtrArray) phrases = phrases_find(corpus, x->options->gazetteer);
	for (unsigned i = 0; i < groups->len; i++) {
		const struct name_group *group = groups->pdata[i];
		const struct name_form *form = &g_array_index(group->forms, struct name_form, 0);
		if (group->texts > 1 && !form->lower_case && group->kind != ENTITY_COUNTRY)
			propose(x, form->text, in, out, weight, &left);
	}
	for (unsigned i = 0; i < phrases->len; i++) {
		const struct phrase *phrase = phrases->pdata[i];
		if (phrase->texts > 1 && phrase->units > 1)
			propose(x, phrase->text, in, out, weight, &left);
	}
	corpus_free(corpus);
}

static char *term_lines(const struct improving *x, bool trailing)
{
	GString *out = g_string_new("\n\t\t# proposed from marked articles");
	for (unsigned i = 0; i < x->added->len; i++) {
		g_autofree char *term = quoted(x->added->pdata[i]);
		g_string_append_printf(out, "\n\t\t%s%s", term,
				       trailing || i + 1 < x->added->len ? "," : "");
	}
	return g_string_free(out, FALSE);
}

static void add_terms(struct improving *x)
{
	size_t at;
	if (!x->added->len)
		return;
	if (key_place(x, "terms", &at)) {
		g_autofree char *plain = scan_without_comments(x->text);
		size_t next = at + 1 + strspn(plain + at + 1, " \t\r\n");
		edits_add(x->edits, at + 1, at + 1, term_lines(x, plain[next] != '}'));
	} else if (key_place(x, NULL, &at)) {
		const char *brace = strchr(x->text + at, '{');
		g_autofree char *lines = term_lines(x, false);
		if (brace)
			edits_add(x->edits, (size_t)(brace - x->text) + 1,
				  (size_t)(brace - x->text) + 1,
				  g_strdup_printf("\n\tterms = {%s\n\t}", lines));
	}
}

/* ---- the threshold ------------------------------------------------------------------- */

static unsigned errors_at(const struct improving *x, double threshold)
{
	unsigned errors = 0;
	for (unsigned i = 0; i < x->good.scores->len; i++)
		errors += g_array_index(x->good.scores, double, i) < threshold;
	for (unsigned i = 0; i < x->bad.scores->len; i++)
		errors += g_array_index(x->bad.scores, double, i) >= threshold;
	return errors;
}

/* Half way between a bad score and the next good one, if fewer articles are wrong then. */
static double better_threshold(const struct improving *x)
{
	double now = x->filter->threshold, best = now;
	unsigned fewest = errors_at(x, now);
	for (unsigned g = 0; g < x->good.scores->len; g++)
		for (unsigned b = 0; b < x->bad.scores->len; b++) {
			double middle = (g_array_index(x->good.scores, double, g) +
					 g_array_index(x->bad.scores, double, b)) /
					2;
			double rounded = round(middle / STEP) * STEP;
			unsigned errors = errors_at(x, rounded);
			if (rounded <= 0 || fabs(rounded - now) > THRESHOLD_REACH * now ||
			    errors > fewest)
				continue;
			if (errors == fewest && fabs(rounded - now) >= fabs(best - now))
				continue;
			if (errors < fewest) {
				fewest = errors;
				best = rounded;
			}
		}
	return best;
}

static void set_threshold(struct improving *x, double threshold)
{
	size_t at;
	if (!key_place(x, "threshold", &at) || fabs(threshold - x->filter->threshold) < STEP / 2)
		return;
	size_t end = at + strspn(x->text + at, "0123456789.\"'");
	edits_add(x->edits, at, end, g_strdup_printf("%.2f", threshold));
}

/* ---- all ----------------------------------------------------------------------------- */

static bool improve(struct improving *x, const char *name, struct improvement *made, GError **error)
{
	if (!open_filter(x, name, x->text, error))
		return false;
	made->good_before = x->good.matched;
	made->bad_before = x->bad.matched;
	each_literal(x, weigh_literal);
	if (x->good.matched < x->good.texts->len)
		propose_all(x, x->good.texts, x->bad.texts, NEW_WEIGHT);
	if (x->bad.matched)
		propose_all(x, x->bad.texts, x->good.texts, AGAINST_WEIGHT);
	add_terms(x);
	g_autofree char *changed = edits_apply(x->text, x->edits);
	if (!open_filter(x, name, changed, error))
		return false;
	double threshold = better_threshold(x);
	set_threshold(x, threshold);
	made->filter = edits_apply(x->text, x->edits);
	made->patch = edits_diff(name, x->text, x->edits);
	if (!open_filter(x, name, made->filter, error))
		return false;
	made->good_after = x->good.matched;
	made->bad_after = x->bad.matched;
	return true;
}

struct improvement *improvement_new(const char *name, const char *text, const char *id,
				    const GPtrArray *good, const GPtrArray *bad,
				    const struct derive_options *options, GError **error)
{
	struct improvement *made = g_new0(struct improvement, 1);
	struct improving x = {.text = text, .id = g_strdup(id), .options = options};

	x.good.texts = good;
	x.bad.texts = bad;
	x.edits = edits_new();
	x.added = g_ptr_array_new_with_free_func(g_free);
	made->good = good->len;
	made->bad = bad->len;
	bool fine = improve(&x, name, made, error);
	close_filter(&x);
	set_clear(&x.good);
	set_clear(&x.bad);
	g_array_unref(x.edits);
	g_ptr_array_unref(x.added);
	g_free(x.id);
	if (fine)
		return made;
	improvement_free(made);
	return NULL;
}

void improvement_free(struct improvement *made)
{
	if (!made)
		return;
	g_free(made->filter);
	g_free(made->patch);
	g_free(made);
}
