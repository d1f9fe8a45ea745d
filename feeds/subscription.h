/* subscription: one feed as the user subscribed to it, and what we know of its server.
 * Plain data.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What to poll. Read from OPML and from `feed` blocks; owned strings or NULL. */
struct subscription {
	char *url;      /* identity of the feed, as subscribed */
	char *title;
	char *site_url;
	char *language; /* lower-case BCP 47 */
	char *country;  /* ISO 3166-1 alpha-2 */
	char *owner;    /* who publishes: outlets of one owner count once for a quorum */
	char *kind;     /* agency, newspaper, broadcaster, state media, … */
	char *folder;   /* OPML folder path, '/' between levels */
	char **topics;
	bool state_media;
	unsigned interval_min_s; /* 0: the service's default */
	unsigned interval_max_s;
	char *user_agent;
	char **headers;       /* "Name: value" */
	char *credential;     /* name of the secret holding user:password */
	char *ca_file;
	char **allow_networks;
	bool delta;           /* RFC 3229 */
	bool paused;
};

struct subscription *subscription_new(const char *url);
void subscription_free(struct subscription *subscription);

/* What is remembered of a feed's server between polls; one row of the store. Times are UTC seconds,
 * 0 for never. */
struct feed_state {
	char *url;            /* subscription it belongs to */
	char *fetch_url;      /* where it is polled: url, or the target of accepted 301/308 */
	char *etag;           /* bytes as received; bound to validators_url */
	char *last_modified;
	char *validators_url; /* where the answer that they name came from; NULL: fetch_url */
	char *archive_url;    /* RFC 5005: the newest archive document that was accounted for */
	char *moved_to;       /* candidate of a permanent redirect … */
	unsigned moved_count; /* … seen this many times in a row */
	uint64_t body_hash;   /* of the last parsed body; 0: none */
	int64_t next_poll_at;
	int64_t last_poll_at;
	int64_t last_success_at;
	int64_t last_change_at;   /* a new entry was found */
	int64_t newest_entry_at;
	int64_t failing_since;    /* 0: fine */
	unsigned failures;        /* in a row */
	int last_status;          /* HTTP */
	char *last_error;         /* in words, NULL if fine */
	int64_t cache_until;      /* Cache-Control / Expires lower bound */
	int64_t retry_after;      /* no request before */
	int64_t ttl_s;            /* from the document: ttl, sy:update* */
	uint32_t skip_hours;
	uint8_t skip_days;
	double rhythm_s;          /* learned mean gap between new entries; 0: unknown */
	bool gone;                /* 410: not polled any more */
	bool baseline_done;       /* its backlog was marked as seen */
	char *title;              /* as the feed names itself */
	char *language;
};

struct feed_state *feed_state_new(const char *url);
struct feed_state *feed_state_copy(const struct feed_state *state);
void feed_state_free(struct feed_state *state);
