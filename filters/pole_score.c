/* pole_score: see pole_score.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/pole_score.h"

#include "filters/pole_clause.h"
#include "filters/pole_list.h"

#include <math.h>
#include <string.h>

#define SHARED_EACH	   0.5
#define SHARED_MAX	   1.0
#define SHARED_WEIGHT	   0.5
#define WORDS_BESIDE_WEAK  0.5
#define SHARED_AS_POLE	   0.7
#define TERMS_MIN	   -2.0 /* what speaks against may outweigh the names */
#define TERMS_MAX	   0.75
#define TERMS_WEIGHT	   0.6
#define AMBIGUOUS_STRENGTH 0.5
#define SAME_SENTENCE	   0.5
#define A_IN_TITLE	   0.4
#define B_IN_TITLE	   0.2
#define MORE_SENTENCES	   0.15
#define IN_PASSING	   0.6
#define LIST_PENALTY	   1.2
#define LIST_COUNTRIES	   4
#define FURTHER_COUNTRY	   0.35
#define OTHERS_IN_TITLE	   2
#define TITLE_OF_OTHERS	   0.9
#define FAR_APART	   0.9
#define CLAUSES_APART	   0.9
#define ALONE_MAX	   1.0
#define MAX_SENTENCES	   4096
#define SCALE		   1e6

/* What one side has in the article. */
struct pole {
	double strength;
	bool in_title;
	bool one_place; /* only a place of both sides stands for it */
	bool named;	/* by more than what tells of it weakly */
	bool told;	/* by what tells of it weakly, named or not */
	const struct occurrence *best;
	const char *best_name;
	GPtrArray *places; /* const struct occurrence *, of every entity of the side */
};

struct scoring {
	struct evaluation *e;
	const struct plan *plan;
	const struct plan_filter *filter;
	struct pole poles[2];
	double shared, terms;
	GPtrArray *shared_places; /* const struct occurrence *, a sure one of each */
	GHashTable *term_sentences;
};

/* Title is sentence 0, the body's begin at 1. */
static gpointer sentence_key(const struct occurrence *o)
{
	return GUINT_TO_POINTER(o->field == MATCH_TITLE ? 1 : MIN(o->sentence, MAX_SENTENCES) + 2);
}

static bool is_shared(const struct scoring *s, uint32_t entity)
{
	for (uint32_t i = 0; i < s->filter->shared.count; i++)
		if (*PLAN_AT(s->plan->filter_entities, uint32_t, s->filter->shared.first + i) ==
		    entity)
			return true;
	return false;
}

static bool is_weak(const struct plan_entity *entity)
{
	return entity->strength <= AMBIGUOUS_STRENGTH;
}

static void forget(struct pole *pole)
{
	g_ptr_array_set_size(pole->places, 0);
	pole->strength = 0;
	pole->in_title = false;
}

/* What tells of the side weakly counts only where nothing names it: Ukraine beside North Korea
 * stands for Russia, which is named elsewhere in an article that lists all three. */
static void add_to_pole(struct pole *pole, const struct plan_entity *entity,
			const struct occurrence *o)
{
	double strength =
		o->ambiguous ? MIN(AMBIGUOUS_STRENGTH, entity->strength) : entity->strength;
	pole->told = pole->told || is_weak(entity);
	if (is_weak(entity) && pole->named)
		return;
	if (!is_weak(entity) && !pole->named) {
		forget(pole);
		pole->named = true;
	}
	if (strength > pole->strength) {
		pole->strength = strength;
		pole->best = o;
		pole->best_name = entity->id;
	}
	pole->in_title = pole->in_title || o->field == MATCH_TITLE;
	g_ptr_array_add(pole->places, (gpointer)o);
}

/* Every occurrence that counts of every entity of the side: of what the article has, which is less
 * than what the filter knows. */
static void fill_pole(struct scoring *s, struct pole *pole, uint32_t side)
{
	const struct scan *scan = s->e->scan;
	pole->places = g_ptr_array_new();
	for (uint32_t i = 0; i < scan->seen->len; i++) {
		uint32_t owner = *PLAN_AT(scan->seen, uint32_t, i);
		uint32_t index = PLAN_AT(s->plan->owners, struct owner, owner)->entity;
		if (index >=
		    s->plan->named_entities) /* NONE, or a country known to the plan only */
			continue;
		const struct plan_entity *entity =
			PLAN_AT(s->plan->entities, struct plan_entity, index);
		if ((entity->side != side && index != side) || is_shared(s, index))
			continue;
		struct range range = scan_owner(scan, owner);
		for (uint32_t k = 0; k < range.count; k++) {
			const struct occurrence *o =
				PLAN_AT(scan->occurrences, struct occurrence, range.first + k);
			if (o->field <= MATCH_BODY && evaluate_counts(s->e, o))
				add_to_pole(pole, entity, o);
		}
	}
}

static void score_shared(struct scoring *s, GArray *hits)
{
	for (uint32_t i = 0; i < s->filter->shared.count; i++) {
		uint32_t index =
			*PLAN_AT(s->plan->filter_entities, uint32_t, s->filter->shared.first + i);
		const struct occurrence *o = evaluate_entity(s->e, index);
		if (!o)
			continue;
		s->shared += SHARED_EACH;
		if (!o->ambiguous)
			g_ptr_array_add(s->shared_places, (gpointer)o);
		if (hits)
			evaluate_add_hit(hits,
					 PLAN_AT(s->plan->entities, struct plan_entity, index)->id,
					 o, SHARED_EACH * SHARED_WEIGHT);
	}
	s->shared = MIN(s->shared, SHARED_MAX);
}

/* Places of both sides say the first one without its name: a border has two. A single one does in a
 * title, beside a word of the subject. */
static void stand_in(const struct scoring *s, struct pole *pole)
{
	const struct occurrence *only = s->shared_places->len ? s->shared_places->pdata[0] : NULL;
	if (pole->strength > 0 || !only ||
	    (s->shared_places->len < 2 && only->field != MATCH_TITLE))
		return;
	pole->one_place = s->shared_places->len < 2;
	pole->strength = pole->one_place ? AMBIGUOUS_STRENGTH : SHARED_AS_POLE;
	for (unsigned i = 0; i < s->shared_places->len; i++) {
		const struct occurrence *o = s->shared_places->pdata[i];
		pole->in_title = pole->in_title || o->field == MATCH_TITLE;
		g_ptr_array_add(pole->places, (gpointer)o);
	}
}

/* The sentence of the first word from `start` on. */
static uint32_t sentence_at(const struct scan *scan, const struct field_text *field, size_t start)
{
	uint32_t low = 0, high = field->tokens.count;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const struct token *token =
			PLAN_AT(scan->tokens, struct token, field->tokens.first + middle);
		if (token->start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < field->tokens.count
		       ? PLAN_AT(scan->tokens, struct token, field->tokens.first + low)->sentence
		       : NONE;
}

static void note_term_sentences(struct scoring *s, const GArray *hits)
{
	for (unsigned i = 0; i < hits->len; i++) {
		const struct hit *hit = &g_array_index(hits, struct hit, i);
		uint32_t sentence =
			sentence_at(s->e->scan, &s->e->scan->fields[hit->field], hit->start);
		const struct occurrence at = {.field = (uint8_t)hit->field, .sentence = sentence};
		if (sentence != NONE)
			g_hash_table_add(s->term_sentences, sentence_key(&at));
	}
}

static void score_terms(struct scoring *s, GArray *hits)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct hit));
	for (uint32_t i = 0; i < s->filter->terms.count; i++) {
		const struct plan_term *term =
			PLAN_AT(s->plan->terms, struct plan_term, s->filter->terms.first + i);
		g_array_set_size(found, 0);
		if (!evaluate_rule(s->e, term->rule, found, term->text,
				   term->weight * TERMS_WEIGHT))
			continue;
		s->terms += term->weight;
		if (term->weight > 0) /* what speaks against is no word of the subject */
			note_term_sentences(s, found);
		if (hits)
			g_array_append_vals(hits, found->data, found->len);
	}
	s->terms = CLAMP(s->terms, TERMS_MIN, TERMS_MAX);
}

static GHashTable *sentences_of(const struct pole *pole)
{
	GHashTable *sentences = g_hash_table_new(NULL, NULL);
	for (unsigned i = 0; i < pole->places->len; i++)
		g_hash_table_add(sentences, sentence_key(pole->places->pdata[i]));
	return sentences;
}

static bool share_one(GHashTable *left, GHashTable *right)
{
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, left);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (g_hash_table_contains(right, key))
			return true;
	return false;
}

/* A whole sentence or more stands between all of the one and all of the other. */
static bool are_far_apart(GHashTable *left, GHashTable *right)
{
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, left);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		for (int step = -1; step <= 1; step++)
			if (g_hash_table_contains(right,
						  GINT_TO_POINTER(GPOINTER_TO_INT(key) + step)))
				return false;
	return g_hash_table_size(left) && g_hash_table_size(right);
}

/* Whether the filter knows who tells of the second side weakly: where it knows nobody, their
 * absence says nothing. */
static bool knows_weak_signs(const struct scoring *s)
{
	for (uint32_t i = 0; i < s->plan->named_entities; i++) {
		const struct plan_entity *entity =
			PLAN_AT(s->plan->entities, struct plan_entity, i);
		if (entity->side == s->filter->poles[1] && is_weak(entity) && !is_shared(s, i))
			return true;
	}
	return false;
}

/* Either side is told of once, in one sentence of the body, and each for itself: what the article
 * is about names neither. `a`, `b`: the sentences of the sides. */
static bool are_in_clauses(const struct scoring *s, GHashTable *a, GHashTable *b)
{
	const struct pole *poles = s->poles;
	return g_hash_table_size(a) == 1 && g_hash_table_size(b) == 1 && share_one(a, b) &&
	       !poles[0].in_title &&
	       pole_clause_apart(&s->e->scan->fields[MATCH_BODY], poles[0].places, poles[1].places);
}

static bool inside_pole(const struct scoring *s, const struct occurrence *o)
{
	for (int p = 0; p < 2; p++)
		for (unsigned i = 0; s->poles[p].places && i < s->poles[p].places->len; i++) {
			const struct occurrence *own = s->poles[p].places->pdata[i];
			if (own->field == o->field && o->start < own->end && own->start < o->end)
				return true;
		}
	return false;
}

/* Countries that are neither pole: in the whole article, in the sentences where A stands, and in
 * the title. */
struct further {
	unsigned all, beside, in_title;
};

/* One that tells of a side weakly is named beside it, and in a title tells of it. */
static bool is_of_side(const struct scoring *s, const struct plan_entity *entity)
{
	return entity->side == s->filter->poles[0] || entity->side == s->filter->poles[1];
}

static void count_country(const struct scoring *s, const struct plan_entity *entity,
			  GHashTable *a_sentences, struct further *further)
{
	struct range range = scan_owner(s->e->scan, entity->owner);
	bool here = false, near = false, title = false;
	for (uint32_t k = 0; k < range.count; k++) {
		const struct occurrence *o =
			PLAN_AT(s->e->scan->occurrences, struct occurrence, range.first + k);
		if (o->field > MATCH_BODY || inside_pole(s, o))
			continue;
		title = title || o->field == MATCH_TITLE;
		if (o->ambiguous) /* an adjective or a leader: no country named */
			continue;
		here = true;
		near = near || g_hash_table_contains(a_sentences, sentence_key(o));
	}
	further->all += here;
	further->beside += near;
	further->in_title += title && !is_of_side(s, entity);
}

static struct further count_countries(const struct scoring *s, GHashTable *a_sentences)
{
	struct further further = {0, 0, 0};
	for (uint32_t i = 0; i < s->plan->entities->len; i++) {
		const struct plan_entity *entity =
			PLAN_AT(s->plan->entities, struct plan_entity, i);
		if (entity->kind == ENTITY_COUNTRY && i != s->filter->poles[0] &&
		    i != s->filter->poles[1])
			count_country(s, entity, a_sentences, &further);
	}
	return further;
}

/* One summand of the score. `name` may hold a %s for the pole it speaks of. */
struct part {
	double value;
	const char *name;
	const char *pole;
};

static char *part_text(const struct part *part)
{
	const char *place = part->pole ? strstr(part->name, "%s") : NULL;
	if (!place)
		return g_strdup_printf("%+.2f %s", part->value, part->name);
	return g_strdup_printf("%+.2f %.*s%s%s", part->value, (int)(place - part->name), part->name,
			       part->pole, place + 2);
}

static double add_parts(const struct part *parts, size_t count, GPtrArray *path)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += parts[i].value;
		if (path && parts[i].value != 0)
			g_ptr_array_add(path, part_text(&parts[i]));
	}
	return sum;
}

static double sum_up(struct scoring *s, GPtrArray *path)
{
	const struct pole *a = &s->poles[0], *b = &s->poles[1];
	g_autoptr(GHashTable) a_sentences = sentences_of(a);
	g_autoptr(GHashTable) b_sentences = sentences_of(b);
	unsigned spread = g_hash_table_size(a_sentences);
	struct further further = count_countries(s, a_sentences);
	unsigned listed = 1 + further.beside + (share_one(a_sentences, b_sentences) ? 1 : 0);
	bool passing = !a->in_title && spread < 2 && !share_one(a_sentences, s->term_sentences);
	/* a list, though the text comes back to its members: no word of the subject beside them */
	bool only_listed = spread == 2 && !b->in_title && s->terms <= 0;
	bool list = !a->in_title && listed >= LIST_COUNTRIES && (spread == 1 || only_listed);
	bool row = pole_list(s->e, s->filter, a->places, b->places);
	bool together = share_one(a_sentences, b_sentences) && !row;
	bool apart = s->terms <= 0 && !b->told && are_far_apart(a_sentences, b_sentences) &&
		     knows_weak_signs(s);
	bool clauses = are_in_clauses(s, a_sentences, b_sentences);
	const char *first = s->filter->source->poles[0], *second = s->filter->source->poles[1];
	const struct part parts[] = {
		{a->strength, "pole %s", first},
		{b->strength, "pole %s", second},
		{SHARED_WEIGHT * s->shared, "shared places", NULL},
		{TERMS_WEIGHT * s->terms, "terms", NULL},
		{together ? SAME_SENTENCE : 0, "both poles in one sentence", NULL},
		{a->in_title && !row ? A_IN_TITLE : 0, "%s in the title", first},
		{b->in_title ? B_IN_TITLE : 0, "%s in the title", second},
		{MORE_SENTENCES * MIN(2, (int)spread - 1), "%s in several sentences", first},
		{passing ? -IN_PASSING : 0, "%s only in passing", first},
		{list || row ? -LIST_PENALTY : 0, "a list of countries", NULL},
		{spread <= 2 && further.all > 1 ? -FURTHER_COUNTRY * (further.all - 1) : 0,
		 "further countries", NULL},
		{!a->in_title && further.in_title >= OTHERS_IN_TITLE ? -TITLE_OF_OTHERS : 0,
		 "other countries in the title", NULL},
		{apart ? -FAR_APART : 0, "poles far apart", NULL},
		{clauses ? -CLAUSES_APART : 0, "poles in one sentence only, each for itself", NULL},
	};
	return add_parts(parts, G_N_ELEMENTS(parts), path);
}

static void add_pole_hits(const struct pole *pole, GArray *hits)
{
	if (pole->best && hits)
		evaluate_add_hit(hits, pole->best_name, pole->best, pole->strength);
}

static void say_missing(const struct scoring *s, int pole, GPtrArray *missing)
{
	if (missing)
		g_ptr_array_add(missing, g_strdup_printf("no name of pole %s",
							 s->filter->source->poles[pole]));
}

/* Both poles and what they share; whether the first is there, by a name or by what stands in for
 * it. */
static bool find_poles(struct scoring *s, GArray *hits, bool in_words)
{
	bool two = s->filter->poles[1] != NONE;
	fill_pole(s, &s->poles[0], s->filter->poles[0]);
	score_shared(s, hits);
	if (!in_words && s->poles[0].strength == 0 && !s->shared_places->len)
		return false;
	if (two)
		fill_pole(s, &s->poles[1], s->filter->poles[1]);
	else
		s->poles[1].places = g_ptr_array_new();
	if (two && s->poles[1].strength > 0)
		stand_in(s, &s->poles[0]);
	return s->poles[0].strength > 0;
}

/* The first side is only told of: by one place of both, or by a country that it contends with. Then
 * words of the subject must stand beside it; two, and the other side's name, for the country:
 * "Seul: soldati al fronte russo" speaks of North Korea, "Hyundai lascia la Russia" does not. */
static bool is_doubtful(const struct scoring *s)
{
	if (s->poles[0].one_place)
		return s->terms <= 0;
	if (s->poles[0].named || s->shared_places->len >= 2)
		return false;
	return s->terms < WORDS_BESIDE_WEAK || !s->poles[1].named;
}

static double score_found(struct scoring *s, GPtrArray *path)
{
	double score = sum_up(s, path);
	const char *first = s->filter->source->poles[0];
	if (s->filter->poles[1] == NONE) { /* the only pole stands for both */
		const struct part both = {s->poles[0].strength, "pole %s for both", first};
		return score + add_parts(&both, 1, path);
	}
	bool alone = s->poles[1].strength == 0 && s->shared < SHARED_EACH;
	if ((!alone && !is_doubtful(s)) || score <= ALONE_MAX)
		return score;
	const struct part cap = {ALONE_MAX - score, "no more than 1: a pole is missing or doubtful",
				 NULL};
	add_parts(&cap, 1, path);
	return ALONE_MAX;
}

double pole_score(struct evaluation *e, const struct plan_filter *filter, GArray *hits,
		  GPtrArray *path, GPtrArray *missing)
{
	struct scoring s = {.e = e, .plan = e->scan->plan, .filter = filter};
	bool in_words = hits || missing;
	double score = 0;

	s.shared_places = g_ptr_array_new();
	bool found = find_poles(&s, hits, in_words);
	/* without the first pole the score is 0: most articles are settled here */
	if (found || in_words) {
		s.term_sentences = g_hash_table_new(NULL, NULL);
		score_terms(&s, hits);
		add_pole_hits(&s.poles[0], hits);
		add_pole_hits(&s.poles[1], hits);
		if (found)
			score = score_found(&s, path);
		else
			say_missing(&s, 0, missing);
		if (filter->poles[1] != NONE && s.poles[1].strength == 0)
			say_missing(&s, 1, missing);
		g_hash_table_unref(s.term_sentences);
	}
	g_clear_pointer(&s.poles[0].places, g_ptr_array_unref);
	g_clear_pointer(&s.poles[1].places, g_ptr_array_unref);
	g_ptr_array_unref(s.shared_places);
	/* the sum of parts in hundredths: 0.80 + 1.00 + 0.15 + 0.20 - 0.60 is 1.55, and no less */
	return round(score * SCALE) / SCALE;
}
