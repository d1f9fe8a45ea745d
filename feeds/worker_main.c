/* worker_main: see worker_main.h. One frame in, one frame out.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/worker_main.h"

#include "feeds/page.h"
#include "feeds/parse.h"
#include "feeds/sandbox.h"
#include "feeds/wire.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

enum { SERVED = 0, BROKEN = 1, NO_SANDBOX = 3, KEPT_MEMORY = 4 << 20 };

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

static bool write_all(const GByteArray *frame)
{
	for (size_t done = 0; done < frame->len;) {
		ssize_t put = write(0, frame->data + done, frame->len - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

static GByteArray *answer(const struct wire_request *request)
{
	const struct parse_options options = {
		.url = request->url,
		.content_type = request->content_type,
		.max_entries = request->max_entries,
		.keep_truncated = request->keep_truncated,
	};
	g_autoptr(GError) error = NULL;
	GByteArray *frame = NULL;

	if (request->kind == WIRE_PARSE) {
		struct feed_document *document =
			feed_parse(request->bytes, request->bytes_len, &options, &error);
		frame = document ? wire_pack_document(document) : wire_pack_error(error);
		feed_document_free(document);
	} else {
		struct page *page = page_read(request->bytes, request->bytes_len, &options, &error);
		frame = page ? wire_pack_page(page) : wire_pack_error(error);
		page_free(page);
	}
	return frame;
}

static bool serve_one(enum wire_kind kind, const unsigned char *rest, size_t rest_len)
{
	struct wire_request request;
	if (!wire_unpack_request(kind, rest, rest_len, &request))
		return false;
	GByteArray *frame = answer(&request);
	bool written = write_all(frame);
	g_byte_array_unref(frame);
	wire_request_clear(&request);
	return written;
}

int worker_main(void)
{
	unsigned char head[WIRE_HEAD];
	g_autoptr(GError) error = NULL;
	int got;

	/* Documents come one after another: giving memory back between them costs more than it saves. */
	mallopt(M_MMAP_THRESHOLD, KEPT_MEMORY);
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
	feed_parse_prepare();
	if (!sandbox_enter(&error)) {
		fprintf(stderr, "vedetta parser-worker: %s\n", error->message);
		return NO_SANDBOX;
	}
	while ((got = read_all(head, sizeof head)) == 1) {
		enum wire_kind kind;
		size_t rest_len;
		if (!wire_head(head, WIRE_MAX_REQUEST, &kind, &rest_len))
			return BROKEN;
		unsigned char *rest = g_try_malloc(rest_len ? rest_len : 1);
		bool served = rest && read_all(rest, rest_len) == 1 &&
			      serve_one(kind, rest, rest_len);
		g_free(rest);
		if (!served)
			return BROKEN;
	}
	return got == 0 ? SERVED : BROKEN;
}
