/* examples: the texts that a command line names: files, folders, HTML pages, stored articles, lines
 * of news. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct examples {
	GPtrArray *texts;    /* char *: plain text, paragraphs by '\n', the title first */
	GPtrArray *labels;   /* char *: file names without their folders, ids of articles */
	size_t bytes;	     /* of the texts from files */
	const char *command; /* in whose name warnings are said */
};

struct examples *examples_new(void);
void examples_free(struct examples *examples);

/* Add an article. */
void examples_add(struct examples *examples, const char *title, const char *body);
/* Add what `operands` (NULL-terminated) name. Files of a folder in order of their names: .txt,
 * .text, .md, .html, .htm. A word of 16 hexadecimal digits is a stored article. HTML is read in the
 * sandboxed worker. What in a folder cannot be read is left out with a warning. False, the reason
 * said on stderr for `command`. */
bool examples_read(struct examples *examples, const char *command, char **operands);
/* Add ordinary news: a JSON object a line (title; body or description), or a text a line. */
bool examples_read_lines(struct examples *examples, const char *path, GError **error);
