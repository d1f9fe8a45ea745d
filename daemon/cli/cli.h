/* cli: what every subcommand needs: options, output that is safe on a terminal.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Parse `entries` out of argv, leaving the operands. `usage`: "[FILE…]" as after the name, NULL: no
 * operands are taken; `help`: what
 * the command does, for --help. True to go on; false with *exit_code set (help shown, or wrong usage
 * said on stderr). */
bool cli_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
		 const char *help, int *exit_code);

/* "vedetta NAME: message" on stderr. */
void cli_error(const char *command, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Outside text for a terminal: control characters, escapes and bidi overrides neutralised, at most
 * `columns` wide (0: whole). Free the result. */
char *cli_text(const char *text, unsigned columns);

/* One line of JSON for programs and for eyes: what a terminal would obey is written as an escape. Takes the object. */
void cli_json(FILE *stream, json_t *object);

/* A state, a priority, an outcome as lower rooms name it in English, in the user's language; itself if it is none of
 * these. Static, or `name`. */
const char *cli_name(const char *name);

/* The same of a whole reason as the ledger keeps it, with names and numbers in it. Free the result. */
char *cli_reason(const char *reason);
/* The same of a line that says why a filter matched or did not. Free the result. */
char *cli_verdict(const char *why);
/* The same of what is wrong with a filter. Free the result. */
char *cli_problem(const char *problem);
/* A sentence of a table, in which names and numbers stand for %s, in the user's language; the last that
 * fits. As it is if none does. Free the result. */
char *cli_sentence(const char *text, const char *const *table, size_t count);

/* Outside text as a column of a table: cut to, and filled up with blanks to `columns`: printf's %-8s counts bytes.
 * Free the result. */
char *cli_column(const char *text, unsigned columns);

/* Columns left for a text behind `used` others on the terminal that stdout is, 20 at least; `otherwise` if it is none. */
unsigned cli_room(unsigned used, unsigned otherwise);

/* Write a whole file: a regular one, or none yet, is replaced at once and keeps its mode; a symbolic link is
 * followed; a pipe or device is written to. */
bool cli_write_file(const char *path, const char *text, GError **error);

/* Whether stream wants colour: a terminal, NO_COLOR unset. */
bool cli_colour(FILE *stream);
