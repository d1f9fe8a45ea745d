/* utf8: well-formed UTF-8 told from other bytes, fast where it is ASCII.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
/* A bit for each byte whose place in `bytes` is all ones, or at least its highest bit. */
static inline guint64 utf8_mask(__m128i bytes)
{
	return (unsigned)_mm_movemask_epi8(bytes);
}

static inline __m128i utf8_equal(__m128i bytes, guchar to)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)to));
}

/* Controls but for white space; NUL alone, if they are allowed. */
static inline __m128i utf8_controls(__m128i bytes, bool allowed)
{
	if (allowed)
		return utf8_equal(bytes, 0);
	__m128i white = _mm_or_si128(utf8_equal(bytes, '\r'),
				     _mm_or_si128(utf8_equal(bytes, '\t'), utf8_equal(bytes, '\n')));
	return _mm_andnot_si128(white, _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes));
}

/* What begins no character here: C0, C1, F5 and more never do; for those of E0, ED and four bytes the second byte has
 * a range of its own; of EF there are some that are none. */
static inline __m128i utf8_odd_leads(__m128i bytes)
{
	__m128i never = utf8_equal(_mm_and_si128(bytes, _mm_set1_epi8((char)0xfe)), 0xc0);
	__m128i last = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8((char)0xef)), bytes);
	return _mm_or_si128(_mm_or_si128(never, last),
			    _mm_or_si128(utf8_equal(bytes, 0xe0), utf8_equal(bytes, 0xed)));
}

/* ASCII without controls. */
static inline bool utf8_is_plain(__m128i low, __m128i high, bool controls)
{
	__m128i odd = _mm_or_si128(utf8_controls(low, controls), utf8_controls(high, controls));
	return !utf8_mask(_mm_or_si128(odd, _mm_or_si128(low, high)));
}

/* Of the bytes of two blocks, which begin with a character, how many are whole characters of one to three bytes that
 * need no closer look. `leads`: those of several bytes are counted there; or NULL. */
static inline size_t utf8_sound(__m128i low, __m128i high, bool controls, size_t *leads)
{
	__m128i low_controls = utf8_controls(low, controls), high_controls = utf8_controls(high, controls);

	guint64 odd = utf8_mask(_mm_or_si128(low_controls, utf8_odd_leads(low))) |
		      utf8_mask(_mm_or_si128(high_controls, utf8_odd_leads(high))) << 16;
	/* as signed bytes those that continue are the least of all, and ASCII is more than any lead */
	const __m128i first_lead = _mm_set1_epi8((char)0xc0), last_two = _mm_set1_epi8((char)0xdf);
	guint64 rest = utf8_mask(_mm_cmplt_epi8(low, first_lead)) | utf8_mask(_mm_cmplt_epi8(high, first_lead)) << 16;
	guint64 lead = (utf8_mask(low) | utf8_mask(high) << 16) & ~rest;
	guint64 three = lead & (utf8_mask(_mm_cmpgt_epi8(low, last_two)) | utf8_mask(_mm_cmpgt_epi8(high, last_two)) << 16);
	unsigned len = odd ? (unsigned)__builtin_ctzll(odd) : 32;
	guint64 within = (1ULL << len) - 1, wanted = (lead & within) << 1 | (three & within) << 2;

	if ((wanted & within) != (rest & within))
		return 0;
	/* a last one that goes on behind is left for the next time */
	if (wanted & ~within)
		len = 63 - (unsigned)__builtin_clzll(lead & within);
	if (leads)
		*leads += (size_t)__builtin_popcountll(lead & ((1ULL << len) - 1));
	return len;
}

/* The same of 4, 8 or 16 bytes, as if spaces followed. */
static inline size_t utf8_sound_piece(const guchar *at, size_t piece, bool controls, size_t *leads)
{
	const __m128i spaces = _mm_set1_epi8(' ');
	__m128i bytes = spaces;

	memcpy(&bytes, at, piece);
	if (utf8_is_plain(bytes, spaces, controls))
		return piece;
	size_t len = utf8_sound(bytes, spaces, controls, leads);
	return MIN(len, piece);
}
#endif

/* Past characters that need no closer look, in blocks: what is left at `end`, and one that does, is the caller's. */
static inline const guchar *utf8_skip_sound(const guchar *at, const guchar *end, bool controls,
					    size_t *leads)
{
#ifdef __SSE2__
	while (end - at >= 32) {
		const __m128i *blocks = (const __m128i *)(const void *)at;
		__m128i low = _mm_loadu_si128(blocks), high = _mm_loadu_si128(blocks + 1);
		size_t len = utf8_is_plain(low, high, controls) ? 32 : utf8_sound(low, high, controls, leads);
		if (len == 0)
			return at;
		at += len;
	}
	for (size_t piece = 16; piece >= 4; piece /= 2) {
		if ((size_t)(end - at) < piece)
			continue;
		size_t len = utf8_sound_piece(at, piece, controls, leads);
		if (len == 0)
			return at;
		at += len;
	}
#else
	guint64 word;

	(void)controls, (void)leads;
	for (; end - at >= 8; at += 8) {
		memcpy(&word, at, sizeof(word));
		if ((word | (word - G_GUINT64_CONSTANT(0x2020202020202020))) &
		    G_GUINT64_CONSTANT(0x8080808080808080))
			break;
	}
#endif
	return at;
}

static inline bool utf8_is_continuation(guchar c)
{
	return (c & 0xc0) == 0x80;
}

/* Length of the well-formed sequence at `at` (Unicode, table 3-7), or 0. `left` is 1 at least. */
static inline size_t utf8_sequence_len(const guchar *at, size_t left)
{
	guchar lead = at[0], low = 0x80, high = 0xbf;
	size_t len;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	if (lead < 0xe0)
		return left > 1 && utf8_is_continuation(at[1]) ? 2 : 0;
	len = lead < 0xf0 ? 3 : 4;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (left < len || at[1] < low || at[1] > high || !utf8_is_continuation(at[2]))
		return 0;
	return len == 4 && !utf8_is_continuation(at[3]) ? 0 : len;
}

/* Well-formed and without NUL? */
static inline bool utf8_is_text(const char *text, size_t len)
{
	const guchar *at = (const guchar *)text, *end = at + len;

	while ((at = utf8_skip_sound(at, end, true, NULL)) < end) {
		size_t taken = *at ? utf8_sequence_len(at, (size_t)(end - at)) : 0;
		if (taken == 0)
			return false;
		at += taken;
	}
	return true;
}
