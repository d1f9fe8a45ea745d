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

/* The text from a place on. */
static inline void begin_outline(struct outline *o, const struct walk *w, size_t base)
{
	const char *bytes = w->text + base;
	size_t len = MIN(w->text_len - base, STRETCH_BYTES);
	char rest[STRETCH_BYTES];

	if (len < STRETCH_BYTES) {
		memset(rest, 0, sizeof rest);
		bytes = memcpy(rest, bytes, len);
	}
	*o = (struct outline){.base = base, .len = (unsigned)len, .what = stretch_of(bytes)};
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

/* Of the words that begin and end here: both are written, with as few branches as that takes. The
 * first end is that of a word that is open; what has none yet gets one later. */
static inline void put_words(struct walk *w, const struct outline *o, uint64_t starts,
			     uint64_t ends, bool open)
{
	const uint64_t last = bit(STRETCH_BYTES - 1);
	uint64_t joined = o->joints << 1 | w->joint;
	struct token *token = w->begun;

	w->at->end = (uint32_t)(o->base + first_of(ends | last));
	ends &= w->begun > w->at ? ends - 1 : UINT64_MAX;
	/* "U.S.", "3.5", "al. e": a full stop ends a sentence only before a capital or another
	 * script */
	if (w->pending_stop && starts) {
		w->sentence += (o->what.capitals | o->ideographs) >> first_of(starts) & 1;
		w->pending_stop = false;
	}
	for (; starts; starts &= starts - 1, ends &= ends - 1) {
		uint64_t here = starts & -starts;
		*token++ = (struct token){
			.start = (uint32_t)(o->base + first_of(here)),
			.end = (uint32_t)(o->base + first_of(ends | last)),
			.sentence = w->sentence,
			.script = o->ideographs & here ? SCRIPT_IDEOGRAPH
				  : o->cyrillic & here ? SCRIPT_CYRILLIC
						       : SCRIPT_OTHER,
			.capital = (o->what.capitals & here) != 0,
			.joined = (joined & here) != 0,
		};
	}
	w->begun = token;
	w->at = token - open;
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

static void find_words(struct walk *w, struct outline *o)
{
	uint64_t all = below(o->len), left = all, letters = o->what.letters & all;
	uint64_t behind = letters << 1 | w->in_word;
	uint64_t touched = behind | o->ends | ends_at(w, o->base);

	o->joints |= o->what.joints & touched;
	o->starts |= letters & ~behind;
	o->ends |= behind & ~letters;
	for (uint64_t stops = o->what.stops & all; stops; stops &= stops - 1) {
		uint64_t until = stops ^ (stops - 1); /* the stop, and what is before it */
		put_words(w, o, o->starts & left & until, o->ends & left & until, false);
		left = all & ~until;
		take_stop(w, o->base + first_of(stops));
	}
	w->in_word = letters >> (o->len - 1) & 1;
	put_words(w, o, o->starts & left, o->ends & left, w->in_word);
	if (o->behind_ideograph == o->len) /* no bit tells that it ends */
		w->at[-1].end = (uint32_t)(o->base + o->len);
	w->joint = o->joints >> (o->len - 1) & 1;
}

/* For the words of a stretch: one in two bytes at most. */
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

void text_tokenise(const char *text, size_t text_len, GArray *tokens)
{
	guint before = tokens->len;
	struct walk w = {.text = text, .text_len = text_len, .tokens = tokens};

	make_kinds();
	g_array_set_size(tokens, before + 256);
	w.first = w.at = w.begun = (struct token *)(void *)tokens->data + before;
	for (size_t base = 0; base < text_len;) {
		struct outline o;
		begin_outline(&o, &w, base);
		add_others(&w, &o);
		make_room(&w);
		find_words(&w, &o);
		base += o.len;
	}
	if (w.begun > w.at)
		w.at++->end = (uint32_t)text_len;
	g_array_set_size(tokens, (guint)(w.at - (struct token *)(void *)tokens->data));
}
