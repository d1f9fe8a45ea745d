/* story: articles that tell the same event. In memory: the matched articles of the last hours, seeded from the
 * store after a restart. No clock, no I/O.
 *
 * Near-duplicates (the same text re-issued) are found by shingles of three words, characters for Han and Hangul:
 * containment |A∩B| / min(|A|, |B|) from 0.59. The same event in other words is found by rare words that the
 * reports share, if the title of each is met in the other; in another language by shared rare names and numbers.
 * Rare is what few articles of the window have: likeness of topic alone never joins two articles.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/article.h"

#include <glib.h>

struct stories;

enum story_kin {
	KIN_FIRST,     /* a new story */
	KIN_DUPLICATE, /* the text of an article that is known */
	KIN_JOINED,    /* another report of the event */
};

struct story_place {
	uint64_t story;  /* uid of its first article */
	enum story_kin kin;
	double likeness; /* 0..1 */
	bool known;      /* the article itself was placed before: it was edited */
	unsigned articles; /* of the story, this one included */
	unsigned owners;   /* independent: outlets of one owner or one state, and reprints of one text,
			    count once */
};

struct stories *stories_new(int64_t window_s);
void stories_free(struct stories *stories);

/* Where the article belongs; it is remembered there. Asking again for the same uid gives the same answer. */
void stories_place(struct stories *stories, const struct article *article, struct story_place *place);
/* Put back what the store knows, oldest first. */
void stories_restore(struct stories *stories, const struct article *article, uint64_t story, enum story_kin kin);
/* struct article_source *: the outlets that tell a story, in order of arrival, each once. Caller frees the array;
 * the texts stay the stories', until the next article. */
GPtrArray *stories_outlets(const struct stories *stories, uint64_t story);
/* Forget what is out of the window. */
void stories_expire(struct stories *stories, int64_t now);
