/* improve: see improve.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/improve.h"

#include "daemon/cli/chosen.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/alerts.h"
#include "daemon/store/articles.h"
#include "filters/derive_improve.h"
#include "filters/filter_set.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

char **improve_arguments(int argc, char **argv)
{
	g_autoptr(GStrvBuilder) out = g_strv_builder_new();
	const char *list = NULL;
	bool first = false;
	for (int i = 0; i < argc; i++) {
		bool option = argv[i][0] == '-' && argv[i][1];
		if (option)
			list = strcmp(argv[i], "--good") == 0 || strcmp(argv[i], "--bad") == 0
				       ? argv[i]
				       : NULL;
		else if (list && !first)
			g_strv_builder_add(out, list);
		first = option && list;
		g_strv_builder_add(out, argv[i]);
	}
	return g_strv_builder_end(out);
}

/* The last word on each article counts: marks come oldest first. */
static bool read_marks(struct store *store, const char *id, struct examples *good,
		       struct examples *bad, GError **error)
{
	g_autoptr(GPtrArray) marks = store_marks(store, id, error);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	if (!marks)
		return false;
	for (unsigned i = marks->len; i-- > 0;) {
		struct mark *mark = marks->pdata[i];
		if (!g_hash_table_add(seen, &mark->article))
			continue;
		struct article *article = store_article(store, mark->article, error);
		if (error && *error)
			return false;
		if (article && article->body)
			examples_add(mark->good ? good : bad, article->title ? article->title : "",
				     article->body);
		article_free(article);
	}
	return true;
}

static bool load_marks(const struct improve_request *request, struct examples *good,
		       struct examples *bad)
{
	int exit_code;
	g_autoptr(GError) error = NULL;
	struct config *config = cli_config("derive", &exit_code);
	struct store *store = config ? cli_store("derive", config, STORE_READ, &exit_code) : NULL;
	bool fine = store && read_marks(store, request->id, good, bad, &error);
	if (error)
		cli_error("derive", "%s", error->message);
	store_close(store);
	config_free(config);
	return fine;
}

static bool load_examples(const struct improve_request *request, struct examples *good,
			  struct examples *bad)
{
	if (!request->good && !request->bad)
		return load_marks(request, good, bad);
	return (!request->good || examples_read(good, "derive", request->good)) &&
	       (!request->bad || examples_read(bad, "derive", request->bad));
}

static int report(const struct improvement *made, const struct improve_request *request)
{
	g_autoptr(GError) error = NULL;
	fprintf(stderr,
		_("relevant: %u of %u found, with the patch %u; not relevant: %u of %u raised, "
		  "with the patch %u\n"),
		made->good_before, made->good, made->good_after, made->bad_before, made->bad,
		made->bad_after);
	if (!*made->patch) {
		fprintf(stderr, "%s\n", _("nothing to propose"));
		return EXIT_DONE;
	}
	fputs(made->patch, stdout);
	if (request->out && !cli_write_file(request->out, made->filter, &error)) {
		cli_error("derive", "%s", error->message);
		return EXIT_NO;
	}
	return EXIT_DONE;
}

static int improve(const struct improve_request *request, struct derive_data *data,
		   const struct examples *good, const struct examples *bad)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	if (!g_file_get_contents(request->filter, &text, NULL, &error)) {
		cli_error("derive", "%s", error->message);
		return EXIT_NO;
	}
	const struct derive_options options = {
		.gazetteer = data->gazetteer,
		.reference = data->words,
		.language = data->tongue,
		.references = derive_data_others(data)};
	struct improvement *made = improvement_new(request->filter, text, request->id, good->texts,
						   bad->texts, &options, &error);
	if (!made) {
		cli_error("derive", "%s", error->message);
		return EXIT_NO;
	}
	int exit_code = report(made, request);
	improvement_free(made);
	return exit_code;
}

/* The id of the only filter of a file; NULL if it holds several, or mistakes: improvement_new()
 * says which. */
static char *only_filter(const char *path)
{
	const char *const paths[] = {path, NULL};
	struct filter_set *set = filter_set_load(paths, NULL, NULL);
	char *id = set && filter_set_size(set) == 1 ? g_strdup(filter_set_id(set, 0)) : NULL;
	filter_set_free(set);
	return id;
}

/* The file that a filter in force stands in; NULL, the reason said, if none has that id. */
static char *file_of_filter(const char *id)
{
	int exit_code;
	struct config *config = cli_config("derive", &exit_code);
	const char *const names[] = {id, NULL};
	struct chosen chosen;
	char *path = NULL;
	if (config) {
		if (chosen_open_in_force(&chosen, "derive", config, names, &exit_code) &&
		    !(path = g_strdup(filter_set_file(chosen.set, id))))
			cli_error("derive",
				  _("--improve %s: expected a file or the id of one filter"), id);
		chosen_close(&chosen);
	}
	config_free(config);
	return path;
}

int cli_improve(const struct improve_request *asked, struct derive_data *data)
{
	bool is_file = g_file_test(asked->filter, G_FILE_TEST_EXISTS) ||
		       strchr(asked->filter, '/') || g_str_has_suffix(asked->filter, ".filter");
	g_autofree char *file = is_file ? g_strdup(asked->filter) : file_of_filter(asked->filter);
	if (!file)
		return EXIT_NO;
	g_autofree char *only = is_file ? only_filter(file) : g_strdup(asked->filter);
	struct improve_request known = *asked, *request = &known;
	known.filter = file;
	if (!known.id)
		known.id = only;
	struct examples *good = examples_new(), *bad = examples_new();
	int exit_code = EXIT_NO;
	if (!load_examples(request, good, bad))
		;
	else if (!good->texts->len && !bad->texts->len)
		cli_error("derive", "%s",
			  _("no marked articles: 'vedetta mark ARTICLE good|bad', or --good and "
			    "--bad"));
	else if (derive_data_load(data, good->texts->len ? good : bad))
		exit_code = improve(request, data, good, bad);
	examples_free(good);
	examples_free(bad);
	return exit_code;
}
