/* words: see words.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/words.h"

#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

static const struct {
	const char *en, *it;
} words[WORDS] = {
	[WORD_WHY] = {"Why", "Perché"},
	[WORD_STATE_MEDIA] = {"state-controlled", "controllato da uno Stato"},
	[WORD_OUTLETS] = {"Told by", "Ne parlano"},
	[WORD_ALSO_IN] = {"Also in", "Anche su"},
	[WORD_DIGEST] = {"Digest", "Riepilogo"},
	[WORD_DIGEST_SUBJECT] = {"Digest: %u alerts", "Riepilogo: %u avvisi"},
	[WORD_SUMMARY_SUBJECT] = {"%u alerts", "%u avvisi"},
	[WORD_GREW] = {"the story grows", "la notizia cresce"},
	[WORD_PRIORITY_LOW] = {"low priority", "priorità bassa"},
	[WORD_PRIORITY_NORMAL] = {"normal priority", "priorità normale"},
	[WORD_PRIORITY_HIGH] = {"high priority", "priorità alta"},
	[WORD_PRIORITY_CRITICAL] = {"critical", "critico"},
	[WORD_PUBLISHED] = {"published", "pubblicato"},
	[WORD_OPEN] = {"Open", "Apri"},
	[WORD_ACKNOWLEDGE] = {"Acknowledge", "Presa visione"},
	[WORD_MUTE] = {"Mute story", "Silenzia notizia"},
	[WORD_NOT_RELEVANT] = {"Not relevant", "Non pertinente"},
	[WORD_TEST_SUBJECT] = {"vedetta: test message", "vedetta: messaggio di prova"},
	[WORD_TEST_TEXT] = {"This channel works.", "Questo canale funziona."},
	[WORD_SERVICE] = {"vedetta", "vedetta"},
	[WORD_FOOTER] = {"Sent by vedetta. 'vedetta why ID' tells how this alert came about.",
			 "Inviato da vedetta. 'vedetta why ID' spiega com'è nato questo avviso."},
	[WORD_SCORE] = {"score", "punteggio"},
	[WORD_THRESHOLD] = {"threshold", "soglia"},
	[WORD_MORE] = {"and %u more: 'vedetta alerts' lists them", "e altre %u: 'vedetta alerts' le elenca"},
	[WORD_MISSED] = {"%u alerts while you were away", "%u avvisi durante la tua assenza"},
	[WORD_MISSED_SOME] = {"%u alerts, %u of them while you were away",
			      "%u avvisi, di cui %u durante la tua assenza"},
	[WORD_MISSED_ONE] = {"While you were away: %s", "Durante la tua assenza: %s"},
	[WORD_NOT_ACKNOWLEDGED] = {"Nobody acknowledged", "Nessuna presa visione"},
	[WORD_SNOOZE_OVER] = {"Snoozed until now", "Rimandato fino a ora"},
	[WORD_SENT_BY] = {"Sent by vedetta.", "Inviato da vedetta."},
};

static bool is_italian(const char *language)
{
	return language && strncmp(language, "it", 2) == 0;
}

const char *word(const char *language, enum word which)
{
	return is_italian(language) ? words[which].it : words[which].en;
}

char *word_time(const char *language, int64_t at)
{
	static const char *const months_it[] = {"gennaio", "febbraio", "marzo",	    "aprile",  "maggio",   "giugno",
						"luglio",  "agosto",   "settembre", "ottobre", "novembre", "dicembre"};
	static const char *const months_en[] = {"January", "February", "March",	    "April",   "May",	   "June",
						"July",	   "August",   "September", "October", "November", "December"};
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(at);
	if (!time)
		return g_strdup("");
	int month = g_date_time_get_month(time) - 1;
	return g_strdup_printf("%d %s %d, %02d:%02d", g_date_time_get_day_of_month(time),
			       is_italian(language) ? months_it[month] : months_en[month],
			       g_date_time_get_year(time), g_date_time_get_hour(time),
			       g_date_time_get_minute(time));
}

char *word_language(const char *language, const char *tag)
{
	UChar name[64];
	char utf8[256];
	UErrorCode status = U_ZERO_ERROR;

	if (!tag || !*tag)
		return g_strdup("");
	uloc_getDisplayLanguage(tag, is_italian(language) ? "it" : "en", name, G_N_ELEMENTS(name), &status);
	u_strToUTF8(utf8, sizeof utf8, NULL, name, -1, &status);
	return g_strdup(U_SUCCESS(status) ? utf8 : tag);
}
