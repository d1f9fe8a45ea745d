/* derive: example texts to a filter that finds the next text on their subject.
 *
 * Texts are cleaned of page furniture, names are found and grouped, phrases counted against
 * ordinary news, sides found by where names meet; tables give the same names in other languages.
 * Knows nothing of files' formats, of articles or of the store.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/gazetteer.h"
#include "filters/language.h"
#include "filters/reference.h"

struct derivation; /* filters/derivation.h */

struct derive_options {
	const struct gazetteer *gazetteer;
	const struct reference *reference;
	enum language language; /* of most of the texts */
	/* by language: of those that other texts are in; NULL: none */
	const struct reference *const *references;
	const GPtrArray *background; /* char *: ordinary news, for the threshold; may be NULL */
	const char *id;		     /* of the filter; NULL: made of its poles */
	/* for measuring what each part is worth */
	bool without_tables; /* nothing that the texts do not name */
	bool without_poles;
	bool without_quotes;	/* figures alone: texts that must not be passed on */
	bool without_languages; /* only the forms met in the texts */
};

/* `texts`, `labels`: char *, in parallel; copied. `options` must outlive the derivation. */
struct derivation *derive(const GPtrArray *texts, const GPtrArray *labels,
			  const struct derive_options *options);
void derivation_free(struct derivation *derivation);
