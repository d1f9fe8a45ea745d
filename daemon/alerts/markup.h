/* markup: a message in few lines, in the markup of a chat service. Pure.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

enum markup {
	MARKUP_PLAIN,
	MARKUP_SLACK,	 /* mrkdwn: *bold*, <url|text>; & < > escaped */
	MARKUP_MARKDOWN, /* Mattermost */
	MARKUP_TELEGRAM, /* the HTML of its Bot API: b, a; line breaks as they are */
	MARKUP_MATRIX,	 /* org.matrix.custom.html: the same with <br> */
};

/* Title and link, who tells it, what it says with the matched words in bold, why; of several
 * stories titles only, as many as fit in `budget` bytes, the rest counted. Outside text is escaped.
 * Caller frees. */
char *markup_brief(const struct message *message, enum markup markup, size_t budget);
