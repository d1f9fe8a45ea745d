/* roster: the feeds in force: subscriptions joined with what the store remembers, kept in the poller.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/poller.h"
#include "daemon/store/store.h"

struct roster_choice {
	const char *const *patterns; /* addresses or titles, * and ? allowed; NULL: all */
	bool due_only;               /* leave out what is not due now … */
	bool named_due;              /* … but what a pattern names is, unless its server asked to wait */
};

/* Make the poller poll exactly the chosen of `subscriptions` (struct subscription *; taken over): new ones join, gone
 * ones leave, the rest goes on as it was. False if the store cannot be read; the poller is as it was then. */
bool roster_apply(struct poller *poller, GPtrArray *subscriptions, const struct roster_choice *choice,
		  struct store *store, GError **error);
