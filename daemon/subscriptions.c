/* subscriptions: see subscriptions.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/subscriptions.h"

#include "feeds/error.h"
#include "feeds/opml.h"
#include "feeds/url.h"

#include <glib/gi18n.h>

static void replace(char **place, const char *value)
{
	if (!value)
		return;
	g_free(*place);
	*place = g_strdup(value);
}

static void replace_list(char ***place, char **value)
{
	if (!value || !*value)
		return;
	g_strfreev(*place);
	*place = g_strdupv(value);
}

/* What a `feed` block says goes over what the feeds file says. */
static void overlay(const struct config *config, const struct config_feed *feed,
		    struct subscription *s)
{
	replace(&s->title, feed->name);
	replace(&s->language, feed->language);
	replace(&s->owner, feed->owner);
	replace(&s->country, feed->country);
	replace(&s->user_agent, feed->user_agent);
	replace(&s->ca_file, feed->ca_file);
	replace_list(&s->headers, feed->headers);
	replace_list(&s->allow_networks, feed->allow_networks);
	if (feed->credential_file) {
		g_free(s->credential);
		s->credential = config_path(config, feed->credential_file);
	}
	s->state_media |= feed->state_media;
	s->delta |= feed->delta;
	s->paused |= feed->paused;
	if (feed->interval_min)
		s->interval_min_s = (unsigned)feed->interval_min;
	if (feed->interval_max)
		s->interval_max_s = (unsigned)feed->interval_max;
}

static bool overlay_blocks(const struct config *config, GPtrArray *subscriptions, GError **error)
{
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 0; i < subscriptions->len; i++) {
		struct subscription *s = subscriptions->pdata[i];
		g_hash_table_insert(known, s->url, s);
	}
	for (unsigned i = 0; i < config->feeds->len; i++) {
		const struct config_feed *feed = config->feeds->pdata[i];
		g_autofree char *url = url_resolve(NULL, feed->title);
		if (!url) {
			g_set_error(error, FEED_ERROR, FEED_ERROR_URL,
				    _("%s:%u: feed \"%s\" is not an http or https address"),
				    config->file ? config->file : "", feed->line, feed->title);
			return false;
		}
		struct subscription *s = g_hash_table_lookup(known, url);
		if (!s) {
			s = subscription_new(url);
			g_ptr_array_add(subscriptions, s);
			g_hash_table_insert(known, s->url, s);
		}
		overlay(config, feed, s);
	}
	return true;
}

char *subscriptions_file(const struct config *config)
{
	g_autofree char *path = config_path(config, config->feeds_file);
	if (!config->file && !g_file_test(path, G_FILE_TEST_EXISTS))
		return config_data_path("feeds/catalogue/starter.opml");
	return g_steal_pointer(&path);
}

GPtrArray *subscriptions_load(const struct config *config, GError **error)
{
	g_autofree char *path = subscriptions_file(config);
	GPtrArray *subscriptions = opml_load_subscriptions(path, error);

	if (!subscriptions) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	if (!overlay_blocks(config, subscriptions, error))
		g_clear_pointer(&subscriptions, g_ptr_array_unref);
	return subscriptions;
}
