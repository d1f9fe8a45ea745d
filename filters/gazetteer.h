/* gazetteer: names of countries and cities in every language, from CLDR; of persons, organisations,
 * weapons, topics from the tables of a folder.
 *
 * Tables: UTF-8, TAB between columns, '#' begins a remark:
 *   kind   person, place, country, organisation, weapon, treaty, other, topic or section
 *   side   ISO 3166 codes between commas of the countries it belongs to, or -
 *   strength  how surely a name of it means its side, 0 to 1, or - for the usual of its kind
 *   id     - for a country (it has its own) and for topics
 *   names  between '|'; "?Kim" counts only in company, "!Kim Kardashian" is another's
 * A topic's names are the same word in several languages; a section's are words of one section of a
 * newspaper.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/filter_data.h"

struct gazetteer_entry {
	char *id;
	enum entity_kind kind;
	char **sides;			     /* ISO codes */
	double strength;		     /* below 0: usual */
	GPtrArray *names, *with, *not_names; /* char * */
	char *region;			     /* of a country, ISO code; or NULL */
	char *zone;			     /* of a CLDR city; or NULL */
	bool tabled;			     /* a table has it */
};

struct gazetteer;

/* `folder` NULL: CLDR alone. `language`: whose names give countries and cities their ids. */
struct gazetteer *gazetteer_load(const char *folder, const char *language, GError **error);
void gazetteer_free(struct gazetteer *gazetteer);

/* Longest name in words. */
#define GAZETTEER_WORDS 7
/* Who bears a name (folded, words between blanks): struct gazetteer_entry *, or NULL. */
const GPtrArray *gazetteer_find(const struct gazetteer *gazetteer, const char *folded,
				bool lower_case);
/* Whether the name is one of those that count only in company. */
bool gazetteer_is_ambiguous(const struct gazetteer_entry *entry, const char *folded);
/* The country of an ISO code; NULL if there is none. */
const struct gazetteer_entry *gazetteer_country(const struct gazetteer *gazetteer,
						const char *region);
/* All but topics, countries first, in the order of the tables. */
const GPtrArray *gazetteer_entries(const struct gazetteer *gazetteer);
/* Words of other languages for a word or phrase (folded): char *, or NULL. */
const GPtrArray *gazetteer_topic(const struct gazetteer *gazetteer, const char *folded);
/* Words that tell one section of a newspaper from the others. */
struct gazetteer_section {
	char *id;
	char **words;
};
/* struct gazetteer_section *, in the order of the tables. */
const GPtrArray *gazetteer_sections(const struct gazetteer *gazetteer);
/* The entry's names in the languages of the press: those of the tables, then CLDR's. Free with
 * g_ptr_array_unref. */
GPtrArray *gazetteer_all_names(const struct gazetteer *gazetteer,
			       const struct gazetteer_entry *entry);
/* "Corea del Nord" -> "corea-del-nord"; free the result. */
char *gazetteer_slug(const char *name);
