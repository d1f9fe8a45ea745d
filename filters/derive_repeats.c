/* derive_repeats: see derive_repeats.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_repeats.h"

#include "filters/text.h"

#include <string.h>

/* Of a text's runs of words, so many in one earlier text: the same article, edited or set in other
 * lines. Two articles of one agency's story share a quarter at most. */
#define SAME_SHARE 0.7
#define RUN	   6 /* words */

/* The hash of each run of words, by its first word. What is shorter than a run is one by itself. */
static GArray *runs_of(const char *text)
{
	g_autofree char *folded = text_folded(text);
	g_auto(GStrv) words = g_strsplit_set(folded, " \n", -1);
	GArray *runs = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint64 last[RUN] = {0};
	unsigned count = 0;

	for (char **word = words; *word; word++) {
		guint64 hash = G_GUINT64_CONSTANT(14695981039346656037);
		if (!**word)
			continue;
		for (const char *p = *word; *p; p++)
			hash = (hash ^ (unsigned char)*p) * G_GUINT64_CONSTANT(1099511628211);
		memmove(last, last + 1, sizeof last - sizeof *last);
		last[RUN - 1] = hash;
		if (++count < RUN && word[1])
			continue;
		guint64 run = 1;
		for (unsigned i = 0; i < RUN; i++)
			run = run * G_GUINT64_CONSTANT(6364136223846793005) + last[i];
		g_array_append_val(runs, run);
	}
	return runs;
}

/* The earlier text that holds most of this one; runs that none has are this one's. */
static int most_like(GHashTable *first_text, const char *text, int index)
{
	g_autoptr(GArray) runs = runs_of(text);
	g_autofree unsigned *held = g_new0(unsigned, (size_t)index + 1);
	int best = -1;

	for (unsigned i = 0; i < runs->len; i++) {
		const guint64 *run = &g_array_index(runs, guint64, i);
		gpointer first;
		if (g_hash_table_lookup_extended(first_text, run, NULL, &first))
			held[GPOINTER_TO_INT(first)]++;
		else
			g_hash_table_insert(first_text, g_memdup2(run, sizeof *run),
					    GINT_TO_POINTER(index));
	}
	for (int i = 0; i < index; i++)
		if (held[i] && held[i] >= SAME_SHARE * runs->len &&
		    (best < 0 || held[i] > held[best]))
			best = i;
	return best;
}

GArray *repeats_find(const GPtrArray *texts)
{
	GArray *repeats = g_array_new(FALSE, FALSE, sizeof(int));
	g_autoptr(GHashTable) first_text =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (unsigned i = 0; i < texts->len; i++) {
		int same = most_like(first_text, texts->pdata[i], (int)i);
		g_array_append_val(repeats, same);
	}
	return repeats;
}
