/* roster: see roster.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/roster.h"

#include "daemon/store/articles.h"

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

static bool is_chosen(const struct roster_choice *choice, const struct subscription *s, struct feed_state *state)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	bool named = is_named(choice, s);

	if (choice->patterns && !named)
		return false;
	if (!choice->due_only)
		return true;
	if (named && choice->named_due && state->retry_after <= now)
		state->next_poll_at = 0;
	return !s->paused && !state->gone && state->next_poll_at <= now;
}

static struct feed_state *state_of(GHashTable *states, const char *url)
{
	gpointer state = NULL;
	g_hash_table_steal_extended(states, url, NULL, &state);
	return state ? state : feed_state_new(url);
}

/* Joins the poller, or brings its news to the feed that is there. */
static const char *join(struct poller *poller, struct subscription *s, const struct roster_choice *choice, GHashTable *states)
{
	struct feed *known = poller_find(poller, s->url);
	if (known) {
		poller_resubscribe(poller, known, s);
		return s->url;
	}
	struct feed_state *state = state_of(states, s->url);
	if (is_chosen(choice, s, state)) {
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
	g_autoptr(GHashTable) now = g_hash_table_new(g_str_hash, g_str_equal);
	g_ptr_array_set_free_func(subscriptions, NULL);
	for (unsigned i = 0; i < subscriptions->len; i++) {
		const char *url = join(poller, subscriptions->pdata[i], choice, states);
		if (url)
			g_hash_table_add(now, (gpointer)url);
	}
	poller_keep_only(poller, now);
	g_ptr_array_unref(subscriptions);
	g_hash_table_unref(states);
	return true;
}
