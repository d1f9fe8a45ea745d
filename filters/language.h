/* language: which language an article is in: as declared, else detected, and how sure that is.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/text.h"

#include <stddef.h>

/* Languages with a stemmer or a script of their own; LANGUAGE_NONE: unknown. */
enum language {
	LANGUAGE_NONE,
	LANGUAGE_IT,
	LANGUAGE_EN,
	LANGUAGE_FR,
	LANGUAGE_DE,
	LANGUAGE_ES,
	LANGUAGE_PT,
	LANGUAGE_NL,
	LANGUAGE_RU,
	LANGUAGE_UK,
	LANGUAGE_PL,
	LANGUAGE_RO,
	LANGUAGE_HU,
	LANGUAGE_SV,
	LANGUAGE_DA,
	LANGUAGE_NO,
	LANGUAGE_FI,
	LANGUAGE_TR,
	LANGUAGE_AR,
	LANGUAGE_ZH,
	LANGUAGE_KO,
	LANGUAGE_JA,
	LANGUAGES, /* count */
};

/* From a BCP 47 tag ("it-IT", "zh_Hant"); LANGUAGE_NONE if it is none of ours. */
enum language language_of_tag(const char *tag);
/* "it", …; "" for LANGUAGE_NONE. Static. */
const char *language_tag(enum language language);
/* All tags, for messages: "it, en, …". Static. */
const char *language_list(void);
/* ISO code of the country that most news in it is written in, by CLDR ("it": IT); "" if it is of
 * none, or of many. */
void language_home(enum language language, char region[4]);
/* Name of its Snowball stemmer; NULL if there is none. */
const char *language_stemmer(enum language language);

/* Decide for a text. `declared` may be NULL. *sure (may be NULL): 0 to 1. A declared language is
 * believed unless the script, or a clear majority of function words, says otherwise. */
enum language language_decide(const char *declared, const char *title, const char *body,
			      double *sure);
/* The same for texts whose tokens are known. */
struct language_sample {
	const char *text;
	size_t text_len;
	const struct token *tokens;
	unsigned count;
};
enum language language_of_tokens(const char *declared, const struct language_sample *samples,
				 unsigned count, double *sure);
