/* derive_names: see derive_names.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_names.h"

#include "filters/text.h"

#include <math.h>
#include <string.h>

#define MAX_ACRONYM    8
#define ALIAS_REACH    60 /* bytes between the names */
#define ALIAS_UNITS    10
#define SHORT_NAME_MIN 4
#define TRIGGER_REACH  4 /* "il ministro della Difesa russo Andrej Belousov" */

/* Surnames that stand first and are borne by many: alone they count only in company. */
static const char *const first_surnames[] = {
	"kim", "xi",   "shin", "choe",	"choi", "pak",	"park", "ri",	"lee",	 "yi",
	"han", "jong", "jang", "hwang", "moon", "yoon", "li",	"wang", "zhang", "chen",
	"liu", "wu",   "no",   "jo",	"cho",	"kang", "im",	"hong",
};

static const struct {
	enum entity_kind kind;
	const char *word;
} triggers[] = {
	{ENTITY_PERSON, "presidente"},
	{ENTITY_PERSON, "ministro"},
	{ENTITY_PERSON, "viceministro"},
	{ENTITY_PERSON, "generale"},
	{ENTITY_PERSON, "leader"},
	{ENTITY_PERSON, "segretario"},
	{ENTITY_PERSON, "ambasciatore"},
	{ENTITY_PERSON, "ricercatore"},
	{ENTITY_PERSON, "portavoce"},
	{ENTITY_PERSON, "premier"},
	{ENTITY_PERSON, "direttore"},
	{ENTITY_PERSON, "allenatore"},
	{ENTITY_PERSON, "sindaco"},
	{ENTITY_PERSON, "imprenditore"},
	{ENTITY_PERSON, "patron"},
	{ENTITY_PERSON, "president"},
	{ENTITY_PERSON, "minister"},
	{ENTITY_PERSON, "general"},
	{ENTITY_PERSON, "secretary"},
	{ENTITY_PERSON, "spokesman"},
	{ENTITY_PERSON, "spokeswoman"},
	{ENTITY_PERSON, "chancellor"},
	{ENTITY_PERSON, "chairman"},
	{ENTITY_PERSON, "ministra"},
	{ENTITY_PERSON, "ministre"},
	{ENTITY_PERSON, "president"},
	{ENTITY_PERSON, "amministratore"},
	{ENTITY_PLACE, "citta"},
	{ENTITY_PLACE, "porto"},
	{ENTITY_PLACE, "villaggio"},
	{ENTITY_PLACE, "regione"},
	{ENTITY_PLACE, "stazione"},
	{ENTITY_PLACE, "base"},
	{ENTITY_PLACE, "cosmodromo"},
	{ENTITY_PLACE, "provincia"},
	{ENTITY_PLACE, "isola"},
	{ENTITY_PLACE, "capitale"},
	{ENTITY_PLACE, "zona"},
	{ENTITY_PLACE, "confine"},
	{ENTITY_PLACE, "city"},
	{ENTITY_PLACE, "port"},
	{ENTITY_PLACE, "village"},
	{ENTITY_PLACE, "region"},
	{ENTITY_PLACE, "station"},
	{ENTITY_PLACE, "town"},
	{ENTITY_PLACE, "island"},
	{ENTITY_PLACE, "ville"},
	{ENTITY_PLACE, "stadt"},
	{ENTITY_PLACE, "ciudad"},
	{ENTITY_PLACE, "distretto"},
	{ENTITY_PLACE, "fiume"},
	{ENTITY_WEAPON, "missile"},
	{ENTITY_WEAPON, "missili"},
	{ENTITY_WEAPON, "missiles"},
	{ENTITY_WEAPON, "drone"},
	{ENTITY_WEAPON, "droni"},
	{ENTITY_WEAPON, "drones"},
	{ENTITY_ORGANISATION, "agenzia"},
	{ENTITY_ORGANISATION, "societa"},
	{ENTITY_ORGANISATION, "gruppo"},
	{ENTITY_ORGANISATION, "agency"},
	{ENTITY_ORGANISATION, "company"},
	{ENTITY_ORGANISATION, "group"},
	{ENTITY_ORGANISATION, "fondo"},
	{ENTITY_ORGANISATION, "fund"},
	{ENTITY_ORGANISATION, "club"},
};

/* Words with which the name of an organisation or a treaty begins. */
static const struct {
	enum entity_kind kind;
	const char *word;
} heads[] = {
	{ENTITY_ORGANISATION, "ministero"},
	{ENTITY_ORGANISATION, "partito"},
	{ENTITY_ORGANISATION, "forum"},
	{ENTITY_ORGANISATION, "consiglio"},
	{ENTITY_ORGANISATION, "corte"},
	{ENTITY_ORGANISATION, "banca"},
	{ENTITY_ORGANISATION, "agenzia"},
	{ENTITY_ORGANISATION, "universita"},
	{ENTITY_ORGANISATION, "istituto"},
	{ENTITY_ORGANISATION, "commissione"},
	{ENTITY_ORGANISATION, "comitato"},
	{ENTITY_ORGANISATION, "societa"},
	{ENTITY_ORGANISATION, "ministry"},
	{ENTITY_ORGANISATION, "council"},
	{ENTITY_ORGANISATION, "court"},
	{ENTITY_ORGANISATION, "bank"},
	{ENTITY_ORGANISATION, "party"},
	{ENTITY_ORGANISATION, "alleanza"},
	{ENTITY_TREATY, "trattato"},
	{ENTITY_TREATY, "partenariato"},
	{ENTITY_TREATY, "accordo"},
	{ENTITY_TREATY, "treaty"},
	{ENTITY_TREATY, "pact"},
	{ENTITY_TREATY, "carta"},
	{ENTITY_PLACE, "mare"},
	{ENTITY_PLACE, "golfo"},
	{ENTITY_PLACE, "stretto"},
	{ENTITY_PLACE, "repubblica"},
	{ENTITY_PLACE, "porto"},
	{ENTITY_PLACE, "palazzo"},
};

struct grouping {
	struct corpus *corpus;
	const struct gazetteer *gazetteer;
	const struct reference *reference;
	GPtrArray *groups;
	GHashTable *by_key;   /* fold without blanks -> group */
	GHashTable *by_entry; /* gazetteer entry -> group */
};

static struct corpus_unit *unit_at(const struct grouping *g, uint32_t i)
{
	return CORPUS_UNIT(g->corpus, i);
}

static bool is_first_surname(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(first_surnames); i++)
		if (strcmp(first_surnames[i], word) == 0)
			return true;
	return false;
}

/* ---- groups -------------------------------------------------------------------------- */

static void form_clear(void *data)
{
	struct name_form *form = data;
	g_free(form->text);
	g_free(form->folded);
}

static void group_free(void *data)
{
	struct name_group *group = data;
	g_free(group->id);
	g_array_unref(group->units);
	g_array_unref(group->forms);
	g_hash_table_unref(group->ambiguous);
	g_free(group);
}

static struct name_group *group_new(struct grouping *g)
{
	struct name_group *group = g_new0(struct name_group, 1);
	group->units = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	group->forms = g_array_new(FALSE, FALSE, sizeof(struct name_form));
	g_array_set_clear_func(group->forms, form_clear);
	group->ambiguous = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(g->groups, group);
	return group;
}

/* Hyphen, blank and nothing are the same: Kim Jong-un, Kim Jong Un, Kim Jongun. */
static char *key_of(const char *folded)
{
	GString *key = g_string_new(NULL);
	for (const char *p = folded; *p; p++)
		if (*p != ' ')
			g_string_append_c(key, *p);
	return g_string_free(key, FALSE);
}

static struct name_group *group_of_entry(struct grouping *g, const struct gazetteer_entry *entry)
{
	struct name_group *group = g_hash_table_lookup(g->by_entry, entry);
	if (group)
		return group;
	group = group_new(g);
	group->entry = entry;
	group->kind = entry->kind;
	group->region = entry->sides && entry->sides[0] ? entry->sides[0] : NULL;
	group->both_sides = entry->sides && entry->sides[0] && entry->sides[1];
	g_hash_table_insert(g->by_entry, (gpointer)entry, group);
	return group;
}

static struct name_group *group_of_key(struct grouping *g, const char *folded)
{
	char *key = key_of(folded);
	struct name_group *group = g_hash_table_lookup(g->by_key, key);
	if (group) {
		g_free(key);
		return group;
	}
	group = group_new(g);
	g_hash_table_insert(g->by_key, key, group);
	return group;
}

static void merge(struct grouping *g, struct name_group *into, struct name_group *from)
{
	if (into == from || from->merged || into->merged || (into->entry && from->entry))
		return;
	if (from->entry && !into->entry) {
		struct name_group *other = into;
		into = from;
		from = other;
	}
	for (unsigned i = 0; i < from->units->len; i++)
		unit_at(g, g_array_index(from->units, uint32_t, i))->group = into;
	g_array_append_vals(into->units, from->units->data, from->units->len);
	g_array_set_size(from->units, 0);
	if (!into->region)
		into->region = from->region;
	if (into->kind == ENTITY_OTHER)
		into->kind = from->kind;
	from->merged = into;
}

/* The bearer that speaks for the name: a country before others, then the order of the tables. */
static const struct gazetteer_entry *best_bearer(const GPtrArray *bearers, const char *folded)
{
	const struct gazetteer_entry *best = NULL;
	for (unsigned i = 0; bearers && i < bearers->len; i++) {
		const struct gazetteer_entry *entry = bearers->pdata[i];
		if (gazetteer_is_ambiguous(entry, folded))
			continue;
		if (!best || (entry->kind == ENTITY_COUNTRY && best->kind != ENTITY_COUNTRY))
			best = entry;
	}
	return best;
}

static void group_units(struct grouping *g)
{
	for (uint32_t i = 0; i < g->corpus->units->len; i++) {
		struct corpus_unit *unit = unit_at(g, i);
		if (!unit->name)
			continue;
		const struct gazetteer_entry *entry = best_bearer(unit->bearers, unit->folded);
		unit->group = entry ? group_of_entry(g, entry) : group_of_key(g, unit->folded);
		g_array_append_val(unit->group->units, i);
	}
}

/* ---- rules --------------------------------------------------------------------------- */

static const char *any_fold(const struct grouping *g, const struct name_group *group)
{
	return unit_at(g, g_array_index(group->units, uint32_t, 0))->folded;
}

static bool stands(const struct name_group *group)
{
	return !group->merged && group->units->len;
}

/* Whether `one` is the last word of a full name, or its first where surnames stand first. */
static bool is_surname_of(const char *one, const char *full, bool *ambiguous)
{
	const char *last = strrchr(full, ' ');
	size_t len = strlen(one);
	*ambiguous = false;
	if (!last)
		return false;
	if (is_first_surname(one) && strncmp(full, one, len) == 0 && full[len] == ' ') {
		*ambiguous = true;
		return true;
	}
	return strcmp(last + 1, one) == 0;
}

/* Whether a name is another one cut short: "kim jong" of "kim jong un". */
static bool is_cut_of(const char *cut, const char *full)
{
	size_t len = strlen(cut);
	return strchr(cut, ' ') && strncmp(full, cut, len) == 0 && full[len] == ' ' &&
	       strlen(full) - len <= 5;
}

static bool may_be_person(const struct name_group *group)
{
	return group->kind == ENTITY_PERSON || group->kind == ENTITY_OTHER;
}

/* Of several bearers of a surname the one named most often takes it. */
static void join_surname(struct grouping *g, struct name_group *one)
{
	const char *word = any_fold(g, one);
	struct name_group *best = NULL;
	bool ambiguous = false, best_ambiguous = false;

	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *full = g->groups->pdata[i];
		bool fits = false;
		if (full == one || !stands(full) || !may_be_person(full))
			continue;
		for (unsigned k = 0; k < full->units->len && !fits; k++) {
			const char *name =
				unit_at(g, g_array_index(full->units, uint32_t, k))->folded;
			fits = strchr(word, ' ') ? is_cut_of(word, name)
						 : is_surname_of(word, name, &ambiguous);
		}
		if (fits && (!best || full->units->len > best->units->len)) {
			best = full;
			best_ambiguous = ambiguous;
		}
	}
	if (!best)
		return;
	if (best_ambiguous)
		g_hash_table_add(best->ambiguous, g_strdup(word));
	merge(g, best, one);
}

/* "Halcyon" of "Halcyon Partners": the first word of one name only, and no word of ordinary news.
 */
static struct name_group *full_name_of(const struct grouping *g, const struct name_group *one)
{
	const struct corpus_unit *unit = unit_at(g, g_array_index(one->units, uint32_t, 0));
	size_t len = strlen(unit->folded);
	struct name_group *found = NULL;
	if (strchr(unit->folded, ' ') || len < SHORT_NAME_MIN ||
	    reference_word(g->reference, unit->lower).count)
		return NULL;
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *full = g->groups->pdata[i];
		const char *name = stands(full) ? any_fold(g, full) : "";
		if (full == one || full->kind == ENTITY_PERSON ||
		    strncmp(name, unit->folded, len) != 0 || name[len] != ' ')
			continue;
		if (found)
			return NULL;
		found = full;
	}
	return found;
}

static void join_short_names(struct grouping *g)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		struct name_group *full =
			stands(group) && !group->entry ? full_name_of(g, group) : NULL;
		if (full)
			merge(g, full, group);
	}
}

static void join_surnames(struct grouping *g)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (stands(group) && !group->entry && may_be_person(group))
			join_surname(g, group);
	}
}

/* A full name whose surname the gazetteer knows for a person's: "Andrey Belousov". */
static void join_known_surnames(struct grouping *g)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (!stands(group) || group->entry || !may_be_person(group))
			continue;
		const char *last = strrchr(any_fold(g, group), ' ');
		const GPtrArray *bearers =
			last ? gazetteer_find(g->gazetteer, last + 1, false) : NULL;
		const struct gazetteer_entry *entry = last ? best_bearer(bearers, last + 1) : NULL;
		if (entry && entry->kind == ENTITY_PERSON)
			merge(g, group_of_entry(g, entry), group);
	}
}

/* An ambiguous name whose bearer in full occurs in the texts is his. */
static void join_ambiguous(struct grouping *g)
{
	for (uint32_t i = 0; i < g->corpus->units->len; i++) {
		struct corpus_unit *unit = unit_at(g, i);
		if (!unit->group || unit->group->entry || !unit->bearers)
			continue;
		for (unsigned k = 0; k < unit->bearers->len; k++) {
			struct name_group *known =
				g_hash_table_lookup(g->by_entry, unit->bearers->pdata[k]);
			if (!known || known->merged || !known->units->len)
				continue;
			g_hash_table_add(known->ambiguous, g_strdup(unit->folded));
			merge(g, known, unit->group);
			break;
		}
	}
}

/* "Trattato di Partenariato Strategico Globale" and "Partenariato Strategico Globale". */
static void join_treaties(struct grouping *g)
{
	for (unsigned i = 0; i < g->groups->len; i++)
		for (unsigned k = 0; k < g->groups->len; k++) {
			struct name_group *whole = g->groups->pdata[i], *part = g->groups->pdata[k];
			if (whole == part || !stands(whole) || !stands(part) ||
			    whole->kind != ENTITY_TREATY || part->kind != ENTITY_TREATY ||
			    !strchr(any_fold(g, part), ' '))
				continue;
			if (g_str_has_suffix(any_fold(g, whole), any_fold(g, part)))
				merge(g, part, whole);
		}
}

static bool is_acronym(const struct corpus_unit *unit)
{
	if (unit->len < 2 || unit->len > MAX_ACRONYM)
		return false;
	for (uint32_t i = 0; i < unit->len; i++)
		if (!g_ascii_isupper(unit->start[i]) && !g_ascii_isdigit(unit->start[i]))
			return false;
	return true;
}

/* Whether the letters are the first letters of words of the name, in order. */
static bool abbreviates(const struct corpus_unit *acronym, const struct corpus_unit *name)
{
	const char *p = name->folded;
	uint32_t letter = 0;
	while (*p && letter < acronym->len) {
		if (*p == g_ascii_tolower(acronym->start[letter]))
			letter++;
		p = strchr(p, ' ');
		if (!p)
			break;
		p++;
	}
	return letter == acronym->len && strchr(name->folded, ' ');
}

static bool opens_parenthesis(const struct corpus_unit *left, const struct corpus_unit *right)
{
	const char *p = left->start + left->len;
	while (p < right->start && (*p == ' ' || *p == '\n'))
		p++;
	return p + 1 == right->start && *p == '(';
}

/* "Repubblica Popolare Democratica di Corea (RPDC, meglio nota come Corea del Nord)" */
static bool says_alias(const struct corpus_unit *left, const struct corpus_unit *right)
{
	static const char *const cues[] = {
		"nota come",	 "noto come",	      "conosciuta come",    "conosciuto come",
		"known as",	 "connu sous le nom", "connue sous le nom", "conocida como",
		"conocido como", "bekannt als",	      "conhecida como"};
	const char *from = left->start + left->len;
	if (right->start <= from || right->start - from > ALIAS_REACH)
		return false;
	g_autofree char *between = g_strndup(from, (gsize)(right->start - from));
	g_autofree char *lower = g_utf8_strdown(between, -1);
	const char *open = strchr(lower, '(');
	if (!open || strchr(lower, ')'))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(cues); i++)
		if (strstr(open, cues[i]))
			return true;
	return false;
}

static void join_aliases(struct grouping *g)
{
	for (uint32_t i = 0; i < g->corpus->units->len; i++)
		for (uint32_t k = i + 1; k < MIN(i + ALIAS_UNITS, g->corpus->units->len); k++) {
			struct corpus_unit *left = unit_at(g, i), *right = unit_at(g, k);
			if (left->group && right->group && left->text == right->text &&
			    says_alias(left, right))
				merge(g, left->group, right->group);
		}
}

static void join_acronyms(struct grouping *g)
{
	for (uint32_t i = 0; i + 1 < g->corpus->units->len; i++) {
		struct corpus_unit *left = unit_at(g, i), *right = unit_at(g, i + 1);
		if (!left->group || !right->group || left->text != right->text ||
		    !opens_parenthesis(left, right))
			continue;
		if ((is_acronym(right) && abbreviates(right, left)) ||
		    (is_acronym(left) && abbreviates(left, right)))
			merge(g, left->group, right->group);
	}
}

/* ---- kind and side ------------------------------------------------------------------- */

/* The units before `at` that belong to the same phrase: no punctuation between. */
static bool reaches_back(const struct grouping *g, uint32_t at, unsigned steps)
{
	if (at < steps)
		return false;
	for (unsigned i = 0; i < steps; i++)
		if (unit_at(g, at - i)->gap || unit_at(g, at - i)->text != unit_at(g, at)->text)
			return false;
	return true;
}

static enum entity_kind trigger_kind(const char *folded)
{
	for (size_t i = 0; i < G_N_ELEMENTS(triggers); i++)
		if (strcmp(triggers[i].word, folded) == 0)
			return triggers[i].kind;
	return ENTITY_OTHER;
}

static const char *demonym_region(const struct corpus_unit *unit)
{
	return unit->lower_name && unit->group && unit->group->entry ? unit->group->region : NULL;
}

/* "russo Vladimir Putin"; "città russa di Khasan". */
static const char *region_beside(const struct grouping *g, uint32_t at, unsigned *sure)
{
	*sure = 1;
	/* "presidente russo Vladimir Putin" is surer than "il blitz russo Putin" */
	if (reaches_back(g, at, 2) && trigger_kind(unit_at(g, at - 2)->folded) != ENTITY_OTHER)
		*sure = 3;
	if (reaches_back(g, at, 1) && demonym_region(unit_at(g, at - 1)))
		return demonym_region(unit_at(g, at - 1));
	if (reaches_back(g, at, 3) && unit_at(g, at - 1)->stop &&
	    demonym_region(unit_at(g, at - 2)) &&
	    trigger_kind(unit_at(g, at - 3)->folded) == ENTITY_PLACE)
		return demonym_region(unit_at(g, at - 2));
	return NULL;
}

static enum entity_kind kind_beside(const struct grouping *g, uint32_t at)
{
	for (unsigned back = 1; back <= TRIGGER_REACH && reaches_back(g, at, back); back++) {
		const struct corpus_unit *unit = unit_at(g, at - back);
		enum entity_kind kind = trigger_kind(unit->folded);
		if (kind != ENTITY_OTHER)
			return kind;
		if (unit->name && !unit->lower_name)
			break;
	}
	return ENTITY_OTHER;
}

static enum entity_kind kind_by_name(const struct corpus_unit *unit)
{
	size_t first = strcspn(unit->folded, " ");
	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++)
		if (strlen(heads[i].word) == first &&
		    strncmp(heads[i].word, unit->folded, first) == 0)
			return heads[i].kind;
	return is_acronym(unit) ? ENTITY_ORGANISATION : ENTITY_OTHER;
}

static void settle_kind(const struct grouping *g, struct name_group *group)
{
	unsigned votes[ENTITY_TREATY + 1] = {0};
	group->kind = kind_by_name(unit_at(g, g_array_index(group->units, uint32_t, 0)));
	if (group->kind != ENTITY_OTHER)
		return;
	for (unsigned i = 0; i < group->units->len; i++)
		votes[kind_beside(g, g_array_index(group->units, uint32_t, i))]++;
	for (unsigned k = ENTITY_OTHER + 1; k <= ENTITY_TREATY; k++)
		if (votes[k] && (group->kind == ENTITY_OTHER || votes[k] > votes[group->kind]))
			group->kind = (enum entity_kind)k;
}

/* "Ministero degli Esteri di Pyongyang": the last word is a country, or a name that means one. */
static const char *region_in(const struct grouping *g, const struct name_group *group)
{
	const char *last = strrchr(any_fold(g, group), ' ');
	const GPtrArray *bearers = last ? gazetteer_find(g->gazetteer, last + 1, false) : NULL;
	const struct gazetteer_entry *entry = last ? best_bearer(bearers, last + 1) : NULL;
	if (!entry || !entry->sides || !entry->sides[0] || entry->sides[1] ||
	    group->kind == ENTITY_PERSON)
		return NULL;
	return entry->kind == ENTITY_COUNTRY || entry->kind == ENTITY_PLACE ? entry->sides[0]
									    : NULL;
}

/* Where two sides claim a name, most of the claims decide. */
static void settle_region(const struct grouping *g, struct name_group *group)
{
	g_autoptr(GHashTable) votes = g_hash_table_new(g_str_hash, g_str_equal);
	const char *best = region_in(g, group);
	unsigned most = best ? 1 : 0, all = most;
	if (best)
		g_hash_table_insert(votes, (gpointer)best, GUINT_TO_POINTER(1));
	for (unsigned i = 0; i < group->units->len; i++) {
		unsigned sure;
		const char *beside =
			region_beside(g, g_array_index(group->units, uint32_t, i), &sure);
		if (!beside)
			continue;
		unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(votes, beside)) + sure;
		g_hash_table_insert(votes, (gpointer)beside, GUINT_TO_POINTER(count));
		all += sure;
		if (count > most) {
			most = count;
			best = beside;
		}
	}
	group->region = 2 * most > all ? best : NULL;
}

static void settle(struct grouping *g, bool kinds)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (!stands(group) || group->entry)
			continue;
		if (kinds)
			settle_kind(g, group);
		else
			settle_region(g, group);
	}
}

/* ---- figures ------------------------------------------------------------------------- */

static int by_count(gconstpointer left, gconstpointer right)
{
	const struct name_form *a = left, *b = right;
	return a->count != b->count ? (a->count < b->count) - (a->count > b->count)
				    : strcmp(a->text, b->text);
}

static void add_form(struct name_group *group, const struct corpus_unit *unit)
{
	for (unsigned i = 0; i < group->forms->len; i++) {
		struct name_form *form = &g_array_index(group->forms, struct name_form, i);
		if (strcmp(form->folded, unit->folded) == 0) {
			form->count++;
			return;
		}
	}
	struct name_form form = {
		.text = g_strndup(unit->start, unit->len),
		.folded = g_strdup(unit->folded),
		.count = 1,
		.lower_case = unit->lower_name,
		.ambiguous = g_hash_table_contains(group->ambiguous, unit->folded) ||
			     (group->entry && gazetteer_is_ambiguous(group->entry, unit->folded)),
	};
	g_strdelimit(form.text, "\n", ' ');
	g_array_append_val(group->forms, form);
}

/* How often ordinary news has the form as a name: the rarest of its words bounds it. */
static double in_reference(const struct reference *reference, const struct name_form *form)
{
	g_auto(GStrv) words = g_strsplit(form->text, " ", -1);
	double rarest = -1;
	for (char **word = words; *word; word++) {
		g_autoptr(GString) lower = g_string_new(NULL);
		text_lower(*word, strlen(*word), lower);
		if (!*lower->str)
			continue;
		struct reference_word found = reference_word(reference, lower->str);
		double count = form->lower_case ? found.count : found.capital;
		rarest = rarest < 0 ? count : MIN(rarest, count);
	}
	return MAX(rarest, 0);
}

static void weigh(const struct grouping *g, struct name_group *group)
{
	g_autoptr(GHashTable) texts = g_hash_table_new(NULL, NULL);
	double seen = 0;

	for (unsigned i = 0; i < group->units->len; i++) {
		const struct corpus_unit *unit =
			unit_at(g, g_array_index(group->units, uint32_t, i));
		g_hash_table_add(texts, GUINT_TO_POINTER(unit->text));
		add_form(group, unit);
	}
	g_array_sort(group->forms, by_count);
	for (unsigned i = 0; i < group->forms->len; i++)
		seen += in_reference(g->reference,
				     &g_array_index(group->forms, struct name_form, i));
	group->texts = g_hash_table_size(texts);
	group->lift = group->units->len / MAX(g->corpus->tokens, 1) /
		      ((seen + 0.5) / reference_tokens(g->reference));
	group->weight = MIN(3, log2(1 + group->lift) / 4) *
			(0.4 + 0.6 * group->texts / g->corpus->texts->len);
	group->id = group->entry
			    ? g_strdup(group->entry->id)
			    : gazetteer_slug(g_array_index(group->forms, struct name_form, 0).text);
}

static int by_weight(gconstpointer left, gconstpointer right)
{
	const struct name_group *a = *(struct name_group *const *)left,
				*b = *(struct name_group *const *)right;
	if (a->weight != b->weight)
		return (a->weight < b->weight) - (a->weight > b->weight);
	return strcmp(a->id, b->id);
}

GPtrArray *names_group(struct corpus *corpus, const struct gazetteer *gazetteer,
		       const struct reference *reference)
{
	struct grouping g = {.corpus = corpus, .gazetteer = gazetteer, .reference = reference};
	g.groups = g_ptr_array_new_with_free_func(group_free);
	g.by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g.by_entry = g_hash_table_new(NULL, NULL);

	group_units(&g);
	join_acronyms(&g);
	join_aliases(&g);
	settle(&g, true);
	join_treaties(&g);
	join_known_surnames(&g);
	join_ambiguous(&g);
	join_surnames(&g);
	join_short_names(&g);
	settle(&g, false);
	for (unsigned i = g.groups->len; i-- > 0;)
		if (!stands(g.groups->pdata[i]))
			g_ptr_array_remove_index(g.groups, i);
	for (unsigned i = 0; i < g.groups->len; i++)
		weigh(&g, g.groups->pdata[i]);
	g_ptr_array_sort(g.groups, by_weight);
	g_hash_table_unref(g.by_key);
	g_hash_table_unref(g.by_entry);
	return g.groups;
}
