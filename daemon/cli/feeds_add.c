/* feeds_add: subscribe to a feed, or to the feed that a site's page points to. One request an
 * address. SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/feeds_file.h"
#include "daemon/cli/place.h"
#include "daemon/parser_program.h"
#include "feeds/error.h"
#include "feeds/fetch.h"
#include "feeds/url.h"
#include "feeds/worker.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT_MS 30000
#define SHOWN_BYTES 2048
#define SHOWN_LINES 4
#define SHOWN_COLUMNS 100

/* One address looked at. */
struct look {
	GMainLoop *loop;
	struct fetcher *fetcher;
	struct worker *worker;
	GBytes *body;
	char *url;	     /* where the answer came from */
	char *permanent_url; /* or NULL */
	char *content_type, *link;
	struct feed_document *document; /* it is a feed */
	GPtrArray *feeds;		/* it is a page that points to these: char * */
	GError *error;
};

static void on_page(struct page *page, const GError *error, void *data)
{
	struct look *look = data;

	if (page)
		g_ptr_array_extend_and_steal(look->feeds, g_steal_pointer(&page->feeds));
	else if (!look->feeds->len)
		look->error = g_error_copy(error);
	page_free(page);
	g_main_loop_quit(look->loop);
}

static void on_parsed(struct feed_document *document, const GError *error, void *data)
{
	struct look *look = data;
	const struct parse_options options = {.url = look->url, .content_type = look->content_type};

	look->document = document;
	if (document) {
		g_main_loop_quit(look->loop);
	} else if (g_error_matches(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED) ||
		   g_error_matches(error, FEED_ERROR, FEED_ERROR_MALFORMED)) {
		worker_page(look->worker, look->body, &options, on_page, look);
	} else {
		look->error = g_error_copy(error);
		g_main_loop_quit(look->loop);
	}
}

static bool has_relation(const char *parameters, const char *name, const char *value)
{
	g_autofree char *pattern = g_strdup_printf("%s\\s*=\\s*\"?[^\";,]*%s", name, value);
	return g_regex_match_simple(pattern, parameters, G_REGEX_CASELESS, 0);
}

/* Link: <url>; rel="alternate"; type="application/rss+xml" (RFC 8288). */
static void take_link_header(struct look *look)
{
	g_auto(GStrv) links = g_strsplit(look->link ? look->link : "", ",", 64);
	for (char **link = links; *link; link++) {
		const char *open = strchr(*link, '<'), *close = open ? strchr(open, '>') : NULL;
		if (!close || !has_relation(close, "rel", "alternate") ||
		    !(has_relation(close, "type", "rss") || has_relation(close, "type", "atom") ||
		      has_relation(close, "type", "feed\\+json")))
			continue;
		g_autofree char *target = g_strndup(open + 1, (gsize)(close - open - 1));
		char *url = url_resolve(look->url, target);
		if (url)
			g_ptr_array_add(look->feeds, url);
	}
}

static void on_fetched(const struct fetch_response *response, const GError *error, void *data)
{
	struct look *look = data;

	if (error || response->status != 200 || !response->body) {
		look->error = error ? g_error_copy(error)
				    : g_error_new(FEED_ERROR, FEED_ERROR_PROTOCOL,
						  _("the server answered with status %d"),
						  response->status);
		g_main_loop_quit(look->loop);
		return;
	}
	look->url = g_strdup(response->final_url);
	look->permanent_url = g_strdup(response->permanent_url);
	look->content_type = g_strdup(response->content_type);
	look->link = g_strdup(response->link);
	look->body = g_bytes_ref(response->body);
	take_link_header(look);
	const struct parse_options options = {.url = look->url, .content_type = look->content_type};
	worker_parse(look->worker, look->body, &options, on_parsed, look);
}

static void look_clear(struct look *look)
{
	g_clear_pointer(&look->body, g_bytes_unref);
	g_clear_pointer(&look->url, g_free);
	g_clear_pointer(&look->permanent_url, g_free);
	g_clear_pointer(&look->content_type, g_free);
	g_clear_pointer(&look->link, g_free);
	g_clear_pointer(&look->document, feed_document_free);
	g_clear_pointer(&look->feeds, g_ptr_array_unref);
	g_clear_error(&look->error);
}

/* "example.org" means https://example.org. */
static char *complete_url(const char *typed)
{
	g_autofree char *with_scheme =
		strstr(typed, "://") ? g_strdup(typed) : g_strconcat("https://", typed, NULL);
	return url_resolve(NULL, with_scheme);
}

static void look_at(struct look *look, const char *typed)
{
	g_autofree char *url = complete_url(typed);
	look->feeds = g_ptr_array_new_with_free_func(g_free);
	if (!url) {
		g_set_error(&look->error, FEED_ERROR, FEED_ERROR_URL, "%s",
			    _("not an http or https address"));
		return;
	}
	const struct fetch_request request = {
		.url = url,
		.timeout_ms = TIMEOUT_MS,
		.accept = "application/atom+xml, application/rss+xml, application/feed+json, "
			  "application/xml;q=0.9, text/html;q=0.8, */*;q=0.1",
	};
	if (fetch_start(look->fetcher, &request, on_fetched, look, &look->error))
		g_main_loop_run(look->loop);
}

static bool open_look(struct look *look, const struct config *config, const char *command)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *agent = config_user_agent(config);
	const struct fetcher_options options = {
		.user_agent = agent,
		.proxy = config->proxy,
		.ca_file = config->ca_file,
		.allow_networks = (const char *const *)config->allow_networks,
	};
	*look = (struct look){.loop = g_main_loop_new(NULL, FALSE)};
	look->worker = worker_new(parser_program(), &error);
	look->fetcher = look->worker ? fetcher_new(&options, &error) : NULL;
	if (!look->fetcher)
		cli_error(command, "%s", error->message);
	return look->fetcher != NULL;
}

static void close_look(struct look *look)
{
	fetcher_free(look->fetcher);
	worker_free(look->worker);
	g_main_loop_unref(look->loop);
}

/* ---- add
 * -----------------------------------------------------------------------------------------------------------
 */

struct adding {
	struct feeds_file file;
	struct look look;
	char *title, *folder;
	gboolean all, unseen;
	unsigned added;
};

static void add(struct adding *a, const char *url, const struct feed_document *document)
{
	struct subscription *s = subscription_new(url);
	s->title = g_strdup(a->title ? a->title : document ? document->title : NULL);
	s->site_url = g_strdup(document ? document->link : NULL);
	s->language = g_strdup(document ? document->language : NULL);
	s->folder = g_strdup(a->folder);
	g_autofree char *title = cli_text(s->title ? s->title : "", 80);
	if (opml_add(a->file.opml, s)) {
		a->added++;
		printf(_("added %s%s%s\n"), url, *title ? "  " : "", title);
	} else {
		printf(_("%s is subscribed already\n"), url);
	}
	subscription_free(s);
}

/* What the server sent instead of a feed, so that one sees a login page or an error text. */
static void show_beginning(const GBytes *body)
{
	gsize len = 0;
	const char *bytes = body ? g_bytes_get_data((GBytes *)body, &len) : NULL;
	g_autofree char *text = bytes ? g_strndup(bytes, MIN(len, SHOWN_BYTES)) : NULL;
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

	for (unsigned i = 0, shown = 0; lines[i] && shown < SHOWN_LINES; i++) {
		g_autofree char *line = cli_text(g_strstrip(lines[i]), SHOWN_COLUMNS);
		if (!*line)
			continue;
		fprintf(stderr, "  | %s\n", line);
		shown++;
	}
}

static bool add_from_page(struct adding *a, const char *typed)
{
	const GPtrArray *feeds = a->look.feeds;

	if (!feeds->len) {
		cli_error("feeds add", _("%s is no feed, and its page points to none"), typed);
		show_beginning(a->look.body);
		return false;
	}
	if (feeds->len > 1 && !a->all) {
		cli_error("feeds add", _("%s points to %u feeds; add one of them, or --all:"),
			  typed, feeds->len);
		for (unsigned i = 0; i < feeds->len; i++)
			fprintf(stderr, "  %s\n", (const char *)feeds->pdata[i]);
		return false;
	}
	for (unsigned i = 0; i < feeds->len; i++)
		add(a, feeds->pdata[i], NULL);
	return true;
}

static bool add_typed(struct adding *a, const char *typed)
{
	bool fine = true;

	if (a->unseen) {
		g_autofree char *url = complete_url(typed);
		if (url)
			add(a, url, NULL);
		else
			cli_error("feeds add", _("%s: not an http or https address"), typed);
		return url != NULL;
	}
	look_at(&a->look, typed);
	if (a->look.error) {
		cli_error("feeds add", _("%s: %s (--unseen adds it all the same)"), typed,
			  a->look.error->message);
		show_beginning(a->look.body);
		fine = false;
	} else if (a->look.document) {
		g_autofree char *url = complete_url(typed);
		add(a, a->look.permanent_url ? a->look.permanent_url : url, a->look.document);
	} else {
		fine = add_from_page(a, typed);
	}
	look_clear(&a->look);
	return fine;
}

int feeds_add(int argc, char **argv)
{
	g_autofree char *title = NULL, *folder = NULL;
	struct adding a = {0};
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"title", 0, 0, G_OPTION_ARG_STRING, &title,
		 N_("name of the outlet; the feed's own if absent"), "TEXT"},
		{"folder", 0, 0, G_OPTION_ARG_STRING, &folder, N_("folder; '/' between levels"),
		 "NAME"},
		{"all", 0, 0, G_OPTION_ARG_NONE, &a.all, N_("all feeds a page points to"), NULL},
		{"unseen", 0, 0, G_OPTION_ARG_NONE, &a.unseen, N_("without asking the server"),
		 NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "URL…",
			 _("Subscribe to a feed. URL may be a site's page: the feed it points to "
			   "is taken. One request\n"
			   "is made, and no other page of the site is tried."),
			 &exit_code))
		return exit_code;
	if (argc < 2) {
		cli_error("feeds add", "%s", _("expected addresses"));
		return EXIT_USAGE;
	}
	a.title = title;
	a.folder = folder;
	if (!feeds_file_open(&a.file, "feeds add", &exit_code))
		return exit_code;
	if (open_look(&a.look, a.file.config, "feeds add")) {
		for (int i = 1; i < argc; i++)
			if (!add_typed(&a, argv[i]))
				exit_code = EXIT_NO;
		if (a.added && !feeds_file_save(&a.file, "feeds add"))
			exit_code = EXIT_NO;
	} else {
		exit_code = EXIT_NO;
	}
	close_look(&a.look);
	feeds_file_close(&a.file);
	return exit_code;
}

/* ---- discover
 * --------------------------------------------------------------------------------------------------------
 */

static int discover(struct look *look, const char *typed)
{
	int exit_code = EXIT_DONE;

	look_at(look, typed);
	if (look->error) {
		cli_error("feeds discover", "%s: %s", typed, look->error->message);
		exit_code = EXIT_NO;
	} else if (look->document) {
		g_autofree char *title =
			cli_text(look->document->title ? look->document->title : "", 80);
		printf("%s\t%s\t%s\n", look->url, feed_format_name(look->document->format), title);
	} else if (!look->feeds->len) {
		cli_error("feeds discover", _("%s is no feed, and its page points to none"), typed);
		exit_code = EXIT_NO;
	}
	for (unsigned i = 0; !look->document && i < look->feeds->len; i++)
		printf("%s\n", (const char *)look->feeds->pdata[i]);
	look_clear(look);
	return exit_code;
}

int feeds_discover(int argc, char **argv)
{
	const GOptionEntry entries[] = {CLI_CONFIG_ENTRY, G_OPTION_ENTRY_NULL};
	int exit_code = EXIT_DONE;
	struct look look;

	if (!cli_options(
		    &argc, &argv, entries, "URL…",
		    _("Print the feeds that a page points to (link rel=alternate, Link header)."),
		    &exit_code))
		return exit_code;
	if (argc < 2) {
		cli_error("feeds discover", "%s", _("expected addresses"));
		return EXIT_USAGE;
	}
	struct config *config = cli_config("feeds discover", &exit_code);
	if (!config)
		return exit_code;
	bool opened = open_look(&look, config, "feeds discover");
	exit_code = opened ? EXIT_DONE : EXIT_NO;
	for (int i = 1; opened && i < argc; i++)
		if (discover(&look, argv[i]) != EXIT_DONE)
			exit_code = EXIT_NO;
	close_look(&look);
	config_free(config);
	return exit_code;
}
