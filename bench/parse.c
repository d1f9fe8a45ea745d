/* parse: CPU of reading a folder of feed documents, in one of several ways, for bench/parse.py to
 * set side by side.
 *
 *   parse events|texts|whole|worker FILE…     PARSER is the program of the worker
 *
 * events: libxml2's SAX2 push parser in pieces of 16 KiB, items counted: the floor. texts: the
 * same, and the text of every item's elements copied. whole: feed_parse() in this process. worker:
 * through the sandboxed child. SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/limits.h"
#include "feeds/parse.h"
#include "feeds/worker.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define PIECE (16 << 10)

static unsigned long items;

/* ---- the floors ---- */

struct texts {
	bool wanted;
	char text[1 << 16];
	size_t len;
};

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int namespaces_count, const xmlChar **namespaces, int attributes_count,
		     int defaulted_count, const xmlChar **attributes)
{
	struct texts *texts = data;
	(void)prefix, (void)uri, (void)namespaces_count, (void)namespaces, (void)attributes_count;
	(void)defaulted_count, (void)attributes;
	texts->len = 0;
	if (strcmp((const char *)name, "item") == 0 || strcmp((const char *)name, "entry") == 0)
		items++;
}

static void on_text(void *data, const xmlChar *text, int len)
{
	struct texts *texts = data;
	if (!texts->wanted || texts->len + (size_t)len > sizeof(texts->text))
		return;
	memcpy(texts->text + texts->len, text, (size_t)len);
	texts->len += (size_t)len;
}

static void push(const char *bytes, size_t len, struct texts *texts)
{
	static xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
					.startElementNs = on_start,
					.characters = on_text,
					.cdataBlock = on_text};
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, texts, NULL, 0, NULL);

	for (size_t at = 0; at < len; at += PIECE)
		xmlParseChunk(parser, bytes + at, (int)MIN(PIECE, len - at), 0);
	xmlParseChunk(parser, NULL, 0, 1);
	xmlFreeParserCtxt(parser);
}

/* ---- the ways ---- */

static void read_pushed(GPtrArray *documents, bool wanted)
{
	static struct texts texts;
	texts.wanted = wanted;
	for (guint i = 0; i < documents->len; i++) {
		gsize len;
		const char *bytes = g_bytes_get_data(documents->pdata[i], &len);
		push(bytes, len, &texts);
	}
}

static void read_whole(GPtrArray *documents)
{
	const struct parse_options options = {.url = "https://example.org/feed"};
	for (guint i = 0; i < documents->len; i++) {
		gsize len;
		const char *bytes = g_bytes_get_data(documents->pdata[i], &len);
		struct feed_document *document = feed_parse(bytes, len, &options, NULL);
		items += document ? document->entries->len : 0;
		feed_document_free(document);
	}
}

struct asking {
	GMainLoop *loop;
	guint left;
};

static void on_parsed(struct feed_document *document, const GError *error, void *data)
{
	struct asking *asking = data;
	(void)error;
	items += document ? document->entries->len : 0;
	feed_document_free(document);
	if (--asking->left == 0)
		g_main_loop_quit(asking->loop);
}

static void read_by_worker(GPtrArray *documents)
{
	const struct parse_options options = {.url = "https://example.org/feed"};
	struct asking asking = {g_main_loop_new(NULL, FALSE), documents->len};
	g_autoptr(GError) error = NULL;
	struct worker *worker = worker_new(getenv("PARSER"), &error);

	if (!worker) {
		fprintf(stderr, "%s\n", error->message);
		exit(1);
	}
	for (guint i = 0; i < documents->len; i++)
		worker_parse(worker, documents->pdata[i], &options, on_parsed, &asking);
	if (documents->len)
		g_main_loop_run(asking.loop);
	worker_free(worker);
	while (wait(NULL) > 0) /* its CPU is ours now */
		;
	g_main_loop_unref(asking.loop);
}

static double cpu_s(int who)
{
	struct rusage usage;
	getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) documents =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	const char *way = argc > 2 ? argv[1] : "";
	size_t bytes = 0;

	for (int i = 2; i < argc; i++) {
		char *text;
		gsize len;
		if (!g_file_get_contents(argv[i], &text, &len, NULL))
			return 1;
		bytes += len;
		g_ptr_array_add(documents, g_bytes_new_take(text, len));
	}
	feed_parse_prepare();
	double before = cpu_s(RUSAGE_SELF) + cpu_s(RUSAGE_CHILDREN);
	if (strcmp(way, "events") == 0 || strcmp(way, "texts") == 0)
		read_pushed(documents, way[0] == 't');
	else if (strcmp(way, "whole") == 0)
		read_whole(documents);
	else if (strcmp(way, "worker") == 0)
		read_by_worker(documents);
	else
		return 2;
	double after = cpu_s(RUSAGE_SELF) + cpu_s(RUSAGE_CHILDREN);
	printf("{\"items\": %lu, \"bytes\": %zu, \"cpu_s\": %.6f}\n", items, bytes, after - before);
	return 0;
}
