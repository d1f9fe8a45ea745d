/* json_feed: JSON Feed 1.0 and 1.1 (jsonfeed.org) into a reader.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "feeds/reader.h"

/* Seeds jansson's hash tables, which would open a file for it later. */
void json_feed_prepare(void);

/* `text` is clean UTF-8. False with FEED_ERROR_MALFORMED, _HOSTILE (nested more than 32 deep) or
 * _NOT_A_FEED. A member of the wrong type counts as absent. */
bool json_feed_read(struct reader *reader, const char *text, size_t text_len, GError **error);
