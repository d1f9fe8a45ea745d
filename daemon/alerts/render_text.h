/* render_text: a message as plain text, for mails, terminals and whatever shows text only.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

enum render_flags {
	RENDER_COLOUR = 1 << 0, /* matched words and titles by terminal sequences */
	RENDER_SHORT = 1 << 1,	/* titles and links of the first stories only */
	RENDER_WRAP = 1 << 2,	/* lines of at most 76 columns, addresses excepted */
};

/* UTF-8 lines, the subject first. Caller frees. */
char *render_text(const struct message *message, unsigned flags);
