/* config_man: the manual page vedetta.conf(5), made from the table, in mdoc(7). It is English, like all of
 * docs/, whatever the locale.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/config.h"
#include "daemon/config_schema.h"

#include <glib.h>
#include <string.h>

static const char head[] =
	".\\\" Made by 'vedetta check --man' from the table of settings: change daemon/config_schema.c.\n"
	".Dd November 21, 2026\n"
	".Dt VEDETTA.CONF 5\n"
	".Os\n"
	".Sh NAME\n"
	".Nm vedetta.conf\n"
	".Nd configuration of the lookout on news feeds\n"
	".Sh DESCRIPTION\n"
	".Xr vedetta 1\n"
	"reads\n"
	".Pa $XDG_CONFIG_HOME/vedetta/vedetta.conf\n"
	".Pq usually Pa ~/.config/vedetta/vedetta.conf ,\n"
	"else\n"
	".Pa " SYSCONFDIR "/vedetta/vedetta.conf ;\n"
	".Fl -config\n"
	"names another file, or a folder that holds one.\n"
	"Without any file everything has its default, and every alert goes to the terminal, the log and the\n"
	"desktop.\n"
	"Relative names of files are meant from the folder of the configuration.\n"
	".Pp\n"
	"The file is UTF-8, at most 4 MiB, and writable only by its owner.\n"
	"It holds settings, one\n"
	".Ic key No = Ar value\n"
	"a line, and blocks with a name, which hold settings in their turn:\n"
	".Bd -literal -offset indent\n"
	"# from a number sign to the end of the line: a comment\n"
	"interval_min = 30min\n"
	"filters = { \"filters\", \"more.filter\" }     # a list\n"
	"\n"
	"channel \"mail\" {                           # a block and its name\n"
	"    type = email\n"
	"    server = \"smtp.example.org\"\n"
	"    user = \"anna\"\n"
	"    password_file = \"mail-password\"\n"
	"    from = \"vedetta@example.org\"\n"
	"    to = { \"anna@example.org\" }\n"
	"}\n"
	"route \"all\" {\n"
	"    filters = { \"*\" }\n"
	"    channels = { \"mail\" }\n"
	"}\n"
	".Ed\n"
	".Pp\n"
	"A value that is more than one plain word stands in quotes.\n"
	".Ql vedetta check\n"
	"lists every mistake with its line and column, and\n"
	".Ql vedetta check --sample\n"
	"prints a file with all settings and their defaults.\n"
	"A running service reads the file again on\n"
	".Dv SIGHUP ;\n"
	"if it has a mistake, the one in force stays, and a service alert says so.\n"
	".Ss Secrets\n"
	"Passwords, tokens and keys stand in files of their own, which the settings name: readable by their\n"
	"owner alone\n"
	".Pq mode 0600 ,\n"
	"no symbolic links.\n"
	"A name without a slash is first looked for in\n"
	".Ev CREDENTIALS_DIRECTORY ,\n"
	"where\n"
	".Xr systemd.exec 5\n"
	"puts what\n"
	".Cm LoadCredential=\n"
	"gives to a service.\n";

static const char tail[] =
	".Sh EXAMPLES\n"
	"By night only what is critical; the rest as one digest in the morning:\n"
	".Bd -literal -offset indent\n"
	"quiet \"night\" {\n"
	"    from = \"22:00\"\n"
	"    to = \"07:00\"\n"
	"    zone = \"Europe/Rome\"\n"
	"    break_through = critical\n"
	"}\n"
	"route \"desk\" {\n"
	"    filters = { \"russia-*\" }\n"
	"    channels = { \"desktop\", \"mail\" }\n"
	"    people = { \"anna\" }\n"
	"    quiet = \"night\"\n"
	"}\n"
	"person \"anna\" {\n"
	"    mail = \"anna@example.org\"\n"
	"    language = it\n"
	"}\n"
	"channel \"desktop\" {\n"
	"    type = desktop\n"
	"}\n"
	"channel \"mail\" {\n"
	"    type = email\n"
	"    server = \"localhost\"\n"
	"    port = 25\n"
	"    security = none\n"
	"    from = \"vedetta@localhost\"\n"
	"}\n"
	".Ed\n"
	".Sh SEE ALSO\n"
	".Xr vedetta 1 ,\n"
	".Xr vedetta-filter 5\n";

/* Text of the table as roff: nothing in it is a request, an escape or outside ASCII. */
static void write_text(FILE *out, const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (p == text && (c == '.' || c == '\''))
			fputs("\\&", out);
		if (c == '\\')
			fputs("\\e", out);
		else if (c == '"')
			fputs("\\(dq", out);
		else if (c >= 0x80)
			fprintf(out, "\\[u%04X]", c);
		else
			putc((int)c, out);
	}
}

static const char *argument(const struct setting *setting)
{
	static const char *const names[] = {
		[SETTING_TEXT] = "text",     [SETTING_LIST] = "list",	     [SETTING_BOOL] = "yes | no",
		[SETTING_INTEGER] = "number", [SETTING_DURATION] = "duration", [SETTING_SIZE] = "size",
		[SETTING_TIME] = "time",     [SETTING_TIMES] = "list of times", [SETTING_CHOICE] = "word",
		[SETTING_RATE] = "rate",     [SETTING_ZONE] = "zone",	     [SETTING_URL] = "URL",
		[SETTING_PROSE] = "text",    [SETTING_HOURS] = "hours",   [SETTING_MAILBOX] = "address",  [SETTING_MAILBOXES] = "list of addresses",
		[SETTING_NETWORKS] = "list of networks", [SETTING_HEADERS] = "list of headers",
	};
	return names[setting->type];
}

static void write_quantity(FILE *out, const struct setting *setting, double value)
{
	static const struct {
		enum setting_type type;
		double unit;
		const char *name;
	} units[] = {
		{SETTING_DURATION, 86400, "d"}, {SETTING_DURATION, 3600, "h"}, {SETTING_DURATION, 60, "min"},
		{SETTING_DURATION, 1, "s"},	{SETTING_SIZE, 1048576, "MiB"}, {SETTING_SIZE, 1024, "KiB"},
	};
	for (unsigned i = 0; value > 0 && i < G_N_ELEMENTS(units); i++) {
		double count = value / units[i].unit;
		if (units[i].type == setting->type && count >= 1 && count == (double)(int)count) {
			fprintf(out, "%.0f%s", count, units[i].name);
			return;
		}
	}
	fprintf(out, "%.0f", value);
}

static void write_setting(FILE *out, const struct setting *setting)
{
	fprintf(out, ".It Ic %s No = Ar %s\n", setting->key, argument(setting));
	write_text(out, setting->help);
	fputs(".\n", out);
	if (setting->choices) {
		g_auto(GStrv) names = g_strsplit(setting->choices, "|", -1);
		fputs(config_setting_is_list(setting) ? "Each is one of\n" : "One of\n", out);
		for (char **name = names; *name; name++)
			fprintf(out, ".Cm %s%s\n", *name, name[1] ? " ," : " .");
	} else if (setting->min != 0 || setting->max != 0) {
		fputs("From ", out);
		write_quantity(out, setting, setting->min);
		fputs(" to ", out);
		write_quantity(out, setting, setting->max);
		fputs(".\n", out);
	}
	if (setting->initial) {
		fputs("Default:\n.Li ", out);
		write_text(out, setting->initial);
		fputs(" .\n", out);
	}
}

static void write_settings(FILE *out, const struct block *block)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (const struct setting *s = block->settings; s->key; s++)
		write_setting(out, s);
	fputs(".El\n", out);
}

void config_print_man(FILE *out)
{
	fputs(head, out);
	fputs(".Sh SETTINGS OF THE SERVICE\n", out);
	write_settings(out, &config_blocks[0]);
	fputs(".Sh BLOCKS\n", out);
	for (const struct block *block = config_blocks + 1; block->settings; block++) {
		fprintf(out, ".Ss %s \\(dq%s\\(dq { \\&... }\n", block->name, block->example);
		write_text(out, block->help);
		putc('\n', out);
		write_settings(out, block);
	}
	fputs(tail, out);
}
