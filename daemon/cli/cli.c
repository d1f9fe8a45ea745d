/* cli: see cli.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/cli/cli.h"

#include "daemon/alerts/sanitize.h"
#include "daemon/cli/commands.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <string.h>
#include <unistd.h>

bool cli_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
		 const char *help, int *exit_code)
{
	GOptionContext *context = g_option_context_new(usage);
	gboolean want_help = FALSE;
	const GOptionEntry help_entry[] = {
		{"help", 'h', 0, G_OPTION_ARG_NONE, &want_help, N_("show this help"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	g_autofree char *name = g_strdup((*argv)[0]);
	g_autofree char *program = g_strdup_printf("vedetta %s", name);
	g_autoptr(GError) error = NULL;

	g_set_prgname(program);
	g_option_context_set_summary(context, help);
	g_option_context_set_help_enabled(context, FALSE);
	if (entries)
		g_option_context_add_main_entries(context, entries, PACKAGE);
	g_option_context_add_main_entries(context, help_entry, PACKAGE);
	bool parsed = g_option_context_parse(context, argc, argv, &error);
	if (!parsed) {
		cli_error(name, _("%s (see 'vedetta %s --help')"), error->message, name);
		*exit_code = EXIT_USAGE;
	} else if (!want_help && !usage && *argc > 1) {
		cli_error(name, _("'%s' is not expected here (see 'vedetta %s --help')"), (*argv)[1], name);
		*exit_code = EXIT_USAGE;
		parsed = false;
	} else if (want_help) {
		g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
		fputs(text, stdout);
		*exit_code = EXIT_DONE;
	}
	g_option_context_free(context);
	return parsed && !want_help;
}

void cli_error(const char *command, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autofree char *shown = cli_text(message, 0);
	fprintf(stderr, "vedetta %s: %s\n", command, shown);
}

static unsigned width_of(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

char *cli_text(const char *text, unsigned columns)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_new(NULL);
	unsigned width = 0;

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		unsigned w = width_of(c);
		if (columns && width + w > columns - 1 && *g_utf8_next_char(p)) {
			g_string_append(out, "…");
			break;
		}
		if (columns && c == '\n')
			c = ' ';
		g_string_append_unichar(out, c != '\n' && sanitize_is_harmful(c) ? 0xfffd : c);
		width += w;
	}
	return g_string_free(out, FALSE);
}

/* What JSON takes for text and a terminal or a reader's eye does not. */
static char *escape_harm(const char *json)
{
	if (g_str_is_ascii(json) && !strchr(json, 0x7f))
		return g_strdup(json);
	GString *out = g_string_sized_new(strlen(json));
	for (const char *p = json, *next; *p; p = next) {
		gunichar c = g_utf8_get_char(p);
		next = g_utf8_next_char(p);
		if (!sanitize_is_harmful(c))
			g_string_append_len(out, p, next - p);
		else if (c < 0x10000)
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
					       0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	return g_string_free(out, FALSE);
}

void cli_json(FILE *stream, json_t *object)
{
	char *raw = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
	if (!raw) {
		fprintf(stderr, "%s\n", _("a record is left out: it holds a text that is not UTF-8"));
		return;
	}
	g_autofree char *line = escape_harm(raw);
	fprintf(stream, "%s\n", line);
	free(raw);
	json_decref(object);
}

char *cli_column(const char *text, unsigned columns)
{
	g_autofree char *cut = cli_text(text, columns + 1);
	GString *out = g_string_new(cut);
	unsigned width = 0;
	for (const char *p = cut; *p; p = g_utf8_next_char(p))
		width += width_of(g_utf8_get_char(p));
	for (; width < columns; width++)
		g_string_append_c(out, ' ');
	return g_string_free(out, FALSE);
}

unsigned cli_room(unsigned used, unsigned otherwise)
{
	struct winsize size;
	if (!isatty(1) || ioctl(1, TIOCGWINSZ, &size) != 0 || !size.ws_col)
		return otherwise;
	return size.ws_col > used + 20 ? size.ws_col - used : 20;
}

static bool write_to(const char *path, const char *text, GError **error)
{
	FILE *out = fopen(path, "we");
	bool fine = out && fputs(text, out) >= 0;
	fine = out && fclose(out) == 0 && fine;
	if (!fine)
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
	return fine;
}

bool cli_write_file(const char *path, const char *text, GError **error)
{
	GStatBuf status;
	if (g_stat(path, &status) != 0)
		return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
	if (!S_ISREG(status.st_mode))
		return write_to(path, text, error);
	g_autofree char *real = g_canonicalize_filename(path, NULL);
	char *target = realpath(real, NULL);
	bool fine = g_file_set_contents_full(target ? target : real, text, -1,
					     G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
					     (int)status.st_mode & 07777, error);
	free(target);
	return fine;
}

bool cli_colour(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");
	return isatty(fileno(stream)) && !(no_color && *no_color);
}
