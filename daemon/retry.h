/* retry: what follows from one answer of a channel: sent, again later, or the end. Pure functions
 * of numbers; the figures are Postfix's: 300 s doubling to 4,000 s, for five days.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/nouns/alert.h"

#define RETRY_MIN_S	 300
#define RETRY_MAX_S	 4000
#define RETRY_LIFETIME_S (5 * 86400)
/* Said "never" this often, a delivery is quarantined: some servers say never for what passes an
 * hour later. */
#define RETRY_REFUSALS 3
/* So many failures in a row, whoever the recipients, and the channel itself is taken to be down. */
#define RETRY_CHANNEL_DOWN 3

/* A channel's own figures; 0: the defaults above. */
struct retry_policy {
	unsigned min_s, max_s, lifetime_s;
};

/* Pause after the n-th failure in a row (n from 1). */
unsigned retry_pause_s(const struct retry_policy *policy, unsigned failures);

struct retry_decision {
	enum delivery_state state;
	int64_t due_at;	    /* when PENDING */
	bool refused;	    /* counts towards quarantine */
	const char *result; /* for the ledger: "sent", "retry", "refused", "unknown", "expired" */
};

/* `delivery` as leased: this attempt counted, first_tried_at set. The next attempt is not before
 * `not_before`. */
struct retry_decision retry_decide(const struct retry_policy *policy,
				   const struct delivery *delivery, enum send_result result,
				   int64_t now, int64_t not_before);

/* The moment after which a delivery is given up. */
int64_t retry_limit(const struct retry_policy *policy, const struct delivery *delivery);
