/* text: see text.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/text.h"

#include "filters/han_simplified.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

enum kind {
	KIND_GAP, /* blanks, punctuation */
	KIND_LETTER,
	KIND_CAPITAL,
	KIND_CYRILLIC,
	KIND_CYRILLIC_CAPITAL,
	KIND_IDEOGRAPH,
	KIND_MARK,	/* belongs to the letter before it */
	KIND_JOINT,	/* apostrophes and hyphens */
	KIND_STOP,	/* may end a sentence */
	KIND_FULL_STOP, /* ends a sentence */
};

/* Kinds of the first planes in a table made once: one load a character on the hot path. */
#define TABLE_SIZE 0x3100
static uint8_t kinds[TABLE_SIZE];
static uint8_t ascii_letter[256];

static enum kind slow_kind(UChar32 c)
{
	if (c == '\n' || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x2029)
		return KIND_FULL_STOP;
	if (c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x61f || c == 0x6d4 ||
	    c == 0x964)
		return KIND_STOP;
	if (c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x2bc || c == '-' || c == 0x2010 ||
	    c == 0x2011)
		return KIND_JOINT;
	switch (u_charType(c)) {
	case U_NON_SPACING_MARK:
	case U_ENCLOSING_MARK:
	case U_COMBINING_SPACING_MARK:
		return KIND_MARK;
	default:
		break;
	}
	if (!u_isalnum(c))
		return KIND_GAP;
	UErrorCode status = U_ZERO_ERROR;
	switch (uscript_getScript(c, &status)) {
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
	case USCRIPT_HANGUL:
		return KIND_IDEOGRAPH;
	case USCRIPT_CYRILLIC:
		return u_isupper(c) ? KIND_CYRILLIC_CAPITAL : KIND_CYRILLIC;
	default:
		/* alphabets without case (Georgian uses its capitals for headlines only) have a
		 * capital everywhere: names and sentences begin anywhere */
		return u_isupper(c) || u_istitle(c) || u_charType(c) == U_OTHER_LETTER ||
				       (c >= 0x10d0 && c < 0x1100)
			       ? KIND_CAPITAL
			       : KIND_LETTER;
	}
}

static void make_kinds(void)
{
	static gsize made;
	if (g_once_init_enter(&made)) {
		for (UChar32 i = 0; i < TABLE_SIZE; i++)
			kinds[i] = (uint8_t)slow_kind(i);
		for (int i = 0; i < 128; i++)
			ascii_letter[i] =
				kinds[i] >= KIND_LETTER && kinds[i] <= KIND_CYRILLIC_CAPITAL;
		g_once_init_leave(&made, 1);
	}
}

static enum kind kind_of(gunichar c)
{
	if (c < TABLE_SIZE)
		return kinds[c];
	if ((c >= 0x4e00 && c < 0x9ff0) || (c >= 0xac00 && c < 0xd7a4))
		return KIND_IDEOGRAPH;
	return slow_kind((UChar32)c);
}

struct walk {
	GArray *tokens;
	struct token *at, *limit; /* where the token at hand goes, or the next one */
	uint32_t sentence;
	bool in_word, joint, pending_stop;
};

static void make_room(struct walk *w)
{
	guint used = (guint)(w->at - (struct token *)(void *)w->tokens->data);
	g_array_set_size(w->tokens, used * 2 + 256);
	w->at = (struct token *)(void *)w->tokens->data + used;
	w->limit = (struct token *)(void *)w->tokens->data + w->tokens->len;
}

static inline void begin_word(struct walk *w, size_t at, enum kind kind)
{
	bool capital = kind == KIND_CAPITAL || kind == KIND_CYRILLIC_CAPITAL;
	/* "U.S.", "3.5", "al. e": a full stop ends a sentence only before a capital or another
	 * script */
	w->sentence += w->pending_stop && (capital || kind == KIND_IDEOGRAPH);
	w->pending_stop = false;
	if (w->at == w->limit)
		make_room(w);
	*w->at = (struct token){
		.start = (uint32_t)at,
		.sentence = w->sentence,
		.script = kind == KIND_IDEOGRAPH ? SCRIPT_IDEOGRAPH
			  : kind == KIND_CYRILLIC || kind == KIND_CYRILLIC_CAPITAL ? SCRIPT_CYRILLIC
										   : SCRIPT_OTHER,
		.capital = capital,
		.joined = w->joint,
	};
	w->in_word = true;
}

static void end_word(struct walk *w, size_t at)
{
	if (!w->in_word)
		return;
	w->at++->end = (uint32_t)at;
	w->in_word = false;
}

/* "J. D. Vance", "А. С. Иванов", "Dr. Müller": the full stop belongs to the word. Looked at only
 * where one stands. */
static bool is_shortened(const char *text, const struct token *word)
{
	static const char *const titles[] = {"Mr",   "Mrs", "Ms",  "Dr",   "Sr",   "Sra",
					     "Sig",  "Gen", "Sen", "Gov",  "Rep",  "Lt",
					     "Col",  "Hr",  "Dhr", "Prof", "prof", "Dott",
					     "dott", "Avv", "avv", "gen",  "Mgr",  "sen"};
	const char *start = text + word->start;
	size_t len = word->end - word->start;
	if (word->capital && g_utf8_next_char(start) == text + word->end)
		return word->script != SCRIPT_IDEOGRAPH;
	for (size_t i = 0; len <= 4 && i < G_N_ELEMENTS(titles); i++)
		if (strlen(titles[i]) == len && memcmp(titles[i], start, len) == 0)
			return true;
	return false;
}

/* `word`: the one that ends here, or NULL. */
static void between(struct walk *w, enum kind kind, bool blank_follows, const char *text,
		    const struct token *word)
{
	if (kind == KIND_FULL_STOP) {
		w->sentence++;
		w->pending_stop = false;
	} else if (kind == KIND_STOP && blank_follows) {
		w->pending_stop = !word || !is_shortened(text, word);
	}
	w->joint = kind == KIND_JOINT;
}

static bool is_letter(enum kind kind)
{
	return kind >= KIND_LETTER && kind <= KIND_CYRILLIC_CAPITAL;
}

/* Hangul may come as letters (NFD): vowels and finals belong to the syllable before them. */
static bool continues(const struct walk *w, guint before, size_t at)
{
	const struct token *first = (const struct token *)(const void *)w->tokens->data + before;
	return !w->in_word && w->at > first && w->at[-1].script == SCRIPT_IDEOGRAPH &&
	       w->at[-1].end == at;
}

static const char *take_character(struct walk *w, const char *text, const char *p, const char *end,
				  guint before)
{
	gunichar c = g_utf8_get_char(p);
	const char *next = g_utf8_next_char(p);
	enum kind kind = kind_of(c);
	size_t at = (size_t)(p - text);

	if (is_letter(kind)) {
		if (!w->in_word)
			begin_word(w, at, kind);
		w->joint = false;
	} else if (kind == KIND_IDEOGRAPH && c >= 0x1160 && c < 0x1200 &&
		   continues(w, before, at)) {
		w->at[-1].end = (uint32_t)(next - text);
	} else if (kind == KIND_IDEOGRAPH) {
		end_word(w, at);
		begin_word(w, at, kind);
		end_word(w, (size_t)(next - text));
		w->joint = true; /* the next character follows without a gap */
	} else if (kind != KIND_MARK || !w->in_word) {
		bool was_word = w->in_word;
		end_word(w, at);
		between(w, kind,
			next >= end || *next == ' ' || *next == '\n' || *next == '"' ||
				(unsigned char)*next >= 0x80,
			text, was_word ? w->at - 1 : NULL);
		w->joint = w->joint && was_word;
	}
	return next;
}

/* What a stretch of up to 64 bytes is made of, a bit a byte: no branches on what cannot be
 * foreseen. */
struct stretch {
	uint64_t letters; /* of ASCII, digits too; whole letters of Latin-1, two bytes each */
	uint64_t blanks;  /* ' ' only */
};

#define LATIN_LEAD 0xc3 /* À to ÿ */

#ifdef __SSE2__
/* 16 bytes at a time; the compares are of signed bytes, and bytes of longer characters are
 * negative. */
static struct stretch classify_whole(const char *text)
{
	struct stretch s = {0, 0};
	uint64_t leads = 0, signs = 0;
	for (unsigned i = 0; i < 64; i += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
		__m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
		__m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
					       _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
		__m128i digit = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)),
					      _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
		__m128i blank = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
		s.letters |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(letter, digit))
			     << i;
		s.blanks |= (uint64_t)(uint32_t)_mm_movemask_epi8(blank) << i;
		__m128i lead = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)LATIN_LEAD));
		__m128i sign = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0x97)),
					    _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xb7)));
		leads |= (uint64_t)(uint32_t)_mm_movemask_epi8(lead) << i;
		signs |= (uint64_t)(uint32_t)_mm_movemask_epi8(sign) << i;
	}
	/* two bytes within the stretch, and neither times nor division */
	leads &= ~(signs >> 1) & ~(UINT64_C(1) << 63);
	s.letters |= leads | leads << 1;
	return s;
}
#endif

static struct stretch classify(const char *text, size_t len)
{
	struct stretch s = {0, 0};
#ifdef __SSE2__
	if (len == 64)
		return classify_whole(text);
#endif
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		s.letters |= (uint64_t)ascii_letter[c] << i;
		s.blanks |= (uint64_t)(c == ' ') << i;
	}
	return s;
}

/* Of a letter of ASCII or Latin-1. */
static inline enum kind kind_at(const char *text)
{
	unsigned char first = (unsigned char)*text;
	return kinds[first == LATIN_LEAD ? 0xc0 | ((unsigned char)text[1] & 0x3f) : first];
}

/* The first bit behind the letters from bit `at` on; 64 if they may go on in the next stretch. */
static inline unsigned letters_end(const struct stretch *s, unsigned at)
{
	uint64_t rest = ~(s->letters >> at);
	return rest ? MIN(64u, at + (unsigned)__builtin_ctzll(rest)) : 64;
}

/* Words from bit `at` on that blanks part, and nothing else: most of every text. Nothing is left
 * open from the one to the next. Returns the first bit that is not done with. */
static inline unsigned take_words(struct walk *w, const struct stretch *s, const char *text,
				  size_t base, unsigned at)
{
	struct token *token = w->at, *limit = w->limit;
	uint32_t sentence = w->sentence;
	while (at < 64 && (s->letters >> at & 1) && token < limit) {
		unsigned behind = letters_end(s, at);
		if (behind == 64 || !(s->blanks >> behind & 1))
			break;
		*token++ = (struct token){
			.start = (uint32_t)(base + at),
			.end = (uint32_t)(base + behind),
			.sentence = sentence,
			.capital = kind_at(text + base + at) == KIND_CAPITAL,
		};
		at = behind + 1;
	}
	w->at = token;
	return at;
}

/* The letters from bit `at` on; a word that an ASCII character ends within the stretch is done
 * with, and so are those behind it if blanks part them. Returns the first bit that is not. */
static inline unsigned take_letters(struct walk *w, const struct stretch *s, const char *text,
				    size_t text_len, size_t base, unsigned at)
{
	unsigned behind = letters_end(s, at);
	if (!w->in_word)
		begin_word(w, base + at, kind_at(text + base + at));
	w->joint = false;
	if (behind == 64 || base + behind >= text_len || (signed char)text[base + behind] < 0)
		return behind;
	w->at++->end = (uint32_t)(base + behind);
	w->in_word = false;
	return s->blanks >> behind & 1 ? take_words(w, s, text, base, behind + 1) : behind;
}

/* Punctuation of ASCII outside of words. */
static inline void take_mark(struct walk *w, const char *text, size_t at, size_t text_len,
			     guint before)
{
	enum kind kind = kinds[(unsigned char)text[at]];
	const struct token *first = (const struct token *)(const void *)w->tokens->data + before;
	bool was_word = w->at > first && w->at[-1].end == at;
	unsigned char next = at + 1 < text_len ? (unsigned char)text[at + 1] : ' ';

	between(w, kind, next == ' ' || next == '\n' || next == '"' || next >= 0x80, text,
		was_word ? w->at - 1 : NULL);
	w->joint = w->joint && was_word;
}

void text_tokenise(const char *text, size_t text_len, GArray *tokens)
{
	struct walk w = {.tokens = tokens};
	guint before = tokens->len;
	size_t p = 0;

	if (!tokens->data) { /* an array without room has no place to count from */
		g_array_set_size(tokens, 1);
		g_array_set_size(tokens, 0);
	}
	make_kinds();
	w.at = w.limit = (struct token *)(void *)tokens->data + before;
	while (p < text_len) {
		size_t base = p, len = MIN(64, text_len - base);
		struct stretch s = classify(text + base, len);
		while (p < base + len) {
			unsigned at = (unsigned)(p - base);
			if (s.letters >> at & 1) {
				p = base + take_letters(&w, &s, text, text_len, base, at);
			} else if (w.in_word || (signed char)text[p] < 0) {
				p = (size_t)(take_character(&w, text, text + p, text + text_len,
							    before) -
					     text);
			} else if (s.blanks >> at & 1) {
				w.joint = false;
				p++;
			} else {
				take_mark(&w, text, p++, text_len, before);
			}
		}
	}
	end_word(&w, text_len);
	g_array_set_size(tokens, (guint)(w.at - (struct token *)(void *)tokens->data));
}

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
	return g_string_free(out, FALSE);
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
