/* config_value: see config_value.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config_value.h"

#include "daemon/config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

struct unit {
	const char *name;
	double factor;
};

static const struct unit time_units[] = {
	{"s", 1},	{"sec", 1},   {"m", 60},     {"min", 60},	 {"h", 3600},
	{"hour", 3600}, {"d", 86400}, {"day", 86400}, {"week", 7 * 86400}, {NULL, 0},
};

static const struct unit size_units[] = {
	{"B", 1},	{"KiB", 1024}, {"KB", 1000}, {"MiB", 1048576},
	{"MB", 1000000}, {"GiB", 1073741824}, {NULL, 0},
};

static bool parse_quantity(const char *text, const struct unit *units, bool unit_needed, int64_t *value)
{
	char *end;
	double number = g_ascii_strtod(text, &end);

	if (end == text || !isfinite(number) || number < 0 || number > 1e15)
		return false;
	while (*end == ' ')
		end++;
	if (!*end && (!unit_needed || number == 0)) {
		*value = (int64_t)number;
		return true;
	}
	for (; units->name; units++)
		if (strcmp(units->name, end) == 0) {
			*value = (int64_t)(number * units->factor);
			return true;
		}
	return false;
}

static bool parse_time(const char *text, int64_t *minutes)
{
	unsigned hour, minute;
	char rest;
	if (sscanf(text, "%2u:%2u%c", &hour, &minute, &rest) != 2 || hour > 24 || minute > 59 ||
	    hour * 60 + minute > 24 * 60)
		return false;
	*minutes = hour * 60 + minute;
	return true;
}

static bool parse_rate(const char *text, struct rate *rate)
{
	char *end;
	uint64_t count = g_ascii_strtoull(text, &end, 10);
	int64_t per;
	if (end == text || *end != '/' || count == 0 || count > 1000000 ||
	    !parse_quantity(end + 1, time_units, true, &per) || per < 1 || per > 86400 * 31)
		return false;
	rate->count = (unsigned)count;
	rate->per_s = (unsigned)per;
	return true;
}

static bool parse_bool(const char *text, bool *value)
{
	static const char *const yes[] = {"yes", "true", "on", NULL};
	static const char *const no[] = {"no", "false", "off", NULL};
	if (g_strv_contains(yes, text))
		*value = true;
	else if (g_strv_contains(no, text))
		*value = false;
	else
		return false;
	return true;
}

static int choice_index(const char *choices, const char *text)
{
	g_auto(GStrv) names = g_strsplit(choices, "|", -1);
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	return -1;
}

static char *expected_choice(const char *choices)
{
	g_auto(GStrv) names = g_strsplit(choices, "|", -1);
	g_autofree char *list = g_strjoinv(", ", names);
	return g_strdup_printf(_("one of %s"), list);
}

static bool in_range(const struct setting *setting, int64_t value)
{
	return (setting->min == 0 && setting->max == 0) ||
	       ((double)value >= setting->min && (double)value <= setting->max);
}

char *config_value_range(const struct setting *setting)
{
	if (setting->min == 0 && setting->max == 0)
		return g_strdup("");
	const char *unit = setting->type == SETTING_DURATION ? " s"
			   : setting->type == SETTING_SIZE   ? " bytes"
							     : "";
	return g_strdup_printf(_(" from %.0f%s to %.0f%s"), setting->min, unit, setting->max, unit);
}

static char *expected(const struct setting *setting)
{
	g_autofree char *range = config_value_range(setting);
	switch (setting->type) {
	case SETTING_BOOL:
		return g_strdup(_("yes or no"));
	case SETTING_INTEGER:
		return g_strdup_printf(_("a whole number%s"), range);
	case SETTING_DURATION:
		return g_strdup_printf(_("a duration such as 30s, 15min, 24h or 5d%s"), range);
	case SETTING_SIZE:
		return g_strdup_printf(_("a size such as 64KiB or 10MiB%s"), range);
	case SETTING_TIME:
	case SETTING_TIMES:
		return g_strdup(_("a time of the day such as 07:30"));
	case SETTING_RATE:
		return g_strdup(_("a number in a time, such as 10/1h"));
	case SETTING_ZONE:
		return g_strdup(_("a time zone such as Europe/Rome"));
	case SETTING_URL:
		return g_strdup(_("an http or https address"));
	default:
		return setting->choices ? expected_choice(setting->choices) : g_strdup(_("a text"));
	}
}

static bool known_zone(const char *name)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(name);
	return zone != NULL;
}

static bool set_number(const struct setting *setting, const char *text, int64_t *target)
{
	static const struct unit no_units[] = {{NULL, 0}};
	int64_t value;
	const struct unit *units = setting->type == SETTING_DURATION ? time_units
				   : setting->type == SETTING_SIZE   ? size_units
								     : no_units;
	if (!parse_quantity(text, units, setting->type == SETTING_DURATION, &value) ||
	    !in_range(setting, value))
		return false;
	*target = value;
	return true;
}

static bool set_text(const struct setting *setting, const char *text, char **target)
{
	if ((setting->choices && choice_index(setting->choices, text) < 0) ||
	    (setting->type == SETTING_ZONE && !known_zone(text)) ||
	    (setting->type == SETTING_URL && !g_str_has_prefix(text, "http://") &&
	     !g_str_has_prefix(text, "https://")))
		return false;
	g_free(*target);
	*target = g_strdup(text);
	return true;
}

static bool set_list(const struct setting *setting, char **values, char ***target)
{
	int64_t minutes;
	if (setting->type == SETTING_TIMES)
		for (char **value = values; *value; value++)
			if (!parse_time(*value, &minutes))
				return false;
	g_strfreev(*target);
	*target = g_strdupv(values);
	return true;
}

static bool set_one(const struct setting *setting, char **values, char *place)
{
	const char *text = values[0] ? values[0] : "";
	int index;

	switch (setting->type) {
	case SETTING_LIST:
	case SETTING_TIMES:
		return set_list(setting, values, (char ***)(void *)place);
	case SETTING_BOOL:
		return parse_bool(text, (bool *)place);
	case SETTING_INTEGER:
	case SETTING_DURATION:
	case SETTING_SIZE:
		return set_number(setting, text, (int64_t *)(void *)place);
	case SETTING_TIME:
		return parse_time(text, (int64_t *)(void *)place);
	case SETTING_RATE:
		return parse_rate(text, (struct rate *)(void *)place);
	case SETTING_CHOICE:
		index = choice_index(setting->choices, text);
		if (index >= 0)
			*(int *)(void *)place = index;
		return index >= 0;
	default:
		return set_text(setting, text, (char **)(void *)place);
	}
}

char *config_value_set(const struct setting *setting, char **values, void *target)
{
	for (char **value = values; *value; value++)
		if (!g_utf8_validate(*value, -1, NULL))
			return g_strdup(_("valid UTF-8"));
	if (set_one(setting, values, (char *)target + setting->offset))
		return NULL;
	return expected(setting);
}

void config_value_clear(const struct setting *setting, void *target)
{
	char *place = (char *)target + setting->offset;
	switch (setting->type) {
	case SETTING_LIST:
	case SETTING_TIMES:
		g_clear_pointer((char ***)(void *)place, g_strfreev);
		break;
	case SETTING_TEXT:
	case SETTING_ZONE:
	case SETTING_URL:
		g_clear_pointer((char **)(void *)place, g_free);
		break;
	default:
		break;
	}
}
