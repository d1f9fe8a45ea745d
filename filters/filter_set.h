/* filter_set: what a set of filter files says: entities and filters, checked.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define FILTER_ERROR (filter_error_quark())
GQuark filter_error_quark(void);
enum filter_error {
	FILTER_ERROR_READ,   /* file or folder unreadable */
	FILTER_ERROR_SYNTAX, /* one or more mistakes; the message holds them, one a line */
};

/* A mistake or a warning in a filter file. */
struct filter_problem {
	char *file;
	unsigned line, column; /* 1-based; 0 if unknown */
	bool fatal;
	char *text; /* what, what was expected, nearest name */
};

struct filter_set;

/* Read files and folders (*.filter in sorted order). `problems`, if not NULL, receives every
 * struct filter_problem * found (owned by the array), warnings too. NULL with error if any is fatal. */
struct filter_set *filter_set_load(const char *const *paths, GPtrArray *problems, GError **error);
/* The same from memory; `name` stands for the file in messages. */
struct filter_set *filter_set_parse(const char *name, const char *text, GPtrArray *problems,
				    GError **error);
void filter_set_free(struct filter_set *set);

unsigned filter_set_size(const struct filter_set *set);
/* Ids in file order; NULL past the end. */
const char *filter_set_id(const struct filter_set *set, unsigned index);
/* Title for people; the id if the filter has none; NULL if there is no such filter. */
const char *filter_set_title(const struct filter_set *set, const char *id);
/* The file it stands in, as it was named; NULL if there is no such filter. */
const char *filter_set_file(const struct filter_set *set, const char *id);
void filter_problem_free(struct filter_problem *problem);
/* Add one to `problems`; `text` is taken. */
void filter_problem_add(GPtrArray *problems, const char *file, unsigned line, unsigned column,
			bool fatal, char *text);
