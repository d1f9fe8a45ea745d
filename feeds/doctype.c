/* doctype: see doctype.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/doctype.h"

#include <stdbool.h>
#include <string.h>

#include "feeds/entities.h"
#include "feeds/error.h"
#include "feeds/limits.h"

enum { MAX_ENTITIES = 4096 };

static const char *skip_white(const char *at, const char *end)
{
	while (at < end && g_ascii_isspace(*at))
		at++;
	return at;
}

static bool begins(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word);
	return (size_t)(end - at) >= len && g_ascii_strncasecmp(at, word, len) == 0;
}

/* Past `mark`, or NULL. */
static const char *past(const char *at, const char *end, const char *mark)
{
	const char *found = memmem(at, (size_t)(end - at), mark, strlen(mark));
	return found ? found + strlen(mark) : NULL;
}

/* Past the '>' of the declaration that `at` is inside of; quoted ones do not end it. */
static const char *declaration_end(const char *at, const char *end)
{
	while (at < end && *at != '>') {
		const char *quote = NULL;
		if (*at == '"' || *at == '\'')
			quote = memchr(at + 1, *at, (size_t)(end - at - 1));
		at = quote ? quote + 1 : at + 1;
	}
	return at < end ? at + 1 : NULL;
}

static bool is_reference(const char *at, const char *end)
{
	const char *name = at;

	while (at < end && (g_ascii_isalnum(*at) || (guchar)*at >= 0x80 || strchr("_-.:", *at)))
		at++;
	return at > name && at < end && *at == ';';
}

/* The text of an entity: characters by number or by HTML's names, no references to other entities.
 */
static char *entity_text(const char *at, const char *end, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	while (at < end) {
		size_t len = *at == '&' ? entity_decode(at, (size_t)(end - at), text) : 0;
		if (*at == '&' && len == 0 && is_reference(at + 1, end))
			break;
		if (len == 0)
			g_string_append_c(text, *at);
		at += len ? len : 1;
	}
	if (at < end || text->len > FEED_MAX_ENTITY) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_HOSTILE,
				    "entities that hold entities or more than 1 KiB");
		return NULL;
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool is_builtin(const char *name)
{
	static const char *const names[] = {"amp", "lt", "gt", "quot", "apos"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* NAME "text" or NAME SYSTEM "address"; parameter entities are passed over. */
static bool read_entity(const char *at, const char *end, GHashTable *entities, GError **error)
{
	const char *name = skip_white(at, end), *stop = name, *quote = NULL;
	g_autofree char *text = NULL, *key = NULL;

	while (stop < end && !g_ascii_isspace(*stop) && *stop != '>' && *stop != '"' &&
	       *stop != '%')
		stop++;
	if (stop == name || g_hash_table_size(entities) >= MAX_ENTITIES)
		return true;
	key = g_strndup(name, (gsize)(stop - name));
	at = skip_white(stop, end);
	if (at < end && (*at == '"' || *at == '\''))
		quote = memchr(at + 1, *at, (size_t)(end - at - 1));
	text = quote ? entity_text(at + 1, quote, error) : g_strdup("");
	if (!text)
		return false;
	/* The first declaration binds. */
	if (!is_builtin(key) && !g_hash_table_contains(entities, key))
		g_hash_table_insert(entities, g_steal_pointer(&key), g_steal_pointer(&text));
	return true;
}

/* The part in brackets. Past its ']'; `end` if there is none; NULL with an error. */
static const char *read_subset(const char *at, const char *end, GHashTable *entities,
			       GError **error)
{
	while (at < end && *at != ']') {
		const char *next = at + 1;
		if (begins(at, end, "<!--"))
			next = past(at + 4, end, "-->");
		else if (begins(at, end, "<?"))
			next = past(at + 2, end, "?>");
		else if (begins(at, end, "<!"))
			next = declaration_end(at + 2, end);
		if (next && begins(at, end, "<!ENTITY") &&
		    !read_entity(at + strlen("<!ENTITY"), next, entities, error))
			return NULL;
		at = next ? next : end;
	}
	return at < end ? at + 1 : end;
}

/* At "<!DOCTYPE". Past its '>'; `at` itself if it has no end; NULL with an error. */
static const char *read_doctype(const char *at, const char *end, GHashTable *entities,
				GError **error)
{
	const char *start = at, *window = end - at > FEED_MAX_SUBSET ? at + FEED_MAX_SUBSET : end;

	at += strlen("<!DOCTYPE");
	while (at < window && *at != '>') {
		const char *next = at + 1;
		if (*at == '"' || *at == '\'') {
			const char *quote = memchr(next, *at, (size_t)(window - next));
			next = quote ? quote + 1 : next;
		} else if (*at == '[') {
			next = read_subset(next, window, entities, error);
			if (!next)
				return NULL;
		}
		at = next;
	}
	if (at < window)
		return at + 1;
	if (window == end)
		return start;
	g_set_error_literal(error, FEED_ERROR, FEED_ERROR_LIMIT,
			    "a document type declaration of more than 64 KiB");
	return NULL;
}

const char *doctype_read(const char *text, const char *end, GHashTable *entities, GError **error)
{
	const char *at = skip_white(text, end), *window;
	GError *problem = NULL;

	while (at < end) {
		const char *before = at;
		window = end - at > FEED_MAX_TOKEN ? at + FEED_MAX_TOKEN : end;
		if (begins(at, end, "<!DOCTYPE"))
			at = read_doctype(at, end, entities, &problem);
		else if (begins(at, end, "<!--"))
			at = past(at + 4, window, "-->");
		else if (begins(at, end, "<?"))
			at = past(at + 2, window, "?>");
		else
			break;
		if (problem) {
			g_propagate_error(error, problem);
			return NULL;
		}
		/* What does not end is left to whoever reads on. */
		if (!at || at == before)
			return before;
		at = skip_white(at, end);
	}
	return at;
}
