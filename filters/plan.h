/* plan: a filter set compiled: patterns over integer keys, who owns them, and rules over owners.
 *
 *   key     a form of a word (filters/lexicon.h)
 *   pattern some positions in a row, each a set of keys; looked for only where its rarest position occurs
 *   owner   what a rule can ask for: a word, a phrase, a prefix, or a name of an entity; its patterns
 *   rule    a node of an expression over owners; a filter's `when` and each of its terms are one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/filter_data.h"
#include "filters/lexicon.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define NONE UINT32_MAX

struct range {
	uint32_t first, count; /* into the array that the member's comment names */
};

struct pattern {
	struct range positions; /* plan.positions: a range of plan.position_keys each */
	uint32_t owner;
	uint16_t probe;         /* which position stands in the index */
	bool capital;           /* a name: its first word must begin with a capital letter */
	bool ambiguous;         /* of an entity: counts only beside another one */
	bool exclusion;         /* of an entity: names inside it do not count */
	bool single;            /* one word: other bearers of the name are looked for */
};

struct posting {
	uint32_t pattern;
};

struct owner {
	uint32_t entity;        /* index in plan.entities, or NONE */
	struct range triggers;  /* plan.trigger_filters */
	struct range users;     /* plan.user_filters */
};

struct plan_entity {
	const char *id;         /* NULL: a country of the world, known to the plan only */
	uint32_t owner;
	uint32_t side;          /* entity index; itself if it has none */
	double strength;
	enum entity_kind kind;
	bool has_names;         /* unambiguous ones */
};

struct rule {
	uint8_t kind;           /* enum node_kind */
	uint8_t fields;
	uint16_t count;
	uint32_t owner;         /* leaves; entity index for ENTITY and SIDE; filter for FILTER; regex for REGEX */
	struct range children;  /* plan.rule_children: rule indices */
	int64_t seconds;
	const struct node *node; /* for words about it */
};

struct plan_regex {
	pcre2_code *code;
};

struct plan_term {
	uint32_t rule;
	double weight;
	const char *text;
};

struct plan_filter {
	const struct filter *source;
	uint32_t when;          /* rule or NONE */
	struct range terms;     /* plan.terms */
	struct range entities;  /* plan.filter_entities: every entity it speaks of */
	uint32_t poles[2];      /* entities or NONE */
	struct range shared;    /* plan.filter_entities */
	uint32_t languages;     /* bit set; 0: all */
	bool always;            /* nothing triggers it: evaluated for every article */
};

struct plan {
	struct lexicon *lexicon;
	GArray *patterns;       /* struct pattern */
	GArray *positions;      /* struct range */
	GArray *position_keys;  /* uint32_t */
	GArray *postings;       /* uint32_t pattern, grouped by key */
	GArray *by_key;         /* struct range into postings, by key */
	GArray *owners;         /* struct owner */
	GArray *entities;       /* struct plan_entity */
	GArray *rules;          /* struct rule */
	GArray *rule_children;  /* uint32_t */
	GArray *terms;          /* struct plan_term */
	GArray *filters;        /* struct plan_filter */
	GArray *filter_entities; /* uint32_t */
	GArray *trigger_filters; /* uint32_t */
	GArray *user_filters;   /* uint32_t */
	GArray *always;         /* uint32_t filters */
	GArray *regexes;        /* struct plan_regex */
	unsigned fields;        /* bit set of the fields some rule looks at */
	uint32_t named_entities; /* those of the set; countries of the world stand behind them */
};

/* Compile. NULL with FILTER_ERROR_SYNTAX for a regular expression that is none. The set must outlive the plan. */
struct plan *plan_new(const struct filter_set *set, GError **error);
void plan_free(struct plan *plan);

#define PLAN_AT(array, type, index) (&g_array_index((array), type, (index)))
