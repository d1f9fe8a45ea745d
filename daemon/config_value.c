/* config_value: see config_value.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config_value.h"

#include "daemon/alerts/mime.h"
#include "daemon/config.h"
#include "feeds/address.h"
#include "feeds/url.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

struct unit {
	const char *name;
	double factor;
};

static const struct unit time_units[] = {
	{"s", 1},	{"sec", 1},   {"m", 60},      {"min", 60},	   {"h", 3600},
	{"hour", 3600}, {"d", 86400}, {"day", 86400}, {"week", 7 * 86400}, {NULL, 0},
};

static const struct unit size_units[] = {
	{"B", 1},	 {"KiB", 1024},	      {"KB", 1000}, {"MiB", 1048576},
	{"MB", 1000000}, {"GiB", 1073741824}, {NULL, 0},
};

static bool parse_quantity(const char *text, const struct unit *units, bool unit_needed,
			   int64_t *value)
{
	char *end;
	if (!g_ascii_isdigit(*text) || g_ascii_strncasecmp(text, "0x", 2) == 0)
		return false;
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
	case SETTING_HOURS:
		return g_strdup(_("hours such as 08:00-20:00"));
	case SETTING_MAILBOX:
	case SETTING_MAILBOXES:
		return g_strdup(_("an address such as anna@example.org"));
	case SETTING_NETWORKS:
		return g_strdup(_("networks such as 10.0.0.0/8 or fd00::/8"));
	case SETTING_HEADERS:
		return g_strdup(_("headers such as \"Name: value\""));
	default:
		return setting->choices ? expected_choice(setting->choices)
					: g_strdup(_("a text without control characters"));
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
	if ((setting->type == SETTING_INTEGER && strspn(text, "0123456789") != strlen(text)) ||
	    !parse_quantity(text, units, setting->type == SETTING_DURATION, &value) ||
	    !in_range(setting, value))
		return false;
	*target = value;
	return true;
}

static bool is_prose(const char *text)
{
	for (; *text; text = g_utf8_next_char(text))
		if (g_unichar_iscntrl(g_utf8_get_char(text)) && *text != '\n' && *text != '\t')
			return false;
	return true;
}

static bool is_line(const char *text)
{
	return is_prose(text) && !strpbrk(text, "\n\t");
}

static bool is_hours(const char *text)
{
	int64_t minutes;
	const char *dash = strchr(text, '-');
	g_autofree char *from = dash ? g_strndup(text, (gsize)(dash - text)) : NULL;
	return from && parse_time(from, &minutes) && parse_time(dash + 1, &minutes);
}

static bool is_mailbox(const char *text)
{
	g_autofree char *address = mime_address(text);
	return address && is_line(text);
}

static bool is_network(const char *text)
{
	const char *const cidrs[] = {text, NULL};
	struct address_exceptions *network = address_exceptions_new(cidrs, NULL);
	address_exceptions_free(network);
	return network != NULL;
}

/* RFC 9110 §5.1: the name is a token. */
static bool is_header(const char *text)
{
	size_t name = 0;
	while (g_ascii_isalnum(text[name]) || (text[name] && strchr("!#$%&'*+-.^_`|~", text[name])))
		name++;
	return name && text[name] == ':' && is_line(text);
}

static bool is_url(const char *text)
{
	g_autofree char *url = is_line(text) && !strchr(text, ' ') ? url_resolve(NULL, text) : NULL;
	return url != NULL;
}

static bool is_time(const char *text)
{
	int64_t minutes;
	return parse_time(text, &minutes);
}

/* Whether one text, or one of a list, can be what the setting wants. */
static bool is_fine(const struct setting *setting, const char *text)
{
	static bool (*const tests[])(const char *text) = {
		[SETTING_TEXT] = is_line,	  [SETTING_PROSE] = is_prose,
		[SETTING_LIST] = is_line,	  [SETTING_TIMES] = is_time,
		[SETTING_ZONE] = known_zone,	  [SETTING_URL] = is_url,
		[SETTING_HOURS] = is_hours,	  [SETTING_MAILBOX] = is_mailbox,
		[SETTING_MAILBOXES] = is_mailbox, [SETTING_NETWORKS] = is_network,
		[SETTING_HEADERS] = is_header,
	};
	if (setting->choices && choice_index(setting->choices, text) < 0)
		return false;
	return tests[setting->type](text);
}

static bool set_text(const struct setting *setting, const char *text, char **target)
{
	if (!is_fine(setting, text))
		return false;
	g_free(*target);
	*target = g_strdup(text);
	return true;
}

static bool set_list(char **values, char ***target)
{
	g_strfreev(*target);
	*target = g_strdupv(values);
	return true;
}

static bool set_one(const struct setting *setting, char **values, char *place)
{
	const char *text = values[0] ? values[0] : "";
	int index;

	if (config_setting_is_list(setting))
		return set_list(values, (char ***)(void *)place);
	switch (setting->type) {
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

const char *config_value_wrong(const struct setting *setting, char *const *values)
{
	for (; config_setting_is_list(setting) && *values; values++)
		if (!g_utf8_validate(*values, -1, NULL) || !is_fine(setting, *values))
			break;
	return *values;
}

char *config_value_set(const struct setting *setting, char **values, void *target)
{
	for (char **value = values; *value; value++)
		if (!g_utf8_validate(*value, -1, NULL))
			return g_strdup(_("valid UTF-8"));
	if (config_setting_is_list(setting) && config_value_wrong(setting, values))
		return expected(setting);
	if (set_one(setting, values, (char *)target + setting->offset))
		return NULL;
	return expected(setting);
}

void config_value_clear(const struct setting *setting, void *target)
{
	char *place = (char *)target + setting->offset;
	if (config_setting_is_list(setting)) {
		g_clear_pointer((char ***)(void *)place, g_strfreev);
		return;
	}
	switch (setting->type) {
	case SETTING_TEXT:
	case SETTING_ZONE:
	case SETTING_URL:
	case SETTING_PROSE:
	case SETTING_HOURS:
	case SETTING_MAILBOX:
		g_clear_pointer((char **)(void *)place, g_free);
		break;
	default:
		break;
	}
}
