/* config_check: see config_check.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config_check.h"

#include "daemon/listener.h"
#include "feeds/url.h"
#include "filters/nearest.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

static int by_place(gconstpointer left, gconstpointer right)
{
	const struct filter_problem *a = *(const struct filter_problem *const *)left;
	const struct filter_problem *b = *(const struct filter_problem *const *)right;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->column < b->column ? -1 : a->column > b->column;
}

void config_problems_sort(GPtrArray *problems)
{
	g_ptr_array_sort(problems, by_place);
}

unsigned config_problems_fatal(const GPtrArray *problems)
{
	unsigned fatal = 0;
	for (unsigned i = 0; i < problems->len; i++)
		fatal += ((const struct filter_problem *)problems->pdata[i])->fatal;
	return fatal;
}

const struct filter_problem *config_problems_first(const GPtrArray *problems)
{
	for (unsigned i = 0; i < problems->len; i++)
		if (((const struct filter_problem *)problems->pdata[i])->fatal)
			return problems->pdata[i];
	return NULL;
}

char *config_problem_text(const struct filter_problem *problem)
{
	if (!problem->file)
		return g_strdup(problem->text);
	if (!problem->line)
		return g_strdup_printf("%s: %s", problem->file, problem->text);
	if (!problem->column)
		return g_strdup_printf("%s:%u: %s", problem->file, problem->line, problem->text);
	return g_strdup_printf("%s:%u:%u: %s", problem->file, problem->line, problem->column,
			       problem->text);
}

struct check {
	const struct config *config;
	const char *file;
	GPtrArray *problems;
};

static void mistake(const struct check *check, unsigned line, char *text)
{
	filter_problem_add(check->problems, check->file, line, 0, true, text);
}

static bool has_title(const GPtrArray *blocks, const char *title)
{
	for (unsigned i = 0; i < blocks->len; i++)
		if (strcmp(*(char *const *)blocks->pdata[i], title) == 0)
			return true;
	return false;
}

static void check_reference(const struct check *check, const struct config_route *route,
			    const char *what, const GPtrArray *blocks, const char *title)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	if (!title || has_title(blocks, title))
		return;
	for (unsigned i = 0; i < blocks->len; i++)
		g_ptr_array_add(names, *(char **)blocks->pdata[i]);
	const char *nearest = nearest_name((const char *const *)names->pdata, names->len, title);
	mistake(check, route->line,
		nearest ? g_strdup_printf(_("route '%s' names %s '%s', which is not there; did you "
					    "mean '%s'?"),
					  route->title, what, title, nearest)
			: g_strdup_printf(_("route '%s' names %s '%s', which is not there"),
					  route->title, what, title));
}

/* Mail that nobody would get. */
static void check_recipients(const struct check *check, const struct config_route *route)
{
	for (unsigned i = 0; i < check->config->channels->len && !*route->people; i++) {
		const struct config_channel *channel = check->config->channels->pdata[i];
		if (channel->type == CHANNEL_EMAIL && !*channel->to &&
		    g_strv_contains((const char *const *)route->channels, channel->title))
			mistake(check, route->line,
				g_strdup_printf(_("route '%s' sends mail to nobody: give channel "
						  "'%s' to = { … }, "
						  "or the route people = { … }"),
						route->title, channel->title));
	}
}

static void check_people(const struct check *check)
{
	for (unsigned i = 0; i < check->config->people->len; i++) {
		const struct config_person *person = check->config->people->pdata[i];
		if (!person->mail)
			mistake(check, person->line,
				g_strdup_printf(_("person '%s' needs mail = …"), person->title));
	}
}

static void check_feeds(const struct check *check)
{
	for (unsigned i = 0; i < check->config->feeds->len; i++) {
		const struct config_feed *feed = check->config->feeds->pdata[i];
		g_autofree char *url = url_resolve(NULL, feed->title);
		if (!url)
			mistake(check, feed->line,
				g_strdup_printf(_("feed '%s' is not an http or https address"),
						feed->title));
	}
}

static void check_file(const struct check *check, unsigned line, const char *key, const char *name)
{
	g_autofree char *path = name ? config_path(check->config, name) : NULL;
	if (path && access(path, R_OK) != 0)
		mistake(check, line,
			g_strdup_printf("%s: %s: %s", key, path, g_strerror(errno)));
}

static void check_metrics(const struct check *check)
{
	g_autoptr(GError) error = NULL;
	if (check->config->metrics && !listener_check(check->config->metrics, &error))
		mistake(check, 0, g_strdup_printf("metrics: %s", error->message));
}

static void check_files(const struct check *check)
{
	check_file(check, 0, "ca_file", check->config->ca_file);
	for (unsigned i = 0; i < check->config->channels->len; i++) {
		const struct config_channel *channel = check->config->channels->pdata[i];
		check_file(check, channel->line, "ca_file", channel->ca_file);
	}
	for (unsigned i = 0; i < check->config->feeds->len; i++) {
		const struct config_feed *feed = check->config->feeds->pdata[i];
		check_file(check, feed->line, "ca_file", feed->ca_file);
	}
}

static void check_route(const struct check *check, const struct config_route *route)
{
	const struct config *config = check->config;

	for (char **name = route->channels; *name; name++)
		check_reference(check, route, _("channel"), config->channels, *name);
	for (char **name = route->people; *name; name++)
		check_reference(check, route, _("person"), config->people, *name);
	check_reference(check, route, _("quiet block"), config->quiets, route->quiet);
	check_reference(check, route, _("digest block"), config->digests, route->digest);
	check_reference(check, route, _("route"), config->routes, route->escalate_to);
	check_recipients(check, route);
	if (!*route->channels && route->mode != ROUTE_LOG_ONLY)
		mistake(check, route->line,
			g_strdup_printf(_("route '%s' has no channels; expected channels = { … }"),
					route->title));
	if (route->mode == ROUTE_DIGEST && !route->digest)
		mistake(check, route->line,
			g_strdup_printf(_("route '%s' has mode digest but names no digest block"),
					route->title));
}

static void check_channel(const struct check *check, const struct config_channel *channel)
{
	const struct {
		int type;
		const char *value, *key;
	} needs[] = {
		{CHANNEL_EMAIL, channel->server, "server"},
		{CHANNEL_EMAIL, channel->from, "from"},
		{CHANNEL_WEBHOOK, channel->url, "url"},
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(needs); i++)
		if (channel->type == needs[i].type && !needs[i].value)
			mistake(check, channel->line,
				g_strdup_printf(_("channel '%s' needs %s = …"), channel->title,
						needs[i].key));
	if (channel->retry_min > channel->retry_max)
		mistake(check, channel->line,
			g_strdup_printf(_("channel '%s': retry_min is longer than retry_max"),
					channel->title));
}

static void check_service(const struct check *check)
{
	const struct config *config = check->config;
	if (config->interval_min > config->interval_max)
		mistake(check, 0, g_strdup(_("interval_min is longer than interval_max")));
	for (char **name = config->service_channels; name && *name; name++)
		if (!has_title(config->channels, *name))
			mistake(check, 0,
				g_strdup_printf(
					_("service_channels names '%s', which is no channel"),
					*name));
	if (config->canary &&
	    !(config->canary_channel && has_title(config->channels, config->canary_channel)))
		mistake(check, 0,
			g_strdup(_("canary needs canary_channel, the name of a channel")));
}

void config_check(const struct config *config, const char *file, GPtrArray *problems)
{
	struct check check = {config, file, problems};

	check_service(&check);
	check_people(&check);
	check_feeds(&check);
	check_files(&check);
	check_metrics(&check);
	for (unsigned i = 0; i < config->channels->len; i++)
		check_channel(&check, config->channels->pdata[i]);
	for (unsigned i = 0; i < config->routes->len; i++)
		check_route(&check, config->routes->pdata[i]);
}
