/* scan: see scan.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/scan.h"

#include <string.h>

enum token { TOKEN_END, TOKEN_WORD, TOKEN_MARK };

struct scanner {
	const char *p;
	unsigned line, column;
	unsigned token_line, token_column;
	GString *word;
	char mark; /* one of = + { } , ( ) */
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

static void skip_blank(struct scanner *s)
{
	for (;;) {
		while (*s->p && g_ascii_isspace(*s->p))
			advance(s);
		if (*s->p == '#' || (s->p[0] == '/' && s->p[1] == '/')) {
			while (*s->p && *s->p != '\n')
				advance(s);
		} else if (s->p[0] == '/' && s->p[1] == '*') {
			while (*s->p && !(s->p[0] == '*' && s->p[1] == '/'))
				advance(s);
			for (int i = 0; i < 2 && *s->p; i++)
				advance(s);
		} else {
			return;
		}
	}
}

static void scan_quoted(struct scanner *s)
{
	char quote = *s->p;
	advance(s);
	while (*s->p && *s->p != quote) {
		if (*s->p == '\\' && s->p[1])
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
	while (*s->p && !g_ascii_isspace(*s->p) && !strchr("={},()+\"'#", *s->p)) {
		g_string_append_c(s->word, *s->p);
		advance(s);
	}
	return TOKEN_WORD;
}

static void free_key(gpointer data)
{
	struct scan_key *key = data;
	g_free(key->block);
	g_free(key->title);
	g_free(key->key);
	g_free(key);
}

/* One value or a { list }. */
static void skip_value(struct scanner *s)
{
	if (next(s) != TOKEN_MARK || s->mark != '{')
		return;
	for (enum token t = next(s); t != TOKEN_END; t = next(s))
		if (t == TOKEN_MARK && s->mark == '}')
			return;
}

struct block_frame {
	char *name, *title;
	unsigned index;
};

static void add(GPtrArray *keys, const struct block_frame *frame, const char *key, unsigned line,
		unsigned column)
{
	struct scan_key *entry = g_new0(struct scan_key, 1);
	entry->block = g_strdup(frame->name);
	entry->title = g_strdup(frame->title);
	entry->key = g_strdup(key);
	entry->block_index = frame->index;
	entry->line = line;
	entry->column = column;
	g_ptr_array_add(keys, entry);
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

GPtrArray *scan_keys(const char *text)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(free_key);
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct scanner s = {.p = text, .line = 1, .column = 1, .word = g_string_new(NULL)};
	struct block_frame frame = {NULL, NULL, 0};

	for (enum token t = next(&s); t != TOKEN_END; t = next(&s)) {
		if (t == TOKEN_MARK) {
			if (s.mark == '}')
				leave_block(&frame);
			continue;
		}
		g_autofree char *word = g_strdup(s.word->str);
		g_autofree char *title = NULL;
		unsigned line = s.token_line, column = s.token_column;
		t = next(&s);
		if (t == TOKEN_WORD) {
			title = g_strdup(s.word->str);
			t = next(&s);
		}
		if (t == TOKEN_MARK && s.mark == '+')
			t = next(&s);
		if (t == TOKEN_MARK && s.mark == '=') {
			add(keys, &frame, word, line, column);
			skip_blank(&s);
			struct scan_key *added = keys->pdata[keys->len - 1];
			added->value_line = s.line;
			added->value_column = s.column;
			skip_value(&s);
		} else if (t == TOKEN_MARK && s.mark == '(') {
			while ((t = next(&s)) != TOKEN_END && !(t == TOKEN_MARK && s.mark == ')'))
				; /* include("file") */
		} else if (t == TOKEN_MARK && s.mark == '{' && !frame.name) {
			enter_block(counts, &frame, word, title);
			add(keys, &frame, NULL, line, column);
		} else {
			break;
		}
	}
	leave_block(&frame);
	g_string_free(s.word, TRUE);
	return keys;
}
