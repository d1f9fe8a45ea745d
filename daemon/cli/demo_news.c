/* demo_news: see demo_news.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/demo_news.h"

#include <glib.h>

struct story {
	const char *slug, *title, *text;
};

static const struct story italian[] = {
	{"mosca-pyongyang-treno",
	 "Mosca e Pyongyang riaprono la linea ferroviaria Khasan-Tumangang",
	 "Il primo convoglio merci dopo mesi di lavori ha attraversato il confine tra la Russia e la Corea "
	 "del Nord. L'accordo, firmato dopo il vertice tra Vladimir Putin e Kim Jong-un, prevede tre treni "
	 "alla settimana. Seul teme che trasportino munizioni."},
	{"bilancio", "Approvato il bilancio della Regione: più fondi ai trasporti",
	 "Il Consiglio ha votato nella notte la manovra. Crescono le risorse per treni e autobus."},
	{"kim", "Kim Kardashian presenta una nuova collezione a Milano",
	 "La stilista e imprenditrice ha sfilato davanti a mille ospiti in un palazzo del centro."},
	{"calcio", "La squadra di casa vince in rimonta e resta in testa",
	 "Due reti negli ultimi dieci minuti decidono la partita."},
};

static const struct story english[] = {
	{"khasan-rail",
	 "Russia and North Korea reopen Khasan–Tumangang rail link",
	 "The first freight train in months crossed the border between Russia and North Korea under a deal "
	 "struck by Vladimir Putin and Kim Jong Un. Three trains a week will run; Seoul fears they carry "
	 "munitions."},
	{"harvest", "Late rains rescue the wheat harvest, growers say",
	 "Yields are above the average of the last five years."},
	{"museum", "City museum lends its Caravaggio for the winter show",
	 "The painting travels for the first time in thirty years."},
	{"seoul", "Seoul opens new underground line to the airport",
	 "The trip from the centre now takes thirty-one minutes."},
};

char *demo_news_italian(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" "
				    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>"
				    "<title>Il Corriere dell'Esempio</title><language>it</language>\n");
	for (unsigned i = 0; i < G_N_ELEMENTS(italian); i++)
		g_string_append_printf(out,
				       "<item><guid>it-%s</guid><link>https://esempio.invalid/%s</link>"
				       "<title>%s</title><description>%s</description>"
				       "<dc:date>%s</dc:date></item>\n",
				       italian[i].slug, italian[i].slug, italian[i].title,
				       italian[i].text, date);
	g_string_append(out, "</channel></rss>\n");
	return g_string_free(out, FALSE);
}

char *demo_news_english(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				    "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">"
				    "<title>The Example Times</title><id>urn:example:times</id>\n");
	g_string_append_printf(out, "<updated>%s</updated>\n", date);
	for (unsigned i = 0; i < G_N_ELEMENTS(english); i++)
		g_string_append_printf(out,
				       "<entry><id>urn:example:%s</id><link href=\"https://example.invalid/%s\"/>"
				       "<title>%s</title><summary>%s</summary>"
				       "<updated>%s</updated></entry>\n",
				       english[i].slug, english[i].slug, english[i].title,
				       english[i].text, date);
	g_string_append(out, "</feed>\n");
	return g_string_free(out, FALSE);
}
