/* frequencies: how often words occur in texts or in the archive; what derive compares with.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/examples.h"
#include "daemon/cli/place.h"
#include "daemon/store/articles.h"
#include "filters/language.h"
#include "filters/reference.h"

#include <glib/gi18n.h>
#include <stdio.h>

struct counting {
	struct reference *reference;
	enum language language; /* LANGUAGE_NONE: all */
	unsigned texts, others;
};

static void count(struct counting *c, const char *declared, const char *title, const char *body)
{
	if (c->language && language_decide(declared, title, body, NULL) != c->language) {
		c->others++;
		return;
	}
	reference_add(c->reference, title);
	reference_add(c->reference, body);
	c->texts++;
}

static bool count_article(const struct article *article, void *data)
{
	count(data, article->language, article->title ? article->title : "",
	      article->body ? article->body : "");
	return true;
}

static int count_archive(struct counting *c)
{
	int exit_code = EXIT_DONE;
	g_autoptr(GError) error = NULL;
	struct config *config = cli_config("frequencies", &exit_code);
	struct store *store =
		config ? cli_store("frequencies", config, STORE_READ, &exit_code) : NULL;
	if (store &&
	    !store_articles_each(store, INT64_MIN, INT64_MAX, NULL, count_article, c, &error)) {
		cli_error("frequencies", "%s", error->message);
		exit_code = EXIT_NO;
	}
	store_close(store);
	config_free(config);
	return exit_code;
}

static int count_texts(struct counting *c, char **operands)
{
	struct examples *examples = examples_new();
	bool fine = examples_read(examples, "frequencies", operands);
	for (unsigned i = 0; fine && i < examples->texts->len; i++)
		count(c, NULL, "", examples->texts->pdata[i]);
	examples_free(examples);
	return fine ? EXIT_DONE : EXIT_NO;
}

static int write_out(const struct counting *c, const char *source, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = reference_write(c->reference, source);
	if (!c->texts) {
		cli_error("frequencies", "%s", _("no text in this language"));
		return EXIT_NO;
	}
	if (!path)
		fputs(text, stdout);
	else if (!cli_write_file(path, text, &error)) {
		cli_error("frequencies", "%s", error->message);
		return EXIT_NO;
	}
	fprintf(stderr,
		ngettext("%u text counted, %u in other languages left out\n",
			 "%u texts counted, %u in other languages left out\n", c->texts),
		c->texts, c->others);
	return EXIT_DONE;
}

int cmd_frequencies(int argc, char **argv)
{
	g_autofree char *out = NULL, *language = NULL, *source = NULL;
	gboolean archive = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"archive", 'a', 0, G_OPTION_ARG_NONE, &archive, N_("count the stored articles"),
		 NULL},
		{"language", 0, 0, G_OPTION_ARG_STRING, &language,
		 N_("only texts in this language"), "TAG"},
		{"source", 0, 0, G_OPTION_ARG_STRING, &source,
		 N_("what the head of the file says they come from"), "TEXT"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &out,
		 N_("write there, not to standard output"), "FILE"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "[DIR|FILE|ARTICLE…]",
			 _("Count how often words occur in ordinary news, for 'vedetta derive "
			   "--reference'.\n"
			   "The more text, the better; ten thousand articles are plenty."),
			 &exit_code))
		return exit_code;
	struct counting c = {.language = language_of_tag(language)};
	if ((argc < 2 && !archive) || (language && !c.language)) {
		cli_error("frequencies", "%s",
			  argc < 2 && !archive ? _("expected texts, or --archive")
					       : _("no such language"));
		return EXIT_USAGE;
	}
	c.reference = reference_new();
	if (argc > 1)
		exit_code = count_texts(&c, argv + 1);
	if (archive && exit_code == EXIT_DONE)
		exit_code = count_archive(&c);
	if (exit_code == EXIT_DONE)
		exit_code = write_out(&c, source ? source : archive ? "own archive" : "texts", out);
	reference_free(c.reference);
	return exit_code;
}
