/* poll_outcome: what an answer to a poll means, and how what we know of the feed's server changes. Pure.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"
#include "feeds/fetch.h"
#include "feeds/subscription.h"

enum outcome {
	OUTCOME_UNCHANGED, /* 304, or a body that is known: nothing to do */
	OUTCOME_READ,      /* a body to parse */
	OUTCOME_FAILED,    /* asked again later; state->last_error says why */
	OUTCOME_GONE,      /* 410 three times: not asked any more */
};

struct poll_outcome {
	enum outcome what;
	bool told_gone;   /* became gone now: tell once */
	bool moved;       /* state->fetch_url is now another: tell once */
	bool capped;      /* the server asked for a longer pause than HTTP_PAUSE_MAX_S */
	bool delta;       /* 226: missing entries are no removals */
	char *broken;     /* the transfer broke, in words: what came is read all the same; owned */
	uint64_t body_hash;
	char *etag, *last_modified, *validators_url; /* to keep once the document was read whole; owned */
	char *permanent_url;        /* a permanent redirect led here; believed once the feed was read; owned */
};
void poll_outcome_clear(struct poll_outcome *outcome);

/* Before parsing. `response` as it came, `error` from the fetcher or NULL. Validators are kept over every
 * failure and refreshed by a 304 (RFC 9111 §4.3.4); those of a 200 are held back in `outcome`. */
void poll_outcome_answered(struct feed_state *state, const struct fetch_response *response,
			   const GError *error, bool conditional, int64_t now,
			   struct poll_outcome *outcome);

/* After parsing. `document` NULL: it was unreadable, `error` says why. Takes over the validators if the document
 * was whole, and what the document says about its rhythm. */
void poll_outcome_parsed(struct feed_state *state, struct poll_outcome *outcome,
			 const struct feed_document *document, bool body_whole, const GError *error,
			 int64_t now);
