/* link: see link.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/link.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <unicode/uspoof.h>

static bool looks_like_another(const char *host)
{
	UErrorCode status = U_ZERO_ERROR;
	USpoofChecker *checker = uspoof_open(&status);
	uspoof_setRestrictionLevel(checker, USPOOF_HIGHLY_RESTRICTIVE);
	uspoof_setChecks(checker,
			 USPOOF_RESTRICTION_LEVEL | USPOOF_INVISIBLE | USPOOF_MIXED_NUMBERS,
			 &status);
	int32_t found = uspoof_checkUTF8(checker, host, -1, NULL, &status);
	uspoof_close(checker);
	return U_FAILURE(status) || found != 0;
}

/* Each label by itself: "новости.example.com" mixes nothing. */
static bool any_label_looks_like_another(const char *host)
{
	g_auto(GStrv) labels = g_strsplit(host, ".", -1);
	for (char **label = labels; *label; label++)
		if (looks_like_another(*label))
			return true;
	return false;
}

char *link_host(const char *link)
{
	g_autoptr(GUri) uri =
		link ? g_uri_parse(link, G_URI_FLAGS_NON_DNS | G_URI_FLAGS_PARSE_RELAXED, NULL)
		     : NULL;
	const char *host = uri ? g_uri_get_host(uri) : NULL;
	if (!host || !*host)
		return NULL;
	g_autofree char *ascii = g_hostname_to_ascii(host);
	g_autofree char *unicode = ascii ? g_hostname_to_unicode(ascii) : NULL;
	if (!ascii || !unicode)
		return NULL;
	const char *shown = any_label_looks_like_another(unicode) ? ascii : unicode;
	return g_strdup(g_str_has_prefix(shown, "www.") ? shown + 4 : shown);
}
