/* route: which alerts go where, when, and what is held or suppressed. Pure: the time is an argument, and what
 * was sent lately is remembered here.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/clock.h"
#include "daemon/nouns/alert.h"
#include "daemon/nouns/article.h"

enum route_when { ROUTE_AT_ONCE, ROUTE_IN_DIGEST, ROUTE_RECORD };
enum route_state_media { STATE_MEDIA_ANY, STATE_MEDIA_ONLY, STATE_MEDIA_NONE };

struct route_recipient {
	char *channel;
	char *recipient; /* "" for channels without */
	char *language;  /* "it" or "en" */
};

struct route {
	char *name;
	char **filters;   /* patterns; {"*"} */
	char **languages, **feeds, **countries, **owners; /* empty: any */
	enum priority at_least;
	enum route_state_media state_media;
	int hours_from, hours_to; /* minutes; equal: any hour */
	GTimeZone *zone;
	enum route_when when;
	const struct quiet_hours *quiet;    /* borrowed; NULL: none */
	const struct digest_times *digest;  /* borrowed; for ROUTE_IN_DIGEST */
	GPtrArray *recipients;   /* struct route_recipient * */
	unsigned throttle_count, throttle_s; /* 0: none */
	unsigned burst_count, burst_s;
	unsigned quorum;
	bool updates;
	char *escalate_to;       /* name of a route, or NULL */
	unsigned escalate_s;
	GArray *sent;            /* struct sent: what went out lately, for throttle and burst */
	int64_t burst_until;     /* the burst that goes on is summed up then; past: none */
};
struct route *route_new(const char *name);
void route_free(struct route *route);
void route_add_recipient(struct route *route, const char *channel, const char *recipient, const char *language);

/* What is to be routed. */
struct routed {
	const struct alert *alert;
	const struct article *article;
	enum delivery_kind kind;     /* DELIVERY_ALERT or DELIVERY_UPDATE */
	const char *silenced;        /* why it is silenced, or NULL */
};

enum route_answer { ROUTE_NO, ROUTE_YES, ROUTE_CANNOT_TELL };
/* Whether the route is for this; what the feed does not say (country, owner) cannot be told and does not exclude. */
enum route_answer route_matches(const struct route *route, const struct routed *routed, int64_t now);

struct route_plan {
	enum delivery_state state; /* PENDING, HELD, SUPPRESSED */
	int64_t due_at;
	char *reason;              /* owned; NULL if at once */
	bool summarise;            /* part of a burst: to be told in one summary at due_at */
};
/* When and whether a matching route delivers. Counts towards its throttle unless suppressed. */
void route_plan(struct route *route, const struct routed *routed, int64_t now, struct route_plan *plan);
/* A delivery of this route that was made before a restart: counts as if it had been planned here. */
void route_restore(struct route *route, const char *filter, const struct delivery *delivery);
