/* poll: one round now, with progress and a line for every feed.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/cli/progress.h"
#include "daemon/engine.h"
#include "feeds/url_redact.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

struct progress {
	unsigned done, failed, unchanged, fresh, alerts, left_out, total;
	bool json, quiet;
	struct progress_bar bar;
};

static void print_json(const struct poll_summary *s)
{
	json_t *object = json_pack("{ss si ss* sb si si si si si}", "feed", s->feed->subscription->url,
				   "status", s->status, "error", s->error, "unchanged", s->unchanged,
				   "entries", (int)s->entries, "new", (int)s->fresh, "edited",
				   (int)s->edited, "matched", (int)s->matched, "alerts", (int)s->alerts);
	cli_json(stdout, object);
}

static void print_counts(const char *url, const struct poll_summary *s)
{
	g_autofree char *entries = g_strdup_printf(ngettext("%u entry", "%u entries", s->entries), s->entries);
	g_autofree char *alerts = g_strdup_printf(ngettext("%u alert", "%u alerts", s->alerts), s->alerts);
	printf(_("%s: %s, %u new%s, %u matched, %s\n"), url, entries, s->fresh,
	       s->backlog ? _(" (first poll: marked as seen)") : "", s->matched, alerts);
}

static void print_text(const struct poll_summary *s)
{
	g_autofree char *address = url_redact(s->feed->subscription->url);
	g_autofree char *url = cli_text(address, 0);
	g_autofree char *error = cli_text(s->error ? s->error : "", 0);

	if (s->error)
		printf(_("%s: %s\n"), url, error);
	else if (s->unchanged)
		printf(_("%s: unchanged\n"), url);
	else
		print_counts(url, s);
}

static void on_ended(const struct poll_summary *summary, void *data)
{
	struct progress *p = data;

	p->done++;
	p->failed += summary->error != NULL;
	p->unchanged += summary->unchanged;
	p->fresh += summary->fresh;
	p->alerts += summary->alerts;
	progress_clear(&p->bar);
	if (p->json)
		print_json(summary);
	else if (!p->quiet || summary->error)
		print_text(summary);
	fflush(stdout);
	progress_draw(&p->bar, p->done, p->total);
}

static void on_left_out(const struct subscription *subscription, const char *why, void *data)
{
	struct progress *p = data;
	g_autofree char *address = url_redact(subscription->url);
	g_autofree char *url = cli_text(address, 0);

	p->left_out++;
	fprintf(stderr, _("%s is not asked: %s\n"), url, cli_name(why));
}

/* Whole documents again, from servers that would have said "unchanged": nobody does that by accident. */
static bool may_refetch(void)
{
	char answer[16] = "";

	if (!isatty(0))
		return true;
	fputs(_("Ask without validators, so that servers send whole documents again? [y/N] "), stderr);
	return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y' || answer[0] == 's');
}

static void print_sum(const struct progress *p)
{
	g_autofree char *feeds = g_strdup_printf(ngettext("%u feed polled", "%u feeds polled", p->done), p->done);
	g_autofree char *articles = g_strdup_printf(ngettext("%u new article", "%u new articles", p->fresh), p->fresh);
	g_autofree char *alerts = g_strdup_printf(ngettext("%u alert", "%u alerts", p->alerts), p->alerts);
	printf(_("%s: %u unchanged, %u failed, %s, %s\n"), feeds, p->unchanged, p->failed, articles, alerts);
}

static int poll_round(struct config *config, const struct engine_options *options, struct progress *p)
{
	g_autoptr(GError) error = NULL;
	struct engine *engine = engine_new(config, options, &error);

	if (!engine) {
		cli_error("poll", "%s", error->message);
		return EXIT_NO;
	}
	p->total = engine_feeds(engine);
	bool fine = engine_run(engine);
	engine_free(engine);
	if (p->bar.shown)
		fputs("\n", stderr);
	if (!p->json)
		print_sum(p);
	bool in_vain = p->failed && (options->feeds || p->failed == p->done);
	return fine && !in_vain ? EXIT_DONE : EXIT_NO;
}

int cmd_poll(int argc, char **argv)
{
	gboolean force = FALSE, refetch = FALSE, json = FALSE, quiet = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"force", 0, 0, G_OPTION_ARG_NONE, &force,
		 N_("ask even feeds that are not due; not those whose server asks to wait"), NULL},
		{"refetch", 0, 0, G_OPTION_ARG_NONE, &refetch,
		 N_("like --force, and without validators: whole documents again"), NULL},
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_("only failures and the last line"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a feed"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "[FEED…]",
			 _("Poll the feeds that are due, once; deliver what they raise; end. FEED: address or\n"
			   "title, * allowed; named feeds are asked even if not due, if interval_min has passed\n"
			   "since they were asked and their server allows it. Exit 1 if all feeds failed, or one\n"
			   "that was named."),
			 &exit_code))
		return exit_code;
	if (refetch && !may_refetch())
		return EXIT_NO;
	struct config *config = cli_config("poll", &exit_code);
	if (!config)
		return exit_code;
	engine_log_init(config);
	struct progress progress = {.json = json, .quiet = quiet};
	if (!json)
		progress_start(&progress.bar);
	const struct engine_options options = {
		.config_path = cli_config_option,
		.once = true,
		.force = force || refetch,
		.refetch = refetch,
		.feeds = argc > 1 ? (const char *const *)argv + 1 : NULL,
		.ended = on_ended,
		.failures_told = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO),
		.left_out = on_left_out,
		.user_data = &progress,
	};
	return poll_round(config, &options, &progress);
}
