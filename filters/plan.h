/* plan: a filter set compiled: patterns over integer keys, who owns them, and rules over owners.
 *
 *   key     a form of a word (filters/lexicon.h)
 *   pattern some keys in a row; looked for only where its rarest and a neighbour of it stand
 *   owner   what a rule can ask for: a word, a phrase, a prefix, or a name of an entity; its
 * patterns rule    a node of an expression over owners; a filter's `when` and each of its terms are
 * one
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

/* A key for each word lies behind it. */
struct pattern {
	uint32_t owner;
	uint32_t count : 12;	/* of words */
	uint32_t probe : 12;	/* which of them stands in the index, with one beside it */
	uint32_t capital : 1;	/* a name: its first word must begin with a capital letter */
	uint32_t ambiguous : 1; /* of an entity: counts only beside another one */
	uint32_t exclusion : 1; /* of an entity: names inside it do not count */
};
#define PATTERN_MOST_WORDS 1000
#define PATTERN_NUMBERS	   (sizeof(struct pattern) / sizeof(uint32_t)) /* before its keys */

static inline const uint32_t *pattern_keys(const struct pattern *pattern)
{
	return (const uint32_t *)(const void *)(pattern + 1);
}

/* A pattern that waits for two classes of keys side by side. The class of a third word stands here
 * too, as good as one bit of 64 can say it: nearly all that do not occur are settled without a look
 * at the pattern. */
struct posting {
	uint32_t check : 23; /* of the pair */
	uint32_t place : 3;  /* of the third word, from two before the probe on; the probe itself in
				a pattern of two words */
	uint32_t bit : 6;    /* of its class */
	uint32_t pattern;
};
#define POSTING_PROBE 2

/* The class of a probe and that of the key behind it (step 1) or before it (-1). */
static inline uint64_t pair_hash(uint32_t probe, uint32_t beside, int step)
{
	uint64_t hash = ((uint64_t)probe << 32 | beside) * 0x9e3779b97f4a7c15u + (uint64_t)step;
	return (hash ^ hash >> 32) * 0xd6e8feb86659fd93u;
}

static inline uint32_t pair_check(uint64_t hash)
{
	return (uint32_t)(hash >> 12) & ((1u << 23) - 1); /* bits that nothing else is taken from */
}

/* The postings of pairs lie in buckets, eight in a group. What is asked of a group first lies side
 * by side: whether a pair is wanted at all, and where its bucket begins. */
struct pair_group {
	uint64_t bloom; /* a Bloom filter of its pairs, two bits each */
	uint32_t first; /* of plan.postings */
	uint32_t steps; /* four bits a bucket: how many postings of the group lie before it;
			   PAIR_FAR: so many or more */
};
#define PAIR_BUCKETS 3 /* 2^PAIR_BUCKETS in a group */
#define PAIR_FAR     15u

struct owner {
	uint32_t entity; /* index in plan.entities, or NONE */
};

/* For each owner some filters. */
struct owner_filters {
	GArray *first;	 /* uint32_t by owner: into filters; one more than there are */
	GArray *filters; /* uint32_t */
};

struct plan_entity {
	const char *id; /* NULL: a country of the world, known to the plan only */
	uint32_t owner;
	uint32_t side; /* entity index; itself if it has none */
	double strength;
	enum entity_kind kind;
	bool has_names; /* unambiguous ones */
};

struct rule {
	uint8_t kind; /* enum node_kind */
	uint8_t fields;
	uint16_t count;
	uint32_t children; /* how many; 0: a leaf */
	union {
		uint32_t owner; /* leaves; entity index for ENTITY and SIDE; filter for FILTER;
				   regex for REGEX */
		uint32_t first_child; /* they lie one behind the other */
	};
};

/* What is asked of few rules only. */
struct rule_source {
	const struct node *node; /* for words about it, and for its age */
	GPtrArray *reason;	 /* its text, which verdicts share; NULL: not asked for yet */
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
	/* asked of every candidate: in one line of memory */
	const char *id;	       /* of the source, which lies elsewhere */
	uint32_t when;	       /* rule or NONE */
	uint32_t languages;    /* bit set; 0: all */
	struct range terms;    /* plan.terms */
	uint8_t priority;      /* of the source, as long as nothing raises it … */
	bool raised;	       /* … which some score may */
	bool plain;	       /* `when` alone decides: one point of one */
	bool always;	       /* nothing triggers it: evaluated for every article */
	uint32_t poles[2];     /* entities or NONE */
	struct range shared;   /* plan.filter_entities */
	struct range entities; /* plan.filter_entities: every entity it speaks of */
	const struct filter *source;
};

#define POSTINGS_AT_ONCE 4 /* looked at */

struct plan {
	struct lexicon *lexicon;
	GArray *patterns; /* uint32_t: struct pattern and its keys, one after the other; a pattern
			     is called by where it begins */
	struct key_index index; /* of what follows */
	GArray *wishes;		/* struct class_wish, by class */
	GArray *single_first;	/* uint32_t by key: into singles; one more than there are */
	GArray *singles;	/* uint32_t: patterns of one word, grouped by key */
	GArray *postings;     /* struct posting: of the others, by bucket; then POSTINGS_AT_ONCE of
				 none */
	GArray *pairs;	      /* struct pair_group; one more than there are */
	unsigned pair_bits;   /* 2^pair_bits groups: four to eight postings each */
	GArray *owners;	      /* struct owner */
	GArray *entities;     /* struct plan_entity */
	GArray *rules;	      /* struct rule */
	GArray *rule_sources; /* struct rule_source, by rule */
	GArray *terms;	      /* struct plan_term */
	GArray *filters;      /* struct plan_filter */
	GArray *filter_entities;       /* uint32_t */
	struct owner_filters triggers; /* filters that are to be looked at if an owner occurs */
	struct owner_filters users;    /* filters that have to do with it */
	GArray *always;		       /* uint32_t filters */
	GArray *regexes;	       /* struct plan_regex */
	unsigned fields;	       /* bit set of the fields some rule looks at */
	uint32_t named_entities; /* those of the set; countries of the world stand behind them */
};

static inline struct pair_group *pair_group(const struct plan *plan, uint64_t hash)
{
	return (struct pair_group *)(void *)plan->pairs->data + (hash >> (64 - plan->pair_bits));
}

static inline unsigned pair_bucket(const struct plan *plan, uint64_t hash)
{
	return (unsigned)(hash >> (64 - PAIR_BUCKETS - plan->pair_bits)) &
	       ((1u << PAIR_BUCKETS) - 1);
}

static inline uint64_t pair_bloom(uint64_t hash)
{
	return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63);
}

/* False: no pattern waits for this pair. */
static inline bool pair_is_wanted(const struct pair_group *group, uint64_t hash)
{
	uint64_t bits = pair_bloom(hash);
	return (group->bloom & bits) == bits;
}

/* The postings of a pair's bucket, and perhaps more of its group. */
static inline struct range pair_postings(const struct plan *plan, uint64_t hash)
{
	const struct pair_group *group = pair_group(plan, hash);
	unsigned bucket = pair_bucket(plan, hash);
	uint32_t from = group->steps >> bucket * 4 & PAIR_FAR;
	uint32_t to = ((uint64_t)PAIR_FAR << 32 | group->steps) >> (bucket + 1) * 4 & PAIR_FAR;
	if (to == PAIR_FAR) /* or the last bucket */
		to = group[1].first - group->first;
	return (struct range){group->first + from, to - from};
}

/* Compile. NULL with FILTER_ERROR_SYNTAX for a regular expression that is none. The set must
 * outlive the plan. */
struct plan *plan_new(const struct filter_set *set, GError **error);
void plan_free(struct plan *plan);

#define PLAN_AT(array, type, index) (&g_array_index((array), type, (index)))

static inline struct pattern *plan_pattern(const struct plan *plan, uint32_t at)
{
	return (struct pattern *)(void *)PLAN_AT(plan->patterns, uint32_t, at);
}

/* Into list->filters. */
static inline struct range plan_filters_of(const struct owner_filters *list, uint32_t owner)
{
	const uint32_t *first = PLAN_AT(list->first, uint32_t, owner);
	return (struct range){first[0], first[1] - first[0]};
}
