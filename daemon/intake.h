/* intake: from the entries of a document to articles, each judged against what the store knows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/article.h"
#include "daemon/store/store.h"
#include "feeds/document.h"
#include "feeds/identity.h"
#include "feeds/subscription.h"

struct intake {
	GPtrArray *articles; /* struct article *: new or edited, in document order; owned */
	GArray *news;        /* enum entry_news of each of them */
	GArray *seen;        /* uint64_t uid: known, and listed again */
	GArray *dates;       /* int64_t: of all entries that have one */
	int64_t newest_at;   /* of those; 0: none */
	unsigned fresh, edited;
	bool migrated;       /* most ids changed while links and titles stayed */
};

/* The texts of entries that are new or edited are moved into the articles. NULL if the store could not be read. */
struct intake *intake_new(struct store *store, const struct subscription *subscription,
			  struct feed_document *document, int64_t now, GError **error);
void intake_free(struct intake *intake);
