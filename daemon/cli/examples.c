/* examples: see examples.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/examples.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/place.h"
#include "daemon/parser_program.h"
#include "daemon/store/articles.h"
#include "feeds/worker.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define MAX_EXAMPLE  (4 * 1024 * 1024) /* bytes: no article is longer */
#define MAX_EXAMPLES 2000
#define MAX_TOGETHER (6 * 1024 * 1024) /* bytes of text: takes some ten seconds, 600 MiB */

struct examples *examples_new(void)
{
	struct examples *e = g_new0(struct examples, 1);
	e->texts = g_ptr_array_new_with_free_func(g_free);
	e->labels = g_ptr_array_new_with_free_func(g_free);
	return e;
}

void examples_free(struct examples *e)
{
	if (!e)
		return;
	g_ptr_array_unref(e->texts);
	g_ptr_array_unref(e->labels);
	g_free(e);
}

static void add(struct examples *e, const char *label, char *text)
{
	char *composed = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
	g_ptr_array_add(e->texts, composed ? composed : g_strdup(text));
	g_ptr_array_add(e->labels, g_utf8_make_valid(label, -1));
	g_free(text);
}

void examples_add(struct examples *e, const char *title, const char *body)
{
	add(e, "", g_strconcat(title, "\n", body, NULL));
}

/* ---- files --------------------------------------------------------------------------- */

struct page_waiting {
	GMainLoop *loop;
	char *text;
	char *why;
};

static void on_page(struct page *page, const GError *error, void *data)
{
	struct page_waiting *w = data;
	if (page)
		w->text = g_strconcat(page->title ? page->title : "", page->title ? "\n" : "",
				      page->text ? page->text : "", NULL);
	else
		w->why = g_strdup(error->message);
	page_free(page);
	g_main_loop_quit(w->loop);
}

static char *page_text(const char *bytes, size_t len, GError **error)
{
	struct page_waiting w = {.loop = g_main_loop_new(NULL, FALSE)};
	const struct parse_options options = {0};
	struct worker *worker = worker_new(parser_program(), error);
	if (worker) {
		g_autoptr(GBytes) document = g_bytes_new(bytes, len);
		worker_page(worker, document, &options, on_page, &w);
		if (!w.text && !w.why)
			g_main_loop_run(w.loop);
		worker_free(worker);
		if (!w.text)
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s",
				    w.why ? w.why : "unreadable");
	}
	g_free(w.why);
	g_main_loop_unref(w.loop);
	return w.text;
}

static bool is_html(const char *path, const char *bytes)
{
	while (g_ascii_isspace(*bytes))
		bytes++;
	return g_str_has_suffix(path, ".html") || g_str_has_suffix(path, ".htm") ||
	       g_ascii_strncasecmp(bytes, "<!doctype", 9) == 0 ||
	       g_ascii_strncasecmp(bytes, "<html", 5) == 0;
}

/* Text as it is, or as Windows wrote it. */
static char *plain_text(char *bytes, size_t len)
{
	if (g_utf8_validate(bytes, (gssize)len, NULL))
		return bytes;
	char *text = g_convert(bytes, (gssize)len, "UTF-8", "WINDOWS-1252", NULL, NULL, NULL);
	if (!text)
		text = g_utf8_make_valid(bytes, (gssize)len);
	g_free(bytes);
	return text;
}

/* Up to MAX_EXAMPLE bytes: devices may never end. NUL-terminated. */
static char *read_bounded(const char *path, size_t *len, GError **error)
{
	FILE *file = fopen(path, "rbe");
	if (!file) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s", g_strerror(errno));
		return NULL;
	}
	GString *bytes = g_string_new(NULL);
	char part[BUFSIZ];
	size_t got;
	while (bytes->len <= MAX_EXAMPLE && (got = fread(part, 1, sizeof part, file)) > 0)
		g_string_append_len(bytes, part, (gssize)got);
	const char *why = ferror(file) ? g_strerror(errno) : NULL;
	fclose(file);
	*len = bytes->len;
	if (!why && bytes->len <= MAX_EXAMPLE)
		return g_string_free(bytes, FALSE);
	if (why)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s", why);
	else
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _("longer than %d bytes"),
			    MAX_EXAMPLE);
	g_string_free(bytes, TRUE);
	return NULL;
}

/* The file's name; with its folder's if another has that name. */
static char *label_of(const struct examples *e, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	if (!g_ptr_array_find_with_equal_func(e->labels, name, g_str_equal, NULL))
		return g_steal_pointer(&name);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *last = g_path_get_basename(folder);
	return g_build_filename(last, name, NULL);
}

static bool read_file(struct examples *e, const char *path, GError **error)
{
	g_autofree char *label = label_of(e, path);
	size_t len;
	char *text, *bytes = read_bounded(path, &len, error);
	if (!bytes)
		return false;
	if (memchr(bytes, '\0', len)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _("not a text"));
		g_free(bytes);
		return false;
	}
	if (is_html(path, bytes)) {
		text = page_text(bytes, len, error);
		g_free(bytes);
	} else {
		text = plain_text(bytes, len);
	}
	if (!text)
		return false;
	e->bytes += strlen(text);
	add(e, label, text);
	return true;
}

static int by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What in a folder is no text is left out, not the folder. */
static bool read_all(struct examples *e, const GPtrArray *files, GError **error)
{
	unsigned before = e->texts->len;
	for (unsigned i = 0; i < files->len && e->bytes <= MAX_TOGETHER; i++) {
		g_autoptr(GError) why = NULL;
		g_autofree char *name = g_path_get_basename(files->pdata[i]);
		if (!g_file_test(files->pdata[i], G_FILE_TEST_IS_REGULAR) ||
		    !read_file(e, files->pdata[i], &why))
			cli_error(e->command, _("warning: %s: %s, left out"), name,
				  why ? why->message : _("not a file"));
	}
	if (e->texts->len > before)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _("none of its files can be read"));
	return false;
}

static bool read_folder(struct examples *e, const char *path, GError **error)
{
	static const char *const endings[] = {".txt", ".text", ".md", ".html", ".htm"};
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(path, 0, error);
	const char *name;

	if (!dir)
		return false;
	while ((name = g_dir_read_name(dir)))
		for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
			if (g_str_has_suffix(name, endings[i]) && *name != '.')
				g_ptr_array_add(files, g_build_filename(path, name, NULL));
	g_dir_close(dir);
	g_ptr_array_sort(files, by_text);
	if (!files->len || files->len > MAX_EXAMPLES) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    files->len ? _("more than %d texts in this folder")
				       : _("no texts (.txt, .md, .html) in this folder"),
			    MAX_EXAMPLES);
		return false;
	}
	return read_all(e, files, error);
}

/* ---- stored articles ----------------------------------------------------------------- */

static bool read_article(struct examples *e, struct store *store, const char *id, GError **error)
{
	g_autoptr(GPtrArray) found = store_article_find(store, id, error);
	if (!found)
		return false;
	const struct article *article = found->len ? found->pdata[0] : NULL;
	if (!article || !(article->body || article->title)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
			    _("no such article, or its text is gone"));
		return false;
	}
	add(e, id,
	    g_strconcat(article->title ? article->title : "", "\n",
			article->body ? article->body : "", NULL));
	return true;
}

static bool is_id(const char *operand)
{
	return (strlen(operand) == 16 && strspn(operand, "0123456789abcdef") == 16) ||
	       strstr(operand, "://");
}

static bool read_operand(struct examples *e, struct store *store, const char *operand,
			 GError **error)
{
	if (g_file_test(operand, G_FILE_TEST_IS_DIR))
		return read_folder(e, operand, error);
	if (store && is_id(operand) && !g_file_test(operand, G_FILE_TEST_EXISTS))
		return read_article(e, store, operand, error);
	return read_file(e, operand, error);
}

bool examples_read(struct examples *e, const char *command, char **operands)
{
	struct config *config = NULL;
	struct store *store = NULL;
	bool fine = true;
	int exit_code;

	for (char **operand = operands; *operand && !config; operand++)
		if (is_id(*operand) && !g_file_test(*operand, G_FILE_TEST_EXISTS)) {
			config = cli_config(command, &exit_code);
			store = config ? cli_store(command, config, STORE_READ, &exit_code) : NULL;
			fine = store != NULL;
		}
	e->command = command;
	for (char **operand = operands; fine && *operand; operand++) {
		g_autoptr(GError) error = NULL;
		fine = read_operand(e, store, *operand, &error);
		if (!fine)
			cli_error(command, "%s: %s", *operand, error->message);
	}
	if (fine && e->bytes > MAX_TOGETHER) {
		cli_error(command, _("more than %d MiB of text; ten articles are enough"),
			  MAX_TOGETHER / 1024 / 1024);
		fine = false;
	}
	store_close(store);
	config_free(config);
	return fine;
}

/* ---- lines --------------------------------------------------------------------------- */

static char *line_text(const char *line)
{
	json_t *object = *line == '{' ? json_loads(line, 0, NULL) : NULL;
	if (!json_is_object(object)) {
		json_decref(object);
		return g_utf8_make_valid(line, -1);
	}
	const char *title = json_string_value(json_object_get(object, "title"));
	const char *body = json_string_value(json_object_get(object, "body"));
	if (!body)
		body = json_string_value(json_object_get(object, "description"));
	char *text = g_strconcat(title ? title : "", "\n", body ? body : "", NULL);
	json_decref(object);
	return text;
}

bool examples_read_lines(struct examples *e, const char *path, GError **error)
{
	g_autofree char *all = NULL;
	if (!g_file_get_contents(path, &all, NULL, error))
		return false;
	g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line && **line != '#')
			add(e, "", line_text(*line));
	return true;
}
