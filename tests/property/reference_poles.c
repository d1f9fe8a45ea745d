/* reference_poles: the sum of filters/pole_score.h, at length. SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "filters/function_words.h"
#include "tests/property/reference_parts.h"

#include <math.h>
#include <string.h>

static bool contains_sentence(const GArray *places, const struct place *p)
{
	for (unsigned i = 0; i < places->len; i++)
		if (reference_place_at(places, i)->field == p->field &&
		    (p->field == MATCH_TITLE ||
		     reference_place_at(places, i)->sentence == p->sentence))
			return true;
	return false;
}

static bool share_sentence(const GArray *a, const GArray *b)
{
	for (unsigned i = 0; i < a->len; i++)
		if (contains_sentence(b, reference_place_at(a, i)))
			return true;
	return false;
}

static unsigned sentences(const GArray *places)
{
	g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (unsigned i = 0; i < places->len; i++)
		if (!contains_sentence(seen, reference_place_at(places, i)))
			g_array_append_val(seen, *reference_place_at(places, i));
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
		if (!reference_on_side(e, side) || e->strength <= 0.5 ||
		    g_strv_contains((const char *const *)f->shared, e->id))
			continue;
		g_autoptr(GArray) places = reference_counting_places(r, f, e);
		for (unsigned k = 0; k < places->len; k++)
			if (reference_place_at(places, k)->field <= MATCH_BODY)
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
		if (!reference_on_side(e, side) || e->strength > 0.5 ||
		    g_strv_contains((const char *const *)f->shared, e->id))
			continue;
		any = true;
		g_autoptr(GArray) places = reference_counting_places(r, f, e);
		for (unsigned k = 0; k < places->len; k++)
			if (reference_place_at(places, k)->field <= MATCH_BODY)
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
			const struct place *p = reference_place_at(left, i),
					   *q = reference_place_at(right, k);
			int a = p->field == MATCH_TITLE ? -1 : (int)p->sentence;
			int b = q->field == MATCH_TITLE ? -1 : (int)q->sentence;
			best = MIN(best, ABS(a - b));
		}
	return best;
}

static bool is_separated(const char *text, const struct place *p, const struct place *q)
{
	static const char *const separators[] = {",", ";", ":", "、", "，", "；", "："};
	for (unsigned i = p->end; i < q->start; i++)
		for (unsigned k = 0; k < G_N_ELEMENTS(separators); k++)
			if (g_str_has_prefix(text + i, separators[k]))
				return true;
	return false;
}

/* Neither in the title, all in one sentence, and every pair with a separator between. */
static bool in_clauses(const struct reference *r, const GArray *a, const GArray *b)
{
	for (unsigned i = 0; i < a->len; i++)
		for (unsigned k = 0; k < b->len; k++) {
			const struct place *p = reference_place_at(a, i),
					   *q = reference_place_at(b, k);
			if (p->field != MATCH_BODY || q->field != MATCH_BODY ||
			    p->sentence != q->sentence ||
			    (!is_separated(r->texts[MATCH_BODY], p, q) &&
			     !is_separated(r->texts[MATCH_BODY], q, p)))
				return false;
		}
	return a->len && b->len;
}

static struct pole pole_of(const struct reference *r, const struct filter *f, const char *side)
{
	struct pole pole = {0, false, false, g_array_new(FALSE, FALSE, sizeof(struct place))};
	bool strong = side && has_strong(r, f, side);
	for (unsigned i = 0; side && i < r->set->entities->len; i++) {
		const struct entity *e = r->set->entities->pdata[i];
		if (!reference_on_side(e, side) ||
		    g_strv_contains((const char *const *)f->shared, e->id) ||
		    (strong && e->strength <= 0.5))
			continue;
		g_autoptr(GArray) places = reference_counting_places(r, f, e);
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
		const struct place *o = reference_place_at(places, i);
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
		const struct place *p = reference_place_at(places, k);
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
		reference_find_name(r, world[country].names[k], false, false, found);
	for (unsigned k = 0; !taken && k < G_N_ELEMENTS(world[country].capitals); k++)
		reference_find_name(r, world[country].capitals[k], true, false, found);
	return reference_clean(found);
}

static bool tells_of_side(const struct entity *e, const struct filter *f)
{
	bool of_side = false;
	for (char **pole = f->poles; *pole; pole++)
		of_side = of_side || reference_on_side(e, *pole);
	return of_side;
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
		g_autoptr(GArray) places = reference_entity_places(r, e);
		count_country(places, tells_of_side(e, f), a, b, &further);
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
	bool outsider; /* tells of no side */
};

static void add_row_places(GArray *all, const GArray *places, int country, bool outsider)
{
	for (unsigned i = 0; i < places->len; i++) {
		struct in_row named = {reference_place_at(places, i), country, outsider};
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
		const struct token *token = reference_token_at(r, a->field, i);
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
		bool first_side = false, coupled = true;
		for (unsigned k = from; k < i; k++) {
			g_hash_table_add(seen, GINT_TO_POINTER(row[k].country));
			if (row[k].country != 0)
				continue;
			const struct in_row *before = k > from ? &row[k - 1] : &row[k];
			const struct in_row *after = k + 1 < i ? &row[k + 1] : &row[k];
			first_side = true;
			coupled = coupled && row[k].place->field == MATCH_BODY &&
				  before->country != 1 && after->country != 1 &&
				  (before->outsider || after->outsider);
		}
		if (first_side && g_hash_table_size(seen) < 4 && !coupled)
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
	add_row_places(all, a->places, 0, false);
	add_row_places(all, b->places, 1, false);
	for (unsigned i = 0; i < r->set->entities->len; i++, country++) {
		const struct entity *e = r->set->entities->pdata[i];
		if (e->kind != ENTITY_COUNTRY ||
		    g_strv_contains((const char *const *)f->poles, e->id))
			continue;
		g_ptr_array_add(kept, reference_entity_places(r, e));
		add_row_places(all, kept->pdata[kept->len - 1], country, !tells_of_side(e, f));
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(world); i++, country++) {
		g_ptr_array_add(kept, world_places(r, i));
		add_row_places(all, kept->pdata[kept->len - 1], country, true);
	}
	return only_in_rows(r, all);
}

/* Two of the places that are surely those of both sides, or one in the title. */
static void stand_in(struct pole *a, const GArray *sure)
{
	if (a->strength > 0 || !sure->len ||
	    (sure->len == 1 && reference_place_at(sure, 0)->field != MATCH_TITLE))
		return;
	a->one_place = sure->len == 1;
	a->strength = a->one_place ? 0.5 : 0.7;
	for (unsigned i = 0; i < sure->len; i++)
		a->in_title = a->in_title || reference_place_at(sure, i)->field == MATCH_TITLE;
	g_array_append_vals(a->places, sure->data, sure->len);
}

static void add_first_sure(GArray *sure, const struct entity *e, const GArray *places)
{
	const struct place *first = NULL;
	for (unsigned i = 0; i < places->len; i++) {
		const struct place *p = reference_place_at(places, i);
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
		if (!reference_holds(r, f, term->node))
			continue;
		sum += term->weight;
		if (term->weight > 0)
			reference_add_in_fields(places, reference_positions(r, f, term->node), ~0u);
	}
	return CLAMP(sum, -2.0, 0.75);
}

double reference_pole_sum(struct reference *r, const struct filter *f)
{
	bool two = f->poles[1] != NULL;
	struct pole a = pole_of(r, f, f->poles[0]), b = pole_of(r, f, f->poles[1]);
	g_autoptr(GArray) term_places = g_array_new(FALSE, FALSE, sizeof(struct place));
	double shared = 0, score = 0;
	unsigned spread;
	g_autoptr(GArray) sure = g_array_new(FALSE, FALSE, sizeof(struct place));

	for (char **id = f->shared; *id; id++) {
		g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(struct place));
		reference_add_in_fields(
			places, reference_counting_places(r, f, filter_set_entity(r->set, *id)),
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
		if (in_clauses(r, a.places, b.places))
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
