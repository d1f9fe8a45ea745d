/* http_policy: see http_policy.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/http_policy.h"

#include "feeds/date.h"

#include <string.h>

#define VALIDATOR_MAX 1024

bool http_date(const char *text, int64_t *at)
{
	/* every form begins with the name of a day; the dates of documents are read more freely */
	return text && g_ascii_isalpha(text[0]) && g_ascii_isalpha(text[1]) && feed_date_parse(text, at);
}

/* Digits only; huge numbers stay huge. */
static bool seconds(const char *text, int64_t *value)
{
	size_t len = strspn(text, "0123456789");
	if (len == 0 || text[len + strspn(text + len, " \t")])
		return false;
	*value = len > 15 ? INT64_MAX / 4 : g_ascii_strtoll(text, NULL, 10);
	return true;
}

static int64_t clamp(int64_t at, int64_t now)
{
	return at <= now ? 0 : MIN(at, now + HTTP_PAUSE_MAX_S);
}

int64_t http_retry_after(const char *value, int64_t now)
{
	int64_t number;
	if (!value)
		return 0;
	value += strspn(value, " \t");
	if (seconds(value, &number))
		return clamp(number > HTTP_PAUSE_MAX_S ? now + HTTP_PAUSE_MAX_S : now + number, now);
	return http_date(value, &number) ? clamp(number, now) : 0;
}

/* The value of one directive, e.g. max-age; false if it is not there or no number. */
static bool directive(const char *cache_control, const char *name, int64_t *value)
{
	g_auto(GStrv) parts = g_strsplit(cache_control ? cache_control : "", ",", 64);
	size_t name_len = strlen(name);

	for (char **part = parts; *part; part++) {
		char *text = g_strstrip(*part);
		if (g_ascii_strncasecmp(text, name, name_len) != 0 || text[name_len] != '=')
			continue;
		text += name_len + 1;
		text += *text == '"';
		g_strdelimit(text, "\"", ' ');
		return seconds(text, value);
	}
	return false;
}

int64_t http_fresh_until(const char *cache_control, const char *expires, const char *date,
			 const char *age, int64_t now)
{
	int64_t lifetime, spent = 0, expires_at, date_at = now;

	if (directive(cache_control, "max-age", &lifetime)) {
		if (age)
			seconds(age, &spent);
		lifetime = MIN(lifetime, HTTP_PAUSE_MAX_S * 4) - spent;
	} else if (http_date(expires, &expires_at)) {
		http_date(date, &date_at);
		lifetime = expires_at - date_at;
	} else {
		return 0;
	}
	return lifetime <= 0 ? 0 : clamp(now + MIN(lifetime, HTTP_PAUSE_MAX_S), now);
}

bool http_validator_usable(const char *value)
{
	size_t len = value ? strlen(value) : 0;
	if (len == 0 || len > VALIDATOR_MAX)
		return false;
	for (; *value; value++)
		if ((unsigned char)*value < 0x20 || *value == 0x7f)
			return false;
	return true;
}
