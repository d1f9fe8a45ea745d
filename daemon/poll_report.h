/* poll_report: what the log hears of polls. Each trouble once: on change, then seldom; what many feeds share, for all of
 * them.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/intake.h"
#include "daemon/outage.h"
#include "daemon/store/batch.h"
#include "feeds/poll_outcome.h"

/* A document was taken that is odd: its errors once a day, new ids of all its articles once a month. */
void poll_report_document(struct store *store, struct store_batch *batch, const char *url,
			  const struct feed_document *document, const struct intake *intake, int64_t now);
/* A poll ended, and what it came to is in `state`. `told`: the reader hears of a failure by other means. */
void poll_report_end(struct outage *outage, const struct feed_state *state, const struct poll_outcome *outcome,
		     bool told, int64_t now);
