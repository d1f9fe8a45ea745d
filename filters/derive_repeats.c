/* derive_repeats: see derive_repeats.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_repeats.h"

#include "filters/text.h"

#include <string.h>

#define SAME_SHARE 0.8 /* of a text's bytes, in lines that one earlier text has too */
#define LINE_MIN   20  /* bytes: shorter lines are labels */

/* Lines of a text, folded: where each was met first. */
static int most_like(GHashTable *first_text, const char *text, int index)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree size_t *held = g_new0(size_t, (size_t)index + 1);
	size_t all = 0;
	int best = -1;

	for (char **line = lines; *line; line++) {
		char *folded = text_folded(*line);
		size_t len = strlen(folded);
		gpointer first;
		if (len < LINE_MIN) {
			g_free(folded);
			continue;
		}
		all += len;
		if (!g_hash_table_lookup_extended(first_text, folded, NULL, &first)) {
			g_hash_table_insert(first_text, folded, GINT_TO_POINTER(index));
			continue;
		}
		held[GPOINTER_TO_INT(first)] += len;
		g_free(folded);
	}
	for (int i = 0; i < index; i++)
		if (held[i] >= SAME_SHARE * all && all && (best < 0 || held[i] > held[best]))
			best = i;
	return best;
}

GArray *repeats_find(const GPtrArray *texts)
{
	GArray *repeats = g_array_new(FALSE, FALSE, sizeof(int));
	g_autoptr(GHashTable) first_text =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < texts->len; i++) {
		int same = most_like(first_text, texts->pdata[i], (int)i);
		g_array_append_val(repeats, same);
	}
	return repeats;
}
