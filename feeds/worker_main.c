/* worker_main: see worker_main.h. One frame in, one frame out.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/worker_main.h"

#include "feeds/page.h"
#include "feeds/parse.h"
#include "feeds/sandbox.h"
#include "feeds/text_block.h"
#include "feeds/window.h"
#include "feeds/wire.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { SERVED = 0, BROKEN = 1, NO_SANDBOX = 3, OTHER_VERSION = 4, KEPT_MEMORY = 4 << 20 };

/* 1: all read, 0: end before the first byte, -1: broken. */
static int read_all(unsigned char *out, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t got = read(0, out + done, len - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 && done == 0 ? 0 : -1;
		done += (size_t)got;
	}
	return 1;
}

static bool write_all(const unsigned char *bytes, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t put = write(0, bytes + done, len - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

static bool send_frame(GByteArray *frame)
{
	bool sent = write_all(frame->data, frame->len);
	g_byte_array_unref(frame);
	return sent;
}

static bool send_document(const struct feed_document *document, struct text_block *slot)
{
	unsigned char head[WIRE_HEAD];

	if (wire_pack_into(document, slot, head))
		return write_all(head, sizeof head);
	return send_frame(wire_pack_document(document));
}

static bool answer(const struct wire_request *request, struct text_block *slot)
{
	const struct parse_options options = {
		.url = request->url,
		.content_type = request->content_type,
		.max_entries = request->max_entries,
		.keep_truncated = request->keep_truncated,
	};
	g_autoptr(GError) error = NULL;
	bool sent;

	if (request->kind == WIRE_PARSE) {
		struct feed_document *document =
			feed_parse_into(slot, request->bytes, request->bytes_len, &options, &error);
		sent = document ? send_document(document, slot) : send_frame(wire_pack_error(error));
		feed_document_free(document);
	} else {
		struct page *page = page_read(request->bytes, request->bytes_len, &options, &error);
		sent = send_frame(page ? wire_pack_page(page) : wire_pack_error(error));
		page_free(page);
	}
	return sent;
}

/* `slot`: of the window, for the answer. */
static bool serve_one(enum wire_kind kind, const unsigned char *rest, size_t rest_len, struct text_block *slot)
{
	struct wire_request request;
	if (!wire_unpack_request(kind, rest, rest_len, &request))
		return false;
	bool sent = answer(&request, slot);
	wire_request_clear(&request);
	return sent;
}

/* The nth request. */
static bool serve_next(const struct wire_head *head, const struct window *window, unsigned n)
{
	unsigned char *request = head->in_window ? window_request(window, n) : NULL, *rest = NULL;
	struct text_block *slot = text_block_over(window_reply(window, n), window->bytes ? WINDOW_SLOT : 0);

	if (!head->in_window)
		request = rest = g_try_malloc(head->rest_len ? head->rest_len : 1);
	if (rest && read_all(rest, head->rest_len) != 1)
		request = NULL;
	bool served = request && serve_one(head->kind, request, head->rest_len, slot);
	text_block_unref(slot);
	g_free(rest);
	return served;
}

int worker_main(const char *version)
{
	unsigned char bytes[WIRE_HEAD];
	struct window window;
	g_autoptr(GError) error = NULL;
	int got;

	if (g_strcmp0(version, WORKER_VERSION) != 0) {
		fprintf(stderr, "vedetta parser-worker: this is %s, called by %s\n", WORKER_VERSION, version ? version : "nobody");
		return OTHER_VERSION;
	}
	prctl(PR_SET_NAME, "vedetta-parser");
	/* Documents come one after another: giving memory back between them costs more than it saves. */
	mallopt(M_MMAP_THRESHOLD, KEPT_MEMORY);
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
	feed_parse_prepare();
	window_adopt(&window, STDOUT_FILENO);
	close(STDOUT_FILENO);
	if (!sandbox_enter(&error)) {
		fprintf(stderr, "vedetta parser-worker: %s\n", error->message);
		return NO_SANDBOX;
	}
	for (unsigned n = 0; (got = read_all(bytes, sizeof bytes)) == 1; n++) {
		struct wire_head head;
		if (!wire_head(bytes, WIRE_MAX_REQUEST, &head) || !serve_next(&head, &window, n))
			return BROKEN;
	}
	return got == 0 ? SERVED : BROKEN;
}
