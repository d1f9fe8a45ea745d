/* element_table: see element_table.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/element_table.h"

#include <string.h>

static const struct element_rows *const all_rows[] = {
	&format_rss_rows, &format_atom_rows,   &ns_content_rows, &ns_dc_rows,
	&ns_dcterms_rows, &ns_feedburner_rows, &ns_history_rows, &ns_itunes_rows,
	&ns_media_rows,	  &ns_prism_rows,      &ns_rdf_rows,	 &ns_syndication_rows,
	&ns_xhtml_rows,
};

/* Prefixes count where a document forgot to declare them. */
static const struct {
	const char *uri; /* lower case, no slash at its end */
	const char *prefix;
	enum namespace_id id;
} namespaces[] = {
	{"http://www.w3.org/2005/atom", "atom", NS_ATOM},
	{"http://purl.org/atom/ns#", "atom03", NS_ATOM},
	{"http://purl.org/dc/elements/1.1", "dc", NS_DC},
	{"http://purl.org/dc/elements/1.0", NULL, NS_DC},
	{"http://purl.org/dc/terms", "dcterms", NS_DCTERMS},
	{"http://purl.org/rss/1.0/modules/content", "content", NS_CONTENT},
	{"http://search.yahoo.com/mrss", "media", NS_MEDIA},
	{"http://video.search.yahoo.com/mrss", NULL, NS_MEDIA},
	{"http://tools.search.yahoo.com/mrss", NULL, NS_MEDIA},
	{"http://www.rssboard.org/media-rss", NULL, NS_MEDIA},
	{"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", NS_ITUNES},
	{"http://example.com/dtds/podcast-1.0.dtd", NULL, NS_ITUNES},
	{"http://www.google.com/schemas/play-podcasts/1.0", "googleplay", NS_ITUNES},
	{"http://purl.org/rss/1.0/modules/syndication", "sy", NS_SYNDICATION},
	{"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf", NS_RDF},
	{"http://purl.org/rss/1.0", "rss", NS_RSS},
	{"http://my.netscape.com/rdf/simple/0.9", NULL, NS_RSS},
	{"http://channel.netscape.com/rdf/simple/0.9", NULL, NS_RSS},
	{"http://purl.org/net/rss1.1#", NULL, NS_RSS},
	{"http://backend.userland.com/rss", NULL, NS_RSS},
	{"http://backend.userland.com/rss2", NULL, NS_RSS},
	{"http://backend.userland.com/rss091", NULL, NS_RSS},
	{"http://blogs.law.harvard.edu/tech/rss", NULL, NS_RSS},
	{"http://cyber.law.harvard.edu/rss", NULL, NS_RSS},
	{"http://cyber.law.harvard.edu/rss/rss.html", NULL, NS_RSS},
	{"http://www.rssboard.org/rss-specification", NULL, NS_RSS},
	{"http://www.w3.org/1999/xhtml", "xhtml", NS_XHTML},
	{"http://purl.org/syndication/history/1.0", "fh", NS_HISTORY},
	{"http://rssnamespace.org/feedburner/ext/1.0", "feedburner", NS_FEEDBURNER},
	{"http://prismstandard.org/namespaces/basic/2.0", "prism", NS_PRISM},
	{"http://prismstandard.org/namespaces/1.2/basic", NULL, NS_PRISM},
	{"http://prismstandard.org/namespaces/basic/2.1", NULL, NS_PRISM},
};

/* What writers add to a namespace's name without meaning another: white space, https, a slash. */
static const char *bare_name(const char *uri, size_t *len)
{
	while (g_ascii_isspace(*uri))
		uri++;
	if (g_ascii_strncasecmp(uri, "https://", 8) == 0)
		uri += 8;
	else if (g_ascii_strncasecmp(uri, "http://", 7) == 0)
		uri += 7;
	*len = strlen(uri);
	while (*len && g_ascii_isspace(uri[*len - 1]))
		(*len)--;
	if (*len && uri[*len - 1] == '/')
		(*len)--;
	return uri;
}

enum namespace_id element_namespace(const char *uri, const char *prefix)
{
	size_t len;
	const char *name = uri ? bare_name(uri, &len) : NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(namespaces); i++) {
		if (uri) {
			const char *known = namespaces[i].uri + strlen("http://");
			if (len && g_ascii_strncasecmp(name, known, len) == 0 && known[len] == '\0')
				return namespaces[i].id;
		} else if (prefix && namespaces[i].prefix &&
			   g_ascii_strcasecmp(prefix, namespaces[i].prefix) == 0) {
			return namespaces[i].id;
		}
	}
	return uri || prefix ? NS_OTHER : NS_RSS;
}

/* Chained hash over (namespace, name): about 100 rows. */
enum { BUCKETS = 256, MAX_ROWS = 400, MAX_NAME = 24 };

static struct {
	const struct element *row[MAX_ROWS];
	guint8 ns[MAX_ROWS];
	guint16 next[MAX_ROWS]; /* index + 1; 0 ends the chain */
	guint16 first[BUCKETS];
	guint16 count;
} table;

/* FNV-1a over the lower-case name; 0 if it is too long to be any of ours. */
static unsigned hash_name(enum namespace_id ns, const char *name, char *lower)
{
	guint32 hash = 2166136261u ^ (guint32)ns;
	size_t len = 0;

	for (; name[len]; len++) {
		if (len == MAX_NAME - 1)
			return BUCKETS;
		lower[len] =
			(char)(name[len] >= 'A' && name[len] <= 'Z' ? name[len] | 0x20 : name[len]);
		hash = (hash ^ (guchar)lower[len]) * 16777619u;
	}
	lower[len] = '\0';
	return (hash ^ hash >> 16) % BUCKETS;
}

void element_table_prepare(void)
{
	static gsize ready;
	char lower[MAX_NAME];

	if (!g_once_init_enter(&ready))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(all_rows); i++) {
		for (size_t j = 0; j < all_rows[i]->count; j++) {
			const struct element *row = &all_rows[i]->rows[j];
			unsigned bucket = hash_name(all_rows[i]->ns, row->name, lower);
			g_assert(bucket < BUCKETS && table.count < MAX_ROWS);
			table.row[table.count] = row;
			table.ns[table.count] = (guint8)all_rows[i]->ns;
			table.next[table.count] = table.first[bucket];
			table.first[bucket] = ++table.count;
		}
	}
	g_once_init_leave(&ready, 1);
}

const struct element *element_find(enum namespace_id ns, const char *name, unsigned place)
{
	char lower[MAX_NAME];
	unsigned bucket = hash_name(ns, name, lower);

	if (bucket == BUCKETS)
		return NULL;
	for (guint16 i = table.first[bucket]; i; i = table.next[i - 1])
		if (table.ns[i - 1] == ns && (table.row[i - 1]->in & place) &&
		    strcmp(table.row[i - 1]->name, lower) == 0)
			return table.row[i - 1];
	return NULL;
}
