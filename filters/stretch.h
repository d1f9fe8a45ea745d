/* stretch: what 64 bytes of a text are made of, a bit for each byte.
 *
 * No branches on what a byte is: that cannot be foreseen. Knows nothing of words: those are what
 * the tokeniser makes of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#define STRETCH_BYTES 64

/* What a processor must have for stretches of one register; ask stretch_can_be_wide() first. */
#ifdef __SSE2__
#define STRETCH_WIDE __attribute__((target("avx512bw,avx512vl,avx512vbmi2")))
#endif

struct stretch {
	uint64_t letters;  /* of ASCII, digits too; both bytes of those of Latin-1, but for ß */
	uint64_t capitals; /* of these: A to Z, and the first byte of À to Þ */
	uint64_t joints;   /* ' and - */
	uint64_t stops;	   /* . ! ? and the end of a line */
	uint64_t others;   /* the first byte of every character outside ASCII that is none of the
			      letters; of a letter of Latin-1, too, that ends behind these bytes */
};

#define STRETCH_LATIN 0xc3 /* À to ÿ */
/* ... of which these are no letters, or have no case: ×, ß, ÷ and, for simplicity, ÿ. They differ
 * in two bits. */
#define STRETCH_STRANGE	     0x97
#define STRETCH_STRANGE_BITS 0xd7

/* What bytes are before it is known which stand side by side. */
struct stretch_raw {
	uint64_t letters;	 /* of ASCII, and digits */
	uint64_t small;		 /* no capital, if it is a letter or the end of one */
	uint64_t latin, strange; /* STRETCH_LATIN, and what is no letter behind it */
	uint64_t leads;		 /* first bytes of characters outside ASCII */
	uint64_t joints, stops;
};

static inline struct stretch stretch_combine(const struct stretch_raw *raw)
{
	uint64_t latin = raw->latin & ~(raw->strange >> 1) & ~(UINT64_C(1) << 63);
	return (struct stretch){
		.letters = raw->letters | latin | latin << 1,
		.capitals = (raw->letters & ~raw->small) | (latin & ~(raw->small >> 1)),
		.joints = raw->joints,
		.stops = raw->stops,
		.others = raw->leads & ~latin,
	};
}

static inline bool stretch_between(unsigned char c, unsigned char first, unsigned char last)
{
	return c >= first && c <= last;
}

/* Without the instructions of a processor. STRETCH_BYTES are read. */
static inline struct stretch stretch_of_whole_plain(const char *bytes)
{
	struct stretch_raw raw = {0};
	for (unsigned i = 0; i < STRETCH_BYTES; i++) {
		unsigned char c = (unsigned char)bytes[i];
		uint64_t bit = UINT64_C(1) << i;
		bool letter = stretch_between(c | 0x20, 'a', 'z') || stretch_between(c, '0', '9');
		raw.letters |= letter ? bit : 0;
		raw.small |= c & 0x20 ? bit : 0;
		raw.latin |= c == STRETCH_LATIN ? bit : 0;
		raw.strange |= (c & STRETCH_STRANGE_BITS) == STRETCH_STRANGE ? bit : 0;
		raw.leads |= c >= 0xc0 ? bit : 0;
		raw.joints |= c == '\'' || c == '-' ? bit : 0;
		raw.stops |= c == '.' || c == '!' || c == '?' || c == '\n' ? bit : 0;
	}
	return stretch_combine(&raw);
}

#ifdef __SSE2__
static inline __m128i stretch_is(__m128i bytes, unsigned char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)c));
}

static inline __m128i stretch_either(__m128i bytes, unsigned char a, unsigned char b)
{
	return _mm_or_si128(stretch_is(bytes, a), stretch_is(bytes, b));
}

/* All ones where a byte is one of `count` up to `last`: moved to the end of the signed numbers, one
 * compare tells. */
static inline __m128i stretch_within(__m128i bytes, unsigned char last, int count)
{
	__m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8((char)(INT8_MAX - last)));
	return _mm_cmpgt_epi8(moved, _mm_set1_epi8((char)(INT8_MAX - count)));
}

/* The highest bit of each byte. */
static inline uint64_t stretch_bits(__m128i bytes, unsigned at)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << at;
}

static inline void stretch_add(struct stretch_raw *raw, __m128i bytes, unsigned at)
{
	__m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
	__m128i letter =
		_mm_or_si128(stretch_within(lower, 'z', 26), stretch_within(bytes, '9', 10));
	__m128i strange = stretch_is(
		_mm_and_si128(bytes, _mm_set1_epi8((char)STRETCH_STRANGE_BITS)), STRETCH_STRANGE);
	__m128i stop =
		_mm_or_si128(stretch_either(bytes, '.', '\n'), stretch_either(bytes, '!', '?'));

	raw->letters |= stretch_bits(letter, at);
	raw->small |= stretch_bits(_mm_slli_epi16(bytes, 2), at); /* 0x20 becomes the highest */
	raw->latin |= stretch_bits(stretch_is(bytes, STRETCH_LATIN), at);
	raw->strange |= stretch_bits(strange, at);
	raw->leads |= stretch_bits(stretch_within(bytes, 0xff, 64), at);
	raw->joints |= stretch_bits(stretch_either(bytes, '\'', '-'), at);
	raw->stops |= stretch_bits(stop, at);
}

static inline struct stretch stretch_of_whole(const char *bytes)
{
	struct stretch_raw raw = {0};
	for (unsigned at = 0; at < STRETCH_BYTES; at += 16)
		stretch_add(&raw, _mm_loadu_si128((const __m128i *)(const void *)(bytes + at)), at);
	return stretch_combine(&raw);
}

STRETCH_WIDE static inline uint64_t stretch_any(__m512i bytes, unsigned char c)
{
	return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)c));
}

/* One of `count` from `first` on. */
STRETCH_WIDE static inline uint64_t stretch_among(__m512i bytes, unsigned char first, int count)
{
	return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8((char)first)),
				      _mm512_set1_epi8((char)count));
}

/* stretch_of() in one register. */
STRETCH_WIDE static inline struct stretch stretch_of_wide(const char *text, size_t len)
{
	uint64_t some = len < STRETCH_BYTES ? (UINT64_C(1) << len) - 1 : UINT64_MAX;
	__m512i bytes = _mm512_maskz_loadu_epi8(some, text);
	__m512i blank = _mm512_set1_epi8(0x20), lower = _mm512_or_si512(bytes, blank);
	__m512i strange = _mm512_and_si512(bytes, _mm512_set1_epi8((char)STRETCH_STRANGE_BITS));
	const struct stretch_raw raw = {
		.letters = stretch_among(lower, 'a', 26) | stretch_among(bytes, '0', 10),
		.small = _mm512_test_epi8_mask(bytes, blank),
		.latin = stretch_any(bytes, STRETCH_LATIN),
		.strange = stretch_any(strange, STRETCH_STRANGE),
		.leads = stretch_among(bytes, 0xc0, 64),
		.joints = stretch_any(bytes, '\'') | stretch_any(bytes, '-'),
		.stops = stretch_any(bytes, '.') | stretch_any(bytes, '!') |
			 stretch_any(bytes, '?') | stretch_any(bytes, '\n'),
	};
	return stretch_combine(&raw);
}

static inline bool stretch_can_be_wide(void)
{
	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("avx512vbmi2");
}
#else
static inline struct stretch stretch_of_whole(const char *bytes)
{
	return stretch_of_whole_plain(bytes);
}
#endif

/* Of `len` bytes, STRETCH_BYTES at most; behind them are zeros. Valid UTF-8 is taken for what it
 * is, anything else for anything. Inline: it is asked for every 64 bytes of every article. */
static inline struct stretch stretch_of(const char *text, size_t len)
{
	char whole[STRETCH_BYTES];
	if (len >= STRETCH_BYTES)
		return stretch_of_whole(text);
	memset(whole, 0, sizeof whole);
	memcpy(whole, text, len);
	return stretch_of_whole(whole);
}
