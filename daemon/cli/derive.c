/* derive: example texts to a filter file, with evidence and a report.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/derive_data.h"
#include "daemon/cli/derive_print.h"
#include "daemon/cli/examples.h"
#include "daemon/cli/improve.h"
#include "daemon/cli/place.h"
#include "filters/derivation.h"
#include "filters/derive.h"
#include "filters/derive_report.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

struct deriving {
	char *out, *id, *without, *improve;
	char **good, **bad;
	gboolean report, json, names;
	struct derive_data data;
};

static int write_out(const struct deriving *d, const struct derivation *derivation)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *filter = derivation_write(derivation);
	if (!d->out) {
		if (!d->report && !d->json)
			fputs(filter, stdout);
		return EXIT_DONE;
	}
	if (cli_write_file(d->out, filter, &error))
		return EXIT_DONE;
	cli_error("derive", "%s", error->message);
	return EXIT_NO;
}

static int derive_all(struct deriving *d, const struct examples *examples)
{
	g_autoptr(GError) error = NULL;
	if (!derive_data_load(&d->data, examples))
		return EXIT_NO;
	const struct derive_options options = {
		.gazetteer = d->data.gazetteer,
		.reference = d->data.words,
		.language = d->data.tongue,
		.references = derive_data_others(&d->data),
		.background = d->data.news->texts,
		.id = d->id,
		.without_tables = d->without && strstr(d->without, "tables"),
		.without_quotes = d->without && strstr(d->without, "quotes"),
		.without_poles = d->without && strstr(d->without, "poles"),
		.without_languages = d->without && strstr(d->without, "languages"),
	};
	struct derivation *derivation = derive(examples->texts, examples->labels, &options);
	for (unsigned i = 0; i < derivation->warnings->len; i++)
		cli_error("derive", _("warning: %s"), (char *)derivation->warnings->pdata[i]);
	int exit_code = derivation_useful(derivation) ? write_out(d, derivation) : EXIT_NO;
	if (exit_code == EXIT_DONE && (d->report || d->json)) {
		struct derive_report *report = derive_report_new(derivation, &error);
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

static int list_names(struct deriving *d, const struct examples *examples)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	if (!derive_data_load(&d->data, examples)) {
		g_ptr_array_unref(texts);
		return EXIT_NO;
	}
	const struct tongues tongues = {d->data.tongue, d->data.words,
					derive_data_others(&d->data)};
	for (unsigned i = 0; i < examples->texts->len; i++)
		g_ptr_array_add(texts, g_strdup(examples->texts->pdata[i]));
	struct corpus *corpus = corpus_new(texts, &tongues, d->data.gazetteer);
	/* the corpus's units point into the groups */
	GPtrArray *groups = names_group(corpus, d->data.gazetteer);
	derive_print_names(stdout, corpus, examples->labels);
	corpus_free(corpus);
	g_ptr_array_unref(groups);
	return EXIT_DONE;
}

static int run(struct deriving *d, char **operands)
{
	struct examples *examples = examples_new();
	d->data.without_tables = d->without && strstr(d->without, "tables");
	int exit_code = EXIT_NO;
	if (examples_read(examples, "derive", operands))
		exit_code = d->names ? list_names(d, examples) : derive_all(d, examples);
	examples_free(examples);
	return exit_code;
}

static int decide(struct deriving *d, int argc, char **argv)
{
	const struct improve_request request = {d->improve, d->id, d->out, d->good, d->bad};
	if (d->improve && argc > 1) {
		cli_error("derive", "%s",
			  _("--improve takes its articles by --good and --bad, or from the marks"));
		return EXIT_USAGE;
	}
	if (d->improve)
		return cli_improve(&request, &d->data);
	if (argc < 2 || d->good || d->bad) {
		cli_error("derive", "%s",
			  argc < 2 ? _("expected texts: a folder, files, or ids of stored articles")
				   : _("--good and --bad belong to --improve"));
		return EXIT_USAGE;
	}
	return run(d, argv + 1);
}

static int parse_and_run(struct deriving *d, int argc, char **argv)
{
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &d->out,
		 N_("write the filter there, not to standard output"), "FILE"},
		{"report", 'r', 0, G_OPTION_ARG_NONE, &d->report,
		 N_("say what it finds of texts held out and of other news"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &d->json,
		 N_("the report and what was found, as JSON"), NULL},
		{"names", 0, 0, G_OPTION_ARG_NONE, &d->names,
		 N_("only list the names of the texts, as JSON"), NULL},
		{"id", 0, 0, G_OPTION_ARG_STRING, &d->id,
		 N_("name of the filter (made of its poles if absent)"), "ID"},
		{"improve", 0, 0, G_OPTION_ARG_FILENAME, &d->improve,
		 N_("propose changes to this filter as a patch, from marked articles"), "FILTER"},
		{"good", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &d->good,
		 N_("with --improve: relevant ones"), "ARTICLE…"},
		{"bad", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &d->bad,
		 N_("with --improve: not relevant ones"), "ARTICLE…"},
		{"language", 0, 0, G_OPTION_ARG_STRING, &d->data.language,
		 N_("of the texts (detected if absent)"), "TAG"},
		{"background", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &d->data.background,
		 N_("other news, a JSON object or a text a line"), "FILE"},
		{"reference", 0, 0, G_OPTION_ARG_FILENAME, &d->data.reference,
		 N_("word frequencies of other news"), "FILE"},
		{"tables", 0, 0, G_OPTION_ARG_FILENAME, &d->data.tables,
		 N_("folder of tables of names"), "DIR"},
		{"without", 0, 0, G_OPTION_ARG_STRING, &d->without,
		 N_("leave out, between commas: quotes; for measuring: tables, poles, languages"),
		 "LIST"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (cli_options(&argc, &argv, entries, "DIR|FILE|ARTICLE…",
			_("Derive a filter from example texts: plain text, HTML pages, or stored "
			  "articles by id.\n"
			  "Three to ten texts on one subject do best; the filter is meant to be "
			  "read and edited."),
			&exit_code))
		exit_code = decide(d, argc, argv);
	return exit_code;
}

int cmd_derive(int argc, char **argv)
{
	struct deriving d = {0};
	g_auto(GStrv) arguments = improve_arguments(argc, argv);
	/* the parser moves and drops pointers; the strings are freed through `arguments` */
	g_autofree char **movable =
		g_memdup2(arguments, (g_strv_length(arguments) + 1) * sizeof *arguments);

	int exit_code = parse_and_run(&d, (int)g_strv_length(arguments), movable);
	derive_data_finish(&d.data);
	g_free(d.out);
	g_free(d.id);
	g_free(d.without);
	g_free(d.improve);
	g_strfreev(d.good);
	g_strfreev(d.bad);
	return exit_code;
}
