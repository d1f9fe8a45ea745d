/* desktop_note: a message as a desktop notification: what the agent is asked to show. Pure.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

#define NOTE_SUMMARY_MAX 160 /* bytes, cut on a grapheme */
#define NOTE_BODY_MAX	 1600 /* of the plain body; markup makes it longer, never past 2 KiB of text \
			       */
#define NOTE_TITLES 5	      /* of a digest or summary */

/* One JSON object: show (the key), alert, article, filter, summary, body, markup (body with <b>,
 * escaped), link, urgency 0..2, kind, at (when it came to be), labels of the buttons. `limit`: more than this many at once
 * become a summary. Caller frees. */
char *desktop_note(const struct message *message, unsigned limit);
