/* text: its words. Stretches of 64 bytes as sets of bits (filters/stretch.h); what is written
 * without blanks comes character by character.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/stretch.h"
#include "filters/text.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

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

static bool is_letter(enum kind kind)
{
	return kind >= KIND_LETTER && kind <= KIND_CYRILLIC_CAPITAL;
}

/* ---- a stretch
 * -----------------------------------------------------------------------------------------------
 */

struct walk {
	const char *text;
	size_t text_len;
	GArray *tokens;
	struct token *first;	  /* that this walk found */
	struct token *at, *begun; /* the next one that is to end, to begin */
	uint32_t sentence;
	bool in_word, joint, pending_stop;
};

/* Some bytes of the text, a bit each: 64, fewer at the end and where a character goes on behind
 * them. */
struct outline {
	size_t base; /* of the text */
	unsigned len;
	struct stretch what;
	uint64_t cyrillic, ideographs; /* first bytes of such characters */
	uint64_t joints;	       /* last bytes of what joins a word to the next */
	uint64_t joined;	       /* the bytes behind these */
	uint64_t starts, ends;	       /* of words; ends: the first byte behind one */
	unsigned behind_ideograph;     /* the last one */
};

static inline uint64_t bit(unsigned at)
{
	return UINT64_C(1) << at;
}

/* Bits below this one; all for 64. */
static inline uint64_t below(unsigned at)
{
	return at < STRETCH_BYTES ? bit(at) - 1 : UINT64_MAX;
}

static inline unsigned first_of(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(bits);
}

/* What the processor decides: how a stretch is looked at and how its words are written. Both are
 * known where they are compiled in, so that no call is left. */
typedef struct stretch look_fn(const char *text, size_t len);
/* From `token` on; returns the place behind the last. */
typedef struct token *write_fn(struct token *token, const struct outline *o, uint64_t starts,
			       uint64_t ends, uint32_t sentence);

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The text from a place on. */
ALWAYS_INLINE void begin_outline(struct outline *o, const struct walk *w, size_t base,
				 look_fn *look)
{
	size_t len = MIN(w->text_len - base, STRETCH_BYTES);
	*o = (struct outline){
		.base = base, .len = (unsigned)len, .what = look(w->text + base, len)};
}

/* The word found last ends at this place. */
static bool ends_at(const struct walk *w, size_t at)
{
	return w->at > w->first && w->at[-1].end == at;
}

/* Hangul may come as letters (NFD): vowels and finals belong to the syllable before them. */
static bool continues(const struct walk *w, const struct outline *o, unsigned at, gunichar c)
{
	if (c < 0x1160 || c >= 0x1200)
		return false;
	return at ? o->ends & bit(at) : ends_at(w, o->base) && w->at[-1].script == SCRIPT_IDEOGRAPH;
}

/* A word of its own. */
static void add_ideograph(struct walk *w, struct outline *o, unsigned at, unsigned size, gunichar c)
{
	if (!continues(w, o, at, c)) {
		o->starts |= bit(at);
		o->ideographs |= bit(at);
	} else if (at) {
		o->ends &= ~bit(at);
	} else {
		w->at--; /* open again */
	}
	o->behind_ideograph = at + size;
	if (at + size < STRETCH_BYTES)
		o->ends |= bit(at + size);
	o->joints |= bit(at + size - 1); /* the next character follows without a gap */
}

static void add_character(struct walk *w, struct outline *o, unsigned at, unsigned size, gunichar c)
{
	struct stretch *s = &o->what;
	enum kind kind = kind_of(c);
	bool in_word = ((s->letters << 1 | w->in_word) & bit(at)) != 0;

	if (kind == KIND_IDEOGRAPH)
		add_ideograph(w, o, at, size, c);
	else if (is_letter(kind) || (kind == KIND_MARK && in_word))
		s->letters |= below(size) << at;
	else if (kind == KIND_JOINT && (in_word || (at ? o->ends & bit(at) : ends_at(w, o->base))))
		o->joints |= bit(at + size - 1);
	else if (kind == KIND_STOP || kind == KIND_FULL_STOP)
		s->stops |= bit(at);
	if (kind == KIND_CAPITAL || kind == KIND_CYRILLIC_CAPITAL)
		s->capitals |= bit(at);
	if (kind == KIND_CYRILLIC || kind == KIND_CYRILLIC_CAPITAL)
		o->cyrillic |= bit(at);
}

/* The characters that a stretch says nothing about; it ends before one that goes on behind it. */
static void add_others(struct walk *w, struct outline *o)
{
	for (uint64_t others = o->what.others; others; others &= others - 1) {
		unsigned at = first_of(others);
		const char *p = w->text + o->base + at;
		unsigned size = (unsigned)(g_utf8_next_char(p) - p);
		if (at && at + size > o->len) {
			o->len = at;
			return;
		}
		add_character(w, o, at, size, g_utf8_get_char(p));
	}
}

/* ---- words
 * -----------------------------------------------------------------------------------------------
 */

#define LAST (UINT64_C(1) << (STRETCH_BYTES - 1))

/* With as few branches as that takes. */
static inline struct token *write_words(struct token *token, const struct outline *o,
					uint64_t starts, uint64_t ends, uint32_t sentence)
{
	for (; starts; starts &= starts - 1, ends &= ends - 1) {
		uint64_t here = starts & -starts;
		*token++ = (struct token){
			.start = (uint32_t)(o->base + first_of(here)),
			.end = (uint32_t)(o->base + first_of(ends | LAST)),
			.sentence = sentence,
			.script = o->ideographs & here ? SCRIPT_IDEOGRAPH
				  : o->cyrillic & here ? SCRIPT_CYRILLIC
						       : SCRIPT_OTHER,
			.capital = (o->what.capitals & here) != 0,
			.joined = (o->joined & here) != 0,
		};
	}
	return token;
}

#ifdef STRETCH_WIDE
#define WIDE_WORDS 16 /* written at once */

/* The fourth number of a token, as the compiler lays its bit fields. */
static inline uint8_t flags_of(struct token token)
{
	uint32_t numbers[sizeof token / sizeof(uint32_t)];
	memcpy(numbers, &token, sizeof token);
	return (uint8_t)numbers[3];
}
G_STATIC_ASSERT(sizeof(struct token) == 16);

STRETCH_WIDE static inline __m512i mark(uint64_t where, struct token token)
{
	return _mm512_maskz_set1_epi8(where, (char)flags_of(token));
}

/* Of each byte. */
STRETCH_WIDE static inline __m512i marks_of(const struct outline *o)
{
	__m512i script = _mm512_or_si512(
		mark(o->ideographs, (struct token){.script = SCRIPT_IDEOGRAPH}),
		mark(o->cyrillic & ~o->ideographs, (struct token){.script = SCRIPT_CYRILLIC}));
	__m512i others = _mm512_or_si512(mark(o->what.capitals, (struct token){.capital = 1}),
					 mark(o->joined, (struct token){.joined = 1}));
	return _mm512_or_si512(script, others);
}

/* The first sixteen bytes as numbers, in the order that makes a matrix of four by four: so four of
 * these become sixteen tokens, one behind the other. */
STRETCH_WIDE static inline __m512i numbers_of(__m512i bytes)
{
	const __m128i order = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	return _mm512_cvtepu8_epi32(_mm_shuffle_epi8(_mm512_castsi512_si128(bytes), order));
}

/* Lanes: start, end, sentence and flags of sixteen words. */
STRETCH_WIDE static inline void write_lanes(struct token *token, __m512i start, __m512i end,
					    __m512i sentence, __m512i flags)
{
	__m512i places = _mm512_unpacklo_epi32(start, end);
	__m512i places_too = _mm512_unpackhi_epi32(start, end);
	__m512i others = _mm512_unpacklo_epi32(sentence, flags);
	__m512i others_too = _mm512_unpackhi_epi32(sentence, flags);
	_mm512_storeu_si512(token, _mm512_unpacklo_epi64(places, others));
	_mm512_storeu_si512(token + 4, _mm512_unpackhi_epi64(places, others));
	_mm512_storeu_si512(token + 8, _mm512_unpacklo_epi64(places_too, others_too));
	_mm512_storeu_si512(token + 12, _mm512_unpackhi_epi64(places_too, others_too));
}

STRETCH_WIDE static inline __m512i next_words(__m512i bytes)
{
	return _mm512_shuffle_i64x2(bytes, bytes, _MM_SHUFFLE(0, 3, 2, 1));
}

/* write_words() of sixteen at a time, and as many as it takes to fill them up. */
STRETCH_WIDE static inline struct token *write_words_wide(struct token *token,
							  const struct outline *o, uint64_t starts,
							  uint64_t ends, uint32_t sentence)
{
	static const uint8_t places[STRETCH_BYTES] = {
		0,  1,	2,  3,	4,  5,	6,  7,	8,  9,	10, 11, 12, 13, 14, 15,
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
		32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
		48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
	struct token *behind = token + __builtin_popcountll(starts);
	__m512i place = _mm512_loadu_si512(places), base = _mm512_set1_epi32((int)o->base);
	__m512i start = _mm512_maskz_compress_epi8(starts, place);
	__m512i end = _mm512_maskz_compress_epi8(ends, place);
	__m512i flags = _mm512_maskz_compress_epi8(starts, marks_of(o));

	for (;;) {
		write_lanes(token, _mm512_add_epi32(base, numbers_of(start)),
			    _mm512_add_epi32(base, numbers_of(end)),
			    _mm512_set1_epi32((int)sentence), numbers_of(flags));
		token += WIDE_WORDS;
		if (token >= behind)
			return behind;
		start = next_words(start);
		end = next_words(end);
		flags = next_words(flags);
	}
}
#endif

/* The words that begin and end here. The first end is that of a word that is open; what has none
 * yet gets one later. */
ALWAYS_INLINE void put_words(struct walk *w, const struct outline *o, uint64_t starts,
			     uint64_t ends, bool open, write_fn *write)
{
	w->at->end = (uint32_t)(o->base + first_of(ends | LAST));
	ends &= w->begun > w->at ? ends - 1 : UINT64_MAX;
	/* "U.S.", "3.5", "al. e": a full stop ends a sentence only before a capital or another
	 * script */
	if (w->pending_stop && starts) {
		w->sentence += (o->what.capitals | o->ideographs) >> first_of(starts) & 1;
		w->pending_stop = false;
	}
	w->begun = write(w->begun, o, starts, ends, w->sentence);
	w->at = w->begun - open;
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

/* What may end a sentence: a full stop does only if a blank, a quotation or the end follows. */
static void take_stop(struct walk *w, size_t at)
{
	const char *p = w->text + at, *next = g_utf8_next_char(p), *end = w->text + w->text_len;
	gunichar c = (unsigned char)*p < 0x80 ? (gunichar)*p : g_utf8_get_char(p);
	if (kind_of(c) == KIND_FULL_STOP) {
		w->sentence++;
		w->pending_stop = false;
	} else if (next >= end || *next == ' ' || *next == '\n' || *next == '"' ||
		   (unsigned char)*next >= 0x80) {
		w->pending_stop = !(ends_at(w, at) && is_shortened(w->text, w->at - 1));
	}
}

ALWAYS_INLINE void find_words(struct walk *w, struct outline *o, write_fn *write)
{
	uint64_t all = below(o->len), left = all, letters = o->what.letters & all;
	uint64_t behind = letters << 1 | w->in_word;
	uint64_t touched = behind | o->ends | ends_at(w, o->base);

	o->joints |= o->what.joints & touched;
	o->starts |= letters & ~behind;
	o->ends |= behind & ~letters;
	o->joined = o->joints << 1 | w->joint;
	for (uint64_t stops = o->what.stops & all; stops; stops &= stops - 1) {
		uint64_t until = stops ^ (stops - 1); /* the stop, and what is before it */
		put_words(w, o, o->starts & left & until, o->ends & left & until, false, write);
		left = all & ~until;
		take_stop(w, o->base + first_of(stops));
	}
	w->in_word = letters >> (o->len - 1) & 1;
	put_words(w, o, o->starts & left, o->ends & left, w->in_word, write);
	if (o->behind_ideograph == o->len) /* no bit tells that it ends */
		w->at[-1].end = (uint32_t)(o->base + o->len);
	w->joint = o->joints >> (o->len - 1) & 1;
}

/* For the words of a stretch, and for those that are written with them. */
static void make_room(struct walk *w)
{
	struct token *all = (struct token *)(void *)w->tokens->data;
	ptrdiff_t at = w->at - all, begun = w->begun - all, first = w->first - all;
	if (begun + STRETCH_BYTES <= (ptrdiff_t)w->tokens->len)
		return;
	g_array_set_size(w->tokens, (guint)begun * 2 + 256);
	all = (struct token *)(void *)w->tokens->data;
	w->at = all + at;
	w->begun = all + begun;
	w->first = all + first;
}

ALWAYS_INLINE void walk_through(struct walk *w, look_fn *look, write_fn *write)
{
	for (size_t base = 0; base < w->text_len;) {
		struct outline o;
		begin_outline(&o, w, base, look);
		add_others(w, &o);
		make_room(w);
		find_words(w, &o, write);
		base += o.len;
	}
}

static void walk_plain(struct walk *w)
{
	walk_through(w, stretch_of, write_words);
}

#ifdef STRETCH_WIDE
STRETCH_WIDE static void walk_wide(struct walk *w)
{
	walk_through(w, stretch_of_wide, write_words_wide);
}
#endif

static void tokenise(const char *text, size_t text_len, GArray *tokens,
		     void (*walk)(struct walk *w))
{
	guint before = tokens->len;
	struct walk w = {.text = text, .text_len = text_len, .tokens = tokens};

	make_kinds();
	g_array_set_size(tokens, before + 256);
	w.first = w.at = w.begun = (struct token *)(void *)tokens->data + before;
	walk(&w);
	if (w.begun > w.at)
		w.at++->end = (uint32_t)text_len;
	g_array_set_size(tokens, (guint)(w.at - (struct token *)(void *)tokens->data));
}

void text_tokenise_plain(const char *text, size_t text_len, GArray *tokens)
{
	tokenise(text, text_len, tokens, walk_plain);
}

void text_tokenise(const char *text, size_t text_len, GArray *tokens)
{
#ifdef STRETCH_WIDE
	if (stretch_can_be_wide()) {
		tokenise(text, text_len, tokens, walk_wide);
		return;
	}
#endif
	tokenise(text, text_len, tokens, walk_plain);
}
