/* reference_parts: what the parts of the reference share. For reference_*.c alone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/text.h"
#include "tests/property/reference_match.h"

#define FIELDS (MATCH_LANGUAGE + 1)

struct place {
	int field;
	unsigned first, count; /* tokens */
	uint32_t start, end, sentence;
	bool ambiguous, exclusion, other_bearer;
	bool third; /* on a side: a country that is not the side itself */
};

struct reference {
	const struct filter_set *set;
	const struct match_article *article;
	enum language language;
	char *categories;
	const char *texts[FIELDS];
	GArray *tokens[FIELDS];
	struct sb_stemmer *stemmer;
};

enum how { HOW_STEM, HOW_EXACT, HOW_PREFIX, HOW_NAME };

struct wanted {
	char *word, *folded;
	enum text_script script;
	enum how how;
	bool alone; /* the only word of its text */
};

/* Words. Whether a token of a field is the word, as it is asked for. */
char *reference_fold(const char *word);
bool reference_is_wanted(const struct reference *r, const struct wanted *w, int field,
			 const struct token *t);

/* Places: arrays of struct place, by field and token. find_ appends what is there; clean drops what
 * lies in another or in an exclusion, and takes the array. */
const struct token *reference_token_at(const struct reference *r, int field, unsigned i);
const struct place *reference_place_at(const GArray *places, unsigned i);
void reference_find_text(const struct reference *r, const char *text, enum how how, bool ambiguous,
			 bool exclusion, GArray *out);
void reference_find_name(const struct reference *r, const char *name, bool ambiguous,
			 bool exclusion, GArray *out);
GArray *reference_clean(GArray *all);
/* All of an entity, and those that count for a filter: ambiguous names want company. */
GArray *reference_entity_places(const struct reference *r, const struct entity *e);
GArray *reference_counting_places(const struct reference *r, const struct filter *f,
				  const struct entity *e);
bool reference_on_side(const struct entity *e, const char *side);

/* Expressions: where a node stands, and whether it holds. */
GArray *reference_positions(const struct reference *r, const struct filter *f,
			    const struct node *node);
/* Takes `places`. */
void reference_add_in_fields(GArray *out, GArray *places, unsigned fields);
bool reference_holds(struct reference *r, const struct filter *f, const struct node *node);

double reference_pole_sum(struct reference *r, const struct filter *f);
