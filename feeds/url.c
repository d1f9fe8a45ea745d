/* url: see url.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/url.h"

#include <string.h>

#include "feeds/limits.h"

/* A reference cut into its parts (RFC 3986 appendix B); pointers into the text, lengths in bytes.
 */
struct part {
	const char *text; /* NULL: absent */
	size_t len;
};

struct parts {
	struct part scheme, authority, path, query, fragment;
};

static size_t scheme_len(const char *text)
{
	size_t len = 0;

	if (!g_ascii_isalpha(text[0]))
		return 0;
	while (g_ascii_isalnum(text[len]) || text[len] == '+' || text[len] == '-' ||
	       text[len] == '.')
		len++;
	return text[len] == ':' ? len : 0;
}

static struct part take(const char **at, size_t len)
{
	struct part part = {*at, len};
	*at += len;
	return part;
}

static struct parts split(const char *text)
{
	struct parts parts = {0};
	size_t len = scheme_len(text);

	if (len) {
		parts.scheme = take(&text, len);
		text++;
	}
	if (text[0] == '/' && text[1] == '/') {
		text += 2;
		parts.authority = take(&text, strcspn(text, "/?#"));
	}
	parts.path = take(&text, strcspn(text, "?#"));
	if (*text == '?') {
		text++;
		parts.query = take(&text, strcspn(text, "#"));
	}
	if (*text == '#') {
		text++;
		parts.fragment = take(&text, strlen(text));
	}
	return parts;
}

static bool scheme_is(struct part scheme, const char *name)
{
	return scheme.text && scheme.len == strlen(name) &&
	       g_ascii_strncasecmp(scheme.text, name, scheme.len) == 0;
}

static bool scheme_is_http(struct part scheme)
{
	return scheme_is(scheme, "http") || scheme_is(scheme, "https");
}

/* Outer white space and controls off, tabs and line breaks out, backslashes before the query to
 * slashes: as browsers do (WHATWG URL, section 4.4). */
static char *clean(const char *text)
{
	size_t len;
	char *copy, *to;
	bool in_path = true;

	while (*text && (guchar)*text <= ' ')
		text++;
	len = strlen(text);
	while (len && (guchar)text[len - 1] <= ' ')
		len--;
	copy = to = g_malloc(len + 1);
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		if (c == '\n' || c == '\r' || c == '\t')
			continue;
		if (c == '?' || c == '#')
			in_path = false;
		*to++ = c == '\\' && in_path ? '/' : c;
	}
	*to = '\0';
	return copy;
}

/* RFC 3986 section 5.2.4, on out from `start` on. */
static void remove_dot_segments(GString *out, size_t start)
{
	char *path = out->str + start, *end = out->str + out->len;
	char *from = path, *to = path;

	while (from < end) {
		char *slash = memchr(from + 1, '/', (size_t)(end - from - 1));
		size_t len = (size_t)((slash ? slash : end) - from);
		bool last = !slash;
		if (len == 2 && memcmp(from, "/.", 2) == 0) {
			if (last)
				*to++ = '/';
		} else if (len == 3 && memcmp(from, "/..", 3) == 0) {
			while (to > path && *--to != '/')
				;
			if (last)
				*to++ = '/';
		} else {
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	g_string_truncate(out, (gsize)(to - out->str));
}

static void append_lower(GString *out, struct part part)
{
	for (size_t i = 0; i < part.len; i++)
		g_string_append_c(out, g_ascii_tolower(part.text[i]));
}

static void append_encoded(GString *out, struct part part)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < part.len; i++) {
		guchar c = (guchar)part.text[i];
		if (c > ' ' && c < 0x7f && !strchr("\"<>`", c)) {
			g_string_append_c(out, (char)c);
		} else {
			g_string_append_c(out, '%');
			g_string_append_c(out, hex[c >> 4]);
			g_string_append_c(out, hex[c & 15]);
		}
	}
}

/* A name, an IPv4 address, or an IPv6 one in brackets. */
static bool is_host(struct part host)
{
	bool bracket = host.len > 2 && host.text[0] == '[' && host.text[host.len - 1] == ']';

	if (host.len == 0)
		return false;
	for (size_t i = bracket ? 1 : 0; i < host.len - (bracket ? 1 : 0); i++) {
		guchar c = (guchar)host.text[i];
		if (bracket ? !g_ascii_isxdigit(c) && c != ':' && c != '.'
			    : c <= ' ' || c == 0x7f || strchr("\"<>\\^`{|}%:[]", c))
			return false;
	}
	return true;
}

/* ":80" or nothing; 0 if it is none. */
static bool read_port(struct part text, unsigned *port)
{
	*port = 0;
	for (size_t i = 1; i < text.len; i++) {
		if (!g_ascii_isdigit(text.text[i]) || *port > 65535)
			return false;
		*port = *port * 10 + (unsigned)(text.text[i] - '0');
	}
	return *port <= 65535;
}

/* Host in lower case, user information kept, the scheme's own port dropped. */
static bool append_authority(GString *out, struct part scheme, struct part authority)
{
	const char *at = g_strrstr_len(authority.text, (gssize)authority.len, "@");
	unsigned usual = scheme_is(scheme, "https") ? 443 : 80, port;
	struct part host = authority, rest;

	if (at) {
		size_t user_len = (size_t)(at + 1 - authority.text);
		append_encoded(out, (struct part){authority.text, user_len});
		host = (struct part){at + 1, authority.len - user_len};
	}
	/* The port follows the brackets, or the only colon. */
	const char *bracket = memchr(host.text, ']', host.len);
	const char *from = bracket ? bracket : host.text;
	const char *colon = memchr(from, ':', (size_t)(host.text + host.len - from));
	rest = (struct part){colon, colon ? (size_t)(host.text + host.len - colon) : 0};
	host.len -= rest.len;
	if (!is_host(host) || !read_port(rest, &port))
		return false;
	append_lower(out, host);
	if (port && port != usual)
		g_string_append_printf(out, ":%u", port);
	return true;
}

static void append_path(GString *out, struct part path)
{
	size_t start = out->len;

	if (path.len == 0 || path.text[0] != '/')
		g_string_append_c(out, '/');
	append_encoded(out, path);
	if (memchr(out->str + start, '.', out->len - start))
		remove_dot_segments(out, start);
}

/* A relative path under the directory of the base's path. */
static void append_merged_path(GString *out, struct part base, struct part path)
{
	size_t start = out->len, directory = base.len;

	while (directory && base.text[directory - 1] != '/')
		directory--;
	if (directory == 0)
		g_string_append_c(out, '/');
	append_encoded(out, (struct part){base.text, directory});
	append_encoded(out, path);
	remove_dot_segments(out, start);
}

static void append_optional(GString *out, char mark, struct part part)
{
	if (!part.text)
		return;
	g_string_append_c(out, mark);
	append_encoded(out, part);
}

/* "http:example.org/x", "http:/example.org" and "http:///example.org" as browsers read them, when
 * the base cannot help. */
static void forgive_missing_slashes(struct parts *parts)
{
	struct part rest = parts->path;

	if ((parts->authority.text && parts->authority.len) || !scheme_is_http(parts->scheme))
		return;
	while (rest.len && rest.text[0] == '/') {
		rest.text++;
		rest.len--;
	}
	const char *slash = memchr(rest.text, '/', rest.len);
	parts->authority = (struct part){rest.text, slash ? (size_t)(slash - rest.text) : rest.len};
	parts->path =
		(struct part){rest.text + parts->authority.len, rest.len - parts->authority.len};
}

static bool recompose(GString *out, const struct parts *base, struct parts *reference)
{
	struct part scheme = reference->scheme.text ? reference->scheme : base->scheme;

	forgive_missing_slashes(reference);
	if (!scheme_is_http(scheme))
		return false;
	append_lower(out, scheme);
	g_string_append(out, "://");
	if (reference->authority.text) {
		if (!append_authority(out, scheme, reference->authority))
			return false;
		append_path(out, reference->path);
	} else {
		if (!base->authority.text || !append_authority(out, scheme, base->authority))
			return false;
		if (reference->path.len == 0)
			append_path(out, base->path);
		else if (reference->path.text[0] == '/')
			append_path(out, reference->path);
		else
			append_merged_path(out, base->path, reference->path);
		if (reference->path.len == 0 && !reference->query.text)
			reference->query = base->query;
	}
	append_optional(out, '?', reference->query);
	append_optional(out, '#', reference->fragment);
	return out->len <= FEED_MAX_URL;
}

/* Most addresses of feeds are as they should be: nothing to clean, to lower or to resolve. */
bool url_is_normal(const char *text, size_t len)
{
	const char *at = text, *end = text + len;

	if (len > FEED_MAX_URL || len < strlen("https://x/") || memcmp(at, "http", 4) != 0)
		return false;
	at += text[4] == 's' ? 5 : 4;
	if (memcmp(at, "://", 3) != 0)
		return false;
	at += 3;
	const char *host = at;
	while (at < end && (g_ascii_islower(*at) || g_ascii_isdigit(*at) || *at == '.' || *at == '-'))
		at++;
	if (at == host || at == end || *at != '/')
		return false;
	for (; at < end; at++)
		if (!g_ascii_isgraph(*at) || *at == '"' || *at == '<' || *at == '>' || *at == '`' ||
		    *at == '\\' || (*at == '/' && at + 1 < end && at[1] == '.'))
			return false;
	return true;
}

char *url_resolve(const char *base, const char *reference)
{
	g_autofree char *text = NULL, *cleaned = NULL;
	struct parts base_parts, parts;
	GString *out;

	if (!reference || strlen(reference) > FEED_MAX_URL)
		return NULL;
	if (url_is_normal(reference, strlen(reference)))
		return g_strdup(reference);
	/* What we resolved is clean; what a user or a server said may not be. */
	if (base && strpbrk(base, "\\ \t\r\n"))
		base = cleaned = clean(base);
	base_parts = split(base ? base : "");
	text = clean(reference);
	if (!*text)
		return NULL;
	parts = split(text);
	out = g_string_sized_new(strlen(text) + 64);
	bool usable = recompose(out, &base_parts, &parts);
	return g_string_free(out, !usable);
}

char *url_resolve_base(const char *base, const char *reference)
{
	return url_resolve(base, reference);
}

bool url_is_http(const char *url)
{
	struct parts parts = split(url);
	return scheme_is_http(parts.scheme) && parts.authority.text && parts.authority.len > 0;
}

bool url_same_origin(const char *left, const char *right)
{
	g_autoptr(GUri) a = g_uri_parse(left, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
	g_autoptr(GUri) b = g_uri_parse(right, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
	return a && b && g_strcmp0(g_uri_get_scheme(a), g_uri_get_scheme(b)) == 0 &&
	       g_ascii_strcasecmp(g_uri_get_host(a), g_uri_get_host(b)) == 0 &&
	       g_uri_get_port(a) == g_uri_get_port(b);
}

char *url_host(const char *url)
{
	const char *begin = strstr(url, "://");
	begin = begin ? begin + 3 : url;
	size_t len = strcspn(begin, "/?#");
	const char *user = memchr(begin, '@', len);
	if (user) {
		len -= (size_t)(user + 1 - begin);
		begin = user + 1;
	}
	size_t port = *begin == '[' ? strcspn(begin, "]") + 1 : strcspn(begin, ":");
	return g_ascii_strdown(begin, (gssize)MIN(len, port));
}
