/* roster: the feeds in force: subscriptions joined with what the store remembers, kept in the poller.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/host_pauses.h"
#include "daemon/poller.h"
#include "daemon/store/store.h"

struct roster_choice {
	const char *const *patterns; /* addresses or titles, * and ? allowed; NULL: all */
	bool due_only;               /* leave out what is not due now … */
	bool named_due;              /* … but what a pattern names is, if it was not asked within floor_s and its server
				      * does not ask to wait */
	bool force;                  /* everything is due but what a server asks to wait for (Retry-After) */
	int64_t floor_s;
	struct host_pauses *pauses;  /* filled from what is remembered; may be NULL */
	/* A chosen feed is not asked all the same. May be NULL. */
	void (*left_out)(const struct subscription *subscription, const char *why, void *user_data);
	void *user_data;
};

/* Make the poller poll exactly the chosen of `subscriptions` (struct subscription *; taken over): new ones join, gone
 * ones leave, the rest goes on as it was. False if the store cannot be read; the poller is as it was then. */
bool roster_apply(struct poller *poller, GPtrArray *subscriptions, const struct roster_choice *choice,
		  struct store *store, GError **error);
