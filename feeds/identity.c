/* identity: see identity.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/identity.h"

#include <string.h>
#define XXH_INLINE_ALL /* the state fits on the stack */
#include <xxhash.h>

#define MIGRATION_SHARE 0.8 /* of a document renamed: its site moved */
#define MIGRATION_LEAST 3
#define KINSHIP 0.3	  /* share of the shorter text's words that an edit keeps at least … */
#define TITLE_KINSHIP 0.5 /* … or of the shorter title's */
#define WORDS_LEAST 4	  /* fewer say nothing */
#define WORD_CHARS 6	  /* of a word count: endings do not */
#define COMPARED_BYTES 4096

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

/* Parameters that say how one came to a page, not which page it is. */
static bool is_tracking(const char *pair)
{
	static const char *const names[] = {"utm_",    "fbclid=", "gclid=",  "dclid=",	 "msclkid=", "igshid=",
					    "mc_cid=", "mc_eid=", "at_medium=", "at_campaign=", "at_custom"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(pair, names[i]))
			return true;
	return false;
}

/* Scheme, "www." and the fragment do not make another article; tracking parameters neither. */
static char *canonical_link(const char *link)
{
	const char *at = strstr(link, "://");
	g_autoptr(GString) out = g_string_new(NULL);

	at = at ? at + 3 : link;
	if (g_str_has_prefix(at, "www."))
		at += 4;
	g_string_append_len(out, at, (gssize)strcspn(at, "?#"));
	at += strcspn(at, "?#");
	if (*at == '?') {
		g_autofree char *query = g_strndup(at + 1, strcspn(at + 1, "#"));
		g_auto(GStrv) pairs = g_strsplit(query, "&", -1);
		char mark = '?';
		for (char **pair = pairs; *pair; pair++) {
			if (!**pair || is_tracking(*pair))
				continue;
			g_string_append_printf(out, "%c%s", mark, *pair);
			mark = '&';
		}
	}
	return g_strdup(out->str);
}

/* The first bits are the feed's own, so that what is kept by uid lies together for a feed: in a random order each of a
 * poll's articles is on a page of its own. 48 bits for its articles are enough (a feed of a million: one in 560). */
#define FEED_BITS (UINT64_C(0xffff) << 48)

static uint64_t hash_in_feed(const char *feed, const char *const *parts, size_t count)
{
	uint64_t of_feed = identity_hash_bytes(feed, strlen(feed));
	return never_zero((of_feed & FEED_BITS) | (identity_hash(parts, count) & ~FEED_BITS));
}

static uint64_t hash_of_title(const char *feed, const struct feed_entry *entry)
{
	char date[24];
	const char *parts[] = {feed, "title", entry->title ? entry->title : entry->summary, date};

	g_snprintf(date, sizeof date, "%" G_GINT64_FORMAT, entry->published_at);
	return hash_in_feed(feed, parts, G_N_ELEMENTS(parts));
}

static void identify(const char *feed, const struct feed_entry *entry, bool by_its_id, struct identity *identity)
{
	g_autofree char *link = entry->link ? canonical_link(entry->link) : NULL;
	const char *by_id[] = {feed, "id", entry->id};
	const char *by_link[] = {feed, "link", link};
	const char *content[] = {entry->title, entry->content ? entry->content : entry->summary};
	const char *likeness[] = {link, entry->title};

	identity->by_link = link ? hash_in_feed(feed, by_link, G_N_ELEMENTS(by_link)) : 0;
	if (by_its_id && entry->id && *entry->id)
		identity->uid = hash_in_feed(feed, by_id, G_N_ELEMENTS(by_id));
	else
		identity->uid = link ? identity->by_link : hash_of_title(feed, entry);
	identity->content = identity_hash(content, G_N_ELEMENTS(content));
	identity->likeness = link && entry->title ? identity_hash(likeness, G_N_ELEMENTS(likeness)) : 0;
}

/* Two articles under one id: other links, or without links other titles. */
static bool are_different(const struct feed_entry *a, const struct feed_entry *b)
{
	if (a->link && b->link) {
		g_autofree char *left = canonical_link(a->link), *right = canonical_link(b->link);
		return strcmp(left, right) != 0;
	}
	return !a->link && !b->link && g_strcmp0(a->title, b->title) != 0;
}

/* Ids that stand for several articles of the document. */
static GHashTable *shared_ids(const GPtrArray *entries)
{
	g_autoptr(GHashTable) first = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *shared = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < entries->len; i++) {
		struct feed_entry *entry = entries->pdata[i], *other;
		if (!entry->id || !*entry->id)
			continue;
		other = g_hash_table_lookup(first, entry->id);
		if (!other)
			g_hash_table_insert(first, entry->id, entry);
		else if (are_different(entry, other))
			g_hash_table_add(shared, entry->id);
	}
	return shared;
}

void identity_of_entries(const char *feed, const GPtrArray *entries, struct identity *identities)
{
	g_autoptr(GHashTable) shared = shared_ids(entries);

	for (guint i = 0; i < entries->len; i++) {
		const struct feed_entry *entry = entries->pdata[i];
		bool by_its_id = !entry->id || !g_hash_table_contains(shared, entry->id);
		identify(feed, entry, by_its_id, &identities[i]);
	}
}

/* ---- ids that were given out anew ----------------------------------------------------------------------------- */

/* Scripts that write without spaces: each character is a word's worth. */
static bool stands_alone(gunichar c)
{
	return g_unichar_iswide(c) && g_unichar_isalnum(c);
}

/* Beginnings of the words of at least three letters, folded: a set of char *. */
static void add_words(GHashTable *words, const char *text)
{
	g_autofree char *start = g_strndup(text ? text : "", COMPARED_BYTES);
	g_autofree char *valid = g_utf8_make_valid(start, -1), *folded = g_utf8_casefold(valid, -1);
	g_autoptr(GString) word = g_string_new(NULL);
	glong chars = 0;

	for (const char *at = folded;; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (chars && (!g_unichar_isalnum(c) || stands_alone(c))) {
			if (chars >= 3)
				g_hash_table_add(words, g_strdup(word->str));
			g_string_truncate(word, 0);
			chars = 0;
		}
		if (!c)
			return;
		if (stands_alone(c))
			g_hash_table_add(words, g_strndup(at, (gsize)(g_utf8_next_char(at) - at)));
		else if (g_unichar_isalnum(c) && ++chars <= WORD_CHARS)
			g_string_append_unichar(word, c);
	}
}

static GHashTable *words_of(const char *title, const char *text)
{
	GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	add_words(words, title);
	add_words(words, text);
	return words;
}

/* Of the words of the shorter text, how many stand in the other too; 1 if they are too few to tell. */
static double shared_words(const char *title, const char *text, const char *other_title, const char *other_text,
			   unsigned least)
{
	g_autoptr(GHashTable) a = words_of(title, text), b = words_of(other_title, other_text);
	unsigned common = 0, fewer = MIN(g_hash_table_size(a), g_hash_table_size(b));
	GHashTableIter iter;
	gpointer word;

	g_hash_table_iter_init(&iter, a);
	while (g_hash_table_iter_next(&iter, &word, NULL))
		common += g_hash_table_contains(b, word);
	return fewer < least ? 1 : (double)common / fewer;
}

bool identity_is_another(const struct feed_entry *entry, const char *stored_link, const char *stored_title,
			 const char *stored_text)
{
	if (!entry->link || !stored_link)
		return false;
	g_autofree char *here = canonical_link(entry->link), *there = canonical_link(stored_link);
	if (strcmp(here, there) == 0)
		return false;
	const char *text = entry->content ? entry->content : entry->summary;
	return shared_words(entry->title, NULL, stored_title, NULL, 1) < TITLE_KINSHIP &&
	       shared_words(entry->title, text, stored_title, stored_text, WORDS_LEAST) < KINSHIP;
}

/* ---- judging ----------------------------------------------------------------------------------------------------- */

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
