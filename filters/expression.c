/* expression: see expression.h. Recursive descent, bounded in depth and size.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/expression.h"

#include "filters/expression_lexer.h"
#include "filters/filter_set.h"
#include "filters/nearest.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 100
#define MAX_NODES 20000

struct parser {
	struct expression_lexer lexer;
	unsigned depth, nodes;
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

static struct node *new_leaf(struct parser *s, enum node_kind kind, const char *at,
			     const char *text, unsigned fields)
{
	size_t text_len = strlen(text) + 1;
	struct node *node = g_malloc0(sizeof *node + text_len);
	node->kind = (uint8_t)kind;
	node->fields = (uint8_t)fields;
	memcpy(node->text, text, text_len);
	s->nodes++;
	struct origin place = expression_lexer_locate(&s->lexer, at);
	node->line = place.line;
	node->column = place.column;
	return node;
}

static struct node *new_node(struct parser *s, enum node_kind kind, const char *at)
{
	return new_leaf(s, kind, at, "", 0);
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

static struct node *quoted(struct parser *s, enum node_kind kind, unsigned fields)
{
	const char *at = s->lexer.p;
	g_autofree char *text = expression_lexer_quoted(&s->lexer);
	return text ? new_leaf(s, kind, at, text, fields) : NULL;
}

static struct node *regex(struct parser *s, unsigned fields)
{
	const char *at = s->lexer.p;
	g_autofree char *text = expression_lexer_regex(&s->lexer);
	return text ? new_leaf(s, NODE_REGEX, at, text, fields) : NULL;
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
	return expression_lexer_fail(&s->lexer, at,
				     "'%s': expected an age such as age<2d or age>12h", word);
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
	g_autofree char *name = g_strndup(s->lexer.p, len + 1);
	for (size_t i = 0; i < G_N_ELEMENTS(field_prefixes); i++)
		names[i] = field_prefixes[i].prefix;
	const char *near = nearest_name(names, G_N_ELEMENTS(names), name);
	return expression_lexer_fail(&s->lexer, s->lexer.p,
				     "there is no field '%s'; did you mean '%s'?", name,
				     near ? near : "title:");
}

static bool is_keyword(const char *word)
{
	return strcmp(word, "AND") == 0 || strcmp(word, "OR") == 0 || strcmp(word, "NOT") == 0 ||
	       strcmp(word, "SENTENCE") == 0 || strcmp(word, "NEAR") == 0 ||
	       g_str_has_prefix(word, "NEAR/");
}

/* What other search languages write, and what word processors make of quotation marks. NULL: a
 * word. */
static char *not_a_word(const char *word)
{
	static const char *const quotes[] = {"\u201c", "\u201d", "\u201e", "\u201f", "«", "»"};
	size_t len = strlen(word), mark = strcspn(word, "*~^?|<>=");
	for (size_t i = 0; i < G_N_ELEMENTS(quotes); i++)
		if (strstr(word, quotes[i]))
			return g_strdup_printf("'%s': a phrase stands in plain quotation marks, "
					       "\"…\" and not %s",
					       word, quotes[i]);
	if (len > 1 && strchr("-!", word[0]))
		return g_strdup_printf("'%s': what must not be there is NOT %s", word, word + 1);
	if (len > 1 && word[0] == '+')
		return g_strdup_printf("'%s': a + means nothing; what stands side by side must all "
				       "be there",
				       word);
	if (mark < len && len > 1)
		return g_strdup_printf("'%s': a %c means nothing here%s", word, word[mark],
				       word[mark] == '*' ? "; it stands only at the end of a word"
							 : "");
	return NULL;
}

/* What stands before the name of an entity or of a filter. */
static const struct {
	const char *mark;
	enum node_kind kind;
} references[] = {{"@@", NODE_SIDE}, {"@", NODE_ENTITY}, {"filter:", NODE_FILTER}};

/* @"Kim Jong-un": a name with blanks. NULL, and no mistake, if it is something else. */
static struct node *quoted_reference(struct parser *s, unsigned fields)
{
	const char *at = s->lexer.p;
	for (size_t i = 0; i < G_N_ELEMENTS(references); i++) {
		size_t len = strlen(references[i].mark);
		if (strncmp(at, references[i].mark, len) != 0 || at[len] != '"')
			continue;
		s->lexer.p += len;
		g_autofree char *text = expression_lexer_quoted(&s->lexer);
		return text ? new_leaf(s, references[i].kind, at, text, fields) : NULL;
	}
	return NULL;
}

static struct node *leaf(struct parser *s, unsigned fields)
{
	const char *at = s->lexer.p;
	struct node *reference = quoted_reference(s, fields);
	if (reference || s->lexer.failed_at)
		return reference;
	size_t unknown = fields == FIELDS_TEXT ? unknown_field(at) : 0;
	if (unknown)
		return fail_field(s, unknown);
	g_autofree char *word = expression_lexer_bare(&s->lexer);
	size_t len = strlen(word);
	enum node_kind kind = NODE_WORD;
	const char *text = word;

	if (is_keyword(word))
		return expression_lexer_fail(
			&s->lexer, at,
			"%s stands where a term was expected; \"%s\" searches for the word", word,
			word);
	if (g_str_has_prefix(word, "age<") || g_str_has_prefix(word, "age>"))
		return age(s, at, word);
	for (size_t i = 0; kind == NODE_WORD && i < G_N_ELEMENTS(references); i++)
		if (g_str_has_prefix(word, references[i].mark)) {
			kind = references[i].kind;
			text += strlen(references[i].mark);
		}
	bool named = kind != NODE_WORD;
	if (!named && word[0] == '=') {
		kind = NODE_EXACT;
		text++;
	} else if (!named && len > 1 && word[len - 1] == '*') {
		kind = NODE_PREFIX;
		word[len - 1] = 0;
	}
	if (!*text)
		return expression_lexer_fail(&s->lexer, at, "a word is missing here");
	/* addresses may hold anything */
	g_autofree char *why = named || fields & ~FIELDS_TEXT ? NULL : not_a_word(text);
	if (why)
		return expression_lexer_fail(&s->lexer, at, "%s", why);
	return new_leaf(s, kind, at, text, fields);
}

static struct node *minimum(struct parser *s, unsigned fields)
{
	const char *at = s->lexer.p;
	char *end;
	s->lexer.p += 4;
	unsigned long count = strtoul(s->lexer.p, &end, 10);
	struct node *node = new_node(s, NODE_MIN, at);

	node->count = (uint16_t)MIN(count, UINT16_MAX);
	s->lexer.p = end;
	expression_lexer_skip_blank(&s->lexer);
	if (count == 0 || count > 1000 || *s->lexer.p != ';') {
		node_free(node);
		return expression_lexer_fail(&s->lexer, at, "expected min(number; term, term, …)");
	}
	do {
		s->lexer.p++;
		struct node *child = parse_or(s, fields);
		if (!child) {
			node_free(node);
			return NULL;
		}
		add_child(node, child);
		expression_lexer_skip_blank(&s->lexer);
	} while (*s->lexer.p == ',');
	if (*s->lexer.p != ')') {
		node_free(node);
		return expression_lexer_fail(&s->lexer, s->lexer.p, "expected , or ) in min(…)");
	}
	s->lexer.p++;
	if (node->count > node->children->len) {
		unsigned have = node->children->len;
		node_free(node);
		return expression_lexer_fail(&s->lexer, at,
					     "min(%lu; …) can never match: it has only %u terms",
					     count, have);
	}
	return node;
}

static struct node *group(struct parser *s, unsigned fields)
{
	const char *at = s->lexer.p++;
	struct node *node = parse_or(s, fields);
	expression_lexer_skip_blank(&s->lexer);
	if (node && *s->lexer.p != ')') {
		node_free(node);
		return expression_lexer_fail(&s->lexer, at, "this parenthesis is never closed");
	}
	if (node)
		s->lexer.p++;
	return node;
}

static struct node *primary(struct parser *s, unsigned fields)
{
	expression_lexer_skip_blank(&s->lexer);
	for (size_t i = 0; i < G_N_ELEMENTS(field_prefixes); i++)
		if (g_str_has_prefix(s->lexer.p, field_prefixes[i].prefix)) {
			s->lexer.p += strlen(field_prefixes[i].prefix);
			fields = field_prefixes[i].fields;
			i = (size_t)-1; /* the innermost of several counts */
		}
	if (*s->lexer.p == '(')
		return group(s, fields);
	if (*s->lexer.p == '"')
		return quoted(s, NODE_PHRASE, fields);
	if (s->lexer.p[0] == '=' && s->lexer.p[1] == '"') {
		s->lexer.p++;
		return quoted(s, NODE_EXACT, fields);
	}
	if (*s->lexer.p == '/')
		return regex(s, fields);
	if (g_str_has_prefix(s->lexer.p, "min("))
		return minimum(s, fields);
	if (expression_lexer_is_word_end(*s->lexer.p))
		return *s->lexer.p ? expression_lexer_fail(&s->lexer, s->lexer.p,
							   "'%c' does not belong here", *s->lexer.p)
				   : expression_lexer_fail(
					     &s->lexer, s->lexer.p,
					     "the expression ends where a term was expected");
	return leaf(s, fields);
}

static struct node *unary(struct parser *s, unsigned fields)
{
	const char *at;
	expression_lexer_skip_blank(&s->lexer);
	at = s->lexer.p;
	if (!expression_lexer_take_keyword(&s->lexer, "NOT"))
		return primary(s, fields);
	if (++s->depth > MAX_DEPTH)
		return expression_lexer_fail(&s->lexer, at, "nested more than %d deep", MAX_DEPTH);
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

/* Title and body, of which the two sides can stand in one field. */
static unsigned fields_of(const struct node *node)
{
	if (!node->children)
		return node->fields;
	unsigned fields = fields_of(node->children->pdata[0]);
	for (unsigned i = 1; i < node->children->len; i++) {
		unsigned more = fields_of(node->children->pdata[i]);
		fields = node->kind == NODE_OR ? fields | more : fields & more;
	}
	return fields;
}

static void check_places(struct parser *s, const char *at, const struct node *left,
			 const struct node *right)
{
	if (!is_positional(left) || !is_positional(right))
		expression_lexer_fail(&s->lexer, at,
				      "NEAR and SENTENCE join words, phrases and entities "
				      "of title or body");
	else if (!(fields_of(left) & fields_of(right)))
		expression_lexer_fail(&s->lexer, at,
				      "this can never match: one side stands in the title, the "
				      "other in the body");
}

static struct node *near_chain(struct parser *s, unsigned fields)
{
	struct node *left = unary(s, fields);
	while (left) {
		expression_lexer_skip_blank(&s->lexer);
		const char *at = s->lexer.p;
		unsigned distance = expression_lexer_take_near(&s->lexer);
		bool sentence = !distance && expression_lexer_take_keyword(&s->lexer, "SENTENCE");
		if (!distance && !sentence)
			return left;
		struct node *right = s->lexer.failed_at ? NULL : unary(s, fields);
		struct node *node = new_node(s, sentence ? NODE_SENTENCE : NODE_NEAR, at);
		node->count = (uint16_t)distance;
		add_child(node, left);
		if (right)
			add_child(node, right);
		if (right)
			check_places(s, at, left, right);
		if (!right || s->lexer.failed_at) {
			node_free(node);
			return NULL;
		}
		left = node;
	}
	return NULL;
}

static bool ends_and(struct parser *s)
{
	const char *saved = s->lexer.p;
	expression_lexer_skip_blank(&s->lexer);
	bool ends = !*s->lexer.p || strchr("),;", *s->lexer.p);
	if (!ends && expression_lexer_take_keyword(&s->lexer, "OR"))
		ends = true;
	s->lexer.p = saved;
	return ends;
}

static struct node *parse_and(struct parser *s, unsigned fields)
{
	const char *at = s->lexer.p;
	struct node *first = near_chain(s, fields), *node = NULL;
	while (first && !ends_and(s)) {
		expression_lexer_take_keyword(&s->lexer, "AND");
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
	const char *at = s->lexer.p;
	if (++s->depth > MAX_DEPTH || s->nodes > MAX_NODES)
		return expression_lexer_fail(&s->lexer, at,
					     "nested more than %d deep, or over %d terms",
					     MAX_DEPTH, MAX_NODES);
	struct node *first = parse_and(s, fields), *node = NULL;
	while (first && expression_lexer_take_keyword(&s->lexer, "OR")) {
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

	expression_lexer_skip_blank(&s->lexer);
	if (node && *s->lexer.p) {
		expression_lexer_fail(&s->lexer, s->lexer.p, "'%.*s' does not belong here",
				      expression_lexer_first_characters(s->lexer.p, 20),
				      s->lexer.p);
		g_clear_pointer(&node, node_free);
	}
	if (!node)
		*failed = expression_lexer_locate(&s->lexer, s->lexer.failed_at ? s->lexer.failed_at
										: s->lexer.p);
	return node;
}

struct node *expression_parse(const char *text, const struct origin *origin, struct origin *failed,
			      GError **error)
{
	struct parser s = {.lexer = {.start = text, .p = text, .origin = *origin, .error = error}};
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
	struct parser s = {.lexer = {.start = start,
				     .p = start,
				     .origin = *origin,
				     .quoted = phrase != NULL,
				     .error = error}};
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

static bool is_reference(const struct node *node)
{
	return node->kind == NODE_ENTITY || node->kind == NODE_SIDE || node->kind == NODE_FILTER;
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
	bool blanks = is_reference(node) && node->text[0] == '@';
	for (const char *p = node->text; is_reference(node) && *p; p++)
		blanks = blanks || expression_lexer_is_word_end(*p);
	if (blanks) {
		g_string_append_printf(out, "\"%s\"", node->text);
		return;
	}
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
