/* article: one entry, normalised, with the feed it came from. Plain data.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct text_block;

struct article {
	uint64_t uid;     /* hash of feed and identity key: the same article always has the same */
	uint64_t content; /* hash of title and body: changes when the article is edited */
	uint64_t likeness; /* hash of link and title: survives a change of guid */
	char *feed;       /* subscription URL */
	char *guid;
	char *link;
	char *title;
	char *body;       /* plain text */
	char *author;
	char *language;   /* declared or detected */
	char **categories;
	int64_t published_at; /* UTC seconds; clamped to the fetch time; INT64_MIN if unknown */
	int64_t updated_at;
	int64_t first_seen_at;
	/* of the feed, copied so that an alert can name its source after the feed is removed */
	char *outlet;
	char *owner;
	char *country;
	bool state_media;
	struct text_block *block; /* where strings that it does not own are (feeds/text_block.h); NULL: it owns all */
};

/* Who told it: what the reader is told about an outlet. */
struct article_source {
	char *outlet, *owner, *language; /* NULL: unknown */
	bool state_media;
};

struct article *article_new(void);
struct article *article_copy(const struct article *article);
void article_free(struct article *article);

/* The article as the matcher takes it; borrows. `now` is for conditions on age. */
void article_to_match(const struct article *article, int64_t now, struct match_article *out);

/* Sixteen hexadecimal digits, the form in which ids are shown and typed. `text` has 17 bytes. */
void uid_format(uint64_t uid, char *text);
bool uid_parse(const char *text, uint64_t *uid);
