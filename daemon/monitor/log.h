/* log: one line per event: its name, then key=value pairs. Outside text is escaped here, keys in
 * addresses are left out.
 *
 * Level says who acts: error = the administrator, warning = we go on and say how, info = a lasting event,
 * debug = the rest.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON, LOG_FORMAT_JOURNAL };

/* Where lines go from now on: stderr, in this format, from this level. */
void log_init(enum log_level level, enum log_format format);
bool log_level_parse(const char *name, enum log_level *level);
bool log_format_parse(const char *name, enum log_format *format);

/* `event` is "area.what": "feed.failed". Then pairs of const char *key, const char *value (NULL value:
 * the pair is left out), ended by NULL. */
void log_event(enum log_level level, const char *event, ...) G_GNUC_NULL_TERMINATED;

#define log_error(...) log_event(LOG_LEVEL_ERROR, __VA_ARGS__, NULL)
#define log_warning(...) log_event(LOG_LEVEL_WARNING, __VA_ARGS__, NULL)
#define log_info(...) log_event(LOG_LEVEL_INFO, __VA_ARGS__, NULL)
#define log_debug(...) log_event(LOG_LEVEL_DEBUG, __VA_ARGS__, NULL)
