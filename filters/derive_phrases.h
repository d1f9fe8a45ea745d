/* derive_phrases: what example texts say again and again: phrases of two to four units, telling
 * words.
 *
 * A name is one unit, whatever its words. Knows nothing of filters.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/derive_names.h"

struct phrase {
	char *text;	/* the wording met most often */
	unsigned units; /* 1: a single word */
	unsigned count, texts;
	double lift, score;
	double plain_lift;		 /* of the most telling word of it that is no name */
	bool name;			 /* holds a name */
	bool unheard;			 /* ordinary news has hardly ever used it */
	const struct corpus_unit *first; /* where it was met first */
	const GPtrArray *topic;		 /* the same in other languages (char *), or NULL */
};

/* Phrases by falling score (struct phrase *); single words stand after them. Of a corpus with one
 * text, what occurs twice. Needs names_group() to have run. Free with g_ptr_array_unref(). */
GPtrArray *phrases_find(const struct corpus *corpus, const struct gazetteer *gazetteer);
/* "Guardia" of "Guardia costiera libica": an ordinary word, mostly met in one phrase, which is the
 * name. Sets `in_phrase` of such groups. */
void phrases_take_names(const struct corpus *corpus, const GPtrArray *groups,
			const GPtrArray *phrases);
