/* smtp: see smtp.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/smtp.h"

#include "daemon/alerts/sanitize.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_TIMEOUT_S 30
/* A server may take ten minutes to answer the end of DATA, and who gives up earlier sends
 * everything twice (RFC 5321 §4.5.3.2.6). */
#define FINAL_TIMEOUT_S 600
#define LEAVE_TIMEOUT_S 5  /* for the answer to QUIT */
#define IDLE_TIMEOUT_S	20 /* an older connection is not used again */

/* What we said last: whose answer a failure is. */
enum phase { BEFORE_MAIL, ABOUT_MAIL, ABOUT_LEAVING };

struct smtp_session {
	const struct smtp_server *server;
	CURL *easy;
	char error[CURL_ERROR_SIZE];
	/* of the transfer under way */
	GBytes *mail;
	size_t at;
	int *cancel;
	enum phase phase;
	gint64 started, handed_over; /* monotonic; handed_over 0: not yet */
	const char *refused_address; /* static */
	char reply[400];	     /* the server's last answer, first line of it */
	bool reply_continues, timed_out;
};

static size_t on_read(char *buffer, size_t size, size_t count, void *data)
{
	struct smtp_session *s = data;
	gsize len;
	const char *bytes = g_bytes_get_data(s->mail, &len);
	size_t part = MIN(size * count, len - s->at);
	memcpy(buffer, bytes + s->at, part);
	s->at += part;
	/* libcurl knows the size and need not ask for the end */
	if (s->at == len && !s->handed_over)
		s->handed_over = g_get_monotonic_time();
	return part;
}

static int on_progress(void *data, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
		       curl_off_t up)
{
	struct smtp_session *s = data;
	gint64 now = g_get_monotonic_time();
	(void)down_total, (void)down, (void)up_total, (void)up;
	if (!s->cancel || g_atomic_int_get(s->cancel))
		return s->cancel ? 1 : 0;
	gint64 since = s->handed_over ? s->handed_over : s->started;
	gint64 limit_s = s->handed_over ? FINAL_TIMEOUT_S : s->server->timeout_s;
	s->timed_out = now - since > limit_s * G_USEC_PER_SEC;
	return s->timed_out;
}

static void note_command(struct smtp_session *s, const char *line, size_t len)
{
	static const struct {
		const char *verb;
		enum phase phase;
	} verbs[] = {{"EHLO", BEFORE_MAIL}, {"HELO", BEFORE_MAIL}, {"STARTTLS", BEFORE_MAIL},
		     {"AUTH", BEFORE_MAIL}, {"MAIL", ABOUT_MAIL},  {"QUIT", ABOUT_LEAVING}};
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (len >= strlen(verbs[i].verb) &&
		    g_ascii_strncasecmp(line, verbs[i].verb, strlen(verbs[i].verb)) == 0)
			s->phase = verbs[i].phase;
}

/* The first line of the last answer; what a server says is kept for people. */
static void note_reply(struct smtp_session *s, const char *line, size_t len)
{
	if (s->phase == ABOUT_LEAVING)
		return;
	if (!s->reply_continues) {
		size_t part = MIN(len, sizeof s->reply - 1);
		memcpy(s->reply, line, part);
		s->reply[part] = '\0';
	}
	s->reply_continues = len > 3 && line[3] == '-';
}

/* Runs with what libcurl would print; commands hold the password, so only their verbs are looked
 * at. */
static int on_trace(CURL *easy, curl_infotype type, char *text, size_t len, void *data)
{
	(void)easy;
	if (type == CURLINFO_HEADER_OUT)
		note_command(data, text, len);
	else if (type == CURLINFO_HEADER_IN)
		note_reply(data, text, len);
	return 0;
}

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct smtp_session *s = data;
	(void)purpose;
	s->refused_address =
		s->server->networks ? address_refused(&address->addr, s->server->networks) : NULL;
	if (s->refused_address)
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void set_connection(struct smtp_session *s)
{
	const struct smtp_server *server = s->server;
	bool tls = server->protection == SMTP_WITH_TLS;
	unsigned port = server->port ? server->port : tls ? 465 : 587;
	const char *brackets = strchr(server->host, ':') ? "[]" : NULL;
	g_autofree char *url =
		g_strdup_printf("%s://%s%s%s:%u", tls ? "smtps" : "smtp", brackets ? "[" : "",
				server->host, brackets ? "]" : "", port);
	curl_easy_setopt(s->easy, CURLOPT_URL, url);
	curl_easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(s->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(
		s->easy, CURLOPT_USE_SSL,
		(long)(server->protection == SMTP_UNPROTECTED ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	curl_easy_setopt(s->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (server->ca_file)
		curl_easy_setopt(s->easy, CURLOPT_CAINFO, server->ca_file);
	if (server->user) {
		curl_easy_setopt(s->easy, CURLOPT_USERNAME, server->user);
		curl_easy_setopt(s->easy, CURLOPT_PASSWORD,
				 server->password ? server->password : "");
		curl_easy_setopt(s->easy, CURLOPT_LOGIN_OPTIONS,
				 "AUTH=PLAIN;AUTH=LOGIN;AUTH=CRAM-MD5;AUTH=SCRAM-SHA-256");
	}
	curl_easy_setopt(s->easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
	curl_easy_setopt(s->easy, CURLOPT_MAXAGE_CONN, (long)IDLE_TIMEOUT_S);
	curl_easy_setopt(s->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(s->easy, CURLOPT_OPENSOCKETDATA, s);
}

static void set_callbacks(struct smtp_session *s)
{
	curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(s->easy, CURLOPT_VERBOSE, 1L); /* for the trace, which prints nothing */
	curl_easy_setopt(s->easy, CURLOPT_DEBUGFUNCTION, on_trace);
	curl_easy_setopt(s->easy, CURLOPT_DEBUGDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(s->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(s->easy, CURLOPT_XFERINFODATA, s);
	curl_easy_setopt(s->easy, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(s->easy, CURLOPT_READDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_UPLOAD, 1L);
}

struct smtp_session *smtp_session_new(const struct smtp_server *server)
{
	struct smtp_session *s = g_new0(struct smtp_session, 1);
	s->server = server;
	s->easy = curl_easy_init();
	g_assert(s->easy);
	set_connection(s);
	set_callbacks(s);
	return s;
}

void smtp_session_free(struct smtp_session *s)
{
	if (!s)
		return;
	curl_easy_setopt(s->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)LEAVE_TIMEOUT_S);
	curl_easy_cleanup(s->easy);
	g_free(s);
}

/* ---- what came of it ------------------------------------------------------------------------ */

static int reply_code(const struct smtp_session *s)
{
	return g_ascii_isdigit(s->reply[0]) ? (int)g_ascii_strtoll(s->reply, NULL, 10) : 0;
}

/* Measured: 451 and 550 both end in CURLE_SEND_ERROR, a lost connection after DATA in
 * CURLE_RECV_ERROR with 354 as the last answer; so the answer decides, and who had the mail last.
 */
static enum send_result judge(const struct smtp_session *s, CURLcode code)
{
	int reply = reply_code(s);
	if (code == CURLE_OK)
		return SEND_DONE;
	if (reply / 100 == 4)
		return SEND_RETRY;
	/* before MAIL, and about passwords, it is the server that refuses us, not the mail that is
	 * refused */
	if (reply / 100 == 5 && s->phase != BEFORE_MAIL && reply != 530 && reply != 535)
		return SEND_REFUSED;
	return s->handed_over && reply / 100 != 5 ? SEND_UNKNOWN : SEND_RETRY;
}

static void describe(const struct smtp_session *s, CURLcode code, struct smtp_result *result)
{
	int reply = reply_code(s);
	g_autofree char *answer = sanitize_cut(s->reply, sizeof s->reply - 8, 0);
	const char *cause = *s->error ? s->error : curl_easy_strerror(code);
	if (s->refused_address)
		g_snprintf(result->detail, sizeof result->detail, "%s: not in allow_networks (%s)",
			   s->server->host, s->refused_address);
	else if (s->timed_out)
		g_snprintf(result->detail, sizeof result->detail, "%s: no answer in time%s",
			   s->server->host,
			   s->handed_over ? " after the mail was handed over" : "");
	else if (reply >= 400)
		g_snprintf(result->detail, sizeof result->detail, "%s: %s", s->server->host,
			   answer);
	else if (code != CURLE_OK)
		g_snprintf(result->detail, sizeof result->detail, "%s: %s", s->server->host, cause);
	else
		g_strlcpy(result->detail, answer, sizeof result->detail);
}

void smtp_send(struct smtp_session *s, const char *from, const char *to, GBytes *mail, int *cancel,
	       struct smtp_result *result)
{
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	s->mail = mail;
	s->at = 0;
	s->cancel = cancel;
	s->phase = BEFORE_MAIL;
	s->started = g_get_monotonic_time();
	s->handed_over = 0;
	s->refused_address = NULL;
	s->reply[0] = s->error[0] = '\0';
	s->reply_continues = s->timed_out = false;
	curl_easy_setopt(s->easy, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(s->easy, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(s->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)g_bytes_get_size(mail));
	curl_easy_setopt(s->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)FINAL_TIMEOUT_S + 60);

	CURLcode code = curl_easy_perform(s->easy);
	memset(result, 0, sizeof *result);
	result->result = judge(s, code);
	result->too_large = result->result == SEND_REFUSED &&
			    (reply_code(s) == 552 || strstr(s->reply, "5.3.4"));
	describe(s, code, result);
	curl_easy_setopt(s->easy, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(recipients);
	s->cancel = NULL;
	s->mail = NULL;
}
