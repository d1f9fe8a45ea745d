/* nearest: see nearest.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/nearest.h"

#include <glib.h>
#include <string.h>

#define MAX_NAME 64

/* Edit distance of two short names; two letters in the wrong order are one edit (optimal string
 * alignment). */
static unsigned distance(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	unsigned rows[3][MAX_NAME + 1];

	if (a_len > MAX_NAME || b_len > MAX_NAME)
		return UINT_MAX;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *over = rows[(i + 1) % 3];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = MIN(above[j - 1] + (a[i - 1] != b[j - 1]),
				     MIN(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = MIN(row[j], over[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

const char *nearest_name(const char *const *names, unsigned count, const char *name)
{
	const char *nearest = NULL;
	size_t name_len = strlen(name);
	unsigned best = (unsigned)MAX(name_len / 3, 1) + 1;

	if (name_len > MAX_NAME)
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
