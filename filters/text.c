/* text: see text.h; words of it are found in tokenise.c.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "filters/text.h"

#include "filters/han_simplified.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* ---- folding
 * -------------------------------------------------------------------------------------------------
 */

static int by_traditional(const void *key, const void *row)
{
	return (int)*(const uint16_t *)key - (int)*(const uint16_t *)row;
}

static UChar simplified(UChar c)
{
	uint16_t key = c;
	const uint16_t *row = bsearch(&key, han_simplified, G_N_ELEMENTS(han_simplified),
				      sizeof han_simplified[0], by_traditional);
	return row ? row[1] : c;
}

static bool is_han(UChar32 c)
{
	return (c >= 0x3400 && c < 0xa000) || (c >= 0xf900 && c < 0xfb00) || c >= 0x20000;
}

/* Letters that are no letter and mark to Unicode, but are to readers. */
static const char *plain_letter(UChar32 c)
{
	static const struct {
		UChar32 letter;
		const char *plain;
	} letters[] = {{0xf8, "o"},  {0x142, "l"}, {0x111, "d"},  {0xf0, "d"},
		       {0x131, "i"}, {0xe6, "ae"}, {0x153, "oe"}, {0xfe, "th"}};
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		if (letters[i].letter == c)
			return letters[i].plain;
	return NULL;
}

static int32_t strip_marks(UChar *text, int32_t len)
{
	int32_t kept = 0;
	for (int32_t i = 0; i < len;) {
		UChar32 c;
		U16_NEXT(text, i, len, c);
		int8_t type = u_charType(c);
		if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK ||
		    type == U_FORMAT_CHAR || U_IS_SURROGATE(c))
			continue;
		U16_APPEND_UNSAFE(text, kept, c);
	}
	return kept;
}

static void append_plain(GString *out, const UChar *text, int32_t len)
{
	for (int32_t i = 0; i < len;) {
		UChar32 c;
		U16_NEXT(text, i, len, c);
		const char *plain = plain_letter(c);
		if (plain)
			g_string_append(out, plain);
		else
			g_string_append_unichar(out, (gunichar)c);
	}
}

/* The general way, by ICU: NFKC case folding, then NFD and the marks away. */
static void fold_slow(const char *word, size_t word_len, GString *out)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar source[256], folded[512], split[1024];
	int32_t len = 0;

	u_strFromUTF8WithSub(source, G_N_ELEMENTS(source), &len, word, (int32_t)word_len, 0xfffd,
			     NULL, &status);
	if (U_FAILURE(status)) { /* longer than any word */
		g_string_append_len(out, word, (gssize)word_len);
		return;
	}
	len = unorm2_normalize(unorm2_getNFKCCasefoldInstance(&status), source, len, folded,
			       G_N_ELEMENTS(folded), &status);
	UChar32 first = 0;
	if (U_SUCCESS(status) && len)
		U16_GET(folded, 0, 0, len, first);
	for (int32_t i = 0; U_SUCCESS(status) && is_han(first) && i < len; i++)
		folded[i] = simplified(folded[i]);
	len = unorm2_normalize(unorm2_getNFDInstance(&status), folded, len, split,
			       G_N_ELEMENTS(split), &status);
	if (U_FAILURE(status)) {
		g_string_append_len(out, word, (gssize)word_len);
		return;
	}
	len = strip_marks(split, len);
	/* together again what is no letter and mark: Hangul */
	len = unorm2_normalize(unorm2_getNFCInstance(&status), split, len, folded,
			       G_N_ELEMENTS(folded), &status);
	if (U_FAILURE(status))
		g_string_append_len(out, word, (gssize)word_len);
	else
		append_plain(out, folded, len);
}

void text_fold(const char *word, size_t word_len, GString *out)
{
	for (size_t i = 0; i < word_len; i++)
		if ((unsigned char)word[i] >= 0x80) {
			fold_slow(word, word_len, out);
			return;
		}
	gsize at = out->len;
	g_string_set_size(out, at + word_len);
	for (size_t i = 0; i < word_len; i++)
		out->str[at + i] =
			(char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] | 0x20 : word[i]);
}

char *text_folded(const char *text)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	GString *out = g_string_new(NULL);
	text_tokenise(text, strlen(text), tokens);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		if (i && !(token->script == SCRIPT_IDEOGRAPH && token->joined))
			g_string_append_c(out, ' ');
		text_fold(text + token->start, token->end - token->start, out);
	}
	size_t size = out->len + 1;
	return g_realloc(g_string_free(out, FALSE), size); /* folding asks for more room than it needs */
}

void text_lower(const char *word, size_t word_len, GString *out)
{
	bool ascii = true;
	for (size_t i = 0; ascii && i < word_len; i++)
		ascii = (unsigned char)word[i] < 0x80;
	if (ascii) { /* folding changes nothing but case then */
		text_fold(word, word_len, out);
		return;
	}
	g_autofree char *lower = g_utf8_strdown(word, (gssize)word_len);
	g_autofree char *composed = g_utf8_normalize(lower, -1, G_NORMALIZE_NFC);
	g_string_append(out, composed ? composed : lower);
}
