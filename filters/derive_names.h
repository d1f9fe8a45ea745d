/* derive_names: the names of example texts, grouped by who bears them.
 *
 * All spellings of one bearer are a group: by the gazetteer, by equal folds, surname and full name,
 * a name cut short, acronyms in parentheses. A demonym or a title beside a name gives its side and
 * its kind. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/derive_corpus.h"

struct name_form {
	char *text; /* as written, the spelling met most often */
	char *folded;
	unsigned count;
	bool ambiguous;	 /* others bear it too: counts only in company */
	bool lower_case; /* a demonym */
	bool dateline;	 /* met in datelines only: written there in capitals */
};

struct name_group {
	char *id;
	enum entity_kind kind;
	const struct gazetteer_entry *entry; /* who it is, if the gazetteer knows */
	const char *region;		     /* ISO code of the country it belongs to, or NULL */
	bool both_sides;		     /* the gazetteer gives more than one country */
	GArray *units;			     /* uint32_t: index in corpus->units */
	GArray *forms;			     /* struct name_form, by falling count */
	unsigned texts;			     /* in how many texts */
	double lift;			     /* how much more frequent than in ordinary news */
	bool unheard;			     /* ordinary news never has it */
	bool in_phrase;			     /* a phrase is the name, this is a part of it */
	double weight;			     /* what it says about the subject, 0 to 3 */
	struct name_group *merged;	     /* into which it went; NULL: it stands */
	unsigned order;			     /* of being met first */
	GHashTable *ambiguous;		     /* folded forms that are ambiguous */
};

/* Groups by falling weight (struct name_group *); sets `group` of the corpus's units. */
GPtrArray *names_group(struct corpus *corpus, const struct gazetteer *gazetteer);
