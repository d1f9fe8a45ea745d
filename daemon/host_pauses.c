/* host_pauses: see host_pauses.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/host_pauses.h"

#include <glib.h>

struct host_pauses {
	GHashTable *until; /* "host:port" → int64_t * */
};

struct host_pauses *host_pauses_new(void)
{
	struct host_pauses *pauses = g_new0(struct host_pauses, 1);
	pauses->until = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return pauses;
}

void host_pauses_free(struct host_pauses *pauses)
{
	if (!pauses)
		return;
	g_hash_table_unref(pauses->until);
	g_free(pauses);
}

/* http and https of one host are one server. */
static char *key_of(const char *url)
{
	g_autoptr(GUri) uri =
		g_uri_parse(url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
	const char *host = uri ? g_uri_get_host(uri) : NULL;
	if (!host)
		return NULL;
	g_autofree char *name = g_ascii_strdown(host, -1);
	int port = g_uri_get_port(uri);
	return g_strdup_printf("%s:%d", name, port == 80 || port == 443 ? -1 : port);
}

void host_pauses_note(struct host_pauses *pauses, const char *url, int64_t until)
{
	g_autofree char *key = key_of(url);
	if (!key)
		return;
	int64_t *known = g_hash_table_lookup(pauses->until, key);
	if (known)
		*known = MAX(*known, until);
	else
		g_hash_table_insert(pauses->until, g_steal_pointer(&key),
				    g_memdup2(&until, sizeof until));
}

int64_t host_pauses_until(struct host_pauses *pauses, const char *url, int64_t now)
{
	if (!pauses || !g_hash_table_size(pauses->until))
		return 0;
	g_autofree char *key = key_of(url);
	const int64_t *until = key ? g_hash_table_lookup(pauses->until, key) : NULL;
	if (!until)
		return 0;
	int64_t end = *until;
	if (end <= now)
		g_hash_table_remove(pauses->until, key);
	return end <= now ? 0 : end;
}
