/* derive_data: what derivation compares with, found where it is installed or named on the command
 * line. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/cli/examples.h"
#include "filters/gazetteer.h"
#include "filters/language.h"
#include "filters/reference.h"

struct derive_data {
	/* in */
	char *language;	   /* tag; NULL: what most of the texts are in */
	char *tables;	   /* folder; NULL: the shipped one */
	char *reference;   /* file; NULL: the shipped one of the language */
	char **background; /* files; NULL: the shipped one of the language */
	bool without_tables;
	/* out */
	enum language tongue;
	struct gazetteer *gazetteer;
	struct reference *words;
	struct reference *others[LANGUAGES]; /* of languages that some texts are in; NULL: none */
	struct examples *news;
};

/* False, the reason said on stderr. */
bool derive_data_load(struct derive_data *data, const struct examples *examples);
/* As derivation takes them: NULL if one language was asked for. */
const struct reference *const *derive_data_others(const struct derive_data *data);
/* Frees what was loaded and the strings of the command line. */
void derive_data_finish(struct derive_data *data);
