/* compose: an alert and its articles to a message. Pure.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"
#include "filters/matcher.h"

#define MESSAGE_EXCERPT_MAX 400 /* bytes */

/* The message that tells `alert` because of `article`. `verdict` gives the places and reasons. `sources`
 * (struct article_source *) are all that tell the story. The key is made from alert, kind, channel and recipient, so that the same news to the same
 * reader always has the same. Caller frees. */
struct message *compose_alert(const struct alert *alert, const struct article *article,
			      const struct verdict *verdict, enum delivery_kind kind, const GPtrArray *sources,
			      const char *language, int64_t now);
/* The idempotency key of one delivery; `round` tells updates of one alert apart. Caller frees. */
char *compose_key(uint64_t alert, enum delivery_kind kind, unsigned round, const char *channel,
		  const char *recipient);
/* Several messages as one: a digest or a summary. Takes nothing. Caller frees. */
struct message *compose_digest(const GPtrArray *messages, enum delivery_kind kind, const char *key,
			       const char *language, int64_t now);
/* About the service itself, or a test. Caller frees. */
struct message *compose_text(enum delivery_kind kind, const char *key, const char *subject, const char *text,
			     enum priority priority, const char *language, int64_t now);
