/* derive: example texts to a filter file, with evidence and a report.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/derive_print.h"
#include "daemon/cli/examples.h"
#include "daemon/cli/place.h"
#include "filters/derivation.h"
#include "filters/derive.h"
#include "filters/derive_report.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

struct deriving {
	char *out, *id, *language, *tables, *reference, *without;
	char **background;
	gboolean report, json;
	struct gazetteer *gazetteer;
	struct reference *words;
	struct examples *news;
};

/* What most of the texts are in. */
static enum language language_of(const struct examples *examples, const char *declared)
{
	unsigned votes[LANGUAGES] = {0};
	enum language best = LANGUAGE_NONE;
	if (declared)
		return language_of_tag(declared);
	for (unsigned i = 0; i < examples->texts->len; i++)
		votes[language_decide(NULL, "", examples->texts->pdata[i], NULL)]++;
	for (int l = 0; l < LANGUAGES; l++)
		if (votes[l] > votes[best])
			best = (enum language)l;
	return best;
}

static bool load_news(struct deriving *d, const char *tag)
{
	g_autoptr(GError) error = NULL;
	d->news = examples_new();
	if (!d->background) {
		g_autofree char *name = g_strdup_printf("filters/reference/ordinary-%s.jsonl", tag);
		g_autofree char *path = config_data_path(name);
		return !g_file_test(path, G_FILE_TEST_EXISTS) ||
		       examples_read_lines(d->news, path, NULL);
	}
	for (char **path = d->background; *path; path++)
		if (!examples_read_lines(d->news, *path, &error)) {
			cli_error("derive", "%s", error->message);
			return false;
		}
	return true;
}

static bool load_reference(struct deriving *d, const char *tag)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strdup_printf("filters/reference/%s.tsv", tag);
	g_autofree char *path = d->reference ? g_strdup(d->reference) : config_data_path(name);
	if (!d->reference && !g_file_test(path, G_FILE_TEST_EXISTS)) {
		cli_error("derive",
			  _("no reference frequencies for language '%s': every word counts as "
			    "rare; make them with "
			    "'vedetta frequencies', name them with --reference"),
			  tag);
		d->words = reference_new();
		return true;
	}
	d->words = reference_load(path, &error);
	if (!d->words)
		cli_error("derive", "%s", error->message);
	return d->words != NULL;
}

static bool load(struct deriving *d, enum language language)
{
	const char *tag = language ? language_tag(language) : "it";
	g_autoptr(GError) error = NULL;
	g_autofree char *folder =
		d->tables ? g_strdup(d->tables) : config_data_path("filters/tables");

	if (!load_reference(d, tag) || !load_news(d, tag))
		return false;
	d->gazetteer = gazetteer_load(d->without && strstr(d->without, "tables") ? NULL : folder,
				      tag, &error);
	if (!d->gazetteer)
		cli_error("derive", "%s", error->message);
	return d->gazetteer != NULL;
}

static int write_out(const struct deriving *d, const struct derivation *derivation)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *filter = derivation_write(derivation);
	if (!d->out) {
		if (!d->report && !d->json)
			fputs(filter, stdout);
		return EXIT_DONE;
	}
	if (g_file_set_contents(d->out, filter, -1, &error))
		return EXIT_DONE;
	cli_error("derive", "%s", error->message);
	return EXIT_NO;
}

static int derive_all(struct deriving *d, const struct examples *examples)
{
	g_autoptr(GError) error = NULL;
	enum language language = language_of(examples, d->language);
	if (!load(d, language))
		return EXIT_NO;
	const struct derive_options options = {
		.gazetteer = d->gazetteer,
		.reference = d->words,
		.language = language,
		.background = d->news->texts,
		.id = d->id,
		.without_tables = d->without && strstr(d->without, "tables"),
		.without_quotes = d->without && strstr(d->without, "quotes"),
		.without_poles = d->without && strstr(d->without, "poles"),
		.without_languages = d->without && strstr(d->without, "languages"),
	};
	struct derivation *derivation = derive(examples->texts, examples->labels, &options);
	for (unsigned i = 0; i < derivation->warnings->len; i++)
		cli_error("derive", _("warning: %s"), (char *)derivation->warnings->pdata[i]);
	int exit_code = write_out(d, derivation);
	if (exit_code == EXIT_DONE && (d->report || d->json)) {
		struct derive_report *report =
			derive_report_new(derivation, examples->texts, &error);
		if (!report) {
			cli_error("derive", "%s", error->message);
			exit_code = EXIT_NO;
		} else if (d->json) {
			derive_print_json(stdout, derivation, report);
		} else {
			derive_print_report(stdout, derivation, report);
		}
		derive_report_free(report);
	}
	derivation_free(derivation);
	return exit_code;
}

static int run(struct deriving *d, char **operands)
{
	struct examples *examples = examples_new();
	int exit_code =
		examples_read(examples, "derive", operands) ? derive_all(d, examples) : EXIT_NO;
	gazetteer_free(d->gazetteer);
	reference_free(d->words);
	examples_free(d->news);
	examples_free(examples);
	return exit_code;
}

int cmd_derive(int argc, char **argv)
{
	struct deriving d = {0};
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &d.out,
		 N_("write the filter there, not to standard output"), "FILE"},
		{"report", 'r', 0, G_OPTION_ARG_NONE, &d.report,
		 N_("say what it finds of texts held out and of other news"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &d.json,
		 N_("the report and what was found, as JSON"), NULL},
		{"id", 0, 0, G_OPTION_ARG_STRING, &d.id,
		 N_("name of the filter (made of its poles if absent)"), "ID"},
		{"language", 0, 0, G_OPTION_ARG_STRING, &d.language,
		 N_("of the texts (detected if absent)"), "TAG"},
		{"background", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &d.background,
		 N_("other news, a JSON object or a text a line"), "FILE"},
		{"reference", 0, 0, G_OPTION_ARG_FILENAME, &d.reference,
		 N_("word frequencies of other news"), "FILE"},
		{"tables", 0, 0, G_OPTION_ARG_FILENAME, &d.tables, N_("folder of tables of names"),
		 "DIR"},
		{"without", 0, 0, G_OPTION_ARG_STRING, &d.without,
		 N_("leave out, between commas: quotes; for measuring: tables, poles, languages"),
		 "LIST"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "DIR|FILE|ARTICLE…",
			 _("Derive a filter from example texts: plain text, HTML pages, or stored "
			   "articles by id.\n"
			   "Three to ten texts on one subject do best; the filter is meant to be "
			   "read and edited."),
			 &exit_code))
		return exit_code;
	if (argc < 2) {
		cli_error("derive", "%s",
			  _("expected texts: a folder, files, or ids of stored articles"));
		return EXIT_USAGE;
	}
	exit_code = run(&d, argv + 1);
	g_free(d.out);
	g_free(d.id);
	g_free(d.language);
	g_free(d.tables);
	g_free(d.reference);
	g_free(d.without);
	g_strfreev(d.background);
	return exit_code;
}
