/* url_redact: see url_redact.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/url_redact.h"

#include <glib.h>
#include <string.h>

static const char secrets[] = "(?<user>://)[^/?#@\\s]+(?=@)|"
			      "(?<name>[?&;](?:[^=&;#\\s]*(?:key|token|secret|pass|pwd|auth|sig|"
			      "session|credential|hmac|jwt)[^=&;#\\s]*|"
			      "k|code|sid|user|login|u|p)=)[^&;#\\s]+";

static gboolean replace(const GMatchInfo *match, GString *out, gpointer data)
{
	g_autofree char *user = g_match_info_fetch_named(match, "user");
	g_autofree char *name = g_match_info_fetch_named(match, "name");

	(void)data;
	g_string_append_printf(out, "%s%s***", user ? user : "", name ? name : "");
	return FALSE;
}

char *url_redact(const char *text)
{
	static GRegex *regex;

	if (!strstr(text, "://"))
		return g_strdup(text);
	if (!regex)
		regex = g_regex_new(secrets, G_REGEX_CASELESS | G_REGEX_OPTIMIZE | G_REGEX_RAW, 0,
				    NULL);
	char *redacted = g_regex_replace_eval(regex, text, -1, 0, 0, replace, NULL, NULL);
	return redacted ? redacted : g_strdup("***");
}
