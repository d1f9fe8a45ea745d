/* opml_outline: see opml_outline.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/opml_outline.h"

#include <string.h>

/* In the name of a folder; '/' stands between levels. */
#define DIVISION_SLASH "\xE2\x88\x95"

enum kind { TEXT, LIST, FLAG, SECONDS };

static const struct property {
	const char *name;
	enum kind kind;
	bool ours;
	size_t offset;
} properties[] = {
	{"title", TEXT, false, offsetof(struct subscription, title)},
	{"htmlUrl", TEXT, false, offsetof(struct subscription, site_url)},
	{"language", TEXT, false, offsetof(struct subscription, language)},
	{"category", LIST, false, offsetof(struct subscription, topics)},
	{"country", TEXT, true, offsetof(struct subscription, country)},
	{"owner", TEXT, true, offsetof(struct subscription, owner)},
	{"kind", TEXT, true, offsetof(struct subscription, kind)},
	{"stateMedia", FLAG, true, offsetof(struct subscription, state_media)},
	{"intervalMin", SECONDS, true, offsetof(struct subscription, interval_min_s)},
	{"intervalMax", SECONDS, true, offsetof(struct subscription, interval_max_s)},
	{"userAgent", TEXT, true, offsetof(struct subscription, user_agent)},
	{"delta", FLAG, true, offsetof(struct subscription, delta)},
	{"paused", FLAG, true, offsetof(struct subscription, paused)},
};

static bool is_true(const char *value)
{
	return g_ascii_strcasecmp(value, "true") == 0 || g_ascii_strcasecmp(value, "yes") == 0 ||
	       strcmp(value, "1") == 0;
}

static char **split_list(const char *value)
{
	char **words = g_strsplit(value, ",", 64);
	for (char **word = words; *word; word++)
		g_strstrip(*word);
	return words;
}

static void read_property(struct subscription *s, const struct property *p, outline_get_fn *get,
			  const void *outline)
{
	char *place = (char *)s + p->offset;
	g_autofree char *value = get(outline, p->name);
	if (!value)
		return;
	switch (p->kind) {
	case TEXT:
		*(char **)place = g_steal_pointer(&value);
		break;
	case LIST:
		*(char ***)place = split_list(value);
		break;
	case FLAG:
		*(bool *)place = is_true(value);
		break;
	case SECONDS:
		*(unsigned *)place = (unsigned)MIN(g_ascii_strtoull(value, NULL, 10), 30 * 86400);
		break;
	}
}

static char *property_text(const struct subscription *s, const struct property *p)
{
	const char *place = (const char *)s + p->offset;
	switch (p->kind) {
	case TEXT:
		return g_strdup(*(char *const *)place);
	case LIST:
		return *(char **const *)place ? g_strjoinv(",", *(char **const *)place) : NULL;
	case FLAG:
		return *(const bool *)place ? g_strdup("true") : NULL;
	case SECONDS:
		return *(const unsigned *)place ? g_strdup_printf("%u", *(const unsigned *)place)
						: NULL;
	}
	return NULL;
}

struct subscription *outline_subscription(outline_get_fn *get, const void *outline, const char *url,
					  const char *folder)
{
	struct subscription *s = subscription_new(url);
	for (size_t i = 0; i < G_N_ELEMENTS(properties); i++)
		read_property(s, &properties[i], get, outline);
	if (!s->title)
		s->title = get(outline, "text");
	if (s->title && strcmp(s->title, url) == 0) /* a stand-in: the feed's own title is better */
		g_clear_pointer(&s->title, g_free);
	if (s->language) {
		char *lower = g_ascii_strdown(s->language, -1);
		g_free(s->language);
		s->language = lower;
	}
	s->folder = *folder ? g_strdup(folder) : NULL;
	return s;
}

char *outline_folder(outline_get_fn *get, const void *outline, const char *folder)
{
	g_autofree char *name = get(outline, "text");
	if (!name)
		name = get(outline, "title");
	if (!name)
		return g_strdup(folder);
	g_auto(GStrv) parts = g_strsplit(name, "/", -1);
	g_autofree char *safe = g_strjoinv(DIVISION_SLASH, parts);
	return *folder ? g_strconcat(folder, "/", safe, NULL) : g_steal_pointer(&safe);
}

void outline_tell(const struct subscription *s, outline_put_fn *put, void *data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
		g_autofree char *value = property_text(s, &properties[i]);
		if (value && *value)
			put(properties[i].name, value, properties[i].ours, data);
	}
}
