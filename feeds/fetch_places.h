/* fetch_places: the pace of network addresses: many names may lead to one machine, and it is that
 * machine which is spared. Knows nothing of names, connections or documents.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct fetch_place; /* one address */
struct fetch_places;

/* Where one transfer stands with the addresses that it leads to. All zero: nowhere. */
struct fetch_visit {
	struct fetch_place *place;   /* that the connection under way leads to, if admitted */
	struct fetch_place *turn_at; /* where a turn was promised */
	gint64 turn_us;		     /* when, monotonic; 0: none was */
	bool admitted;
};

struct fetch_places *fetch_places_new(void);
void fetch_places_free(struct fetch_places *places);

/* May a connection to `address` (host part only, as text) be opened now, with `at_most` open to it
 * and `gap_us` between two? 0, and the visit is admitted until it leaves; else the microseconds
 * until the turn that it is promised. */
gint64 fetch_places_admit(struct fetch_places *places, struct fetch_visit *visit,
			  const char *address, unsigned at_most, gint64 gap_us);
/* The connection is over. A turn that was promised stands. */
void fetch_places_leave(struct fetch_visit *visit);
