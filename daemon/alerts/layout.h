/* layout: the order in which people read a message: filters, their stories, the articles of each.
 * What text and HTML share.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

/* Stories told in full; further ones of a long digest take one line each. */
#define LAYOUT_FULL_STORIES 100
/* Stories of the short version, for servers that find the whole too large. */
#define LAYOUT_SHORT_STORIES 20

struct layout_story {
	const struct message_item *first; /* told in full */
	GPtrArray *others;		  /* const struct message_item *: also in; borrowed */
	bool begins_filter;		  /* the first story of its filter */
	bool full;
	unsigned place; /* in the message's order */
};

/* struct layout_story *, owned by the array; the items are the message's. `brief`: the short
 * version, where no story is full. */
GPtrArray *layout_stories(const struct message *message, bool brief);

/* "TASS (Russian government, state-controlled)". Caller frees. */
char *layout_source(const struct message_item *item, const char *language);
/* "TASS · Russian · 21 November 2026, 08:12": source, language, time. Caller frees. */
char *layout_byline(const struct message_item *item, const char *language);
/* "Why: North Korea, Russia (score 4.2, threshold 3)", or NULL if nothing is known. Caller frees.
 */
char *layout_why(const struct message_item *item, const char *language);
/* "ANSA, TASS, Yonhap": who else tells a story of one item per article. NULL if nobody. Caller
 * frees. */
char *layout_outlets(const struct message *message, const struct layout_story *story,
		     const char *language);
/* What a reader may do: the last line. NULL if there is nothing to say. Caller frees. */
char *layout_footer(const struct message *message);

/* One part of a text: marked or not. */
typedef void layout_part_fn(const char *part, size_t len, bool marked, void *user_data);
/* Cut `text` at its spans; those that do not lie in it, or on characters, are passed over. */
void layout_parts(const char *text, const GArray *spans, layout_part_fn *each, void *user_data);
