/* derive_settle: see derive_settle.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_settle.h"

#include <string.h>

#define TRIGGER_REACH 4 /* "il ministro della Difesa russo Andrej Belousov" */

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

/* The units before `at` that belong to the same phrase: no punctuation between. */
static bool reaches_back(const struct grouping *g, uint32_t at, unsigned steps)
{
	if (at < steps)
		return false;
	for (unsigned i = 0; i < steps; i++)
		if (grouping_unit(g, at - i)->gap ||
		    grouping_unit(g, at - i)->text != grouping_unit(g, at)->text)
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
	if (reaches_back(g, at, 2) &&
	    trigger_kind(grouping_unit(g, at - 2)->folded) != ENTITY_OTHER)
		*sure = 3;
	if (reaches_back(g, at, 1) && demonym_region(grouping_unit(g, at - 1)))
		return demonym_region(grouping_unit(g, at - 1));
	if (reaches_back(g, at, 3) && grouping_unit(g, at - 1)->stop &&
	    demonym_region(grouping_unit(g, at - 2)) &&
	    trigger_kind(grouping_unit(g, at - 3)->folded) == ENTITY_PLACE)
		return demonym_region(grouping_unit(g, at - 2));
	return NULL;
}

/* "il gruppo di Orcel", "presidente di Italia Olivicola": what they are of is no group and no
 * person; a port of Genoa is a place. */
static bool is_owner(const struct grouping *g, uint32_t at, enum entity_kind kind)
{
	static const char *const genitives[] = {"di", "del", "dello", "della", "dell", "dei",
						"of", "de",  "du",    "des",   "von",  "d"};
	const char *before = grouping_unit(g, at - 1)->folded;
	if (kind != ENTITY_PERSON && kind != ENTITY_ORGANISATION)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(genitives); i++)
		if (strcmp(genitives[i], before) == 0)
			return true;
	return false;
}

static enum entity_kind kind_beside(const struct grouping *g, uint32_t at)
{
	for (unsigned back = 1; back <= TRIGGER_REACH && reaches_back(g, at, back); back++) {
		const struct corpus_unit *unit = grouping_unit(g, at - back);
		enum entity_kind kind = trigger_kind(unit->folded);
		if (kind != ENTITY_OTHER)
			return is_owner(g, at, kind) ? ENTITY_OTHER : kind;
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
	return grouping_is_acronym(unit) ? ENTITY_ORGANISATION : ENTITY_OTHER;
}

static void settle_kind(const struct grouping *g, struct name_group *group)
{
	unsigned votes[ENTITY_TREATY + 1] = {0};
	group->kind = kind_by_name(grouping_unit(g, g_array_index(group->units, uint32_t, 0)));
	for (unsigned i = 0; i < group->units->len; i++)
		if (grouping_unit(g, g_array_index(group->units, uint32_t, i))->dateline)
			group->kind = ENTITY_PLACE;
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
	const char *last = strrchr(grouping_fold(g, group), ' ');
	const GPtrArray *bearers = last ? gazetteer_find(g->gazetteer, last + 1, false) : NULL;
	const struct gazetteer_entry *entry = last ? grouping_bearer(bearers, last + 1) : NULL;
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

void settle_kinds(struct grouping *g)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (grouping_stands(group) && !group->entry)
			settle_kind(g, group);
	}
}

void settle_regions(struct grouping *g)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (grouping_stands(group) && !group->entry)
			settle_region(g, group);
	}
}
