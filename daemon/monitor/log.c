/* log: see log.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/monitor/log.h"

#include "feeds/url_redact.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#ifdef HAVE_SYSTEMD
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#endif

static enum log_level threshold = LOG_LEVEL_INFO;
static enum log_format line_format = LOG_FORMAT_TEXT;

static const char *const level_names[] = {"error", "warning", "info", "debug"};
static const char *const format_names[] = {"text", "json", "journal"};

static bool find_name(const char *const *names, size_t count, const char *name, unsigned *index)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0) {
			*index = i;
			return true;
		}
	return false;
}

bool log_level_parse(const char *name, enum log_level *level)
{
	unsigned index;
	if (!find_name(level_names, G_N_ELEMENTS(level_names), name, &index))
		return false;
	*level = index;
	return true;
}

bool log_format_parse(const char *name, enum log_format *format)
{
	unsigned index;
	if (!find_name(format_names, G_N_ELEMENTS(format_names), name, &index))
		return false;
	*format = index;
	return true;
}

void log_init(enum log_level level, enum log_format format)
{
	threshold = level;
	line_format = format;
}

/* Bare if it is one harmless word, else quoted with \x escapes: one line whatever comes in. */
static void append_text_value(GString *line, const char *value)
{
	g_autofree char *valid = g_utf8_make_valid(value, -1);
	if (*valid && !strpbrk(valid, " \"=\\") && g_str_is_ascii(valid)) {
		bool printable = true;
		for (const char *p = valid; *p; p++)
			printable = printable && g_ascii_isgraph(*p);
		if (printable) {
			g_string_append(line, valid);
			return;
		}
	}
	g_string_append_c(line, '"');
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '"' || c == '\\')
			g_string_append_printf(line, "\\%c", (char)c);
		else if (c < 0x80 ? !g_ascii_isprint((char)c) : !g_unichar_isprint(c))
			g_string_append_printf(line, "\\u%04x", c);
		else
			g_string_append_unichar(line, c);
	}
	g_string_append_c(line, '"');
}

static void write_text(enum log_level level, const char *event, va_list pairs)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	const char *key;

	g_string_append_printf(line, "%s %-7s %s", time, level_names[level], event);
	while ((key = va_arg(pairs, const char *))) {
		const char *given = va_arg(pairs, const char *);
		if (!given)
			continue;
		g_autofree char *value = url_redact(given);
		g_string_append_printf(line, " %s=", key);
		append_text_value(line, value);
	}
	g_string_append_c(line, '\n');
	fwrite(line->str, 1, line->len, stderr);
}

static void write_json(enum log_level level, const char *event, va_list pairs)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	json_t *object = json_pack("{ssssss}", "@timestamp", time, "log.level", level_names[level],
				   "event.action", event);
	const char *key;

	while ((key = va_arg(pairs, const char *))) {
		const char *value = va_arg(pairs, const char *);
		g_autofree char *shown = value ? url_redact(value) : NULL;
		g_autofree char *valid = shown ? g_utf8_make_valid(shown, -1) : NULL;
		if (valid)
			json_object_set_new(object, key, json_string(valid));
	}
	char *line = json_dumps(object, JSON_COMPACT);
	fprintf(stderr, "%s\n", line);
	free(line);
	json_decref(object);
}

#ifdef HAVE_SYSTEMD
/* Binary-safe fields; keys in capitals behind VEDETTA_. */
static void write_journal(enum log_level level, const char *event, va_list pairs)
{
	static const int priorities[] = {3, 4, 6, 7};
	g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) text = g_string_new(event);
	const char *key;

	g_ptr_array_add(fields, g_strdup_printf("PRIORITY=%d", priorities[level]));
	g_ptr_array_add(fields, g_strdup_printf("VEDETTA_EVENT=%s", event));
	while ((key = va_arg(pairs, const char *))) {
		const char *given = va_arg(pairs, const char *);
		if (!given)
			continue;
		g_autofree char *value = url_redact(given);
		g_autofree char *upper = g_ascii_strup(key, -1);
		g_ptr_array_add(fields, g_strdup_printf("VEDETTA_%s=%s", g_strdelimit(upper, ".-", '_'),
							value));
		g_string_append_printf(text, " %s=", key);
		append_text_value(text, value);
	}
	g_ptr_array_add(fields, g_strdup_printf("MESSAGE=%s", text->str));
	g_autofree struct iovec *parts = g_new(struct iovec, fields->len);
	for (unsigned i = 0; i < fields->len; i++)
		parts[i] = (struct iovec){fields->pdata[i], strlen(fields->pdata[i])};
	if (sd_journal_sendv(parts, (int)fields->len) < 0)
		fprintf(stderr, "%s\n", text->str);
}
#endif

void log_event(enum log_level level, const char *event, ...)
{
	va_list pairs;

	if (level > threshold)
		return;
	va_start(pairs, event);
	switch (line_format) {
	case LOG_FORMAT_JSON:
		write_json(level, event, pairs);
		break;
#ifdef HAVE_SYSTEMD
	case LOG_FORMAT_JOURNAL:
		write_journal(level, event, pairs);
		break;
#endif
	default:
		write_text(level, event, pairs);
	}
	va_end(pairs);
}
