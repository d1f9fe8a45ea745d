/* words: what messages say, in the reader's language, whatever the locale of the process: a service alerts
 * readers of several languages, and the C locale has no catalogue.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum word {
	WORD_WHY,
	WORD_STATE_MEDIA,
	WORD_OUTLETS,
	WORD_ALSO_IN,
	WORD_DIGEST,
	WORD_DIGEST_SUBJECT, /* %u alerts */
	WORD_SUMMARY_SUBJECT, /* %u alerts while away or in a burst */
	WORD_GREW,
	WORD_PRIORITY_LOW, /* and the three behind it, in enum priority's order */
	WORD_PRIORITY_NORMAL,
	WORD_PRIORITY_HIGH,
	WORD_PRIORITY_CRITICAL,
	WORD_PUBLISHED,
	WORD_OPEN,
	WORD_ACKNOWLEDGE,
	WORD_MUTE,
	WORD_NOT_RELEVANT,
	WORD_TEST_SUBJECT,
	WORD_TEST_TEXT,
	WORD_SERVICE,
	WORD_FOOTER,
	WORD_SCORE,
	WORD_THRESHOLD,
	WORD_MORE, /* %u stories that are left out */
	WORD_SENT_BY,
	WORD_MISSED,	  /* %u alerts */
	WORD_MISSED_SOME, /* %u alerts, %u of them missed */
	WORD_MISSED_ONE,  /* %s: when */
	WORD_NOT_ACKNOWLEDGED, /* before the subject of an escalation */
	WORD_SNOOZE_OVER,
	WORDS, /* count */
};

/* The phrase in "it" or "en" (anything else is English). Static. */
const char *word(const char *language, enum word which);
/* A date and time as readers of the language write it, in the local zone. Caller frees. */
char *word_time(const char *language, int64_t at);
/* The name of a country (ISO 3166 code) or a language (BCP 47 tag) for readers of `language`; the code itself if
 * it is none. Caller frees. */
char *word_language(const char *language, const char *tag);
