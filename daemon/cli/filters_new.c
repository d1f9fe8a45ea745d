/* filters_new: a template for a new filter.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/filters.h"
#include "filters/filter_set.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* Text as it stands between quotation marks in a filter file. */
static void append_quoted(GString *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text == '\n' || *text == '\r' ? ' ' : *text);
	}
}

/* "word OR \"two words\"": each word, or phrase if it is more than letters and digits. */
static char *rule_of(char **words)
{
	GString *rule = g_string_new(NULL);
	for (char **word = words; *word; word++) {
		g_autofree char *plain =
			g_strstrip(g_strdelimit(g_strdup(*word), "\"\\\n\r\t", ' '));
		g_string_append_printf(rule, "%s\"%s\"", rule->len ? " OR " : "", plain);
	}
	if (!rule->len)
		g_string_append_printf(rule, "\"%s\"", _("a phrase to look for"));
	return g_string_free(rule, FALSE);
}

static const char settings[] =
	N_("	# What an article must have. A word is found in every form it takes in the "
	   "article's language.\n"
	   "	#   \\\"two words\\\"  a phrase            =Word         exactly this form\n"
	   "	#   word*          what begins so      title:word    only there; body: author: "
	   "category: feed: link:\n"
	   "	#   @name          an entity below     @@name        or anyone on its side\n"
	   "	#   a NEAR/5 b     5 words apart       a SENTENCE b  in one sentence\n"
	   "	#   a AND b  a OR b  NOT a  ( )  min(2; a, b, c)  lang:it  age<2d  /regular "
	   "expression/  filter:id\n");

static const char weights[] =
	N_("	# Instead of a rule, or besides: what adds to a score, and how much is enough.\n");

static const char entity[] = N_("# Persons, places, organisations by all their names, in any "
				"language and script; 'with' counts only beside\n"
				"# another entity, 'not' never.\n");

static char *template(const char *id, const char *title, char **words)
{
	GString *out = g_string_new(NULL);
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%d"), *rule = rule_of(words);

	g_string_append_printf(
		out, _("# %s: written on %s. The language is told in vedetta-filter(5).\n"), id,
		date);
	g_string_append_printf(
		out, _("# What would it have raised? vedetta backtest %s.filter --since=30d\n"),
		id);
	g_string_append_printf(out, "filter \"%s\" {\n\ttitle = \"", id);
	append_quoted(out, title ? title : id);
	g_string_append_printf(out, "\"\n%s\twhen = \"", _(settings));
	append_quoted(out, rule);
	g_string_append_printf(out, "\"\n%s", _(weights));
	g_string_append(
		out, "\t#terms = { \"ferrovia = 1.2\", \"mutua difesa = 1\", \"@example = 0.8\" }\n"
		     "\t#threshold = 1.5\n"
		     "\tpriority = normal\n"
		     "\t#raise = { \"high = 2\" }\n"
		     "\t#languages = { \"it\", \"en\" }\n}\n\n");
	g_string_append(out, _(entity));
	g_string_append(out, "#entity \"example\" {\n"
			     "#\tkind = organisation\n"
			     "#\tnames = { \"Esempio\", \"Пример\" }\n"
			     "#\twith = { \"ESE\" }\n"
			     "#\tnot = { \"Esempio Calcio\" }\n#}\n");
	return g_string_free(out, FALSE);
}

static bool is_id(const char *id)
{
	for (const char *p = id; *p; p++)
		if (!g_ascii_isalnum(*p) && (p == id || !strchr("-_.", *p)))
			return false;
	return *id;
}

/* Never over a file that is there. */
static bool write_new(const char *path, const char *text)
{
	FILE *out = fopen(path, "wxe");
	bool fine = out && fputs(text, out) >= 0;
	int why = errno;
	if (out && fclose(out) != 0) {
		why = errno;
		fine = false;
	}
	if (!fine)
		cli_error("filters new", "%s: %s", path, g_strerror(why));
	return fine;
}

/* What is printed is right, whatever the words: our own mistake else. */
static bool is_right(const char *text)
{
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;
	struct filter_set *set = filter_set_parse("", text, problems, &error);
	for (unsigned i = 0; !set && i < problems->len; i++) {
		const struct filter_problem *problem = problems->pdata[i];
		g_autofree char *told = cli_problem(problem->text);
		cli_error("filters new", "%s", told);
	}
	filter_set_free(set);
	return set;
}

int filters_new(int argc, char **argv)
{
	g_autofree char *title = NULL, *output = NULL;
	const GOptionEntry entries[] = {
		{"title", 't', 0, G_OPTION_ARG_STRING, &title,
		 N_("what people see; the id if absent"), "TEXT"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
		 N_("write it there, unless there is a file"), "FILE"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "ID [WORD…]",
			 _("Print a filter to begin with: it looks for the words and phrases "
			   "given, and tells in\n"
			   "comments what else can be said."),
			 &exit_code))
		return exit_code;
	if (argc < 2 || !is_id(argv[1])) {
		cli_error("filters new", "%s", _("expected an id of letters, digits and hyphens"));
		return EXIT_USAGE;
	}
	g_autofree char *text = template(argv[1], title, argv + 2);
	if (!is_right(text))
		return EXIT_USAGE;
	if (output)
		return write_new(output, text) ? EXIT_DONE : EXIT_NO;
	fputs(text, stdout);
	return EXIT_DONE;
}
