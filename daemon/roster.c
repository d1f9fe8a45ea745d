/* roster: see roster.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/roster.h"

#include "daemon/monitor/log.h"
#include "daemon/store/articles.h"

#include <glib/gstdio.h>
#include <string.h>

static void free_state(gpointer state) { feed_state_free(state); }

/* url → struct feed_state *, owned by the table. */
static GHashTable *known_states(struct store *store, GError **error)
{
	g_autoptr(GPtrArray) rows = store_feeds_load(store, error);
	if (!rows)
		return NULL;
	GHashTable *states = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_state);
	g_ptr_array_set_free_func(rows, NULL);
	for (unsigned i = 0; i < rows->len; i++) {
		struct feed_state *state = rows->pdata[i];
		g_hash_table_insert(states, state->url, state);
	}
	return states;
}

static bool is_named(const struct roster_choice *choice, const struct subscription *s)
{
	for (const char *const *pattern = choice->patterns; pattern && *pattern; pattern++)
		if (g_pattern_match_simple(*pattern, s->url) ||
		    (s->title && g_pattern_match_simple(*pattern, s->title)))
			return true;
	return false;
}

/* The server asked for credentials; since then somebody gave some, or others. */
static bool has_new_login(const struct subscription *s, const struct feed_state *state)
{
	GStatBuf file;

	if (state->last_status != 401 || !s->credential)
		return false;
	return g_stat(s->credential, &file) == 0 && file.st_mtime >= state->last_poll_at;
}

/* What keeps a feed that somebody wants polled now from being polled; NULL: nothing. */
static const char *must_wait(const struct roster_choice *choice, const struct subscription *s,
			     const struct feed_state *state, int64_t now)
{
	int64_t floor_s = s->interval_min_s ? s->interval_min_s : choice->floor_s;

	if (MAX(state->retry_after, host_pauses_until(choice->pauses, state->fetch_url, now)) > now)
		return "its server asks to wait (Retry-After)";
	if (choice->force)
		return NULL;
	if (state->cache_until > now)
		return "its server says that nothing is new yet (Cache-Control, Expires); --force asks all the same";
	if (state->last_poll_at + floor_s > now && state->last_poll_at <= now)
		return "it was asked a short while ago (interval_min); --force asks all the same";
	return NULL;
}

static void remember_pauses(GHashTable *states, struct host_pauses *pauses)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, states);
	while (pauses && g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct feed_state *state = value;
		if (state->retry_after)
			host_pauses_note(pauses, state->fetch_url, state->retry_after);
	}
}

static bool is_chosen(const struct roster_choice *choice, const struct subscription *s, struct feed_state *state)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	bool named = is_named(choice, s);

	if (choice->patterns && !named)
		return false;
	if (!choice->due_only)
		return true;
	bool asked_for = choice->force || (named && choice->named_due);
	const char *why = asked_for ? must_wait(choice, s, state, now) : NULL;
	if (why && choice->left_out)
		choice->left_out(s, why, choice->user_data);
	if (why)
		return false;
	if (asked_for || has_new_login(s, state))
		state->next_poll_at = 0;
	return !s->paused && !state->gone && state->next_poll_at <= now &&
	       host_pauses_until(choice->pauses, state->fetch_url, now) <= now;
}

static struct feed_state *state_of(GHashTable *states, const char *url)
{
	gpointer state = NULL;
	g_hash_table_steal_extended(states, url, NULL, &state);
	return state ? state : feed_state_new(url);
}

/* Which subscription is polled at each address: the one subscribed at it, else the first by name. The texts are copies:
 * subscriptions and states that are not wanted go while others are still looked up. */
static GHashTable *owners_of(const GPtrArray *subscriptions, GHashTable *states)
{
	GHashTable *owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (unsigned i = 0; i < subscriptions->len; i++) {
		const struct subscription *s = subscriptions->pdata[i];
		const struct feed_state *state = g_hash_table_lookup(states, s->url);
		const char *address = state ? state->fetch_url : s->url;
		const char *other = g_hash_table_lookup(owners, address);
		bool other_at_home = other && strcmp(other, address) == 0;
		if (!other || strcmp(s->url, address) == 0 || (!other_at_home && strcmp(s->url, other) < 0))
			g_hash_table_insert(owners, g_strdup(address), g_strdup(s->url));
	}
	return owners;
}

/* Joins the poller, or brings its news to the feed that is there. */
static const char *join(struct poller *poller, struct subscription *s, const struct roster_choice *choice,
			GHashTable *states, GHashTable *owners)
{
	struct feed *known = poller_find(poller, s->url);
	if (known) {
		bool new_login = has_new_login(s, known->state);
		poller_resubscribe(poller, known, s);
		if (new_login)
			poller_ask_now(poller, known);
		return s->url;
	}
	struct feed_state *state = state_of(states, s->url);
	bool owner = g_strcmp0(g_hash_table_lookup(owners, state->fetch_url), s->url) == 0;
	if ((owner || !choice->due_only) && is_chosen(choice, s, state)) {
		if (s->user_agent)
			log_info("feed.user-agent", "url", s->url, "user-agent", s->user_agent);
		if (has_new_login(s, state))
			state->next_poll_at = 0;
		poller_add(poller, feed_new(s, state));
		return s->url;
	}
	feed_state_free(state);
	subscription_free(s);
	return NULL;
}

bool roster_apply(struct poller *poller, GPtrArray *subscriptions, const struct roster_choice *choice,
		  struct store *store, GError **error)
{
	GHashTable *states = known_states(store, error);
	if (!states) {
		g_ptr_array_unref(subscriptions);
		return false;
	}
	remember_pauses(states, choice->pauses);
	g_autoptr(GHashTable) owners = owners_of(subscriptions, states);
	g_autoptr(GHashTable) now = g_hash_table_new(g_str_hash, g_str_equal);
	g_ptr_array_set_free_func(subscriptions, NULL);
	for (unsigned i = 0; i < subscriptions->len; i++) {
		const char *url = join(poller, subscriptions->pdata[i], choice, states, owners);
		if (url)
			g_hash_table_add(now, (gpointer)url);
	}
	poller_keep_only(poller, now);
	poller_join(poller);
	g_ptr_array_unref(subscriptions);
	g_hash_table_unref(states);
	return true;
}
