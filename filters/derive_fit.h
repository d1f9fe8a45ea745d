/* derive_fit: the threshold of a derived filter, from what its own texts and ordinary news score.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/derivation.h"
#include "filters/matcher.h"

/* Sets `threshold`, `why_threshold` and `trial`, which has that threshold. */
void derivation_fit(struct derivation *derivation);

/* A filter file compiled, with its one filter; NULL with FILTER_ERROR_*. */
struct trial;
struct trial *trial_new(const char *filter, GError **error);
void trial_free(struct trial *trial);
/* Score of a text: its first line is the title if it is short. `whole`: all of it, else the title
 * and lead, as a feed has it. *matched may be NULL. */
double trial_score(struct trial *trial, const char *text, bool whole, bool *matched);
