/* derive_grouping: groups of names while they are made: what the rules of derive_join and
 * derive_settle work on. For the files of this room that make them.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/derive_names.h"

struct grouping {
	struct corpus *corpus;
	const struct gazetteer *gazetteer;
	GPtrArray *groups;
	GHashTable *by_key;   /* fold without blanks -> group */
	GHashTable *by_entry; /* gazetteer entry -> group */
};

struct corpus_unit *grouping_unit(const struct grouping *g, uint32_t index);
/* The group of a bearer the gazetteer knows; of a fold, blanks aside. Made if there is none. */
struct name_group *grouping_of_entry(struct grouping *g, const struct gazetteer_entry *entry);
struct name_group *grouping_of_key(struct grouping *g, const char *folded);
/* All of `from` becomes part of `into`, or the other way round if only `from` is in the gazetteer.
 * Two that the gazetteer tells apart stay two. */
void grouping_merge(struct grouping *g, struct name_group *into, struct name_group *from);
/* Whether it has not gone into another. */
bool grouping_stands(const struct name_group *group);
/* One of its names, folded. */
const char *grouping_fold(const struct grouping *g, const struct name_group *group);
/* The bearer that speaks for a name: a country before others, then the order of the tables; NULL:
 * nobody surely. */
const struct gazetteer_entry *grouping_bearer(const GPtrArray *bearers, const char *folded);
bool grouping_is_acronym(const struct corpus_unit *unit);
void grouping_free_group(void *group);
