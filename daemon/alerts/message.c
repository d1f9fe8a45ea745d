/* message: see message.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/message.h"

#include "daemon/alerts/sanitize.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <jansson.h>

#include <string.h>

/* Keys of the JSON and the fields behind them: one table for both ways. */
enum field_type { TEXT, LINES, TEXTS, SPANS, COUNT, ID, ENUM, TIME, NUMBER, FLAG };
struct field {
	const char *key;
	enum field_type type;
	size_t offset;
};

#define AT(structure, member) offsetof(struct structure, member)

static const struct field message_fields[] = {
	{"key", TEXT, AT(message, key)},
	{"thread", TEXT, AT(message, thread)},
	{"kind", ENUM, AT(message, kind)},
	{"priority", ENUM, AT(message, priority)},
	{"language", TEXT, AT(message, language)},
	{"filter", TEXT, AT(message, filter)},
	{"filter_title", TEXT, AT(message, filter_title)},
	{"alert", ID, AT(message, alert)},
	{"story", ID, AT(message, story)},
	{"subject", TEXT, AT(message, subject)},
	{"text", LINES, AT(message, text)},
	{"created_at", TIME, AT(message, created_at)},
	{"article_count", COUNT, AT(message, article_count)},
	{"owner_count", COUNT, AT(message, owner_count)},
	{"outlets", TEXTS, AT(message, outlets)},
	{"voices", TEXTS, AT(message, voices)},
};

static const struct field item_fields[] = {
	{"article", ID, AT(message_item, article)},
	{"alert", ID, AT(message_item, alert)},
	{"filter", TEXT, AT(message_item, filter)},
	{"filter_title", TEXT, AT(message_item, filter_title)},
	{"priority", ENUM, AT(message_item, priority)},
	{"title", TEXT, AT(message_item, title)},
	{"excerpt", TEXT, AT(message_item, excerpt)},
	{"link", TEXT, AT(message_item, link)},
	{"outlet", TEXT, AT(message_item, outlet)},
	{"owner", TEXT, AT(message_item, owner)},
	{"country", TEXT, AT(message_item, country)},
	{"language", TEXT, AT(message_item, language)},
	{"state_media", FLAG, AT(message_item, state_media)},
	{"published_at", TIME, AT(message_item, published_at)},
	{"score", NUMBER, AT(message_item, score)},
	{"threshold", NUMBER, AT(message_item, threshold)},
	{"title_spans", SPANS, AT(message_item, title_spans)},
	{"excerpt_spans", SPANS, AT(message_item, excerpt_spans)},
	{"why", TEXTS, AT(message_item, why)},
};

struct message_item *message_item_new(void)
{
	struct message_item *item = g_new0(struct message_item, 1);
	item->published_at = INT64_MIN;
	item->title_spans = g_array_new(FALSE, FALSE, sizeof(struct message_span));
	item->excerpt_spans = g_array_new(FALSE, FALSE, sizeof(struct message_span));
	return item;
}

struct message *message_new(void)
{
	struct message *message = g_new0(struct message, 1);
	message->items = g_ptr_array_new_with_free_func((GDestroyNotify)message_item_free);
	return message;
}

static void free_fields(void *base, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *at = (char *)base + fields[i].offset;
		if (fields[i].type == TEXT || fields[i].type == LINES)
			g_free(*(char **)at);
		else if (fields[i].type == TEXTS)
			g_strfreev(*(char ***)at);
		else if (fields[i].type == SPANS && *(GArray **)at)
			g_array_unref(*(GArray **)at);
	}
}

void message_item_free(struct message_item *item)
{
	if (!item)
		return;
	free_fields(item, item_fields, G_N_ELEMENTS(item_fields));
	g_free(item);
}

void message_free(struct message *message)
{
	if (!message)
		return;
	free_fields(message, message_fields, G_N_ELEMENTS(message_fields));
	g_ptr_array_unref(message->items);
	g_free(message);
}

static json_t *texts_to_json(char *const *texts)
{
	json_t *array = json_array();
	for (; *texts; texts++)
		json_array_append_new(array, json_string(*texts));
	return array;
}

static json_t *spans_to_json(const GArray *spans)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < spans->len; i++) {
		const struct message_span *span = &g_array_index(spans, struct message_span, i);
		json_array_append_new(array, json_integer((json_int_t)span->start));
		json_array_append_new(array, json_integer((json_int_t)span->end));
	}
	return array;
}

/* NULL: the key is left out. */
static json_t *field_to_json(enum field_type type, const void *at)
{
	switch (type) {
	case TEXT:
	case LINES:
		return *(char *const *)at ? json_string(*(char *const *)at) : NULL;
	case TEXTS:
		return *(char **const *)at ? texts_to_json(*(char **const *)at) : NULL;
	case SPANS:
		return *(GArray *const *)at && (*(GArray *const *)at)->len
			       ? spans_to_json(*(GArray *const *)at)
			       : NULL;
	case COUNT:
		return json_integer(*(const unsigned *)at);
	case ENUM:
		return json_integer(*(const int *)at);
	case ID:
	case TIME: /* an id is 64 bits without a sign: the same bits, with one */
		return json_integer(*(const int64_t *)at);
	case NUMBER:
		return json_real(*(const double *)at);
	case FLAG:
		return json_boolean(*(const bool *)at);
	}
	return NULL;
}

static json_t *fields_to_json(const void *base, const struct field *fields, size_t count)
{
	json_t *object = json_object();
	for (size_t i = 0; i < count; i++) {
		json_t *value =
			field_to_json(fields[i].type, (const char *)base + fields[i].offset);
		if (value)
			json_object_set_new(object, fields[i].key, value);
	}
	return object;
}

char *message_to_json(const struct message *message)
{
	json_t *object = fields_to_json(message, message_fields, G_N_ELEMENTS(message_fields));
	json_t *items = json_array();
	for (unsigned i = 0; i < message->items->len; i++)
		json_array_append_new(items, fields_to_json(message->items->pdata[i], item_fields,
							    G_N_ELEMENTS(item_fields)));
	json_object_set_new(object, "items", items);
	char *text = json_dumps(object, JSON_COMPACT);
	char *copy = g_strdup(text);
	free(text);
	json_decref(object);
	return copy;
}

/* What goes to people is made fit here once more, whoever wrote it; spans keep their places. */
static char *fit_text(const char *text, unsigned flags)
{
	char *copy = g_strdup(text);
	if (copy)
		sanitize_in_place(copy, flags);
	return copy;
}

static char **texts_from_json(const json_t *array)
{
	char **texts = g_new0(char *, json_array_size(array) + 1);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *text = json_string_value(json_array_get(array, i));
		texts[i] = fit_text(text ? text : "", 0);
	}
	return texts;
}

static void spans_from_json(const json_t *array, GArray *spans)
{
	for (size_t i = 0; i + 1 < json_array_size(array); i += 2) {
		struct message_span span = {
			(size_t)json_integer_value(json_array_get(array, i)),
			(size_t)json_integer_value(json_array_get(array, i + 1))};
		g_array_append_val(spans, span);
	}
}

static void field_from_json(enum field_type type, const json_t *value, void *at)
{
	switch (type) {
	case TEXT:
		*(char **)at = fit_text(json_string_value(value), 0);
		break;
	case LINES:
		*(char **)at = fit_text(json_string_value(value), SANITIZE_LINES);
		break;
	case TEXTS:
		*(char ***)at = texts_from_json(value);
		break;
	case SPANS:
		spans_from_json(value, *(GArray **)at);
		break;
	case COUNT:
		*(unsigned *)at = (unsigned)json_integer_value(value);
		break;
	case ENUM:
		*(int *)at = (int)json_integer_value(value);
		break;
	case ID:
	case TIME:
		*(int64_t *)at = json_integer_value(value);
		break;
	case NUMBER:
		*(double *)at = json_number_value(value);
		break;
	case FLAG:
		*(bool *)at = json_is_true(value);
		break;
	}
}

static void fields_from_json(const json_t *object, const struct field *fields, size_t count,
			     void *base)
{
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_object_get(object, fields[i].key);
		if (value)
			field_from_json(fields[i].type, value, (char *)base + fields[i].offset);
	}
}

struct message *message_from_json(const char *json, GError **error)
{
	json_error_t where;
	json_t *object = json_loads(json, 0, &where);
	const json_t *items = json_object_get(object, "items");
	if (!json_is_string(json_object_get(object, "key")) || !json_is_array(items)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a message: %s",
			    object ? _("no key or no items") : where.text);
		json_decref(object);
		return NULL;
	}
	struct message *message = message_new();
	fields_from_json(object, message_fields, G_N_ELEMENTS(message_fields), message);
	for (size_t i = 0; i < json_array_size(items); i++) {
		struct message_item *item = message_item_new();
		fields_from_json(json_array_get(items, i), item_fields, G_N_ELEMENTS(item_fields),
				 item);
		g_ptr_array_add(message->items, item);
	}
	json_decref(object);
	return message;
}
