/* derive_print: what derive found, for people and for programs.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/derivation.h"
#include "filters/derive_report.h"

#include <stdio.h>

void derive_print_report(FILE *out, const struct derivation *derivation,
			 const struct derive_report *report);
/* One JSON object: id, poles, threshold, entities, names, phrases, terms, dropped, warnings, held_out,
 * background, telling. */
void derive_print_json(FILE *out, const struct derivation *derivation,
		       const struct derive_report *report);
/* A JSON object for each text: its names with their bytes, who bears them, kind and country. */
void derive_print_names(FILE *out, const struct corpus *corpus, const GPtrArray *labels);
