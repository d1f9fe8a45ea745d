/* opml_walk: see opml_walk.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/opml_walk.h"

#include "feeds/url.h"

void opml_walk_init(struct opml_walk *walk, outline_get_fn *get, opml_feed_fn *feed, void *data)
{
	*walk = (struct opml_walk){get, feed, data, g_ptr_array_new_with_free_func(g_free)};
	g_ptr_array_add(walk->folders, g_strdup(""));
}

void opml_walk_finish(struct opml_walk *walk)
{
	g_ptr_array_unref(walk->folders);
}

bool opml_walk_enter(struct opml_walk *walk, const char *name, const void *outline)
{
	const char *folder = walk->folders->pdata[walk->folders->len - 1];

	if (g_ascii_strcasecmp(name, "outline") != 0)
		return false;
	g_autofree char *raw = walk->get(outline, "xmlUrl");
	if (raw) {
		g_autofree char *url = url_resolve(NULL, raw);
		walk->feed(outline, url, raw, folder, walk->data);
		return false;
	}
	if (walk->folders->len > OUTLINE_MAX_LEVELS)
		return false;
	g_ptr_array_add(walk->folders, outline_folder(walk->get, outline, folder));
	return true;
}

void opml_walk_leave(struct opml_walk *walk)
{
	g_ptr_array_set_size(walk->folders, (gint)walk->folders->len - 1);
}

void opml_collection_init(struct opml_collection *c, outline_get_fn *get, GPtrArray *dropped)
{
	*c = (struct opml_collection){
		.get = get,
		.subscriptions = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free),
		.dropped = dropped,
		.seen = g_hash_table_new(g_str_hash, g_str_equal),
	};
}

void opml_collect(const void *outline, const char *url, const char *raw, const char *folder,
		  void *data)
{
	struct opml_collection *c = data;

	if (!url) {
		if (c->dropped)
			g_ptr_array_add(c->dropped, g_strdup(raw));
		return;
	}
	if (g_hash_table_contains(c->seen, url))
		return;
	struct subscription *s = outline_subscription(c->get, outline, url, folder);
	g_hash_table_add(c->seen, s->url);
	g_ptr_array_add(c->subscriptions, s);
}

GPtrArray *opml_collection_end(struct opml_collection *c)
{
	g_hash_table_unref(c->seen);
	return c->subscriptions;
}
