/* items: see items.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/items.h"

#include "feeds/date.h"

#include <glib/gi18n.h>

#define MAX_LINE (8 * 1024 * 1024)

const char *item_text(const struct item *item, const char *key)
{
	return json_string_value(json_object_get(item->object, key));
}

static char **list_of(const json_t *object, const char *key)
{
	const json_t *list = json_object_get(object, key), *value;
	size_t index;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	json_array_foreach(list, index, value)
	{
		if (json_is_string(value))
			g_strv_builder_add(builder, json_string_value(value));
	}
	return g_strv_builder_end(builder);
}

static int64_t time_of(const char *text)
{
	int64_t seconds;
	return text && feed_date_parse(text, &seconds) ? seconds : INT64_MIN;
}

/* No text, no list, no date. */
static const char *odd_key(const struct item *item)
{
	static const char *const texts[] = {"title", "body",   "lang",	   "link",
					    "feed",  "author", "published"};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const json_t *value = json_object_get(item->object, texts[i]);
		if (value && !json_is_null(value) && !json_is_string(value))
			return texts[i];
	}
	const json_t *list = json_object_get(item->object, "categories");
	if (list && !json_is_null(list) && !json_is_array(list))
		return "categories";
	const char *published = item_text(item, "published");
	return published && *published && item->article.published_at == INT64_MIN ? "published"
										  : NULL;
}

bool item_read(const char *line, size_t len, struct item *item, char **why)
{
	json_error_t problem;
	json_t *object =
		len > MAX_LINE ? NULL : json_loadb(line, len, JSON_REJECT_DUPLICATES, &problem);
	if (!json_is_object(object)) {
		*why = g_strdup(len > MAX_LINE ? _("too long")
				: object       ? _("not an object")
					       : problem.text);
		json_decref(object);
		return false;
	}
	*item = (struct item){.object = object, .categories = list_of(object, "categories")};
	const char *title = item_text(item, "title"), *body = item_text(item, "body");
	item->article = (struct match_article){
		.id = item_text(item, "id"),
		.title = title ? title : "",
		.body = body ? body : "",
		.language = item_text(item, "lang"),
		.link = item_text(item, "link"),
		.feed = item_text(item, "feed"),
		.author = item_text(item, "author"),
		.categories = (const char *const *)item->categories,
		.published_at = time_of(item_text(item, "published")),
	};
	item->odd = odd_key(item);
	return true;
}

void item_clear(struct item *item)
{
	g_strfreev(item->categories);
	json_decref(item->object);
}
