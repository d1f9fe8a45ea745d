/* plan_builder: the parts of compiling that several files share.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/plan.h"

enum pattern_form {
	FORM_STEM, /* words by stem in every language there is a stemmer for */
	FORM_EXACT,
	FORM_PREFIX,
	FORM_NAME,  /* of an entity */
	FORM_SOUND, /* of a person or a place: in other spellings and alphabets too */
};

/* Add the pattern of `text`; false if it holds no word. Flags are copied from `flags`. */
bool plan_add_pattern(struct plan *plan, const char *text, enum pattern_form form,
		      const struct pattern *flags);
uint32_t plan_add_owner(struct plan *plan, uint32_t entity);
/* The countries of the world in the languages of the press, from CLDR, but for those that an entity
 * of the set names. */
void plan_add_countries(struct plan *plan, const struct filter_set *set);
/* Choose probes and build the index; after all patterns are in. */
void plan_index(struct plan *plan);
/* Counts to where each one's part of a list ends; filled from behind, they say where it begins. */
void plan_sum_up(GArray *counts);
