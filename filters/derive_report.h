/* derive_report: what a derived filter can be trusted with: texts held out, ordinary news, the most
 * telling terms. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/derivation.h"
#include "filters/derive.h"

struct held_out {
	const char *label;	/* the text that the others did not see */
	bool found, lead_found; /* whole; its title and lead alone */
	double score, lead_score, threshold;
};

struct telling {
	char *term;
	double weight;
	unsigned count, texts;
};

struct derive_report {
	GArray *held_out; /* struct held_out; empty with one text */
	unsigned found, lead_found;
	unsigned background, false_alerts;
	GPtrArray *alerts; /* char *: the first lines of background items that the filter matches */
	GArray *telling;   /* struct telling: the ten most telling */
};

/* NULL with FILTER_ERROR_* if a filter does not compile. */
struct derive_report *derive_report_new(const struct derivation *derivation, GError **error);
void derive_report_free(struct derive_report *report);
