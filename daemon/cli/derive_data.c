/* derive_data: see derive_data.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/derive_data.h"

#include "daemon/cli/cli.h"
#include "daemon/config.h"

#include <glib/gi18n.h>

/* What most of the texts are in. */
static enum language language_of(const struct examples *examples)
{
	unsigned votes[LANGUAGES] = {0};
	enum language best = LANGUAGE_NONE;
	for (unsigned i = 0; i < examples->texts->len; i++)
		votes[language_decide(NULL, "", examples->texts->pdata[i], NULL)]++;
	for (int l = 0; l < LANGUAGES; l++)
		if (votes[l] > votes[best])
			best = (enum language)l;
	return best;
}

static bool load_shipped_news(struct derive_data *d, const char *tag)
{
	g_autofree char *name = g_strdup_printf("filters/reference/ordinary-%s.jsonl", tag);
	g_autofree char *path = config_data_path(name);
	return !g_file_test(path, G_FILE_TEST_EXISTS) || examples_read_lines(d->news, path, NULL);
}

static bool load_news(struct derive_data *d, const char *tag)
{
	g_autoptr(GError) error = NULL;
	d->news = examples_new();
	if (!d->background)
		return load_shipped_news(d, tag);
	for (char **path = d->background; *path; path++)
		if (!examples_read_lines(d->news, *path, &error)) {
			cli_error("derive", "%s", error->message);
			return false;
		}
	return true;
}

static bool load_reference(struct derive_data *d, const char *tag)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strdup_printf("filters/reference/%s.tsv", tag);
	g_autofree char *path = d->reference ? g_strdup(d->reference) : config_data_path(name);
	if (!d->reference && !g_file_test(path, G_FILE_TEST_EXISTS)) {
		cli_error("derive",
			  _("no word frequencies for language '%s': every word counts as rare; "
			    "make them with "
			    "'vedetta frequencies', name them with --reference"),
			  tag);
		d->words = reference_new();
		return true;
	}
	d->words = reference_load(path, &error);
	if (d->words)
		reference_read_stems(d->words, language_stemmer(d->tongue));
	else
		cli_error("derive", "%s", error->message);
	return d->words != NULL;
}

/* Folders hold what a reader found, in whatever language: the words of each are compared with news
 * of their own. */
static void load_others(struct derive_data *d, const struct examples *examples)
{
	if (d->language || d->reference)
		return;
	for (unsigned i = 0; i < examples->texts->len; i++) {
		enum language own = language_decide(NULL, "", examples->texts->pdata[i], NULL);
		g_autofree char *name =
			g_strdup_printf("filters/reference/%s.tsv", language_tag(own));
		g_autofree char *path = config_data_path(name);
		if (own == LANGUAGE_NONE || own == d->tongue || d->others[own])
			continue;
		d->others[own] = reference_load(path, NULL);
		if (d->others[own])
			reference_read_stems(d->others[own], language_stemmer(own));
	}
}

const struct reference *const *derive_data_others(const struct derive_data *d)
{
	return d->language || d->reference ? NULL : (const struct reference *const *)d->others;
}

bool derive_data_load(struct derive_data *d, const struct examples *examples)
{
	d->tongue = d->language ? language_of_tag(d->language) : language_of(examples);
	const char *tag = d->tongue ? language_tag(d->tongue) : "it";
	g_autoptr(GError) error = NULL;
	g_autofree char *folder =
		d->tables ? g_strdup(d->tables) : config_data_path("filters/tables");

	if (d->language && !d->tongue) {
		cli_error("derive", _("no such language: %s"), d->language);
		return false;
	}
	if (!load_reference(d, tag) || !load_news(d, tag))
		return false;
	load_others(d, examples);
	d->gazetteer = gazetteer_load(d->without_tables ? NULL : folder, tag, &error);
	if (!d->gazetteer)
		cli_error("derive", "%s", error->message);
	return d->gazetteer != NULL;
}

void derive_data_finish(struct derive_data *d)
{
	gazetteer_free(d->gazetteer);
	reference_free(d->words);
	for (unsigned l = 0; l < LANGUAGES; l++)
		reference_free(d->others[l]);
	examples_free(d->news);
	g_free(d->language);
	g_free(d->tables);
	g_free(d->reference);
	g_strfreev(d->background);
}
