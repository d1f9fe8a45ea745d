/* audit_rules_requests: how servers are asked, R30 to R40.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include <config.h>

#include "daemon/cli/audit.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define FEED "/feed"

/* How many of all requests so far have this header. */
static unsigned with_header(struct audit *a, const char *name)
{
	unsigned count = 0;
	for (unsigned i = 0; i < audit_server_count(a->server, NULL); i++)
		count += audit_request_header(audit_server_request(a->server, NULL, (int)i),
					      name) != NULL;
	return count;
}

/* Polls, a redirect, errors, a page with discovery: requests of every kind, all noted by the
 * server. */
static bool ask_in_every_way(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 3, NULL), *url = NULL,
			*page = audit_url(a, 0, "/page"), *said = NULL;
	g_autofree char *moved = audit_url(a, 1, "/moved"), *broken = audit_url(a, 2, "/broken");
	const char *const words[] = {"feeds", "add", page, NULL};

	audit_serve_conditional(
		a, FEED, "ETag: \"q\"\r\nSet-Cookie: id=1; Path=/\r\nVary: Cookie\r\n", body);
	audit_serve_status(a, "/moved", 302, "Location: /feed\r\nSet-Cookie: id=2\r\n", "");
	audit_serve_status(a, "/broken", 500, "", "");
	audit_serve(a, "/page", "Content-Type: text/html\r\n",
		    "<link rel=alternate type=application/rss+xml href=/feed>");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return false;
	audit_client_subscribe(client, moved);
	audit_client_subscribe(client, broken);
	for (int i = 0; i < 3; i++)
		audit_client_poll_all(client);
	audit_client_free(client);
	audit_command(a, "", &said, words);
	return audit_expect(a, audit_server_count(a->server, NULL) == 13,
			    "%u requests: polls, redirects, errors, discovery",
			    audit_server_count(a->server, NULL));
}

static void only_get(struct audit *a)
{
	unsigned others = 0;
	ask_in_every_way(a);
	for (unsigned i = 0; i < audit_server_count(a->server, NULL); i++)
		others += strcmp(audit_server_request(a->server, NULL, (int)i)->method, "GET") != 0;
	audit_expect(a, !others, "%u of them with another method than GET", others);
}

static void address_as_it_is(struct audit *a)
{
	static const char path[] = "/feed?z=1&a=2&utm_source=x&b=%41%2f";
	g_autofree char *body = audit_feed(1, 1, NULL), *url = NULL;
	audit_serve(a, path, "", body);
	struct audit_client *client = audit_open_feed(a, NULL, path, &url);
	if (!client)
		return;
	for (int i = 0; i < 3; i++)
		audit_client_poll(client, url);
	audit_client_free(client);
	audit_expect(a,
		     audit_server_count(a->server, path) == 3 &&
			     audit_server_count(a->server, NULL) == 3,
		     "%u of %u requests for the very address, parameters and their order included",
		     audit_server_count(a->server, path), audit_server_count(a->server, NULL));
	audit_expect(a, !with_header(a, "Pragma") && !with_header(a, "Cache-Control"),
		     "no Pragma, no Cache-Control in requests");
}

static void no_cookies(struct audit *a)
{
	g_autofree char *url = audit_url(a, 0, "/member"), *body = audit_feed(1, 1, NULL);
	char *headers[] = {g_strdup("Cookie: member=7"), NULL};
	ask_in_every_way(a);
	audit_expect(a, !with_header(a, "Cookie"), "servers set cookies; %u requests sent one",
		     with_header(a, "Cookie"));
	struct audit_client *client = audit_open(a, NULL);
	if (!client)
		return;
	audit_serve(a, "/member", "", body);
	audit_client_subscribe(client, url)->headers = g_strdupv(headers);
	audit_client_poll(client, url);
	audit_expect(a,
		     g_strcmp0(audit_request_header(audit_server_request(a->server, "/member", 0),
						    "Cookie"),
			       "member=7") == 0,
		     "one that was configured for its feed is sent");
	audit_client_free(client);
	g_free(headers[0]);
}

static void no_referer(struct audit *a)
{
	ask_in_every_way(a);
	audit_expect(a, !with_header(a, "Referer") && !with_header(a, "Origin"), "%u with Referer",
		     with_header(a, "Referer"));
}

static void one_honest_name(struct audit *a)
{
	g_autofree char *conf = g_strdup_printf(
		"feed \"http://127.0.0.1:%u/own\" { user_agent = \"editorial-desk/2\" }\n",
		audit_server_port(a->server));
	g_autofree char *said = NULL, *body = audit_feed(1, 1, NULL);
	const char *const words[] = {"poll", NULL};
	const char *first = NULL;
	unsigned others = 0;

	ask_in_every_way(a);
	for (unsigned i = 0; i < audit_server_count(a->server, NULL); i++) {
		const char *agent = audit_request_header(
			audit_server_request(a->server, NULL, (int)i), "User-Agent");
		first = first ? first : agent;
		others += !agent || strcmp(agent, first) != 0;
	}
	bool honest = first && g_str_has_prefix(first, "vedetta/" VERSION " (+http") &&
		      g_str_has_suffix(first, ")");
	audit_expect(a, honest && !others, "'%s' in all", first ? first : "");
	audit_expect(a, first && !strstr(first, "curl") && !strstr(first, "Mozilla"),
		     "no library, no browser in it");
	audit_serve(a, "/own", "", body);
	audit_command(a, conf, &said, words);
	const char *own =
		audit_request_header(audit_server_request(a->server, "/own", 0), "User-Agent");
	audit_expect(a, g_strcmp0(own, "editorial-desk/2") == 0, "a feed's own: %s",
		     own ? own : "not sent");
	audit_expect(a, said && strstr(said, "feed.user-agent") && strstr(said, "editorial-desk/2"),
		     "and logged");
}

static void feeds_first(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 1, NULL), *url = NULL;
	audit_serve(a, FEED, "", body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	const char *accept =
		audit_request_header(audit_server_request(a->server, FEED, 0), "Accept");
	audit_expect(
		a,
		accept &&
			g_str_has_prefix(
				accept,
				"application/atom+xml, application/rss+xml, application/feed+json"),
		"%s", accept ? accept : "no Accept");
	audit_client_free(client);
}

/* ---- codings
 * ---------------------------------------------------------------------------------------------------------
 */

static GByteArray *zlib(const char *text, GZlibCompressorFormat format)
{
	g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new(format, 6);
	gsize read = 0, written = 0, room = strlen(text) + 1024;
	GByteArray *out = g_byte_array_new();
	g_byte_array_set_size(out, (guint)room);
	g_converter_convert(G_CONVERTER(compressor), text, strlen(text), out->data, room,
			    G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
	g_byte_array_set_size(out, (guint)written);
	return out;
}

/* One meta-block that is stored as it is (RFC 7932 section 9.2), window of 16 bits, then the empty
 * last one. */
static GByteArray *brotli(const char *text)
{
	guint32 head = (guint32)(strlen(text) - 1) << 4 | 1u << 20;
	guint8 bytes[] = {(guint8)head, (guint8)(head >> 8), (guint8)(head >> 16)};
	GByteArray *out = g_byte_array_new();
	g_byte_array_append(out, bytes, sizeof bytes);
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
	g_byte_array_append(out, (const guint8 *)"\x03", 1);
	return out;
}

/* One raw block (RFC 8878 section 3.1.1), last one, content size of four bytes. */
static GByteArray *zstandard(const char *text)
{
	guint32 len = (guint32)strlen(text), size = GUINT32_TO_LE(len),
		block = GUINT32_TO_LE(len << 3 | 1);
	GByteArray *out = g_byte_array_new();
	g_byte_array_append(out, (const guint8 *)"\x28\xb5\x2f\xfd\xa0", 5);
	g_byte_array_append(out, (const guint8 *)&size, 4);
	g_byte_array_append(out, (const guint8 *)&block, 3);
	g_byte_array_append(out, (const guint8 *)text, len);
	return out;
}

static GByteArray *encode(const char *coding, const char *text)
{
	if (strcmp(coding, "gzip") == 0)
		return zlib(text, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
	if (strcmp(coding, "deflate") == 0)
		return zlib(text, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
	if (strcmp(coding, "br") == 0)
		return brotli(text);
	if (strcmp(coding, "zstd") == 0)
		return zstandard(text);
	return NULL;
}

static void try_coding(struct audit *a, struct audit_client *client, const char *coding,
		       unsigned number)
{
	g_autofree char *path = g_strdup_printf("/coded%u", number), *url = audit_url(a, 0, path),
			*text = audit_feed(1, 7, NULL);
	g_autofree char *header = g_strdup_printf("Content-Encoding: %s\r\n", coding);
	GByteArray *body = encode(coding, text);

	if (!audit_expect(a, body != NULL, "offers %s", coding))
		return;
	const struct audit_answer answer = {
		.headers = header, .body = body->data, .body_len = body->len};
	audit_server_answer(a->server, path, &answer);
	audit_client_subscribe(client, url);
	const struct audit_poll *poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->entries == 7, "reads it: %u of 7 entries%s%s",
		     poll ? poll->entries : 0, poll && poll->error ? ", " : "",
		     poll && poll->error ? poll->error : "");
	g_byte_array_unref(body);
}

static void every_coding_is_read(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 1, NULL), *url = NULL;
	audit_serve(a, FEED, "", body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	const char *offered =
		audit_request_header(audit_server_request(a->server, FEED, 0), "Accept-Encoding");
	audit_expect(a, offered && strstr(offered, "gzip"), "Accept-Encoding: %s",
		     offered ? offered : "none");
	g_auto(GStrv) codings = g_strsplit(offered ? offered : "", ",", -1);
	for (unsigned i = 0; codings[i]; i++)
		try_coding(a, client, g_strstrip(codings[i]), i);
	g_autofree char *blanks = g_strnfill(30 << 20, ' '), *bomb_url = audit_url(a, 0, "/bomb");
	GByteArray *bomb = encode("gzip", blanks);
	const struct audit_answer answer = {
		.headers = "Content-Encoding: gzip\r\n", .body = bomb->data, .body_len = bomb->len};
	audit_server_answer(a->server, "/bomb", &answer);
	audit_client_subscribe(client, bomb_url);
	const struct audit_poll *poll = audit_client_poll(client, bomb_url);
	audit_expect(a, poll && poll->error && strstr(poll->error, "limit"),
		     "%u bytes that become 30 MiB: %s", bomb->len,
		     poll && poll->error ? poll->error : "taken");
	g_byte_array_unref(bomb);
	audit_client_free(client);
}

/* ---- connections
 * -------------------------------------------------------------------------------------------------------
 */

/* The versions that a ClientHello offers (RFC 8446 section 4.2.1): all of them 1.2 or newer? */
static bool offers_only_new(const guint8 *hello, gsize len, char **versions)
{
	g_autoptr(GString) shown = g_string_new(NULL);
	bool fine = false, old = false;

	for (gsize i = 0; i + 5 < len;
	     i++) { /* extension 43, its length, the list's length one less */
		guint listed = hello[i + 4];
		if (hello[i] || hello[i + 1] != 43 || hello[i + 2] || hello[i + 3] != listed + 1 ||
		    i + 5 + listed > len || listed % 2)
			continue;
		for (guint k = 0; k + 1 < listed; k += 2) {
			g_string_append_printf(shown, " %02x%02x", hello[i + 5 + k],
					       hello[i + 6 + k]);
			old = old || hello[i + 5 + k] != 3 || hello[i + 6 + k] < 3;
			fine = true;
		}
		break;
	}
	*versions = g_string_free(g_steal_pointer(&shown), FALSE);
	return fine && !old;
}

static void tls_is_new(struct audit *a)
{
	const struct audit_client_options options = {.timeout_ms = 5000};
	g_autofree char *url = g_strdup_printf("https://127.0.0.1:%u/tls",
					       audit_server_port(a->server)),
			*versions = NULL;
	struct audit_client *client = audit_open(a, &options);
	gsize len = 0;
	if (!client)
		return;
	audit_client_subscribe(client, url);
	const struct audit_poll *poll = audit_client_poll(client, url);
	g_autoptr(GBytes) hello = audit_server_hello(a->server);
	const guint8 *bytes = hello ? g_bytes_get_data(hello, &len) : NULL;
	bool fine = bytes && offers_only_new(bytes, len, &versions);
	audit_expect(a, fine, "ClientHello offers%s (0303 is TLS 1.2)",
		     versions ? versions : " nothing");
	audit_expect(a, bytes && memmem(bytes, len, "\x02h2\x08http/1.1", 12),
		     "ALPN offers h2 and http/1.1");
	audit_expect(a, poll && poll->error, "a server that answers with TLS 1.1: %s",
		     poll && poll->error ? poll->error : "taken");
	audit_client_free(client);
}

static void connections_are_kept(struct audit *a)
{
	struct audit_client *client = audit_open(a, NULL);
	unsigned old = 0;
	if (!client)
		return;
	for (unsigned i = 0; i < 6; i++) {
		g_autofree char *path = g_strdup_printf("/k%u", i), *url = audit_url(a, 0, path),
				*body = audit_feed(1, 1, NULL);
		audit_serve(a, path, "", body);
		audit_client_subscribe(client, url);
	}
	audit_client_poll_all(client);
	for (unsigned i = 0; i < audit_server_count(a->server, NULL); i++)
		old += strcmp(audit_server_request(a->server, NULL, (int)i)->version, "HTTP/1.1") !=
		       0;
	audit_expect(a, audit_server_count(a->server, NULL) == 6 && !old,
		     "%u requests, %u of them not HTTP/1.1", audit_server_count(a->server, NULL),
		     old);
	audit_expect(a, audit_server_connections(a->server) == 1, "over %u connection",
		     audit_server_connections(a->server));
	audit_client_free(client);
	tls_is_new(a);
}

/* ---- addresses
 * ---------------------------------------------------------------------------------------------------------
 */

static void no_guesses(struct audit *a)
{
	g_autofree char *page = audit_url(a, 0, "/site"), *said = NULL, *key_said = NULL,
			*body = audit_feed(1, 1, NULL);
	const char *const add[] = {"feeds", "add", page, NULL}, *const poll[] = {"poll", NULL};

	audit_serve(
		a, "/site", "Content-Type: text/html\r\n",
		"<html><body><a href=\"/rss.xml\">RSS</a><a href=\"/feed\">feed</a></body></html>");
	int done = audit_command(a, "", &said, add);
	audit_expect(a, done == 1 && audit_server_count(a->server, NULL) == 1,
		     "a page without link rel=alternate: %u request, refused",
		     audit_server_count(a->server, NULL));
	g_autofree char *conf = g_strdup_printf(
		"log_level = debug\nfeed \"http://127.0.0.1:%u/f?id=7&api_key=gEheim123\" { }\n"
		"feed \"http://127.0.0.1:%u/gone?token=gEheim123\" { }\n",
		audit_server_port(a->server), audit_server_port(a->server));
	audit_serve(a, "/f?id=7&api_key=gEheim123", "", body);
	audit_command(a, conf, &key_said, poll);
	audit_expect(a,
		     audit_server_count(a->server, "/f?id=7&api_key=gEheim123") == 1 && key_said &&
			     !strstr(key_said, "gEheim123") && strstr(key_said, "***"),
		     "keys in addresses are sent to their server, and left out of log and screen");
}

static void nothing_else_is_fetched(struct audit *a)
{
	g_autofree char *base = audit_url(a, 0, ""), *url = NULL;
	g_autofree char *extra = g_strdup_printf(
		"<image><url>%s/logo.png</url></image><atom:icon>%s/icon.ico</atom:icon>", base,
		base);
	g_autofree char *body = audit_feed(1, 3, extra);
	g_auto(GStrv) parts = g_strsplit(body, "http://esempio.invalid", -1);
	g_autofree char *linked = g_strjoinv(base, parts);
	audit_serve(a, FEED, "Link: </style.css>; rel=preload\r\n", linked);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	for (int i = 0; i < 5; i++)
		audit_client_poll(client, url);
	audit_expect(a,
		     audit_server_count(a->server, FEED) == 5 &&
			     audit_server_count(a->server, NULL) == 5,
		     "5 polls of a feed with links, logo and icon on this server: %u requests for "
		     "anything else (articles and icons are never fetched)",
		     audit_server_count(a->server, NULL) - audit_server_count(a->server, FEED));
	audit_client_free(client);
}

/* ---- limits
 * --------------------------------------------------------------------------------------------------------------
 */

/* Poll `path`; the error in words, "" if it went well. */
static const char *error_of(struct audit *a, struct audit_client *client, const char *path)
{
	g_autofree char *url = audit_url(a, 0, path);
	audit_client_subscribe(client, url);
	const struct audit_poll *poll = audit_client_poll(client, url);
	return !poll ? "not polled" : poll->error ? poll->error : "";
}

static void size_and_time(struct audit *a)
{
	const struct audit_client_options options = {.timeout_ms = 700, .max_bytes = 50000};
	struct audit_client *client = audit_open(a, &options);
	g_autofree char *big = g_strnfill(60000, 'x');
	if (!client)
		return;
	audit_serve(a, "/big", "", big);
	const struct audit_answer silent = {.flags = AUDIT_SILENT};
	const struct audit_answer drip = {
		.flags = AUDIT_RAW | AUDIT_DRIP,
		.body = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"};
	audit_server_answer(a->server, "/silent", &silent);
	audit_server_answer(a->server, "/drip", &drip);
	const char *error = error_of(a, client, "/big");
	audit_expect(a, strstr(error, "limit") != NULL, "60000 bytes with a limit of 50000: %s",
		     error);
	gint64 begin = g_get_monotonic_time();
	error = error_of(a, client, "/silent");
	audit_expect(a, *error && g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC,
		     "no answer, limit 700 ms: %s", error);
	begin = g_get_monotonic_time();
	error = error_of(a, client, "/drip");
	audit_expect(a, *error && g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC,
		     "a byte at a time without end: %s", error);
	audit_client_free(client);
}

static void hops(struct audit *a)
{
	static const char *const elsewhere[] = {"file:///etc/passwd",
						"ftp://127.0.0.1/x",
						"gopher://127.0.0.1/",
						"data:text/xml,x",
						"javascript:1",
						"//",
						""};
	struct audit_client *client = audit_open(a, NULL);
	g_autofree char *body = audit_feed(1, 2, NULL);
	if (!client)
		return;
	for (unsigned i = 0; i < 7; i++) {
		g_autofree char *path = g_strdup_printf("/hop%u", i),
				*to = g_strdup_printf("Location: /hop%u\r\n", i + 1);
		audit_serve_status(a, path, 302, to, "");
	}
	audit_serve(a, "/hop7", "", body);
	audit_serve_status(a, "/loop1", 301, "Location: loop2\r\n", "");
	audit_serve_status(a, "/loop2", 301, "Location: /loop1\r\n", "");
	audit_expect(a, !*error_of(a, client, "/hop2"), "5 redirects are followed");
	const char *error = error_of(a, client, "/hop1");
	audit_expect(a, *error, "6: %s", error);
	audit_server_forget(a->server);
	error = error_of(a, client, "/loop1");
	audit_expect(a, *error && audit_server_count(a->server, NULL) == 2,
		     "a loop ends after %u requests: %s", audit_server_count(a->server, NULL),
		     error);
	for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
		g_autofree char *path = g_strdup_printf("/to%zu", i),
				*to = g_strdup_printf("Location: %s\r\n", elsewhere[i]);
		audit_serve_status(a, path, 302, to, "");
		audit_expect(a, *error_of(a, client, path), "to '%s': refused", elsewhere[i]);
	}
	audit_client_free(client);
}

static void to_private_networks(struct audit *a)
{
	const struct audit_client_options options = {.allow_network = "127.0.0.1/32"};
	struct audit_client *client = audit_open(a, &options);
	g_autofree char *target = audit_url(a, 1, "/inside"),
			*to = g_strdup_printf("Location: %s\r\n", target);
	if (!client)
		return;
	audit_serve_status(a, "/out", 302, to, "");
	audit_serve(a, "/inside", "", "secret");
	const char *error = error_of(a, client, "/out");
	audit_expect(a, strstr(error, "loopback") && !audit_server_count(a->server, "/inside"),
		     "to an address that is not allowed: %s", error);
	audit_client_free(client);
}

static char *write_credential(struct audit *a)
{
	if (!a->folder)
		a->folder = g_dir_make_tmp("vedetta-audit-XXXXXX", NULL);
	char *path = g_build_filename(a->folder ? a->folder : "/nonexistent", "credential", NULL);
	g_file_set_contents_full(path, "user:pass", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
	return path;
}

static void credentials_stay(struct audit *a)
{
	struct audit_client *client = audit_open(a, NULL);
	g_autofree char *body = audit_feed(1, 2, NULL), *url = audit_url(a, 0, "/login"),
			*other = audit_url(a, 1, "/other");
	g_autofree char *to = g_strdup_printf("Location: %s\r\n", other);
	char *headers[] = {g_strdup("X-Api-Key: 42"), NULL};
	if (!client)
		return;
	audit_serve_status(a, "/login", 302, to, "");
	audit_serve(a, "/other", "", body);
	struct subscription *s = audit_client_subscribe(client, url);
	s->credential = write_credential(a);
	s->headers = g_strdupv(headers);
	audit_client_poll(client, url);
	const struct audit_request *at_home = audit_server_request(a->server, "/login", 0),
				   *away = audit_server_request(a->server, "/other", 0);
	audit_expect(a, at_home && audit_request_header(at_home, "X-Api-Key"),
		     "a feed's own header goes to its host");
	audit_expect(a,
		     away && !audit_request_header(away, "Authorization") &&
			     !audit_request_header(away, "X-Api-Key"),
		     "neither it nor the password to another one");
	audit_serve_status(a, "/login", 302, "Location: /home\r\n", "");
	const struct audit_answer login = {.body = body, .flags = AUDIT_LOGIN};
	audit_server_answer(a->server, "/home", &login);
	const struct audit_poll *poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->status == 200, "within the host it is, when asked for");
	audit_server_forget(a->server);
	audit_client_poll(client, url);
	audit_expect(a, audit_server_count(a->server, "/home") == 1,
		     "and from then on at once: %u request",
		     audit_server_count(a->server, "/home"));
	audit_client_free(client);
	g_free(headers[0]);
}

static void limits_hold(struct audit *a)
{
	size_and_time(a);
	hops(a);
	to_private_networks(a);
	credentials_stay(a);
}

const struct audit_rule audit_rules_requests[] = {
	{30, "GET and nothing else", only_get},
	{31, "addresses as they are; no request to go round caches", address_as_it_is},
	{32, "no cookies, but those configured for a feed", no_cookies},
	{33, "no Referer", no_referer},
	{34, "one honest User-Agent", one_honest_name},
	{35, "Accept names feed types first", feeds_first},
	{36, "every offered coding is read; bombs are stopped", every_coding_is_read},
	{37, "HTTP/1.1 or 2, TLS 1.2 or newer, connections kept", connections_are_kept},
	{38, "no guessed addresses; keys in addresses are not logged", no_guesses},
	{39, "neither articles nor icons are fetched", nothing_else_is_fetched},
	{40, "limits of size, time, redirects, networks, credentials", limits_hold},
	{0, NULL, NULL},
};
