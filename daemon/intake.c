/* intake: see intake.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/intake.h"

#include "daemon/store/articles.h"
#include "feeds/text_block.h"

#include <string.h>

/* Dates before the web are placeholders of a publishing system: 1970-01-01, 0001-01-01. */
#define EARLIEST_DATE 631152000 /* 1990-01-01 */

static int64_t sane_date(int64_t at, int64_t now)
{
	if (at == FEED_NO_DATE || at < EARLIEST_DATE)
		return FEED_NO_DATE;
	return MIN(at, now);
}

/* What all articles of a document have in common. */
struct origin {
	const struct subscription *subscription;
	const struct feed_document *document;
	const char *outlet;
	char *host; /* of the feed, owned; NULL: none */
	bool aggregator;
	int64_t now;
};

static char *host_of(const char *url)
{
	g_autoptr(GUri) uri = url ? g_uri_parse(url, G_URI_FLAGS_PARSE_RELAXED, NULL) : NULL;
	const char *host = uri ? g_uri_get_host(uri) : NULL;
	if (!host)
		return NULL;
	return g_ascii_strdown(g_str_has_prefix(host, "www.") ? host + 4 : host, -1);
}

/* Who tells it: the outlet an aggregator names in the entry, else the feed. */
static void set_outlet(struct article *article, const struct feed_entry *entry, const struct origin *origin)
{
	const struct subscription *s = origin->subscription;
	bool aggregated = entry->source && origin->aggregator;

	article->outlet = g_strdup(aggregated ? entry->source : origin->outlet);
	article->owner = g_strdup(aggregated ? entry->source : s->owner ? s->owner : origin->host);
	article->country = g_strdup(s->country);
	article->state_media = s->state_media;
}

static char *take_text(char **text)
{
	return *text ? g_steal_pointer(text) : g_strdup("");
}

/* The longer of its two texts. */
static char *take_body(struct feed_entry *entry)
{
	bool summary = entry->summary &&
		       (!entry->content || strlen(entry->summary) > strlen(entry->content));
	return take_text(summary ? &entry->summary : &entry->content);
}

static char *take_language(struct feed_entry *entry, const struct origin *origin)
{
	const char *of_feed = origin->subscription->language ? origin->subscription->language
							     : origin->document->language;
	return entry->language ? g_steal_pointer(&entry->language) : g_strdup(of_feed);
}

static struct article *to_article(struct feed_entry *entry, const struct identity *identity,
				  const struct origin *origin)
{
	struct article *article = article_new();

	article->uid = identity->uid;
	article->content = identity->content;
	article->likeness = identity->likeness;
	article->block = text_block_ref(entry->block);
	article->feed = g_strdup(origin->subscription->url);
	article->guid = g_steal_pointer(&entry->id);
	article->link = g_steal_pointer(&entry->link);
	article->title = take_text(&entry->title);
	article->body = take_body(entry);
	article->author = g_steal_pointer(&entry->author);
	article->language = take_language(entry, origin);
	article->categories = g_steal_pointer(&entry->categories);
	article->published_at = sane_date(entry->published_at, origin->now);
	article->updated_at = sane_date(entry->updated_at, origin->now);
	if (article->published_at == FEED_NO_DATE)
		article->published_at = article->updated_at;
	article->first_seen_at = origin->now;
	set_outlet(article, entry, origin);
	return article;
}

static void take(struct intake *intake, struct feed_entry *entry, const struct identity *identity,
		 enum entry_news news, uint64_t alike, const struct origin *origin)
{
	int64_t at = sane_date(entry->published_at, origin->now);
	if (at != FEED_NO_DATE) {
		g_array_append_val(intake->dates, at);
		intake->newest_at = MAX(intake->newest_at, at);
	}
	switch (news) {
	case ENTRY_NEW:
	case ENTRY_EDITED:
		g_ptr_array_add(intake->articles, to_article(entry, identity, origin));
		g_array_append_val(intake->news, news);
		*(news == ENTRY_NEW ? &intake->fresh : &intake->edited) += 1;
		break;
	case ENTRY_KNOWN:
		g_array_append_val(intake->seen, identity->uid);
		break;
	case ENTRY_RENAMED:
		if (alike)
			g_array_append_val(intake->seen, alike);
		break;
	case ENTRY_REPEATED:
		break;
	}
}

static bool stored_another(struct store *store, const struct feed_entry *entry, uint64_t uid)
{
	struct article *stored = store_article(store, uid, NULL);
	bool another = stored && identity_is_another(entry, stored->link, stored->title, stored->body);
	article_free(stored);
	return another;
}

/* Ids that the publisher gave out anew: what comes under them now goes by its link. */
static bool part_reused_ids(struct store *store, const char *feed, const GPtrArray *entries,
			    struct identity *identities, struct article_lookup *lookups, GError **error)
{
	for (size_t i = 0; i < entries->len; i++) {
		struct identity *identity = &identities[i];
		if (!lookups[i].known || lookups[i].content == identity->content || !identity->by_link ||
		    identity->by_link == identity->uid || !stored_another(store, entries->pdata[i], identity->uid))
			continue;
		identity->uid = identity->by_link;
		lookups[i] = (struct article_lookup){.uid = identity->uid, .likeness = identity->likeness};
		if (!store_lookup(store, feed, &lookups[i], 1, error))
			return false;
	}
	return true;
}

struct intake *intake_new(struct store *store, const struct subscription *subscription,
			  struct feed_document *document, int64_t now, GError **error)
{
	size_t count = document->entries->len;
	g_autofree struct identity *identities = g_new0(struct identity, count);
	g_autofree struct article_lookup *lookups = g_new0(struct article_lookup, count);
	g_autofree struct identity_known *known = g_new0(struct identity_known, count);
	g_autofree enum entry_news *news = g_new0(enum entry_news, count);

	identity_of_entries(subscription->url, document->entries, identities);
	for (size_t i = 0; i < count; i++) {
		lookups[i].uid = identities[i].uid;
		lookups[i].likeness = identities[i].likeness;
	}
	if (!store_lookup(store, subscription->url, lookups, count, error) ||
	    !part_reused_ids(store, subscription->url, document->entries, identities, lookups, error))
		return NULL;
	for (size_t i = 0; i < count; i++)
		known[i] = (struct identity_known){.known = lookups[i].known,
						   .content = lookups[i].content,
						   .alike = lookups[i].alike != 0};
	struct intake *intake = g_new0(struct intake, 1);
	intake->articles = g_ptr_array_new_with_free_func((GDestroyNotify)article_free);
	intake->news = g_array_new(FALSE, FALSE, sizeof(enum entry_news));
	intake->seen = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	intake->dates = g_array_new(FALSE, FALSE, sizeof(int64_t));
	intake->migrated = identity_judge(identities, known, count, news);
	struct origin origin = {
		.subscription = subscription,
		.document = document,
		.outlet = subscription->title ? subscription->title
			  : document->title   ? document->title
					      : subscription->url,
		.host = subscription->owner ? NULL : host_of(subscription->url),
		.aggregator = g_strcmp0(subscription->kind, "aggregator") == 0,
		.now = now,
	};
	for (size_t i = 0; i < count; i++)
		take(intake, document->entries->pdata[i], &identities[i], news[i], lookups[i].alike, &origin);
	g_free(origin.host);
	return intake;
}

void intake_free(struct intake *intake)
{
	if (!intake)
		return;
	g_ptr_array_unref(intake->articles);
	g_array_unref(intake->news);
	g_array_unref(intake->seen);
	g_array_unref(intake->dates);
	g_free(intake);
}
