/* config_filters: routes against the filters that were loaded.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config_check.h"
#include "filters/nearest.h"

#include <glib/gi18n.h>
#include <string.h>

static bool matches_some(const char *pattern, const struct filter_set *set)
{
	const char *id;
	for (unsigned i = 0; (id = filter_set_id(set, i)); i++)
		if (g_pattern_match_simple(pattern, id))
			return true;
	return false;
}

static char *no_such_filter(const struct config_route *route, const char *pattern,
			    const struct filter_set *set)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	const char *id;
	for (unsigned i = 0; (id = filter_set_id(set, i)); i++)
		g_ptr_array_add(ids, (char *)id);
	const char *nearest = nearest_name((const char *const *)ids->pdata, ids->len, pattern);
	return g_strdup_printf(_("route '%s' names filter '%s', which no filter file has%s%s"),
			       route->title, pattern, nearest ? _("; did you mean ") : "",
			       nearest ? nearest : "");
}

bool config_check_filters(const struct config *config, const struct filter_set *set,
			  GPtrArray *problems)
{
	bool fine = true;
	for (unsigned i = 0; i < config->routes->len; i++) {
		const struct config_route *route = config->routes->pdata[i];
		for (char **pattern = route->filters; *pattern; pattern++) {
			if (strcmp(*pattern, "*") == 0 || matches_some(*pattern, set))
				continue;
			filter_problem_add(problems, config->file ? config->file : "(defaults)",
					   route->line, 0, true, no_such_filter(route, *pattern, set));
			fine = false;
		}
	}
	return fine;
}
