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
/* From `low` to `high`, one bit a byte. */
static inline unsigned utf8_between(__m128i bytes, guchar low, guchar high)
{
	__m128i from = _mm_sub_epi8(bytes, _mm_set1_epi8((char)low));
	__m128i most = _mm_set1_epi8((char)(high - low));
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(from, most), from));
}

/* Of sixteen bytes that begin with a character, how many are whole characters of one to three bytes that need no
 * closer look: no controls (NUL alone, if the others are allowed), nothing whose second byte has a range of its own.
 * `leads`: those of several bytes are counted there. */
static inline size_t utf8_sound(__m128i bytes, bool controls, size_t *leads)
{
	/* as signed bytes all but ASCII are less than any of it */
	if (!_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8(controls ? 1 : ' '))))
		return 16;
	unsigned high = (unsigned)_mm_movemask_epi8(bytes);
	unsigned odd = controls ? utf8_between(bytes, 0, 0)
				: utf8_between(bytes, 0, 0x1f) &
					  ~(utf8_between(bytes, '\t', '\n') | utf8_between(bytes, '\r', '\r'));
	unsigned two = utf8_between(bytes, 0xc2, 0xdf), rest = utf8_between(bytes, 0x80, 0xbf);
	unsigned three = utf8_between(bytes, 0xe1, 0xee) & ~utf8_between(bytes, 0xed, 0xed);
	odd |= high & ~(two | three | rest);
	size_t len = odd ? (size_t)__builtin_ctz(odd) : 16;
	unsigned within = (1U << len) - 1;
	unsigned wanted = ((two | three) & within) << 1 | (three & within) << 2;
	if ((wanted & within) != (rest & within))
		return 0;
	/* a last one that goes on behind is left for the next time */
	if (wanted & ~within)
		len = 31 - (size_t)__builtin_clz((two | three) & within);
	*leads += (size_t)__builtin_popcount((two | three) & ((1U << len) - 1));
	return len;
}
#endif

/* Past characters that need no closer look, in blocks: what is left at `end`, and one that does, is the caller's. */
static inline const guchar *utf8_skip_sound(const guchar *at, const guchar *end, bool controls,
					    size_t *leads)
{
#ifdef __SSE2__
	while (end - at >= 16) {
		size_t len = utf8_sound(_mm_loadu_si128((const __m128i *)(const void *)at), controls, leads);
		if (len == 0)
			break;
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
	size_t leads = 0;

	while ((at = utf8_skip_sound(at, end, true, &leads)) < end) {
		size_t taken = *at ? utf8_sequence_len(at, (size_t)(end - at)) : 0;
		if (taken == 0)
			return false;
		at += taken;
	}
	return true;
}
