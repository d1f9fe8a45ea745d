/* filter_data: the entities and filters of a set, as read: for what compiles, writes and shows them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/expression.h"
#include "filters/filter_set.h"
#include "filters/matcher.h"

enum entity_kind {
	ENTITY_OTHER,
	ENTITY_PERSON,
	ENTITY_PLACE,
	ENTITY_COUNTRY,
	ENTITY_ORGANISATION,
	ENTITY_WEAPON,
	ENTITY_TREATY,
};

/* "person", …: as filter files write it. Static. */
const char *entity_kind_name(enum entity_kind kind);

struct entity {
	char *id;
	enum entity_kind kind;
	char *side;	 /* id of the entity it belongs to, or NULL */
	double strength; /* 0..1: how surely a name of it means its side */
	char **names;
	char **with;	  /* names that count only beside another entity of the filter */
	char **not_names; /* texts in which a name does not count */
	const char *file; /* interned */
	unsigned line;
};

struct term {
	struct node *node;
	char *text; /* as written */
	double weight;
};

struct raise {
	enum priority priority;
	double score;
};

struct filter {
	char *id;
	char *title;
	struct node *when; /* or NULL */
	GArray *terms;	   /* struct term */
	double threshold;  /* 0: `when` alone decides */
	enum priority priority;
	GArray *raises;	  /* struct raise: higher scores, higher priorities */
	char **languages; /* tags; empty: all */
	char **poles;	  /* ids of the entities whose sides must meet; empty: none */
	char **shared;	  /* entities that count for both poles */
	const char *file; /* interned */
	unsigned line;
	bool incomplete; /* some of `when` or the terms could not be read, which was said */
};

struct filter_set {
	GPtrArray *filters;  /* struct filter * */
	GPtrArray *entities; /* struct entity * */
	GHashTable *by_id;   /* filters */
	GHashTable *entity_by_id;
	GHashTable *files; /* paths that were read: each counts once, included or not */
};

struct filter_set *filter_set_new(void);
/* Empty lists, which most filters share. */
char **filter_no_texts(void);
GArray *filter_no_values(void);

struct entity *filter_set_entity(const struct filter_set *set, const char *id);
struct filter *filter_set_filter(const struct filter_set *set, const char *id);
