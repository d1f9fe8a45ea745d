/* place: see place.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/cli/place.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/config_check.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

char *cli_config_option;

unsigned cli_print_problems(const GPtrArray *problems)
{
	for (unsigned i = 0; i < problems->len; i++) {
		const struct filter_problem *problem = problems->pdata[i];
		g_autofree char *told = cli_problem(problem->text);
		struct filter_problem in_words = *problem;
		in_words.text = told;
		g_autofree char *text = config_problem_text(&in_words);
		g_autofree char *shown = cli_text(text, UINT_MAX); /* one line */
		fprintf(stderr, "%s%s\n", shown, problem->fatal ? "" : _(" (warning)"));
	}
	return config_problems_fatal(problems);
}

struct config *cli_config(const char *command, int *exit_code)
{
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;
	struct config *config = config_load(cli_config_option, problems, &error);

	unsigned fatal = cli_print_problems(problems);
	if (!config) {
		if (!fatal)
			cli_error(command, "%s", error->message);
		*exit_code = EXIT_USAGE;
	}
	return config;
}

struct store *cli_store(const char *command, const struct config *config, enum store_mode mode,
			int *exit_code)
{
	g_autoptr(GError) error = NULL;
	struct store *store = store_open(config->state_directory, mode, NULL, NULL, &error);
	if (!store) {
		cli_error(command, "%s", error->message);
		*exit_code = EXIT_NO;
	}
	return store;
}

bool cli_period(const char *text, int64_t *seconds)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = {{"s", 1},	    {"sec", 1},	     {"m", 60},	      {"min", 60},	{"h", 3600},
		     {"hour", 3600}, {"d", 86400}, {"day", 86400}, {"w", 7 * 86400}, {"week", 7 * 86400}};
	char *end;
	gint64 number = g_ascii_strtoll(text, &end, 10);

	if (!g_ascii_isdigit(*text) || number < 1 || number > 100000)
		return false;
	for (unsigned i = 0; i < G_N_ELEMENTS(units); i++)
		if (strcmp(units[i].unit, end) == 0) {
			*seconds = number * units[i].seconds;
			return true;
		}
	return false;
}

bool cli_since(const char *text, int64_t now, int64_t *since)
{
	int64_t ago;
	if (cli_period(text, &ago)) {
		*since = now - ago;
		return true;
	}
	g_autofree char *full = g_strdup_printf("%s%s", text, strchr(text, 'T') ? "" : "T00:00:00");
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(full, zone);
	if (date)
		*since = g_date_time_to_unix(date);
	return date != NULL;
}

char *cli_time(int64_t at)
{
	if (at <= 0)
		return g_strdup("-");
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(at);
	/* TRANSLATORS: date and time as in a list; see strftime(3) */
	return time ? g_date_time_format(time, _("%Y-%m-%d %H:%M")) : g_strdup("-");
}

char *cli_time_utc(int64_t at)
{
	if (at <= 0)
		return NULL;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
	return time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

char *cli_duration(int64_t seconds)
{
	static const struct {
		int64_t below, unit;
		const char *format;
	} steps[] = {
		{120, 1, N_("%" PRId64 " s")},
		{7200, 60, N_("%" PRId64 " min")},
		{172800, 3600, N_("%" PRId64 " h")},
		{INT64_MAX, 86400, N_("%" PRId64 " d")},
	};
	for (unsigned i = 0;; i++)
		if (seconds < steps[i].below)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			return g_strdup_printf(_(steps[i].format), seconds / steps[i].unit);
#pragma GCC diagnostic pop
}

/* The engine writes its pid into the lock file; after a crash another process may have it. */
int64_t cli_engine_pid(const struct config *config)
{
	g_autofree char *path = g_build_filename(config->state_directory, STORE_LOCK, NULL);
	g_autofree char *text = NULL, *name = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	int64_t pid = g_ascii_strtoll(text, NULL, 10);
	if (pid < 2 || pid == getpid() || (kill((pid_t)pid, 0) != 0 && errno != EPERM))
		return 0;
	g_autofree char *process = g_strdup_printf("/proc/%" PRId64 "/comm", pid);
	bool other = g_file_get_contents(process, &name, NULL, NULL) && !g_str_has_prefix(name, PACKAGE);
	return other ? 0 : pid;
}
