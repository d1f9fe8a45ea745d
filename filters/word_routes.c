/* word_routes: see word_routes.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/word_routes.h"

#include <stdbool.h>
#include <string.h>

#define BUCKET_MEAN 4 /* routes: their hashes share half a line of the processor's cache */

struct laid {
	uint64_t hash;
	uint32_t key;
};

/* Its routes lie together, up to the first of the next one. Most texts lead nowhere: that is seen
 * here, before their hashes are fetched. */
struct bucket {
	uint32_t first;
	uint32_t seen; /* a bit for each hash */
};

struct word_routes {
	uint64_t seed;
	GArray *laid; /* struct laid: not yet in place */
	unsigned bits;
	uint32_t count, *keys;
	struct bucket *buckets;
	uint64_t *hashes;
};

struct word_routes *word_routes_new(void)
{
	struct word_routes *r = g_new0(struct word_routes, 1);
	r->seed = (uint64_t)g_random_int() << 32 | g_random_int();
	r->laid = g_array_new(FALSE, FALSE, sizeof(struct laid));
	return r;
}

void word_routes_free(struct word_routes *r)
{
	if (!r)
		return;
	g_array_unref(r->laid);
	g_free(r->buckets);
	g_free(r->keys);
	g_free(r->hashes);
	g_free(r);
}

static uint64_t hash_text(uint64_t seed, const char *text, size_t len)
{
	uint64_t hash = seed ^ len, part;
	for (size_t at = 0; at < len; at += sizeof part) {
		part = 0;
		memcpy(&part, text + at, MIN(len - at, sizeof part));
		hash = (hash ^ part) * 0x9fb21c651e98df25u;
		hash ^= hash >> 29;
		hash = (hash + seed) * 0xd6e8feb86659fd93u;
		hash ^= hash >> 32;
	}
	return hash * 0x9e3779b97f4a7c15u;
}

void word_routes_lay(struct word_routes *r, const char *text, size_t len, uint32_t key)
{
	const struct laid laid = {hash_text(r->seed, text, len), key};
	g_array_append_val(r->laid, laid);
}

static inline uint32_t bucket_of(const struct word_routes *r, uint64_t hash)
{
	return (uint32_t)(hash >> (64 - r->bits));
}

static inline uint32_t bit_of(uint64_t hash)
{
	return 1u << (hash & 31);
}

/* The old and the new, in this order: a sort by counting, which keeps it within each bucket. */
void word_routes_settle(struct word_routes *r)
{
	if (!r->laid->len)
		return;
	struct word_routes old = *r;
	const struct laid *laid = (const struct laid *)(void *)r->laid->data;

	r->count += r->laid->len;
	r->bits = 1;
	while (r->bits < 31 && (1u << r->bits) * BUCKET_MEAN < r->count)
		r->bits++;
	r->buckets = g_new0(struct bucket, (1u << r->bits) + 2);
	r->keys = g_new(uint32_t, r->count);
	r->hashes = g_new(uint64_t, r->count);
	/* counted two places on, so that the next pass leaves each start in its own */
	for (uint32_t i = 0; i < old.count; i++)
		r->buckets[bucket_of(r, old.hashes[i]) + 2].first++;
	for (uint32_t i = 0; i < r->laid->len; i++)
		r->buckets[bucket_of(r, laid[i].hash) + 2].first++;
	for (uint32_t i = 2; i <= 1u << r->bits; i++)
		r->buckets[i].first += r->buckets[i - 1].first;
	for (uint32_t i = 0; i < r->count; i++) {
		bool is_old = i < old.count;
		uint64_t hash = is_old ? old.hashes[i] : laid[i - old.count].hash;
		struct bucket *bucket = &r->buckets[bucket_of(r, hash)];
		uint32_t at = bucket[1].first++;
		bucket->seen |= bit_of(hash);
		r->hashes[at] = hash;
		r->keys[at] = is_old ? old.keys[i] : laid[i - old.count].key;
	}
	g_free(old.buckets);
	g_free(old.keys);
	g_free(old.hashes);
	g_array_unref(r->laid); /* its memory goes, too */
	r->laid = g_array_new(FALSE, FALSE, sizeof(struct laid));
}

static void add_once(GArray *keys, uint32_t key)
{
	for (unsigned i = 0; i < keys->len; i++)
		if (g_array_index(keys, uint32_t, i) == key)
			return;
	g_array_append_val(keys, key);
}

void word_routes_follow(const struct word_routes *r, const char *text, size_t len, GArray *keys)
{
	if (!r->count)
		return;
	uint64_t hash = hash_text(r->seed, text, len);
	const struct bucket *bucket = &r->buckets[bucket_of(r, hash)];
	if (!(bucket->seen & bit_of(hash)))
		return;
	for (uint32_t i = bucket[1].first; i-- > bucket->first;)
		if (r->hashes[i] == hash)
			add_once(keys, r->keys[i]);
}
