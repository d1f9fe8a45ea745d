/* doctype: the document type declaration before the root: read by hand for the entities it declares
 * and never shown to libxml2, which would build attribute defaults and parameter entities from it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stddef.h>

/* `text` begins before the root. Returns where the prolog ends that was read: comments,
 * instructions and declarations are passed over. Entities go to `entities`, name -> text; external
 * ones stand for nothing. Their text is literal: '<' in it is no tag. NULL with FEED_ERROR_HOSTILE
 * for entities inside entities or longer than FEED_MAX_ENTITY, FEED_ERROR_LIMIT over
 * FEED_MAX_SUBSET. */
const char *doctype_read(const char *text, const char *end, GHashTable *entities, GError **error);
