/* nearest: see nearest.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/nearest.h"

#include <glib.h>
#include <string.h>

/* Levenshtein distance of two short ASCII names. */
static unsigned distance(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	g_autofree unsigned *row = g_new(unsigned, b_len + 1);

	for (size_t j = 0; j <= b_len; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			unsigned substituted = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			row[j] = MIN(substituted, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[b_len];
}

const char *nearest_name(const char *const *names, unsigned count, const char *name)
{
	const char *nearest = NULL;
	size_t name_len = strlen(name);
	unsigned best = (unsigned)MAX(name_len / 3, 1) + 1;

	if (name_len > 64)
		return NULL;
	for (unsigned i = 0; i < count; i++) {
		unsigned far = distance(names[i], name);
		if (far < best) {
			best = far;
			nearest = names[i];
		}
	}
	return nearest;
}
