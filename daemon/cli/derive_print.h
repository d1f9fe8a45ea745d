/* derive_print: what derive found, for people and for programs.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/derivation.h"
#include "filters/derive_report.h"

#include <stdio.h>

void derive_print_report(FILE *out, const struct derivation *derivation,
			 const struct derive_report *report);
/* One JSON object: id, poles, threshold, entities, phrases, dropped, warnings, held_out,
 * background, telling. */
void derive_print_json(FILE *out, const struct derivation *derivation,
		       const struct derive_report *report);
