/* utf8: well-formed UTF-8 told from other bytes, fast where it is ASCII.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Past bytes that are ASCII and no controls, in blocks: what is left at `end` is the caller's. */
static inline const guchar *utf8_skip_blocks(const guchar *at, const guchar *end)
{
#ifdef __SSE2__
	while (end - at >= 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		unsigned odd = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(
			bytes, _mm_set1_epi8(' '))); /* from 0x80 on they are negative */
		if (odd)
			return at + __builtin_ctz(odd);
		at += 16;
	}
#else
	guint64 word;

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

	while ((at = utf8_skip_blocks(at, end)) < end) {
		size_t taken = *at ? utf8_sequence_len(at, (size_t)(end - at)) : 0;
		if (taken == 0)
			return false;
		at += taken;
	}
	return true;
}
