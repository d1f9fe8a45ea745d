/* feeds_list: the feeds and how each is.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/feeds_file.h"
#include "daemon/cli/place.h"
#include "daemon/store/articles.h"
#include "daemon/subscriptions.h"
#include "feeds/health.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct row {
	const struct subscription *subscription;
	const struct feed_state *state;
	enum feed_health health;
};

static const char *title_of(const struct row *row)
{
	return row->subscription->title ? row->subscription->title
	       : row->state->title	? row->state->title
					: row->subscription->url;
}

static void print_json(const struct row *row)
{
	const struct subscription *s = row->subscription;
	const struct feed_state *state = row->state;
	g_autofree char *newest = cli_time_utc(state->newest_entry_at);
	g_autofree char *next = cli_time_utc(state->gone ? 0 : state->next_poll_at);
	g_autofree char *polled = cli_time_utc(state->last_poll_at);
	json_t *object = json_pack(
		"{ss ss ss ss* ss* ss* ss* ss* sb ss* ss* ss* si sf ss* ss*}", "url", s->url,
		"title", title_of(row), "health", feed_health_name(row->health), "folder",
		s->folder, "language", s->language, "country", s->country, "owner", s->owner,
		"kind", s->kind, "state_media", s->state_media, "newest", newest, "last_poll",
		polled, "next_poll", next, "status", state->last_status, "rhythm_s",
		state->rhythm_s, "error", state->last_error, "fetch_url",
		strcmp(state->fetch_url, s->url) != 0 ? state->fetch_url : NULL);
	cli_json(stdout, object);
}

static void print_text(const struct row *row, int64_t now, bool colour)
{
	const struct feed_state *state = row->state;
	bool ill = row->health > FEED_FRESH;
	g_autofree char *title = cli_text(title_of(row), 40);
	g_autofree char *newest = cli_time(state->newest_entry_at);
	g_autofree char *rhythm =
		state->rhythm_s > 0 ? cli_duration((int64_t)state->rhythm_s) : g_strdup("-");
	g_autofree char *word = cli_column(cli_name(feed_health_name(row->health)), 8);
	g_autofree char *url = cli_text(row->subscription->url, 0);

	printf("%s%s%s  %s\n", colour && ill ? "\033[1;31m" : "", word, colour && ill ? "\033[0m" : "", title);
	printf("          %s\n", url);
	if (state->newest_entry_at > 0 || state->rhythm_s > 0)
		printf(_("          newest %s, an article every %s\n"), newest, rhythm);
	if (row->health != FEED_GONE && row->health != FEED_PAUSED) {
		g_autofree char *wait = cli_duration(MAX(0, state->next_poll_at - now));
		if (state->next_poll_at > now)
			printf(_("          next poll in %s\n"), wait);
		else
			printf("          %s\n", _("next poll: now"));
	}
	if (state->last_error) {
		g_autofree char *why = cli_text(state->last_error, 0);
		printf("          %s\n", why);
	}
}

/* url → struct feed_state *; empty if there is no store yet; NULL with error if it cannot be read. */
static GHashTable *states_of(const struct config *config, GError **error)
{
	g_autofree char *path = g_build_filename(config->state_directory, STORE_FILE, NULL);
	GHashTable *states = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						   (GDestroyNotify)feed_state_free);
	if (g_access(path, F_OK) != 0 && errno == ENOENT)
		return states;
	struct store *store = store_open(config->state_directory, STORE_READ, NULL, NULL, error);
	g_autoptr(GPtrArray) rows = store ? store_feeds_load(store, error) : NULL;

	store_close(store);
	if (!rows) {
		g_hash_table_unref(states);
		return NULL;
	}
	g_ptr_array_set_free_func(rows, NULL);
	for (unsigned i = 0; i < rows->len; i++)
		g_hash_table_replace(states, ((struct feed_state *)rows->pdata[i])->url,
				     rows->pdata[i]);
	return states;
}

static const struct feed_state *state_of(GHashTable *states, const char *url)
{
	struct feed_state *state = g_hash_table_lookup(states, url);
	if (!state) {
		state = feed_state_new(url);
		g_hash_table_insert(states, state->url, state);
	}
	return state;
}

static bool is_wanted(const struct row *row, char **patterns, const char *health)
{
	if (health && strcmp(health, feed_health_name(row->health)) != 0)
		return false;
	if (!*patterns)
		return true;
	for (; *patterns; patterns++)
		if (g_pattern_match_simple(*patterns, row->subscription->url) ||
		    g_pattern_match_simple(*patterns, title_of(row)))
			return true;
	return false;
}

static void print_counts(const unsigned *counts, unsigned shown)
{
	printf(ngettext("%u feed", "%u feeds", shown), shown);
	fputs(shown ? ":" : "", stdout);
	for (unsigned i = 0; i <= FEED_GONE; i++)
		if (counts[i])
			printf(" %u %s", counts[i], cli_name(feed_health_name((enum feed_health)i)));
	putchar('\n');
}

/* Whether any was shown. */
static bool list(GHashTable *states, const GPtrArray *subscriptions, char **patterns,
		 const char *health, bool json)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	unsigned counts[FEED_GONE + 1] = {0}, shown = 0;
	bool colour = cli_colour(stdout);

	for (unsigned i = 0; i < subscriptions->len; i++) {
		const struct subscription *s = subscriptions->pdata[i];
		struct row row = {s, state_of(states, s->url), FEED_UNPOLLED};
		row.health = feed_health(row.state, s, now);
		if (!is_wanted(&row, patterns, health))
			continue;
		counts[row.health]++;
		shown++;
		if (json)
			print_json(&row);
		else
			print_text(&row, now, colour);
	}
	if (!json)
		print_counts(counts, shown);
	return shown > 0;
}

static bool is_health(const char *word)
{
	for (unsigned i = 0; i <= FEED_GONE; i++)
		if (strcmp(feed_health_name((enum feed_health)i), word) == 0)
			return true;
	return false;
}

int feeds_list(int argc, char **argv)
{
	gboolean json = FALSE;
	g_autofree char *health = NULL;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"health", 0, 0, G_OPTION_ARG_STRING, &health,
		 N_("only those that are: fresh, silent, stale, failing, blocked, gone, paused, "
		    "unpolled"),
		 "WORD"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "[FEED…]",
			 _("List the feeds: how each is, its newest article, its rhythm, its next "
			   "poll, its last error."),
			 &exit_code))
		return exit_code;
	if (health && !is_health(health)) {
		cli_error("feeds list", _("--health %s: expected fresh, silent, stale, failing, blocked, gone, paused or unpolled"),
			  health);
		return EXIT_USAGE;
	}
	struct config *config = cli_config("feeds list", &exit_code);
	if (!config)
		return exit_code;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) subscriptions = subscriptions_load(config, &error);
	GHashTable *states = subscriptions ? states_of(config, &error) : NULL;
	if (!states) {
		cli_error("feeds list", "%s", error->message);
		exit_code = EXIT_NO;
	} else {
		bool any = list(states, subscriptions, argv + 1, health, json);
		exit_code = any || (argc < 2 && !health) ? EXIT_DONE : EXIT_NO;
	}
	g_clear_pointer(&states, g_hash_table_unref);
	config_free(config);
	return exit_code;
}
