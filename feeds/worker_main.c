/* worker_main: see worker_main.h. Frames in, a frame out for each, in their order.  SPDX-License-Identifier: GPL-3.0-or-later */
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
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { SERVED = 0, BROKEN = 1, NO_SANDBOX = 3, OTHER_VERSION = 4, KEPT_MEMORY = 4 << 20 };

struct child {
	struct window window;
	struct text_block *texts; /* of the document under way, and its answer */
	unsigned char in[WINDOW_SLOTS * WIRE_HEAD]; /* read ahead … */
	size_t in_at, in_len;
	unsigned char held[WINDOW_SLOTS * WIRE_HEAD]; /* answers' heads that the engine need not be woken for yet */
	size_t held_len;
};

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

static bool say_held(struct child *c)
{
	bool said = write_all(c->held, c->held_len);
	c->held_len = 0;
	return said;
}

/* Who waits for more has nothing to do but to say what it holds. 1: some read, 0: end, -1: broken. */
static int read_ahead(struct child *c)
{
	ssize_t got;

	if (!say_held(c))
		return -1;
	do
		got = read(0, c->in, sizeof c->in);
	while (got < 0 && errno == EINTR);
	c->in_at = 0;
	c->in_len = got > 0 ? (size_t)got : 0;
	return got > 0 ? 1 : (int)got;
}

/* 1: all read, 0: end before the first byte, -1: broken. */
static int read_all(struct child *c, unsigned char *out, size_t len)
{
	for (size_t done = 0; done < len;) {
		size_t ready = MIN(len - done, c->in_len - c->in_at);
		memcpy(out + done, c->in + c->in_at, ready);
		c->in_at += ready;
		done += ready;
		int got = done < len ? read_ahead(c) : 1;
		if (got != 1)
			return done == 0 ? got : -1;
	}
	return 1;
}

/* An answer in the slot of its question, or else behind its head. */
static bool say(struct child *c, unsigned slot, enum wire_kind kind, const void *bytes, size_t len)
{
	bool fits = slot != WIRE_BEHIND && len <= WINDOW_SLOT;
	const struct wire_head head = {.kind = kind, .slot = fits ? slot : WIRE_BEHIND, .rest_len = len};

	wire_put_head(c->held + c->held_len, &head);
	c->held_len += WIRE_HEAD;
	if (!fits)
		return say_held(c) && write_all(bytes, len);
	memcpy(window_slot(&c->window, slot), bytes, len);
	return c->held_len < sizeof c->held / 2 || say_held(c);
}

static bool say_frame(struct child *c, unsigned slot, enum wire_kind kind, GByteArray *frame)
{
	bool said = say(c, slot, kind, frame->data + WIRE_HEAD, frame->len - WIRE_HEAD);
	g_byte_array_unref(frame);
	return said;
}

static bool say_document(struct child *c, unsigned slot, const struct feed_document *document)
{
	size_t len;

	if (!wire_pack_into(document, c->texts))
		return say_frame(c, slot, WIRE_DOCUMENT, wire_pack_document(document));
	const char *bytes = text_block_bytes(c->texts, &len);
	return say(c, slot, WIRE_DOCUMENT, bytes, len);
}

static bool answer(struct child *c, unsigned slot, const struct wire_request *request)
{
	const struct parse_options options = {
		.url = request->url,
		.content_type = request->content_type,
		.max_entries = request->max_entries,
		.keep_truncated = request->keep_truncated,
	};
	g_autoptr(GError) error = NULL;
	struct feed_document *document = NULL;
	struct page *page = NULL;
	bool said;

	text_block_clear(c->texts);
	if (request->kind == WIRE_PARSE)
		document = feed_parse_into(c->texts, request->bytes, request->bytes_len, &options, &error);
	else
		page = page_read(request->bytes, request->bytes_len, &options, &error);
	if (document)
		said = say_document(c, slot, document);
	else if (page)
		said = say_frame(c, slot, WIRE_PAGE_DONE, wire_pack_page(page));
	else
		said = say_frame(c, slot, WIRE_ERROR, wire_pack_error(error));
	feed_document_free(document);
	page_free(page);
	return said;
}

static bool serve(struct child *c, const struct wire_head *head)
{
	bool behind = head->slot == WIRE_BEHIND;
	unsigned char *rest = behind ? g_try_malloc(head->rest_len + 1) : window_slot(&c->window, head->slot);
	struct wire_request request;
	bool served = rest && (!behind || read_all(c, rest, head->rest_len) == 1) &&
		      wire_unpack_request(head->kind, rest, head->rest_len, &request);

	if (served) {
		served = answer(c, head->slot, &request);
		wire_request_clear(&request);
	}
	if (behind)
		g_free(rest);
	return served;
}

static int serve_all(struct child *c)
{
	unsigned char bytes[WIRE_HEAD];
	struct wire_head head;
	int got;

	while ((got = read_all(c, bytes, sizeof bytes)) == 1)
		if (!wire_head(bytes, WIRE_MAX_REQUEST, &head) || !serve(c, &head))
			return BROKEN;
	return got == 0 ? SERVED : BROKEN;
}

int worker_main(const char *version)
{
	struct child child = {.in_len = 0};
	g_autoptr(GError) error = NULL;

	if (g_strcmp0(version, WORKER_VERSION) != 0) {
		fprintf(stderr, "vedetta parser-worker: this is %s, called by %s\n", WORKER_VERSION, version ? version : "nobody");
		return OTHER_VERSION;
	}
	prctl(PR_SET_NAME, "vedetta-parser");
	/* Documents come one after another: giving memory back between them costs more than it saves. */
	mallopt(M_MMAP_THRESHOLD, KEPT_MEMORY);
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
	feed_parse_prepare();
	window_adopt(&child.window, STDOUT_FILENO);
	close(STDOUT_FILENO);
	if (!sandbox_enter(&error)) {
		fprintf(stderr, "vedetta parser-worker: %s\n", error->message);
		return NO_SANDBOX;
	}
	child.texts = text_block_empty(WINDOW_SLOT);
	return serve_all(&child);
}
