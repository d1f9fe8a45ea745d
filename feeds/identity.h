/* identity: which article an entry is. Pure.
 *
 * The key is the guid (atom:id, JSON id), else the canonical link, else a hash of title and date; it is scoped to
 * the feed.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"

#include <glib.h>
#include <stdint.h>

struct identity {
	uint64_t uid;      /* of feed and key: the same on every machine, near the feed's others, never 0 */
	uint64_t content;  /* of title and text: changes when the article is edited */
	uint64_t likeness; /* of link and title: survives a change of guid; 0 if there is neither */
	uint64_t by_link;  /* the uid it has without its id: of feed and link; 0 without a link */
};

/* Of the entries of one document: GPtrArray of struct feed_entry *, as many `identities`. `feed` is the subscription's
 * address. An id that the
 * document gives to different articles identifies none of them; those go by their links, then by title and date. */
void identity_of_entries(const char *feed, const GPtrArray *entries, struct identity *identities);

/* An entry comes under the id of a stored article: is it another article, the id given out anew? So it is if it lives at
 * another link and hardly a word of title and text is left; an edit keeps one or the other. Stored texts may be NULL. */
bool identity_is_another(const struct feed_entry *entry, const char *stored_link, const char *stored_title,
			 const char *stored_text);

/* XXH3 over the parts, each ended by NUL (NULL parts count as empty). Never 0. Keys are scoped to their feed, so
 * who makes two collide hides only articles of his own. */
uint64_t identity_hash(const char *const *parts, size_t count);
uint64_t identity_hash_bytes(const void *bytes, size_t bytes_len);

enum entry_news {
	ENTRY_NEW,
	ENTRY_KNOWN,
	ENTRY_EDITED,   /* known, with another title or text */
	ENTRY_REPEATED, /* stands twice in this document */
	ENTRY_RENAMED,  /* new id, but link and title of a known one: no news */
};

/* What the store knows about one identity. */
struct identity_known {
	bool known;
	uint64_t content;   /* stored, if known */
	uint64_t likeness;  /* stored, if known; 0: not kept */
	bool alike;         /* another stored uid of this feed has the same likeness */
};

/* Judge a whole document at once. `news` has `count` places. Returns true if most of the document was renamed (a
 * site migration: worth telling once). */
bool identity_judge(const struct identity *identities, const struct identity_known *known, size_t count,
		    enum entry_news *news);
