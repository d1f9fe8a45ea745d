/* ledger: why an article did or did not become a message: verdicts, suppressions, attempts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/alert.h"
#include "daemon/nouns/article.h"
#include "daemon/store/store.h"
#include "filters/matcher.h"

/* What was decided about one article and one filter. */
struct decision {
	uint64_t article; /* uid */
	char *filter;
	bool matched;
	double score, threshold;
	enum priority priority;
	char *hits;	/* JSON [["term","title",start,end,weight],…] */
	char *missing;	/* JSON ["2.4 of 3.0: no name of pole Russia",…] */
	char *path;	/* JSON, the parts of the rule that decided */
	char *outcome;	/* "alert", "joined story", "backlog", "muted", "below quorum", "throttled",
			   … */
	uint64_t alert; /* 0: none */
	int64_t at;
};
struct decision *decision_new(uint64_t article, const struct verdict *verdict, const char *outcome,
			      int64_t at);
void decision_free(struct decision *decision);

/* Newest first; struct decision *, owned by the array. */
GPtrArray *store_decisions(struct store *store, uint64_t article, GError **error);

struct attempt {
	int64_t delivery;
	int64_t at;
	char *result; /* "sent", "retry", "refused", "unknown", "expired" */
	char *detail; /* the other side's words */
};
void attempt_free(struct attempt *attempt);
/* Oldest first; struct attempt *, owned by the array. */
GPtrArray *store_attempts(struct store *store, int64_t delivery, GError **error);

/* Everything stored about an article: its alerts (through its story) and their deliveries.
 * struct alert * and struct delivery *, owned by the arrays. */
GPtrArray *store_alerts_of_article(struct store *store, uint64_t article, GError **error);
GPtrArray *store_deliveries_of_alert(struct store *store, uint64_t alert, GError **error);
