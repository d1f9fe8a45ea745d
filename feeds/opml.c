/* opml: see opml.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/opml.h"

#include "feeds/error.h"
#include "feeds/opml_list.h"
#include "feeds/opml_walk.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <string.h>

#define NAMESPACE  "urn:vedetta:opml:1"
#define PREFIX	   "vedetta"
#define MAX_BYTES  (10 << 20)

struct opml {
	xmlDoc *document;
	GHashTable *feeds;   /* url → GPtrArray of xmlNode *; NULL until the first edit */
	GHashTable *folders; /* "a/b" → xmlNode * */
};

/* ---- attributes
 * -------------------------------------------------------------------------------------------------
 */

/* By local name, so that "vedetta:owner" and a plain "owner" are one. Caller frees; NULL if absent
 * or empty. */
static char *attribute(const void *outline, const char *name)
{
	const xmlNode *node = outline;

	for (const xmlAttr *a = node->properties; a; a = a->next) {
		const char *local = strrchr((const char *)a->name, ':');
		local = local ? local + 1 : (const char *)a->name;
		if (g_ascii_strcasecmp(local, name) != 0)
			continue;
		xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);
		char *copy = value ? g_strstrip(g_strdup((const char *)value)) : NULL;
		xmlFree(value);
		if (copy && *copy)
			return copy;
		g_free(copy);
	}
	return NULL;
}

/* ---- walking
 * ----------------------------------------------------------------------------------------------------
 */

static bool is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE &&
	       g_ascii_strcasecmp((const char *)node->name, name) == 0;
}

static xmlNode *child(const xmlNode *node, const char *name)
{
	for (xmlNode *c = node->children; c; c = c->next)
		if (is_element(c, name))
			return c;
	return NULL;
}

static xmlNode *body_of(const struct opml *opml)
{
	return child(xmlDocGetRootElement(opml->document), "body");
}

static void walk_below(struct opml_walk *walk, xmlNode *parent)
{
	xmlNode *next;
	for (xmlNode *node = parent->children; node; node = next) {
		next = node->next; /* `node` may be gone then */
		if (node->type != XML_ELEMENT_NODE || !opml_walk_enter(walk, (const char *)node->name, node))
			continue;
		walk_below(walk, node);
		opml_walk_leave(walk);
	}
}

static void walk(const struct opml *opml, opml_feed_fn *feed, void *data)
{
	struct opml_walk all;
	opml_walk_init(&all, attribute, feed, data);
	walk_below(&all, body_of(opml));
	opml_walk_finish(&all);
}

GPtrArray *opml_subscriptions(const struct opml *opml, GPtrArray *dropped)
{
	struct opml_collection found;
	opml_collection_init(&found, attribute, dropped);
	walk(opml, opml_collect, &found);
	return opml_collection_end(&found);
}

/* ---- reading and writing
 * ------------------------------------------------------------------------------------------ */

static struct opml *wrap(xmlDoc *document)
{
	struct opml *opml = g_new0(struct opml, 1);
	opml->document = document;
	return opml;
}

static xmlDoc *empty_document(const char *title)
{
	xmlDoc *document = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *root = xmlNewDocNode(document, NULL, (const xmlChar *)"opml", NULL);
	xmlDocSetRootElement(document, root);
	xmlNewProp(root, (const xmlChar *)"version", (const xmlChar *)"2.0");
	xmlNode *head = xmlNewChild(root, NULL, (const xmlChar *)"head", NULL);
	xmlNewTextChild(head, NULL, (const xmlChar *)"title", (const xmlChar *)title);
	xmlNewChild(root, NULL, (const xmlChar *)"body", NULL);
	return document;
}

struct opml *opml_new(const char *title)
{
	return wrap(empty_document(title));
}

void opml_free(struct opml *opml)
{
	if (!opml)
		return;
	xmlFreeDoc(opml->document);
	g_clear_pointer(&opml->feeds, g_hash_table_unref);
	g_clear_pointer(&opml->folders, g_hash_table_unref);
	g_free(opml);
}

static xmlDoc *parse(const char *text, size_t text_len, GError **error)
{
	xmlParserCtxt *context = xmlNewParserCtxt();
	xmlDoc *document = xmlCtxtReadMemory(context, text, (int)text_len, NULL, NULL,
					     XML_PARSE_NONET | XML_PARSE_NOERROR |
						     XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS);
	if (!document) {
		const xmlError *e = xmlCtxtGetLastError(context);
		g_autofree char *why =
			g_strstrip(g_strdup(e && e->message ? e->message : "unreadable"));
		g_set_error(error, FEED_ERROR, FEED_ERROR_MALFORMED, "line %d: %s", e ? e->line : 0,
			    why);
	}
	xmlFreeParserCtxt(context);
	return document;
}

struct opml *opml_read(const char *text, size_t text_len, GError **error)
{
	if (text_len > MAX_BYTES) {
		g_set_error(error, FEED_ERROR, FEED_ERROR_LIMIT, "an OPML file of more than %d MiB",
			    MAX_BYTES >> 20);
		return NULL;
	}
	xmlDoc *document = parse(text, text_len, error);
	if (!document)
		return NULL;
	xmlNode *root = xmlDocGetRootElement(document);
	if (!root || !is_element(root, "opml") || !child(root, "body")) {
		g_set_error(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED,
			    "line 1: not an OPML file: <opml> with a <body> expected");
		xmlFreeDoc(document);
		return NULL;
	}
	return wrap(document);
}

/* A missing file has no text. A byte more than an OPML file may have tells that it has too many. */
static bool read_file(const char *path, char **text, size_t *len, GError **error)
{
	FILE *file = fopen(path, "re");
	int failure = file ? 0 : errno;

	*text = NULL;
	*len = 0;
	if (!file && failure == ENOENT)
		return true;
	g_autofree char *bytes = file ? g_malloc(MAX_BYTES + 1) : NULL;
	if (file) {
		*len = fread(bytes, 1, MAX_BYTES + 1, file); /* may be a pipe, or have no end */
		failure = ferror(file) ? errno : 0;
		fclose(file);
	}
	if (!failure)
		*text = g_steal_pointer(&bytes);
	else
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(failure), "%s", g_strerror(failure));
	return !failure;
}

struct opml *opml_load(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	size_t len;

	if (!read_file(path, &text, &len, error))
		return NULL;
	return text ? opml_read(text, len, error) : opml_new("vedetta");
}

GPtrArray *opml_read_subscriptions(const char *text, size_t text_len, GError **error)
{
	GPtrArray *subscriptions = text_len > MAX_BYTES ? NULL : opml_list(text, text_len);
	struct opml *opml = subscriptions ? NULL : opml_read(text, text_len, error);

	if (opml)
		subscriptions = opml_subscriptions(opml, NULL);
	opml_free(opml);
	return subscriptions;
}

GPtrArray *opml_load_subscriptions(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	size_t len;

	if (!read_file(path, &text, &len, error))
		return NULL;
	return text ? opml_read_subscriptions(text, len, error)
		    : g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);
}

char *opml_text(const struct opml *opml)
{
	xmlChar *bytes = NULL;
	int bytes_len = 0;
	xmlDocDumpFormatMemoryEnc(opml->document, &bytes, &bytes_len, "UTF-8", 1);
	char *text = g_strndup((const char *)bytes, (gsize)bytes_len);
	xmlFree(bytes);
	return text;
}

/* ---- editing
 * --------------------------------------------------------------------------------------------------------
 */

static void index_node(const void *node, const char *url, const char *raw, const char *folder, void *data)
{
	GHashTable *feeds = data;
	(void)raw, (void)folder;
	if (!url)
		return;
	GPtrArray *nodes = g_hash_table_lookup(feeds, url);
	if (!nodes) {
		nodes = g_ptr_array_new();
		g_hash_table_insert(feeds, g_strdup(url), nodes);
	}
	g_ptr_array_add(nodes, (void *)node);
}

static void free_nodes(gpointer nodes)
{
	g_ptr_array_unref(nodes);
}

/* Made at the first edit: to look through the document for each of 100,000 feeds takes minutes. */
static GHashTable *feeds_of(struct opml *opml)
{
	if (!opml->feeds) {
		opml->feeds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_nodes);
		walk(opml, index_node, opml->feeds);
	}
	return opml->feeds;
}

/* libxml2 writes what XML 1.0 (§2.2) has no way to say, and nobody could read the list again. */
static void set_text(xmlNode *node, xmlNs *ns, const char *name, const char *value)
{
	g_autofree char *valid = g_utf8_make_valid(value, -1);
	GString *text = g_string_new(NULL);
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (g_ascii_isspace(*p))
			c = ' ';
		g_string_append_unichar(text, c < 0x20 || c == 0x7f || c == 0xfffe || c == 0xffff ? 0xfffd : c);
	}
	xmlNewNsProp(node, ns, (const xmlChar *)name, (const xmlChar *)text->str);
	g_string_free(text, TRUE);
}

static xmlNode *folder_named(xmlNode *parent, const char *name)
{
	for (xmlNode *node = parent->children; node; node = node->next) {
		if (!is_element(node, "outline"))
			continue;
		g_autofree char *url = attribute(node, "xmlUrl");
		g_autofree char *here = url ? NULL : outline_folder(attribute, node, "");
		if (here && strcmp(here, name) == 0)
			return node;
	}
	xmlNode *node = xmlNewChild(parent, NULL, (const xmlChar *)"outline", NULL);
	set_text(node, NULL, "text", name);
	return node;
}

static xmlNode *folder_at(struct opml *opml, const char *path)
{
	xmlNode *node = body_of(opml);
	if (!path || !*path)
		return node;
	if (!opml->folders)
		opml->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	xmlNode *known = g_hash_table_lookup(opml->folders, path);
	if (known)
		return known;
	g_auto(GStrv) names = g_strsplit(path, "/", OUTLINE_MAX_LEVELS);
	for (char **name = names; *name; name++)
		if (**name)
			node = folder_named(node, *name);
	g_hash_table_insert(opml->folders, g_strdup(path), node);
	return node;
}

static xmlNs *our_namespace(const struct opml *opml)
{
	xmlNode *root = xmlDocGetRootElement(opml->document);
	xmlNs *ns = xmlSearchNsByHref(opml->document, root, (const xmlChar *)NAMESPACE);
	return ns ? ns : xmlNewNs(root, (const xmlChar *)NAMESPACE, (const xmlChar *)PREFIX);
}

struct adding {
	const struct opml *opml;
	xmlNode *node;
};

static void put_property(const char *name, const char *value, bool ours, void *data)
{
	struct adding *adding = data;
	set_text(adding->node, ours ? our_namespace(adding->opml) : NULL, name, value);
}

bool opml_add(struct opml *opml, const struct subscription *s)
{
	GHashTable *feeds = feeds_of(opml);
	if (g_hash_table_contains(feeds, s->url))
		return false;
	xmlNode *node =
		xmlNewChild(folder_at(opml, s->folder), NULL, (const xmlChar *)"outline", NULL);
	xmlNewProp(node, (const xmlChar *)"type", (const xmlChar *)"rss");
	set_text(node, NULL, "text", s->title && *s->title ? s->title : s->url);
	set_text(node, NULL, "xmlUrl", s->url);
	struct adding adding = {opml, node};
	outline_tell(s, put_property, &adding);
	index_node(node, s->url, NULL, NULL, feeds);
	return true;
}

static void drop_node(xmlNode *node)
{
	xmlUnlinkNode(node);
	xmlFreeNode(node);
}

bool opml_remove(struct opml *opml, const char *url)
{
	GPtrArray *nodes = g_hash_table_lookup(feeds_of(opml), url);
	for (unsigned i = 0; nodes && i < nodes->len; i++)
		drop_node(nodes->pdata[i]);
	return g_hash_table_remove(opml->feeds, url);
}

static void drop_unusable(const void *node, const char *url, const char *raw, const char *folder, void *data)
{
	(void)raw, (void)folder, (void)data;
	if (!url)
		drop_node((xmlNode *)node);
}

void opml_clean(struct opml *opml)
{
	walk(opml, drop_unusable, NULL);
}
