/* derive_corpus: cleaned texts as sentences of units: words, and names (a name is one unit).
 *
 * Names: those of the gazetteer, and runs of words with capitals; whether a capital at the
 * beginning of a sentence makes a name is decided by the rest of the text and by the reference.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/gazetteer.h"
#include "filters/language.h"
#include "filters/reference.h"

struct corpus_unit {
	const char *start; /* in the cleaned text */
	uint32_t len;
	uint32_t text, sentence; /* sentences are counted over all texts */
	char *lower;		 /* lower case, marks kept */
	char *folded;
	bool name;
	bool lower_name;	  /* a demonym: "nordcoreano" */
	bool dateline;		  /* "BARI - ", before the first words of an article */
	bool stop;		  /* joins others */
	bool gap;		  /* punctuation stands before it */
	const GPtrArray *bearers; /* struct gazetteer_entry *, or NULL */
	struct name_group *group; /* set by grouping */
};

/* What ordinary news says, in the language of most texts and in others that some are in. */
struct tongues {
	enum language language;
	const struct reference *reference;
	/* by language; NULL, all or one: none was counted, such texts are read like most */
	const struct reference *const *others;
};

/* The language that one text is read in. */
struct text_tongue {
	enum language language;
	const struct reference *reference;
};

struct corpus {
	GPtrArray *texts; /* char *: cleaned */
	GArray *tongues;  /* struct text_tongue, by text */
	GArray *units;	  /* struct corpus_unit */
	uint32_t sentences;
	double tokens;
};

/* Takes `texts`. The gazetteer and the references must outlive the corpus. */
struct corpus *corpus_new(GPtrArray *texts, const struct tongues *tongues,
			  const struct gazetteer *gazetteer);
#define CORPUS_TONGUE(corpus, text) (&g_array_index((corpus)->tongues, struct text_tongue, text))
void corpus_free(struct corpus *corpus);
#define CORPUS_UNIT(corpus, i) (&g_array_index((corpus)->units, struct corpus_unit, i))
