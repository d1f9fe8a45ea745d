/* poller: which feed is polled next, and when. Holds the feeds in order of their due times and starts
 * polls through a callback, never more than max_parallel at once, nor more than max_per_host of one host: its other
 * feeds wait, and take no place from feeds elsewhere. Of the feeds that are due, those that answered last time come first.
 *
 * Knows nothing of HTTP, articles or the store.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/subscription.h"

#include <glib.h>
#include <stdbool.h>

struct poller;

/* A feed the service polls. */
struct feed {
	struct subscription *subscription; /* owned */
	struct feed_state *state;          /* owned */
	bool polling;                      /* a poll is under way */
	bool removed;                      /* freed when its poll ends */
	bool waits;                        /* due, but its host has enough polls under way */
	struct poll_host *host;            /* where it waits, or is being fetched from */
	bool joined;                       /* another feed is polled at the same address: this one is not */
	GSequenceIter *place;              /* in the poller's order */
};
/* Takes both. */
struct feed *feed_new(struct subscription *subscription, struct feed_state *state);
void feed_free(struct feed *feed);

/* Begin to poll; poller_done() must follow. */
typedef void poll_start_fn(struct feed *feed, void *user_data);

struct poller_options {
	unsigned max_parallel;
	unsigned max_per_host; /* of them, until the host has answered; 0: any number */
	unsigned spread_s; /* feeds overdue together at a start are spread over this time … */
	unsigned late_spread_s; /* … and after a sleep or a jump of the clock over this one; 0: spread_s */
	poll_start_fn *start;
	/* Until when this feed's host must be left alone (UTC seconds, 0: it need not). May be NULL. */
	int64_t (*held_until)(const struct feed *feed, void *user_data);
	/* True: what was started already is more than can be worked off; more is started when something of it has
	 * ended. May be NULL. */
	bool (*busy)(void *user_data);
	void *user_data;
	int64_t (*now)(void *); /* UTC seconds; NULL: the clock */
	void *now_data;
};

struct poller *poller_new(const struct poller_options *options);
void poller_free(struct poller *poller);

/* Other numbers of polls at once, from now on. */
void poller_limit(struct poller *poller, unsigned max_parallel, unsigned max_per_host);

/* Takes the feed, due at its state's next_poll_at; 0 is soon, spread with the others. */
void poller_add(struct poller *poller, struct feed *feed);
/* Frees the feed, at once or when its poll ends. */
void poller_remove(struct poller *poller, struct feed *feed);
/* Remove every feed whose address is not in `urls` (a set). */
void poller_keep_only(struct poller *poller, GHashTable *urls);
/* The feed gets another subscription of the same address, taken over. */
void poller_resubscribe(struct poller *poller, struct feed *feed, struct subscription *subscription);
/* Due now, whatever its schedule says. */
void poller_ask_now(struct poller *poller, struct feed *feed);
/* The host of `feed` has answered, or will not: the next of its feeds may begin, though this poll goes on. */
void poller_answered(struct poller *poller, struct feed *feed);
/* The poll of `feed` ended; its state holds the next due time. */
void poller_done(struct poller *poller, struct feed *feed);
/* Start what is due now. Returns when to call again (UTC seconds; INT64_MAX: when something ends). If it is called
 * much later than it asked for, the machine slept or its clock was set: what is overdue is spread then. */
int64_t poller_turn(struct poller *poller);
/* Keep calling poller_turn() on the default main context. */
void poller_run(struct poller *poller);
/* Start no more polls. */
void poller_stop(struct poller *poller);
/* The wall clock was set or the machine slept: due times in a distant future come back within
 * `longest_s`, overdue ones are spread. */
void poller_clock_jumped(struct poller *poller, int64_t longest_s);
/* The network is back: feeds that got no answer since it went (UTC seconds) are asked soon, spread, and none within
 * `floor_s` of its last poll. Returns how many. */
unsigned poller_network_back(struct poller *poller, int64_t since, int64_t floor_s);
/* Find feeds that are polled at an address that another one is polled at: they are joined with it. */
void poller_join(struct poller *poller);

struct feed *poller_find(const struct poller *poller, const char *url);
void poller_each(struct poller *poller, void (*each)(struct feed *, void *), void *user_data);
unsigned poller_size(const struct poller *poller);
unsigned poller_running(const struct poller *poller);
