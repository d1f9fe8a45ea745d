/* exposition: see exposition.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/monitor/exposition.h"

#include <stdarg.h>

void exposition_family(GString *text, const char *name, const char *type, const char *help)
{
	g_string_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void append_label_value(GString *text, const char *value)
{
	g_autofree char *valid = g_utf8_make_valid(value, -1);

	for (const char *c = valid; *c; c++)
		if (*c == '\n')
			g_string_append(text, "\\n");
		else if (*c == '"' || *c == '\\')
			g_string_append_printf(text, "\\%c", *c);
		else
			g_string_append_c(text, *c);
}

void exposition_sample(GString *text, const char *name, double value, ...)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	char before = '{';
	va_list labels;

	g_string_append(text, name);
	va_start(labels, value);
	for (const char *label; (label = va_arg(labels, const char *)); before = ',') {
		g_string_append_printf(text, "%c%s=\"", before, label);
		append_label_value(text, va_arg(labels, const char *));
		g_string_append_c(text, '"');
	}
	va_end(labels);
	g_string_append_printf(text, "%s %s\n", before == ',' ? "}" : "", g_ascii_dtostr(number, sizeof number, value));
}
