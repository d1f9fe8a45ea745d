/* poll_floor: the least a poll of many feeds can cost: libcurl multi with recycled handles, push SAX while bytes
 * arrive, one SQLite transaction. No schedule, no filters, no alerts, no politeness, no sandbox.
 *
 *   poll_floor URLS DATABASE          URLS: one address a line; validators and titles are kept in DATABASE
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <curl/curl.h>
#include <libxml/parser.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define HANDLES 64

struct transfer {
	CURL *easy;
	struct curl_slist *headers;
	xmlParserCtxtPtr parser;
	char *url, etag[256];
	int in_item, in_text;
	char text[65536];
	size_t text_len;
	char guid[512];
	size_t guid_len;
};

static sqlite3 *database;
static sqlite3_stmt *find_feed, *keep_feed, *keep_item;
static FILE *urls;
static unsigned long unchanged, read_documents, items;

static int is(const xmlChar *name, const char *wanted) { return strcmp((const char *)name, wanted) == 0; }

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nn, const xmlChar **ns,
		     int na, int nd, const xmlChar **attributes)
{
	struct transfer *t = data;
	(void)prefix, (void)uri, (void)nn, (void)ns, (void)na, (void)nd, (void)attributes;
	if (is(name, "item") || is(name, "entry"))
		t->in_item = 1, t->text_len = 0, t->guid_len = 0;
	t->in_text = !t->in_item ? 0 : is(name, "guid") || is(name, "id") ? 2 : 1;
}

/* FNV-1a: an index of 64-bit numbers is a fifth of one of texts */
static sqlite3_int64 hash(const char *text, size_t len)
{
	unsigned long long hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	return (sqlite3_int64)hash;
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct transfer *t = data;
	(void)prefix, (void)uri;
	t->in_text = 0;
	if (!is(name, "item") && !is(name, "entry"))
		return;
	t->in_item = 0;
	items++;
	sqlite3_bind_int64(keep_item, 1, hash(t->guid, t->guid_len));
	sqlite3_bind_text(keep_item, 2, t->guid, (int)t->guid_len, SQLITE_STATIC);
	sqlite3_bind_text(keep_item, 3, t->text, (int)t->text_len, SQLITE_STATIC);
	sqlite3_step(keep_item);
	sqlite3_reset(keep_item);
}

static void append(char *place, size_t *used, size_t size, const xmlChar *text, int len)
{
	size_t n = (size_t)len < size - *used ? (size_t)len : size - *used;
	memcpy(place + *used, text, n);
	*used += n;
}

static void on_text(void *data, const xmlChar *text, int len)
{
	struct transfer *t = data;
	if (t->in_text == 2)
		append(t->guid, &t->guid_len, sizeof t->guid, text, len);
	else if (t->in_text)
		append(t->text, &t->text_len, sizeof t->text, text, len);
}

static xmlSAXHandler sax = {
	.initialized = XML_SAX2_MAGIC, .startElementNs = on_start, .endElementNs = on_end, .characters = on_text, .cdataBlock = on_text};

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct transfer *t = data;
	if (!t->parser)
		t->parser = xmlCreatePushParserCtxt(&sax, t, NULL, 0, NULL);
	xmlParseChunk(t->parser, bytes, (int)(size * count), 0);
	return size * count;
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
	struct transfer *t = data;
	size_t len = size * count;
	if (len > 6 && len < sizeof t->etag && strncasecmp(line, "etag: ", 6) == 0) {
		memcpy(t->etag, line + 6, len - 6);
		t->etag[len - 6] = '\0';
		t->etag[strcspn(t->etag, "\r\n")] = '\0';
	}
	return len;
}

static int start(CURLM *multi, struct transfer *t)
{
	char line[4096], header[512];
	if (!fgets(line, sizeof line, urls))
		return 0;
	line[strcspn(line, "\n")] = '\0';
	free(t->url);
	t->url = strdup(line);
	t->etag[0] = '\0';
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	sqlite3_bind_text(find_feed, 1, t->url, -1, SQLITE_STATIC);
	if (sqlite3_step(find_feed) == SQLITE_ROW) {
		snprintf(header, sizeof header, "If-None-Match: %s", (const char *)sqlite3_column_text(find_feed, 0));
		t->headers = curl_slist_append(NULL, header);
	}
	sqlite3_reset(find_feed);
	curl_easy_setopt(t->easy, CURLOPT_URL, t->url);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	curl_multi_add_handle(multi, t->easy);
	return 1;
}

static void finish(struct transfer *t)
{
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	unchanged += status == 304;
	if (t->parser) {
		xmlParseChunk(t->parser, "", 0, 1);
		xmlFreeParserCtxt(t->parser);
		t->parser = NULL;
		read_documents++;
	}
	if (status != 200)
		return;
	sqlite3_bind_text(keep_feed, 1, t->url, -1, SQLITE_STATIC);
	sqlite3_bind_text(keep_feed, 2, t->etag, -1, SQLITE_STATIC);
	sqlite3_step(keep_feed);
	sqlite3_reset(keep_feed);
}

static void open_database(const char *path)
{
	if (sqlite3_open(path, &database) != SQLITE_OK)
		exit(1);
	sqlite3_exec(database,
		     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
		     "CREATE TABLE IF NOT EXISTS feed(url TEXT PRIMARY KEY, etag TEXT) WITHOUT ROWID;"
		     "CREATE TABLE IF NOT EXISTS item(id INTEGER PRIMARY KEY, uid INTEGER UNIQUE, guid TEXT, body TEXT); BEGIN",
		     NULL, NULL, NULL);
	sqlite3_prepare_v2(database, "SELECT etag FROM feed WHERE url = ?", -1, &find_feed, NULL);
	sqlite3_prepare_v2(database, "INSERT OR REPLACE INTO feed VALUES(?, ?)", -1, &keep_feed, NULL);
	sqlite3_prepare_v2(database, "INSERT OR IGNORE INTO item(uid, guid, body) VALUES(?, ?, ?)", -1, &keep_item, NULL);
}

static void prepare(struct transfer *t)
{
	t->easy = curl_easy_init();
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
	if (getenv("FLOOR_CA"))
		curl_easy_setopt(t->easy, CURLOPT_CAINFO, getenv("FLOOR_CA"));
}

int main(int argc, char **argv)
{
	static struct transfer transfers[HANDLES];
	int running = 0, left;
	CURLMsg *message;

	if (argc < 3 || !(urls = fopen(argv[1], "r")))
		return 2;
	open_database(argv[2]);
	CURLM *multi = curl_multi_init();
	for (int i = 0; i < HANDLES; i++) {
		prepare(&transfers[i]);
		running += start(multi, &transfers[i]);
	}
	while (running) {
		int active;
		curl_multi_perform(multi, &active);
		while ((message = curl_multi_info_read(multi, &left))) {
			struct transfer *t;
			if (message->msg != CURLMSG_DONE)
				continue;
			curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
			curl_multi_remove_handle(multi, t->easy);
			finish(t);
			running += start(multi, t) - 1;
		}
		if (running)
			curl_multi_poll(multi, NULL, 0, 100, NULL);
	}
	sqlite3_exec(database, "COMMIT", NULL, NULL, NULL);
	printf("{\"unchanged\":%lu,\"read\":%lu,\"items\":%lu}\n", unchanged, read_documents, items);
	return 0;
}
