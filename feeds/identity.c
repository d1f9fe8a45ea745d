/* identity: see identity.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/identity.h"

#include <string.h>
#define XXH_INLINE_ALL /* the state fits on the stack */
#include <xxhash.h>

#define MIGRATION_SHARE 0.8 /* of a document renamed: its site moved */
#define MIGRATION_LEAST 3

static uint64_t never_zero(uint64_t hash)
{
	return hash ? hash : 1;
}

uint64_t identity_hash(const char *const *parts, size_t count)
{
	XXH3_state_t state;
	XXH3_64bits_reset(&state);
	for (size_t i = 0; i < count; i++) {
		const char *part = parts[i] ? parts[i] : "";
		XXH3_64bits_update(&state, part, strlen(part) + 1);
	}
	return never_zero(XXH3_64bits_digest(&state));
}

uint64_t identity_hash_bytes(const void *bytes, size_t bytes_len)
{
	return never_zero(XXH3_64bits(bytes, bytes_len));
}

/* Scheme, "www." and the fragment do not make another article; tracking parameters neither. */
static char *canonical_link(const char *link)
{
	const char *at = strstr(link, "://");
	g_autofree char *text = g_strdup(at ? at + 3 : link);

	text[strcspn(text, "#")] = 0;
	char *query = strchr(text, '?');
	if (query) {
		g_auto(GStrv) pairs = g_strsplit(query + 1, "&", -1);
		g_autoptr(GString) kept = g_string_new(NULL);
		for (char **pair = pairs; *pair; pair++)
			if (!g_str_has_prefix(*pair, "utm_") && !g_str_has_prefix(*pair, "fbclid="))
				g_string_append_printf(kept, "%c%s", kept->len ? '&' : '?', *pair);
		*query = 0;
		char *joined = g_strconcat(text, kept->str, NULL);
		g_free(text);
		text = joined;
	}
	return g_strdup(g_str_has_prefix(text, "www.") ? text + 4 : text);
}

void identity_of(const char *feed, const struct feed_entry *entry, struct identity *identity)
{
	g_autofree char *link = entry->link ? canonical_link(entry->link) : NULL;
	g_autofree char *date = g_strdup_printf("%" G_GINT64_FORMAT, entry->published_at);
	const char *by_id[] = {feed, "id", entry->id};
	const char *by_link[] = {feed, "link", link};
	const char *by_title[] = {feed, "title", entry->title ? entry->title : entry->summary, date};
	const char *content[] = {entry->title, entry->content ? entry->content : entry->summary};
	const char *likeness[] = {link, entry->title};

	if (entry->id && *entry->id)
		identity->uid = identity_hash(by_id, G_N_ELEMENTS(by_id));
	else if (link)
		identity->uid = identity_hash(by_link, G_N_ELEMENTS(by_link));
	else
		identity->uid = identity_hash(by_title, G_N_ELEMENTS(by_title));
	identity->content = identity_hash(content, G_N_ELEMENTS(content));
	identity->likeness = link && entry->title ? identity_hash(likeness, G_N_ELEMENTS(likeness)) : 0;
}

static enum entry_news judge_one(const struct identity *identity, const struct identity_known *known)
{
	if (known->known)
		return known->content == identity->content ? ENTRY_KNOWN : ENTRY_EDITED;
	return identity->likeness && known->alike ? ENTRY_RENAMED : ENTRY_NEW;
}

bool identity_judge(const struct identity *identities, const struct identity_known *known, size_t count,
		    enum entry_news *news)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	size_t renamed = 0, judged = 0;

	for (size_t i = 0; i < count; i++) {
		if (!g_hash_table_add(seen, (gpointer)&identities[i].uid)) {
			news[i] = ENTRY_REPEATED;
			continue;
		}
		news[i] = judge_one(&identities[i], &known[i]);
		renamed += news[i] == ENTRY_RENAMED;
		judged++;
	}
	return renamed >= MIGRATION_LEAST && (double)renamed > MIGRATION_SHARE * (double)judged;
}
