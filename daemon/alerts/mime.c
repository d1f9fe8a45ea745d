/* mime: see mime.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/alerts/mime.h"

#include "daemon/alerts/render_html.h"
#include "daemon/alerts/render_text.h"
#include "daemon/alerts/sanitize.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <gmime/gmime.h>
#include <string.h>

#define SUBJECT_MAX 400 /* bytes; folded into lines, but nobody reads more */

/* GMime has none of its own. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InternetAddressList, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeObject, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)

static void init_once(void)
{
	static gsize done;
	if (g_once_init_enter(&done)) {
		g_mime_init();
		g_once_init_leave(&done, 1);
	}
}

/* ---- addresses and ids ---------------------------------------------------------------------- */

static InternetAddressList *parse_one(const char *text)
{
	init_once();
	InternetAddressList *list = text ? internet_address_list_parse(NULL, text) : NULL;
	InternetAddress *only = list && internet_address_list_length(list) == 1
					? internet_address_list_get_address(list, 0)
					: NULL;
	const char *address =
		only && INTERNET_ADDRESS_IS_MAILBOX(only)
			? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(only))
			: NULL;
	const char *at = address ? strchr(address, '@') : NULL;
	if (at && at > address && at[1] && !strpbrk(address, " <>\r\n\t,;"))
		return list;
	g_clear_object(&list);
	return NULL;
}

char *mime_address(const char *text)
{
	g_autoptr(InternetAddressList) list = parse_one(text);
	return list ? g_strdup(internet_address_mailbox_get_addr(
			      INTERNET_ADDRESS_MAILBOX(internet_address_list_get_address(list, 0))))
		    : NULL;
}

static char *id_text(const char *text)
{
	GString *out = g_string_new(NULL);
	bool changed = !*text;
	for (const char *p = text; *p; p++) {
		bool fine = g_ascii_isalnum(*p) || *p == '-' || *p == '_' ||
			    (*p == '.' && out->len && out->str[out->len - 1] != '.' && p[1]);
		changed = changed || !fine;
		if (out->len < 128)
			g_string_append_c(out, fine ? *p : '_');
		else
			changed = true;
	}
	if (changed) {
		g_autofree char *digest =
			g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
		g_string_append_printf(out, "-%.16s", digest);
	}
	return g_string_free(out, FALSE);
}

static char *domain(const char *instance)
{
	return id_text(instance && *instance ? instance : g_get_host_name());
}

char *mime_message_id(const char *key, const char *instance)
{
	g_autofree char *left = id_text(key), *right = domain(instance);
	return g_strdup_printf("<%s@%s>", left, right);
}

/* ---- headers -------------------------------------------------------------------------------- */

static bool set_address(GMimeMessage *mail, GMimeAddressType type, const char *text, GError **error)
{
	g_autoptr(InternetAddressList) list = parse_one(text);
	if (!list) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    _("'%s' is no mail address"), text ? text : "");
		return false;
	}
	InternetAddress *address = internet_address_list_get_address(list, 0);
	g_mime_message_add_mailbox(
		mail, type, internet_address_get_name(address),
		internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
	return true;
}

static void header(GMimeMessage *mail, const char *name, const char *value)
{
	g_mime_object_set_header(GMIME_OBJECT(mail), name, value, "utf-8");
}

/* RFC 2047 §2: words of at most 75 characters, never through a character. */
static char *encoded_words(const char *text)
{
	GString *out = g_string_new(NULL);
	for (const char *p = text; *p;) {
		const char *end = p;
		while (*end && g_utf8_next_char(end) - p <= 42)
			end = g_utf8_next_char(end);
		g_autofree char *base64 = g_base64_encode((const guchar *)p, (gsize)(end - p));
		g_string_append_printf(out, "%s=?utf-8?B?%s?=", out->len ? "\n " : " ", base64);
		p = end;
	}
	g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}

/* GMime leaves ASCII as it is, also what readers would take for encoded words: an article must not
 * get its own decoded into ours. */
static void set_subject(GMimeMessage *mail, const char *subject)
{
	g_mime_message_set_subject(mail, subject, "utf-8");
	if (!strstr(subject, "=?"))
		return;
	g_autofree char *raw = encoded_words(subject);
	GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(mail));
	g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, "Subject"), raw);
}

/* RFC 2919: readers sort by it. */
static void set_list_id(GMimeMessage *mail, const struct message *message, const char *instance)
{
	g_autofree char *right = domain(instance);
	g_autofree char *left = message->filter ? id_text(message->filter)
						: g_strdup(delivery_kind_name(message->kind));
	g_autofree char *title =
		sanitize_cut(message->filter_title ? message->filter_title : PACKAGE, 120, 0);
	for (char *mark = title; (mark = strstr(mark, "=?")); mark++)
		*mark = '-'; /* no encoded word of somebody else */
	g_autofree char *phrase = g_mime_utils_header_encode_phrase(NULL, title, "utf-8");
	g_autofree char *value = g_strdup_printf("%s <%s." PACKAGE ".%s>", phrase, left, right);
	/* raw: the phrase is encoded already */
	g_mime_header_list_set(g_mime_object_get_header_list(GMIME_OBJECT(mail)), "List-Id", value,
			       "us-ascii");
}

static void set_threading(GMimeMessage *mail, const struct message *message, const char *instance)
{
	g_autofree char *id = mime_message_id(message->key, instance);
	g_autofree char *bare = g_strndup(id + 1, strlen(id) - 2);
	g_mime_message_set_message_id(mail, bare);
	if (!message->thread || strcmp(message->thread, message->key) == 0)
		return;
	g_autofree char *first = mime_message_id(message->thread, instance);
	header(mail, "In-Reply-To", first);
	header(mail, "References", first);
}

static bool set_headers(GMimeMessage *mail, const struct message *message,
			const struct mime_envelope *envelope, GError **error)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(message->created_at);
	g_autofree char *subject = sanitize_cut(message->subject, SUBJECT_MAX, 0);
	if (!set_address(mail, GMIME_ADDRESS_TYPE_FROM, envelope->from, error) ||
	    !set_address(mail, GMIME_ADDRESS_TYPE_TO, envelope->to, error) ||
	    (envelope->reply_to &&
	     !set_address(mail, GMIME_ADDRESS_TYPE_REPLY_TO, envelope->reply_to, error)))
		return false;
	set_subject(mail, subject);
	if (date)
		g_mime_message_set_date(mail, date);
	set_threading(mail, message, envelope->instance);
	set_list_id(mail, message, envelope->instance);
	header(mail, "Auto-Submitted", "auto-generated"); /* RFC 3834 */
	header(mail, "X-Auto-Response-Suppress", "All");
	if (message->priority >= PRIORITY_HIGH)
		header(mail, "Importance", "high");
	return true;
}

/* ---- bodies --------------------------------------------------------------------------------- */

/* What is shorter: quoted-printable triples every byte outside ASCII. */
static GMimeContentEncoding encoding_for(const char *text)
{
	size_t others = 0, len = strlen(text);
	for (const char *p = text; *p; p++)
		others += (unsigned char)*p >= 0x80;
	return others * 6 > len ? GMIME_CONTENT_ENCODING_BASE64
				: GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

/* Base64 is of the canonical form, whose lines end in CRLF (RFC 2045 §6.8). */
static char *canonical(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	return g_strjoinv("\r\n", lines);
}

static GMimePart *text_part(const char *subtype, const char *text)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	GMimeContentEncoding encoding = encoding_for(text);
	g_autofree char *lines =
		encoding == GMIME_CONTENT_ENCODING_BASE64 ? canonical(text) : g_strdup(text);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(lines, strlen(lines));
	g_autoptr(GMimeDataWrapper) content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content_encoding(part, encoding);
	g_mime_part_set_content(part, content);
	return part;
}

static GMimeObject *body_of(const struct message *message, bool brief)
{
	g_autofree char *text = render_text(message, RENDER_WRAP | (brief ? RENDER_SHORT : 0));
	g_autoptr(GMimePart) plain = text_part("plain", text);
	if (brief)
		return GMIME_OBJECT(g_steal_pointer(&plain));
	g_autofree char *page = render_html(message);
	g_autoptr(GMimePart) html = text_part("html", page);
	g_autofree char *digest =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, message->key, -1);
	g_autofree char *boundary = g_strdup_printf("=-%.32s", digest);
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	g_mime_multipart_set_boundary(both, boundary); /* GMime's own would be random */
	g_mime_multipart_add(both, GMIME_OBJECT(plain));
	g_mime_multipart_add(both, GMIME_OBJECT(html));
	return GMIME_OBJECT(both);
}

/* GMime writes LF here and CRLF there: CRLF everywhere, and no other CR. */
static GBytes *with_crlf(const GByteArray *bytes)
{
	GString *out = g_string_sized_new(bytes->len + bytes->len / 32);
	for (guint i = 0; i < bytes->len; i++) {
		if (bytes->data[i] == '\n')
			g_string_append_c(out, '\r');
		if (bytes->data[i] != '\r' && bytes->data[i] != '\0')
			g_string_append_c(out, (char)bytes->data[i]);
	}
	return g_string_free_to_bytes(out);
}

GBytes *mime_write(const struct message *message, const struct mime_envelope *envelope,
		   GError **error)
{
	init_once();
	g_autoptr(GMimeMessage) mail = g_mime_message_new(FALSE);
	g_autoptr(GMimeObject) body = NULL;
	if (!set_headers(mail, message, envelope, error))
		return NULL;
	body = body_of(message, envelope->brief);
	g_mime_message_set_mime_part(mail, body);
	g_mime_object_set_header(GMIME_OBJECT(mail), "MIME-Version", "1.0", NULL);
	GMimeStream *stream = g_mime_stream_mem_new();
	g_mime_object_write_to_stream(GMIME_OBJECT(mail), NULL, stream);
	GBytes *bytes = with_crlf(g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream)));
	g_object_unref(stream);
	return bytes;
}
