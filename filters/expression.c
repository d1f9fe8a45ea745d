/* expression: see expression.h. Recursive descent, bounded in depth and size.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/expression.h"

#include "filters/filter_set.h"
#include "filters/nearest.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH    100
#define MAX_NODES    20000
#define MAX_DISTANCE 1000

struct parser {
	const char *start, *p;
	struct origin origin;
	bool quoted; /* by expression_parse_term(): one mark more in front than the file has */
	unsigned depth, nodes;
	GError **error;
	const char *failed_at;
};

static struct node *parse_or(struct parser *s, unsigned fields);

void node_free(struct node *node)
{
	for (unsigned i = 0; node && node->children && i < node->children->len; i++)
		node_free(node->children->pdata[i]);
	if (node)
		g_free(node->children);
	g_free(node);
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The length of what stands in a file for the next character of a value in quotation marks:
 * libconfuse's escapes. */
static size_t raw_unit(const char *raw, char quote)
{
	size_t len = 2;
	if (raw[0] != '\\' || !raw[1])
		return raw[0] != 0;
	if (quote == '\'')
		return raw[1] == '\\' || raw[1] == '\'' ? 2 : 1;
	if (raw[1] == 'x') {
		while (len < 4 && g_ascii_isxdigit(raw[len]))
			len++;
	} else if (is_octal(raw[1])) {
		while (len < 4 && is_octal(raw[len]))
			len++;
	}
	return len;
}

static void step(struct origin *place, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (from[i] == '\n') {
			place->line++;
			place->column = 1;
		} else if ((from[i] & 0xc0) != 0x80) {
			place->column++;
		}
	}
}

/* Line and column of a place in the text. */
static struct origin locate(const struct parser *s, const char *at)
{
	struct origin place = s->origin;
	const char *raw = place.raw;
	char quote = raw && (*raw == '"' || *raw == '\'') ? *raw : 0;

	if (quote)
		step(&place, raw++, 1);
	for (const char *p = s->start + s->quoted; p < at; p++) {
		if (!quote) {
			step(&place, p, 1);
			continue;
		}
		while (raw[0] == '\\' && raw[1] == '\n') { /* a line that goes on */
			step(&place, raw, 2);
			raw += 2;
		}
		size_t len = raw_unit(raw, quote);
		step(&place, raw, len);
		raw += len;
	}
	place.raw = NULL;
	return place;
}

static void *fail(struct parser *s, const char *at, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void *fail(struct parser *s, const char *at, const char *format, ...)
{
	if (s->failed_at)
		return NULL;
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(s->error, FILTER_ERROR, FILTER_ERROR_SYNTAX, text);
	s->failed_at = at;
	return NULL;
}

/* Bytes of the first characters of what is left, for messages: "%.*s". */
static int first_characters(const char *at, long count)
{
	return (int)(g_utf8_offset_to_pointer(at, MIN(count, g_utf8_strlen(at, -1))) - at);
}

static struct node *new_leaf(struct parser *s, enum node_kind kind, const char *at,
			     const char *text, unsigned fields)
{
	size_t text_len = text ? strlen(text) + 1 : 0;
	struct node *node = g_malloc0(sizeof *node + text_len);
	node->kind = (uint8_t)kind;
	node->fields = (uint8_t)fields;
	if (text)
		node->text = memcpy(node + 1, text, text_len);
	s->nodes++;
	struct origin place = locate(s, at);
	node->line = place.line;
	node->column = place.column;
	return node;
}

static struct node *new_node(struct parser *s, enum node_kind kind, const char *at)
{
	return new_leaf(s, kind, at, NULL, 0);
}

/* Room for a few children is exact: there are hundreds of thousands of such lists. */
static void add_child(struct node *node, struct node *child)
{
	unsigned len = node->children ? node->children->len : 0;
	bool full = len < 8 || (len & (len - 1)) == 0;
	if (full)
		node->children = g_realloc(node->children,
					   sizeof *node->children +
						   (len < 8 ? len + 1 : len * 2) * sizeof child);
	node->children->pdata[len] = child;
	node->children->len = len + 1;
}

static void skip_blank(struct parser *s)
{
	while (g_ascii_isspace(*s->p))
		s->p++;
}

static bool is_word_end(char c)
{
	return c == 0 || g_ascii_isspace(c) || strchr("()\",;", c);
}

/* Take a keyword in capitals that stands alone. */
static bool take_keyword(struct parser *s, const char *keyword)
{
	size_t len = strlen(keyword);
	skip_blank(s);
	if (strncmp(s->p, keyword, len) != 0 || !is_word_end(s->p[len]))
		return false;
	s->p += len;
	return true;
}

/* "NEAR/5": the distance; 0 if something else stands here. */
static unsigned take_near(struct parser *s)
{
	const char *at;
	skip_blank(s);
	at = s->p;
	if (strncmp(s->p, "NEAR", 4) != 0 || (s->p[4] != '/' && !is_word_end(s->p[4])))
		return 0;
	s->p += 4;
	if (*s->p != '/')
		return 10;
	char *end;
	unsigned long distance = strtoul(s->p + 1, &end, 10);
	if (end == s->p + 1 || distance == 0 || distance > MAX_DISTANCE || !is_word_end(*end)) {
		fail(s, at, "NEAR/%.*s: expected a number of words from 1 to %d",
		     first_characters(s->p + 1, 10), s->p + 1, MAX_DISTANCE);
		return 1;
	}
	s->p = end;
	return (unsigned)distance;
}

static struct node *quoted(struct parser *s, enum node_kind kind, unsigned fields)
{
	const char *at = s->p++, *end = strchr(s->p, '"');
	if (!end)
		return fail(s, at, "this quotation mark is never closed");
	g_autofree char *text = g_strstrip(g_strndup(s->p, (gsize)(end - s->p)));
	s->p = end + 1;
	return *text ? new_leaf(s, kind, at, text, fields)
		     : fail(s, at, "nothing stands between the quotation marks");
}

static struct node *regex(struct parser *s, unsigned fields)
{
	const char *at = s->p++;
	g_autoptr(GString) text = g_string_new(NULL);
	for (; *s->p && *s->p != '/'; s->p++) {
		if (s->p[0] == '\\' && s->p[1] == '/')
			s->p++;
		else if (s->p[0] == '\\' && s->p[1])
			g_string_append_c(text, *s->p++);
		g_string_append_c(text, *s->p);
	}
	if (*s->p != '/')
		return fail(s, at, "this regular expression is never closed by /");
	s->p++;
	return new_leaf(s, NODE_REGEX, at, text->str, fields);
}

static char *bare(struct parser *s)
{
	const char *start = s->p;
	while (!is_word_end(*s->p))
		s->p++;
	return g_strndup(start, (gsize)(s->p - start));
}

static struct node *age(struct parser *s, const char *at, const char *word)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	char *end;
	int64_t number = g_ascii_strtoll(word + 4, &end, 10);
	for (size_t i = 0;
	     end != word + 4 && number > 0 && number < 100000 && i < G_N_ELEMENTS(units); i++)
		if (*end == units[i].unit && !end[1]) {
			struct node *node = new_leaf(s, NODE_AGE, at, word, 0);
			number = MIN(number * units[i].seconds, INT32_MAX);
			node->seconds = (int32_t)(word[3] == '<' ? number : -number);
			return node;
		}
	return fail(s, at, "'%s': expected an age such as age<2d or age>12h", word);
}

static const struct {
	const char *prefix;
	unsigned fields;
} field_prefixes[] = {
	{"title:", 1u << MATCH_TITLE},	 {"body:", 1u << MATCH_BODY},
	{"author:", 1u << MATCH_AUTHOR}, {"category:", 1u << MATCH_CATEGORY},
	{"feed:", 1u << MATCH_FEED},	 {"link:", 1u << MATCH_LINK},
	{"lang:", 1u << MATCH_LANGUAGE},
};

/* "titel:x": the length of what looks like a field's name; 0 if nothing does. */
static size_t unknown_field(const char *p)
{
	size_t len = 0;
	while (g_ascii_islower(p[len]))
		len++;
	if (len < 2 || p[len] != ':' || g_str_has_prefix(p + len, "://") ||
	    g_str_has_prefix(p, "filter:"))
		return 0;
	return len;
}

static void *fail_field(struct parser *s, size_t len)
{
	const char *names[G_N_ELEMENTS(field_prefixes)];
	g_autofree char *name = g_strndup(s->p, len + 1);
	for (size_t i = 0; i < G_N_ELEMENTS(field_prefixes); i++)
		names[i] = field_prefixes[i].prefix;
	const char *near = nearest_name(names, G_N_ELEMENTS(names), name);
	return fail(s, s->p, "there is no field '%s'; did you mean '%s'?", name,
		    near ? near : "title:");
}

static bool is_keyword(const char *word)
{
	return strcmp(word, "AND") == 0 || strcmp(word, "OR") == 0 || strcmp(word, "NOT") == 0 ||
	       strcmp(word, "SENTENCE") == 0 || strcmp(word, "NEAR") == 0 ||
	       g_str_has_prefix(word, "NEAR/");
}

static struct node *leaf(struct parser *s, unsigned fields)
{
	const char *at = s->p;
	size_t unknown = fields == FIELDS_TEXT ? unknown_field(at) : 0;
	if (unknown)
		return fail_field(s, unknown);
	g_autofree char *word = bare(s);
	size_t len = strlen(word);
	enum node_kind kind = NODE_WORD;
	const char *text = word;

	if (is_keyword(word))
		return fail(s, at,
			    "%s stands where a term was expected; \"%s\" searches for the word",
			    word, word);
	if (g_str_has_prefix(word, "age<") || g_str_has_prefix(word, "age>"))
		return age(s, at, word);
	if (g_str_has_prefix(word, "@@")) {
		kind = NODE_SIDE;
		text += 2;
	} else if (word[0] == '@') {
		kind = NODE_ENTITY;
		text++;
	} else if (g_str_has_prefix(word, "filter:")) {
		kind = NODE_FILTER;
		text += 7;
	} else if (word[0] == '=') {
		kind = NODE_EXACT;
		text++;
	} else if (len > 1 && word[len - 1] == '*') {
		kind = NODE_PREFIX;
		word[len - 1] = 0;
	}
	if (!*text)
		return fail(s, at, "a word is missing here");
	return new_leaf(s, kind, at, text, fields);
}

static struct node *minimum(struct parser *s, unsigned fields)
{
	const char *at = s->p;
	char *end;
	s->p += 4;
	unsigned long count = strtoul(s->p, &end, 10);
	struct node *node = new_node(s, NODE_MIN, at);

	node->count = (uint16_t)MIN(count, UINT16_MAX);
	s->p = end;
	skip_blank(s);
	if (count == 0 || count > 1000 || *s->p != ';') {
		node_free(node);
		return fail(s, at, "expected min(number; term, term, …)");
	}
	do {
		s->p++;
		struct node *child = parse_or(s, fields);
		if (!child) {
			node_free(node);
			return NULL;
		}
		add_child(node, child);
		skip_blank(s);
	} while (*s->p == ',');
	if (*s->p != ')') {
		node_free(node);
		return fail(s, s->p, "expected , or ) in min(…)");
	}
	s->p++;
	if (node->count > node->children->len) {
		unsigned have = node->children->len;
		node_free(node);
		return fail(s, at, "min(%lu; …) can never match: it has only %u terms", count,
			    have);
	}
	return node;
}

static struct node *group(struct parser *s, unsigned fields)
{
	const char *at = s->p++;
	struct node *node = parse_or(s, fields);
	skip_blank(s);
	if (node && *s->p != ')') {
		node_free(node);
		return fail(s, at, "this parenthesis is never closed");
	}
	if (node)
		s->p++;
	return node;
}

static struct node *primary(struct parser *s, unsigned fields)
{
	skip_blank(s);
	for (size_t i = 0; i < G_N_ELEMENTS(field_prefixes); i++)
		if (g_str_has_prefix(s->p, field_prefixes[i].prefix)) {
			s->p += strlen(field_prefixes[i].prefix);
			fields = field_prefixes[i].fields;
			i = (size_t)-1; /* the innermost of several counts */
		}
	if (*s->p == '(')
		return group(s, fields);
	if (*s->p == '"')
		return quoted(s, NODE_PHRASE, fields);
	if (s->p[0] == '=' && s->p[1] == '"') {
		s->p++;
		return quoted(s, NODE_EXACT, fields);
	}
	if (*s->p == '/')
		return regex(s, fields);
	if (g_str_has_prefix(s->p, "min("))
		return minimum(s, fields);
	if (is_word_end(*s->p))
		return *s->p ? fail(s, s->p, "'%c' does not belong here", *s->p)
			     : fail(s, s->p, "the expression ends where a term was expected");
	return leaf(s, fields);
}

static struct node *unary(struct parser *s, unsigned fields)
{
	const char *at;
	skip_blank(s);
	at = s->p;
	if (!take_keyword(s, "NOT"))
		return primary(s, fields);
	if (++s->depth > MAX_DEPTH)
		return fail(s, at, "nested more than %d deep", MAX_DEPTH);
	struct node *child = unary(s, fields);
	s->depth--;
	if (!child)
		return NULL;
	struct node *node = new_node(s, NODE_NOT, at);
	add_child(node, child);
	return node;
}

static bool is_positional(const struct node *node)
{
	if (node->kind >= NODE_WORD && node->kind <= NODE_SIDE)
		return (node->fields & ~FIELDS_TEXT) == 0;
	if (node->kind == NODE_NEAR || node->kind == NODE_SENTENCE)
		return true;
	if (node->kind != NODE_OR)
		return false;
	for (unsigned i = 0; i < node->children->len; i++)
		if (!is_positional(node->children->pdata[i]))
			return false;
	return true;
}

static struct node *near_chain(struct parser *s, unsigned fields)
{
	struct node *left = unary(s, fields);
	while (left) {
		skip_blank(s);
		const char *at = s->p;
		unsigned distance = take_near(s);
		bool sentence = !distance && take_keyword(s, "SENTENCE");
		if (!distance && !sentence)
			return left;
		struct node *right = s->failed_at ? NULL : unary(s, fields);
		struct node *node = new_node(s, sentence ? NODE_SENTENCE : NODE_NEAR, at);
		node->count = (uint16_t)distance;
		add_child(node, left);
		if (right)
			add_child(node, right);
		if (right && (!is_positional(left) || !is_positional(right)))
			fail(s, at,
			     "NEAR and SENTENCE join words, phrases and entities of title or body");
		if (!right || s->failed_at) {
			node_free(node);
			return NULL;
		}
		left = node;
	}
	return NULL;
}

static bool ends_and(struct parser *s)
{
	const char *saved = s->p;
	skip_blank(s);
	bool ends = !*s->p || strchr("),;", *s->p);
	if (!ends && take_keyword(s, "OR"))
		ends = true;
	s->p = saved;
	return ends;
}

static struct node *parse_and(struct parser *s, unsigned fields)
{
	const char *at = s->p;
	struct node *first = near_chain(s, fields), *node = NULL;
	while (first && !ends_and(s)) {
		take_keyword(s, "AND");
		struct node *next = near_chain(s, fields);
		if (!next) {
			node_free(node ? node : first);
			return NULL;
		}
		if (!node) {
			node = new_node(s, NODE_AND, at);
			add_child(node, first);
		}
		add_child(node, next);
	}
	return node ? node : first;
}

static struct node *parse_or(struct parser *s, unsigned fields)
{
	const char *at = s->p;
	if (++s->depth > MAX_DEPTH || s->nodes > MAX_NODES)
		return fail(s, at, "nested more than %d deep, or over %d terms", MAX_DEPTH,
			    MAX_NODES);
	struct node *first = parse_and(s, fields), *node = NULL;
	while (first && take_keyword(s, "OR")) {
		struct node *next = parse_and(s, fields);
		if (!next) {
			node_free(node ? node : first);
			return NULL;
		}
		if (!node) {
			node = new_node(s, NODE_OR, at);
			add_child(node, first);
		}
		add_child(node, next);
	}
	s->depth--;
	return node ? node : first;
}

static struct node *parse(struct parser *s, struct origin *failed)
{
	struct node *node = parse_or(s, FIELDS_TEXT);

	skip_blank(s);
	if (node && *s->p) {
		fail(s, s->p, "'%.*s' does not belong here", first_characters(s->p, 20), s->p);
		g_clear_pointer(&node, node_free);
	}
	if (!node)
		*failed = locate(s, s->failed_at ? s->failed_at : s->p);
	return node;
}

struct node *expression_parse(const char *text, const struct origin *origin, struct origin *failed,
			      GError **error)
{
	struct parser s = {.start = text, .p = text, .origin = *origin, .error = error};
	return parse(&s, failed);
}

static bool has_operators(const char *text)
{
	static const char *const marks[] = {"\"",   "@",	  " NEAR", " AND ",   " OR ",
					    "NOT ", " SENTENCE ", "min(",  "filter:", "age<",
					    "age>", "(",	  "/"};
	if (text[0] == '=' || g_str_has_suffix(text, "*"))
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (strstr(text, marks[i]))
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(field_prefixes); i++)
		if (strstr(text, field_prefixes[i].prefix))
			return true;
	return false;
}

struct node *expression_parse_term(const char *text, const struct origin *origin,
				   struct origin *failed, GError **error)
{
	g_autofree char *phrase = has_operators(text) ? NULL : g_strdup_printf("\"%s\"", text);
	const char *start = phrase ? phrase : text;
	struct parser s = {.start = start,
			   .p = start,
			   .origin = *origin,
			   .quoted = phrase != NULL,
			   .error = error};
	return parse(&s, failed);
}

/* ---- canonical text
 * -------------------------------------------------------------------------------------------- */

static void append(GString *out, const struct node *node);

static void append_children(GString *out, const struct node *node, const char *between)
{
	for (unsigned i = 0; i < node->children->len; i++) {
		if (i)
			g_string_append(out, between);
		append(out, node->children->pdata[i]);
	}
}

static void append_leaf(GString *out, const struct node *node)
{
	static const struct {
		const char *before, *after;
	} marks[] = {
		[NODE_WORD] = {"", ""},		 [NODE_PHRASE] = {"\"", "\""},
		[NODE_EXACT] = {"=\"", "\""},	 [NODE_PREFIX] = {"", "*"},
		[NODE_ENTITY] = {"@", ""},	 [NODE_SIDE] = {"@@", ""},
		[NODE_REGEX] = {"/", "/"},	 [NODE_AGE] = {"", ""},
		[NODE_FILTER] = {"filter:", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(field_prefixes); i++)
		if (node->fields == field_prefixes[i].fields)
			g_string_append(out, field_prefixes[i].prefix);
	g_string_append(out, marks[node->kind].before);
	for (const char *p = node->text; *p; p++) {
		if (node->kind == NODE_REGEX && *p == '/')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append(out, marks[node->kind].after);
}

static void append(GString *out, const struct node *node)
{
	g_autofree char *between = NULL;
	switch (node->kind) {
	case NODE_AND:
	case NODE_OR:
	case NODE_SENTENCE:
		g_string_append_c(out, '(');
		append_children(out, node,
				node->kind == NODE_AND	? " AND "
				: node->kind == NODE_OR ? " OR "
							: " SENTENCE ");
		g_string_append_c(out, ')');
		break;
	case NODE_NEAR:
		between = g_strdup_printf(" NEAR/%u ", node->count);
		g_string_append_c(out, '(');
		append_children(out, node, between);
		g_string_append_c(out, ')');
		break;
	case NODE_NOT:
		g_string_append(out, "NOT ");
		append_children(out, node, "");
		break;
	case NODE_MIN:
		g_string_append_printf(out, "min(%u; ", node->count);
		append_children(out, node, ", ");
		g_string_append_c(out, ')');
		break;
	default:
		append_leaf(out, node);
	}
}

char *expression_text(const struct node *node)
{
	GString *out = g_string_new(NULL);
	append(out, node);
	return g_string_free(out, FALSE);
}
