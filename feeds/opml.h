/* opml: lists of subscriptions as files that every reader understands. The document is kept as it was read, so
 * that an edit leaves folders, order and what we do not know untouched.
 *
 * Source: OPML 2.0 (opml.org/spec2.opml). Our own attributes stand in a namespace of their own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/subscription.h"

struct opml;

/* An empty list. */
struct opml *opml_new(const char *title);
/* NULL with FEED_ERROR_MALFORMED, _NOT_A_FEED (no OPML), _LIMIT; `line` in the message. */
struct opml *opml_read(const char *text, size_t text_len, GError **error);
/* A missing file is an empty list. Also G_FILE_ERROR_*. */
struct opml *opml_load(const char *path, GError **error);
void opml_free(struct opml *opml);

/* struct subscription *, owned by the array, one per address, in the order of the document. What is no feed
 * (commands, other schemes) is left out and named in `dropped` (char *, owned by the array; may be NULL). */
GPtrArray *opml_subscriptions(const struct opml *opml, GPtrArray *dropped);

/* The same of a text or a file that is only read, once: without the document, which takes a page for each feed. Errors as
 * opml_read() and opml_load(). */
GPtrArray *opml_read_subscriptions(const char *text, size_t text_len, GError **error);
GPtrArray *opml_load_subscriptions(const char *path, GError **error);

/* Into the folder subscription->folder, which is made. False if the address is there already. */
bool opml_add(struct opml *opml, const struct subscription *subscription);
/* False if it is not there. */
bool opml_remove(struct opml *opml, const char *url);
/* Remove what opml_subscriptions() would drop. */
void opml_clean(struct opml *opml);

/* UTF-8, indented. Caller frees. */
char *opml_text(const struct opml *opml);
