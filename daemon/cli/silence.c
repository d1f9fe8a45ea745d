/* silence: hold the tongue about a filter, a feed or a story for a while.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/chosen.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/alerts.h"
#include "daemon/subscriptions.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct wish {
	char *filter, *feed, *alert, *duration, *reason, *end;
	gboolean json;
	int64_t period; /* seconds of `duration` */
};

static void wish_clear(struct wish *wish)
{
	char **texts[] = {&wish->filter, &wish->feed, &wish->alert, &wish->duration, &wish->reason, &wish->end};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_clear_pointer(texts[i], g_free);
}

static void print_json(const struct silence *s)
{
	char story[17];
	g_autofree char *from = cli_time_utc(s->starts_at), *to = cli_time_utc(s->ends_at);
	uid_format(s->story, story);
	json_t *object = json_pack("{sI ss* ss* ss* ss* ss* ss* ss*}", "id", (json_int_t)s->id, "filter", s->filter, "feed",
				   s->feed, "story", s->story ? story : NULL, "from", from, "to", to, "author", s->author, "reason",
				   s->reason);
	cli_json(stdout, object);
}

static void print_what(const char *name, const char *value)
{
	g_autofree char *shown = value ? cli_text(value, 0) : NULL;
	if (shown)
		printf("  %s %s", name, shown);
}

static void print_text(const struct silence *s)
{
	g_autofree char *to = cli_time(s->ends_at), *author = cli_text(s->author ? s->author : "-", 30);
	g_autofree char *reason = cli_text(s->reason ? s->reason : "", 60);
	char story[17];
	uid_format(s->story, story);
	printf(_("%" PRId64 "  until %s  by %s"), s->id, to, author);
	print_what(_("filter"), s->filter);
	print_what(_("feed"), s->feed);
	print_what(_("story"), s->story ? story : NULL);
	printf("%s%s\n", *reason ? "  " : "", reason);
}

static int list(struct store *store, bool json, int64_t now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) silences = store_silences(store, now, &error);
	if (!silences) {
		cli_error("silence", "%s", error->message);
		return EXIT_NO;
	}
	for (unsigned i = 0; i < silences->len; i++) {
		if (json)
			print_json(silences->pdata[i]);
		else
			print_text(silences->pdata[i]);
	}
	if (!silences->len && !json)
		puts(_("Nothing is silenced."));
	return EXIT_DONE;
}

/* The story of an alert. */
static bool story_of(struct store *store, const char *text, uint64_t *story, GError **error)
{
	uint64_t id;
	struct alert *alert = uid_parse(text, &id) ? store_alert(store, id, error) : NULL;
	if (!alert) {
		if (error && !*error)
			g_set_error(error, STORE_ERROR, STORE_ERROR_DATA, _("'%s' is no alert id, as 'vedetta alerts' lists them"), text);
		return false;
	}
	*story = alert->story;
	alert_free(alert);
	return true;
}

static int add(struct store *store, const struct wish *wish, int64_t now)
{
	g_autoptr(GError) error = NULL;
	struct silence silence = {.filter = wish->filter, .feed = wish->feed, .starts_at = now, .author = (char *)g_get_user_name(), .reason = wish->reason};
	silence.ends_at = now + wish->period;
	if ((wish->alert && !story_of(store, wish->alert, &silence.story, &error)) || !store_silence_add(store, &silence, &error)) {
		cli_error("silence", "%s", error->message);
		return EXIT_NO;
	}
	print_text(&silence);
	return EXIT_DONE;
}

/* A silence about what is not there would be one that nobody hears. */
static bool is_feed(const struct config *config, const char *url)
{
	g_autoptr(GPtrArray) subscriptions = subscriptions_load(config, NULL);
	for (unsigned i = 0; subscriptions && i < subscriptions->len; i++)
		if (strcmp(((const struct subscription *)subscriptions->pdata[i])->url, url) == 0)
			return true;
	if (subscriptions)
		cli_error("silence", _("no feed has the address '%s'; 'vedetta feeds list' shows them"), url);
	return !subscriptions;
}

static int end(struct store *store, const char *text, int64_t now)
{
	g_autoptr(GError) error = NULL;
	char *rest;
	int64_t id = g_ascii_strtoll(text, &rest, 10);
	if (*rest || id <= 0 || !store_silence_end(store, id, now, &error)) {
		cli_error("silence", "--end %s: %s", text, error ? error->message : _("expected the number of a silence"));
		return error ? EXIT_NO : EXIT_USAGE;
	}
	return EXIT_DONE;
}

int cmd_silence(int argc, char **argv)
{
	__attribute__((cleanup(wish_clear))) struct wish wish = {0};
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"filter", 0, 0, G_OPTION_ARG_STRING, &wish.filter, N_("what this filter raises"), "ID"},
		{"feed", 0, 0, G_OPTION_ARG_STRING, &wish.feed, N_("what comes from this feed"), "URL"},
		{"story", 0, 0, G_OPTION_ARG_STRING, &wish.alert, N_("the story of this alert"), "ALERT"},
		{"for", 0, 0, G_OPTION_ARG_STRING, &wish.duration, N_("how long: 30m, 4h, 2d"), "TIME"},
		{"reason", 0, 0, G_OPTION_ARG_STRING, &wish.reason, N_("why, for the others"), "TEXT"},
		{"end", 0, 0, G_OPTION_ARG_STRING, &wish.end, N_("end this one now"), "NUMBER"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &wish.json, N_("list as one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;

	if (!cli_options(&argc, &argv, entries, NULL,
			 _("Without --for: list the silences. With it: raise nothing for that long; what would have been\n"
			   "told is recorded as suppressed, with who silenced it."),
			 &exit_code))
		return exit_code;
	if (!wish.duration && (wish.filter || wish.feed || wish.alert || wish.reason)) {
		cli_error("silence", "%s", _("for how long? expected --for"));
		return EXIT_USAGE;
	}
	if (wish.duration && !wish.filter && !wish.feed && !wish.alert) {
		cli_error("silence", "%s", _("what? expected --filter, --feed or --story"));
		return EXIT_USAGE;
	}
	if (wish.duration && !cli_period(wish.duration, &wish.period)) {
		cli_error("silence", _("--for %s: expected 30m, 4h or 2d"), wish.duration);
		return EXIT_USAGE;
	}
	struct config *config = cli_config("silence", &exit_code);
	if (config && ((wish.filter && !chosen_is_filter("silence", config, wish.filter)) || (wish.feed && !is_feed(config, wish.feed)))) {
		config_free(config);
		config = NULL;
		exit_code = EXIT_NO;
	}
	struct store *store = config ? cli_store("silence", config, wish.duration || wish.end ? STORE_EDIT : STORE_READ, &exit_code) : NULL;
	if (store)
		exit_code = wish.end ? end(store, wish.end, now) : wish.duration ? add(store, &wish, now) : list(store, wish.json, now);
	store_close(store);
	config_free(config);
	return exit_code;
}
