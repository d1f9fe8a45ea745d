/* reference: see reference.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/reference.h"

#include "filters/text.h"

#include <stdio.h>
#include <libstemmer.h>
#include <string.h>

/* One word in so many is a joining word, unless it is often a name. In 214 000 tokens of Italian
 * news: the 130 most frequent words. */
#define STOP_SHARE   0.0008
#define STOP_CAPITAL 0.2
/* Short words of few letters are joints already when less frequent ("o", "sul", "nei"). */
#define SHORT_STOP_SHARE  0.00008
#define SHORT_STOP_LENGTH 4

/* What a few texts do not hold may still be ordinary: absent words count as they would in so many.
 */
#define TOKENS_MIN 200000
/* From here on a character is a word or a part of one. */
#define FIRST_IDEOGRAPH 0x2e80

struct reference {
	GHashTable *words; /* char * -> struct reference_word * */
	GHashTable *stems; /* char * -> uses; NULL: none were read */
	double tokens;
};

struct reference *reference_new(void)
{
	struct reference *r = g_new0(struct reference, 1);
	r->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return r;
}

void reference_free(struct reference *r)
{
	if (!r)
		return;
	g_hash_table_unref(r->words);
	g_clear_pointer(&r->stems, g_hash_table_unref);
	g_free(r);
}

static struct reference_word *word_of(struct reference *r, const char *word)
{
	struct reference_word *found = g_hash_table_lookup(r->words, word);
	if (!found) {
		found = g_new0(struct reference_word, 1);
		g_hash_table_insert(r->words, g_strdup(word), found);
	}
	return found;
}

static bool read_line(struct reference *r, const char *line)
{
	if (*line == '#') {
		sscanf(line, "# tokens %lf", &r->tokens);
		return true;
	}
	const char *tab = strchr(line, '\t');
	struct reference_word word = {0};
	if (!tab || tab == line ||
	    sscanf(tab, "%u %u %u", &word.count, &word.capital, &word.sentences) != 3)
		return false;
	g_autofree char *key = g_strndup(line, (gsize)(tab - line));
	*word_of(r, key) = word;
	return true;
}

struct reference *reference_load(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	struct reference *r;
	unsigned number = 0;

	if (!g_file_get_contents(path, &text, NULL, error))
		return NULL;
	r = reference_new();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		number++;
		if (**line && (!g_utf8_validate(*line, -1, NULL) || !read_line(r, *line))) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
				    "%s:%u: expected word, count, capitals, sentences between tabs",
				    path, number);
			reference_free(r);
			return NULL;
		}
	}
	return r;
}

void reference_add(struct reference *r, const char *text)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	uint32_t sentence = UINT32_MAX;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);

	text_tokenise(text, strlen(text), tokens);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		g_autoptr(GString) lower = g_string_new(NULL);
		text_lower(text + token->start, token->end - token->start, lower);
		struct reference_word *word = word_of(r, lower->str);
		bool first = token->sentence != sentence;
		if (first)
			g_hash_table_remove_all(seen);
		sentence = token->sentence;
		word->count++;
		word->capital += token->capital && !first;
		word->sentences += g_hash_table_add(seen, word);
		r->tokens++;
	}
}

static int by_count(gconstpointer left, gconstpointer right, gpointer data)
{
	const struct reference *r = data;
	const char *a = *(char *const *)left, *b = *(char *const *)right;
	unsigned x = ((struct reference_word *)g_hash_table_lookup(r->words, a))->count;
	unsigned y = ((struct reference_word *)g_hash_table_lookup(r->words, b))->count;
	return x != y ? (x < y) - (x > y) : strcmp(a, b);
}

char *reference_write(const struct reference *r, const char *source)
{
	GString *out = g_string_new(NULL);
	guint len;
	g_autofree gpointer *keys = g_hash_table_get_keys_as_array(r->words, &len);
	g_qsort_with_data(keys, (int)len, sizeof *keys, by_count, (gpointer)r);
	g_string_append_printf(out, "# word frequencies; source: %s\n# tokens %.0f types %u\n",
			       source, r->tokens, len);
	g_string_append(out, "# word (lower case)\tcount\tcapital inside a sentence\tsentences\n");
	for (guint i = 0; i < len; i++) {
		const struct reference_word *word = g_hash_table_lookup(r->words, keys[i]);
		g_string_append_printf(out, "%s\t%u\t%u\t%u\n", (char *)keys[i], word->count,
				       word->capital, word->sentences);
	}
	return g_string_free(out, FALSE);
}

double reference_tokens(const struct reference *r)
{
	return MAX(r->tokens, TOKENS_MIN);
}

bool reference_tells(const struct reference *r)
{
	return r->tokens >= TOKENS_MIN;
}

struct reference_word reference_word(const struct reference *r, const char *word)
{
	const struct reference_word *found = g_hash_table_lookup(r->words, word);
	return found ? *found : (struct reference_word){0};
}

void reference_read_stems(struct reference *r, const char *algorithm)
{
	struct sb_stemmer *stemmer = algorithm ? sb_stemmer_new(algorithm, "UTF_8") : NULL;
	GHashTableIter iter;
	gpointer word, value;
	if (!stemmer)
		return;
	g_clear_pointer(&r->stems, g_hash_table_unref);
	r->stems = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_iter_init(&iter, r->words);
	while (g_hash_table_iter_next(&iter, &word, &value)) {
		const sb_symbol *stem = sb_stemmer_stem(stemmer, word, (int)strlen(word));
		if (!stem)
			continue;
		const char *key = (const char *)stem;
		unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(r->stems, key));
		count += ((struct reference_word *)value)->count;
		g_hash_table_insert(r->stems, g_strdup(key), GUINT_TO_POINTER(count));
	}
	sb_stemmer_delete(stemmer);
}

unsigned reference_family(const struct reference *r, const char *stem, const char *word)
{
	return r->stems ? GPOINTER_TO_UINT(g_hash_table_lookup(r->stems, stem))
			: reference_word(r, word).count;
}

bool reference_is_stop(const struct reference *r, const char *word)
{
	struct reference_word found = reference_word(r, word);
	if (g_utf8_strlen(word, -1) == 1 && g_utf8_get_char(word) < FIRST_IDEOGRAPH)
		return true;
	double share = found.count / MAX(r->tokens, 1);
	bool shortish = g_utf8_strlen(word, -1) <= SHORT_STOP_LENGTH;
	return share >= (shortish ? SHORT_STOP_SHARE : STOP_SHARE) &&
	       found.capital <= STOP_CAPITAL * found.count;
}
