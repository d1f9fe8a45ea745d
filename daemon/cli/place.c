/* place: see place.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/place.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/config_check.h"
#include "daemon/monitor/log.h"

#include <glib/gi18n.h>
#include <inttypes.h>

char *cli_config_option;

unsigned cli_print_problems(const GPtrArray *problems)
{
	for (unsigned i = 0; i < problems->len; i++) {
		const struct filter_problem *problem = problems->pdata[i];
		g_autofree char *text = config_problem_text(problem);
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

bool cli_since(const char *text, int64_t now, int64_t *since)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
	char *end;
	gint64 number = g_ascii_strtoll(text, &end, 10);

	if (end != text && number >= 0 && number < 100000 && end[0] && !end[1])
		for (unsigned i = 0; i < G_N_ELEMENTS(units); i++)
			if (units[i].unit == *end) {
				*since = now - number * units[i].seconds;
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

void cli_log_init(const struct config *config)
{
	enum log_level level = LOG_LEVEL_INFO;
	enum log_format format = LOG_FORMAT_TEXT;

	log_level_parse(config->log_level, &level);
	log_format_parse(config->log_format, &format);
	log_init(level, format);
}
