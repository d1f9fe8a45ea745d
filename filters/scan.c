/* scan: see scan.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/scan.h"

#include <string.h>

enum token { TOKEN_END, TOKEN_WORD, TOKEN_MARK };

struct scanner {
	const char *p;
	unsigned line, column;
	const char *text, *token;
	unsigned token_line, token_column;
	GString *word;
	char mark;			 /* one of = + { } , ( ) */
	unsigned open_line, open_column; /* what is not closed yet begins there; line 0: nothing */
};

static void advance(struct scanner *s)
{
	if (*s->p == '\n') {
		s->line++;
		s->column = 1;
	} else if ((*s->p & 0xc0) != 0x80) {
		s->column++;
	}
	s->p++;
}

/* The outermost counts. */
static void left_open(struct scanner *s, unsigned line, unsigned column)
{
	if (s->open_line)
		return;
	s->open_line = line;
	s->open_column = column;
}

static void skip_blank(struct scanner *s)
{
	for (;;) {
		while (*s->p && g_ascii_isspace(*s->p))
			advance(s);
		if (*s->p == '#' || (s->p[0] == '/' && s->p[1] == '/')) {
			while (*s->p && *s->p != '\n')
				advance(s);
		} else if (s->p[0] == '/' && s->p[1] == '*') {
			unsigned line = s->line, column = s->column;
			while (*s->p && !(s->p[0] == '*' && s->p[1] == '/'))
				advance(s);
			if (!*s->p)
				left_open(s, line, column);
			for (int i = 0; i < 2 && *s->p; i++)
				advance(s);
		} else {
			return;
		}
	}
}

/* Up to one of the marks: part of the word. */
static void scan_up_to(struct scanner *s, const char *marks)
{
	const char *start = s->p;
	size_t len = strcspn(start, marks);
	while (s->p < start + len)
		advance(s);
	g_string_append_len(s->word, start, (gssize)len);
}

static void scan_quoted(struct scanner *s)
{
	const char quote = *s->p, marks[] = {quote, '\\', 0};
	advance(s);
	for (scan_up_to(s, marks); *s->p && *s->p != quote; scan_up_to(s, marks)) {
		if (s->p[1])
			advance(s);
		g_string_append_c(s->word, *s->p);
		advance(s);
	}
	if (*s->p)
		advance(s);
}

static enum token next(struct scanner *s)
{
	skip_blank(s);
	s->token_line = s->line;
	s->token_column = s->column;
	s->token = s->p;
	g_string_truncate(s->word, 0);
	if (!*s->p)
		return TOKEN_END;
	if (strchr("={},()+", *s->p)) {
		s->mark = *s->p;
		advance(s);
		return TOKEN_MARK;
	}
	if (*s->p == '"' || *s->p == '\'') {
		scan_quoted(s);
		return TOKEN_WORD;
	}
	scan_up_to(s, "={},()+\"'# \t\n\f\r");
	return TOKEN_WORD;
}

static void free_key(gpointer data)
{
	struct scan_key *key = data;
	g_free(key->block);
	g_free(key->title);
	g_free(key->key);
	g_clear_pointer(&key->values, g_array_unref);
	g_free(key);
}

static void add_value(struct scanner *s, struct scan_key *key)
{
	const struct scan_value value = {(size_t)(s->token - s->text), s->token_line,
					 s->token_column};
	g_array_append_val(key->values, value);
}

/* One value or a { list }. */
static void read_value(struct scanner *s, struct scan_key *key)
{
	enum token t = next(s);
	key->values = g_array_new(FALSE, FALSE, sizeof(struct scan_value));
	key->value_line = s->token_line;
	key->value_column = s->token_column;
	if (t == TOKEN_WORD)
		add_value(s, key);
	if (t != TOKEN_MARK || s->mark != '{')
		return;
	for (t = next(s); t != TOKEN_END; t = next(s)) {
		if (t == TOKEN_MARK && s->mark == '}')
			return;
		if (t == TOKEN_WORD)
			add_value(s, key);
	}
	left_open(s, key->value_line, key->value_column);
}

struct block_frame {
	char *name, *title;
	unsigned index;
};

static struct scan_key *add(GPtrArray *keys, const struct block_frame *frame, const char *key,
			    const struct scan_key *place)
{
	struct scan_key *entry = g_new0(struct scan_key, 1);
	*entry = *place;
	entry->block = g_strdup(frame->name);
	entry->title = g_strdup(frame->title);
	entry->key = g_strdup(key);
	entry->block_index = frame->index;
	g_ptr_array_add(keys, entry);
	return entry;
}

static void leave_block(struct block_frame *frame)
{
	g_clear_pointer(&frame->name, g_free);
	g_clear_pointer(&frame->title, g_free);
}

static void enter_block(GHashTable *counts, struct block_frame *frame, const char *name,
			const char *title)
{
	unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));
	g_hash_table_insert(counts, g_strdup(name), GUINT_TO_POINTER(count + 1));
	frame->name = g_strdup(name);
	frame->title = g_strdup(title);
	frame->index = count;
}

/* What follows a word at the top or inside a block; false ends the scan. */
static bool read_statement(struct scanner *s, GPtrArray *keys, GHashTable *counts,
			   struct block_frame *frame)
{
	g_autofree char *word = g_strdup(s->word->str);
	g_autofree char *title = NULL;
	struct scan_key place = {.line = s->token_line,
				 .column = s->token_column,
				 .at = (size_t)(s->token - s->text)};
	enum token t = next(s);

	if (t == TOKEN_WORD) {
		title = g_strdup(s->word->str);
		t = next(s);
	}
	place.appended = t == TOKEN_MARK && s->mark == '+';
	if (place.appended)
		t = next(s);
	if (t != TOKEN_MARK)
		return false;
	if (s->mark == '=') {
		read_value(s, add(keys, frame, word, &place));
	} else if (s->mark == '(') {
		while ((t = next(s)) != TOKEN_END && !(t == TOKEN_MARK && s->mark == ')'))
			; /* include("file") */
	} else if (s->mark == '{' && !frame->name) {
		enter_block(counts, frame, word, title);
		left_open(s, place.line, place.column);
		add(keys, frame, NULL, &place);
	} else if (s->mark == '{' && frame->name) { /* a block inside a block */
		add(keys, frame, word, &place);
		for (unsigned depth = 1; depth && (t = next(s)) != TOKEN_END;)
			depth += t != TOKEN_MARK ? 0 : s->mark == '{' ? 1 : s->mark == '}' ? -1 : 0;
	} else {
		return false;
	}
	return true;
}

GPtrArray *scan_some(const char *text, struct scan_cursor *cursor, unsigned blocks, bool *broken)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(free_key);
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct scanner s = {.text = text,
			    .p = cursor->p,
			    .line = cursor->line,
			    .column = cursor->column,
			    .word = g_string_new(NULL)};
	struct block_frame frame = {NULL, NULL, 0};
	unsigned left = blocks;
	enum token t;

	*broken = false;
	while (left && (t = next(&s)) != TOKEN_END) {
		if (t == TOKEN_WORD) {
			*broken = !read_statement(&s, keys, counts, &frame);
			if (*broken)
				break;
		} else if (s.mark == '}') {
			leave_block(&frame);
			s.open_line = 0;
			left--;
		}
	}
	leave_block(&frame);
	g_string_free(s.word, TRUE);
	*cursor = (struct scan_cursor){*broken ? s.p + strlen(s.p) : s.p, s.line, s.column,
				       s.open_line, s.open_column};
	return keys;
}

GPtrArray *scan_keys(const char *text)
{
	struct scan_cursor cursor = {.p = text, .line = 1, .column = 1};
	bool broken;
	return scan_some(text, &cursor, UINT_MAX, &broken);
}

char *scan_without_comments(const char *text)
{
	char *plain = g_strdup(text);
	struct scanner s = {.p = plain, .word = g_string_new(NULL)};
	char *from = plain;

	while (*s.p) {
		skip_blank(&s);
		for (; from < s.p; from++)
			if (!g_ascii_isspace(*from))
				*from = ' ';
		if (*s.p && next(&s) == TOKEN_END)
			break;
		from = plain + (s.p - plain);
	}
	g_string_free(s.word, TRUE);
	return plain;
}
