/* derivation: what was found in example texts, and what of it goes into a filter.
 * For the files of this room that find it, write it and try it.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/derive_clean.h"
#include "filters/derive_phrases.h"
#include "filters/derive_poles.h"

/* One entity of the filter to be. */
struct member {
	char *id;
	enum entity_kind kind;
	const struct name_group *side; /* the pole it belongs to; NULL: none, or it is one */
	double strength;	       /* below 0: usual of its kind */
	GPtrArray *found, *known; /* char *: names met in the texts; by tables and other scripts */
	GPtrArray *with, *not_names;
	GHashTable *names;		/* of the first three lists, folded: none is there twice */
	const struct name_group *group; /* NULL: only the tables know it */
	bool shared;			/* counts for both poles */
	bool rival;			/* of a third country that tells of its side, weakly */
	double term_weight;		/* above 0: a term, of no side */
};

/* One term: a member, a phrase with its topic, or the sections that the texts are not of. */
struct derived_term {
	const struct member *member;
	const struct phrase *phrase;
	const GPtrArray *sections; /* the derivation's */
	double weight;
	double kind; /* what its kind is worth: a name more than a word */
	bool core;   /* hardly any other news has it, several of the texts have */
};

struct derivation {
	const struct derive_options *options;
	GPtrArray *labels;    /* char *: what the texts are called */
	GPtrArray *originals; /* char *: the texts as given, without repeated ones */
	char home[4];	      /* ISO code of the country that the language is of, or "" */
	struct corpus *corpus;
	GArray *dropped;    /* struct dropped_line */
	GPtrArray *groups;  /* struct name_group * */
	GPtrArray *phrases; /* struct phrase * */
	struct pole_finding poles;
	GPtrArray *members;  /* struct member * */
	GArray *terms;	     /* struct derived_term */
	GPtrArray *sections; /* const struct gazetteer_section *, that the texts are not of */
	GPtrArray *warnings; /* char * */
	char *id, *title;
	double threshold;
	char *why_threshold;
	struct trial *trial;	  /* the filter compiled; NULL if it does not compile */
	GError *why_not_compiled; /* then */
};

/* Fills `members`; poles first, each followed by its side. */
void derivation_add_members(struct derivation *derivation);
/* Fills `terms`; needs the members. */
void derivation_add_terms(struct derivation *derivation);
/* What all terms weigh together. */
double derivation_best_sum(const struct derivation *derivation);
/* Without two sides: what the term would weigh, had one of the texts that have it not been there.
 */
double derivation_weight_without(const struct derivation *derivation,
				 const struct derived_term *term);
/* Brings all weights to a threshold of 1; what is next to nothing then goes. */
void derivation_scale_terms(struct derivation *derivation, double threshold);
/* As the filter says it: "@id", a phrase, alternatives; free the result. */
char *derivation_term_text(const struct derivation *derivation, const struct derived_term *term);
/* Whether anything was found that a filter could ask for. */
bool derivation_useful(const struct derivation *derivation);
/* Whether the language of terms reads no part of the text as a mark. */
bool derivation_plain(const char *text);
/* The filter file; free the result. */
char *derivation_write(const struct derivation *derivation);
