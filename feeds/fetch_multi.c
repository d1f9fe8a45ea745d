/* fetch_multi: see fetch_multi.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/fetch_multi.h"

#include <glib-unix.h>

struct fetch_multi {
	CURLM *multi;
	fetch_multi_done_fn *done;
	void *user_data;
	guint timer;
	bool freeing;
};

static void collect(struct fetch_multi *m)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(m->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		curl_multi_remove_handle(m->multi, easy);
		m->done(easy, result, m->user_data);
	}
}

static gboolean on_socket(gint fd, GIOCondition condition, gpointer data)
{
	struct fetch_multi *m = data;
	int running, events = 0;

	if (condition & (G_IO_IN | G_IO_HUP))
		events |= CURL_CSELECT_IN;
	if (condition & G_IO_OUT)
		events |= CURL_CSELECT_OUT;
	if (condition & G_IO_ERR)
		events |= CURL_CSELECT_ERR;
	curl_multi_socket_action(m->multi, fd, events, &running);
	collect(m);
	return G_SOURCE_CONTINUE; /* watch_socket() removes it when libcurl says so */
}

/* The source's id is kept as libcurl's private pointer of the socket. */
static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	struct fetch_multi *m = data;
	guint source = GPOINTER_TO_UINT(socket_data);
	GIOCondition condition = 0;

	(void)easy;
	if (source)
		g_source_remove(source);
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		condition |= G_IO_IN | G_IO_HUP | G_IO_ERR;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		condition |= G_IO_OUT | G_IO_HUP | G_IO_ERR;
	source = what == CURL_POLL_REMOVE ? 0 : g_unix_fd_add(fd, condition, on_socket, m);
	curl_multi_assign(m->multi, fd, GUINT_TO_POINTER(source));
	return 0;
}

static gboolean on_timer(gpointer data)
{
	struct fetch_multi *m = data;
	int running;

	m->timer = 0;
	curl_multi_socket_action(m->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(m);
	return G_SOURCE_REMOVE;
}

static int watch_timer(CURLM *multi, long timeout_ms, void *data)
{
	struct fetch_multi *m = data;

	(void)multi;
	g_clear_handle_id(&m->timer, g_source_remove);
	if (timeout_ms >= 0 && !m->freeing)
		m->timer = g_timeout_add((guint)timeout_ms, on_timer, m);
	return 0;
}

struct fetch_multi *fetch_multi_new(fetch_multi_done_fn *done, void *user_data)
{
	struct fetch_multi *m = g_new0(struct fetch_multi, 1);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	m->multi = curl_multi_init();
	m->done = done;
	m->user_data = user_data;
	curl_multi_setopt(m->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(m->multi, CURLMOPT_SOCKETDATA, m);
	curl_multi_setopt(m->multi, CURLMOPT_TIMERFUNCTION, watch_timer);
	curl_multi_setopt(m->multi, CURLMOPT_TIMERDATA, m);
	return m;
}

void fetch_multi_free(struct fetch_multi *m)
{
	if (!m)
		return;
	m->freeing = true;
	curl_multi_cleanup(m->multi);
	g_clear_handle_id(&m->timer, g_source_remove);
	g_free(m);
}

CURLM *fetch_multi_handle(struct fetch_multi *m)
{
	return m->multi;
}

bool fetch_multi_add(struct fetch_multi *m, CURL *easy)
{
	return curl_multi_add_handle(m->multi, easy) == CURLM_OK;
}

void fetch_multi_remove(struct fetch_multi *m, CURL *easy)
{
	curl_multi_remove_handle(m->multi, easy);
}
