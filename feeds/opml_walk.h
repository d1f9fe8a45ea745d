/* opml_walk: through the outlines of an OPML body, feeds and the folders that they stand in, for
 * whoever reads the elements one after another.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/opml_outline.h"

/* A feed. `url` is NULL when it is none that we poll, then `raw` says what stood there. `folder`:
 * "a/b", or "". */
typedef void opml_feed_fn(const void *outline, const char *url, const char *raw, const char *folder,
			  void *data);

struct opml_walk {
	outline_get_fn *get;
	opml_feed_fn *feed;
	void *data;
	GPtrArray *folders; /* char *: that of the body, and those below that are open */
};

void opml_walk_init(struct opml_walk *walk, outline_get_fn *get, opml_feed_fn *feed, void *data);
void opml_walk_finish(struct opml_walk *walk);
/* An element of the body or of a folder. True: it is a folder; its elements follow, then
 * opml_walk_leave(). False: what is in it is nothing to us, be it in a feed, in another element, or
 * too deep. `feed` may free the outline. */
bool opml_walk_enter(struct opml_walk *walk, const char *name, const void *outline);
void opml_walk_leave(struct opml_walk *walk);

/* The feeds that a walk meets, one per address. */
struct opml_collection {
	outline_get_fn *get;
	GPtrArray *subscriptions; /* struct subscription *, owned */
	GPtrArray *dropped;	  /* char *: what is no address; or NULL */
	GHashTable *seen;	  /* set of the subscriptions' addresses */
};

void opml_collection_init(struct opml_collection *collection, outline_get_fn *get,
			  GPtrArray *dropped);
/* An opml_feed_fn; its data is the collection. */
void opml_collect(const void *outline, const char *url, const char *raw, const char *folder,
		  void *data);
/* The subscriptions, which are the caller's. */
GPtrArray *opml_collection_end(struct opml_collection *collection);
