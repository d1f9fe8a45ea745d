/* word_cache: see word_cache.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/word_cache.h"

#include <stdbool.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Words lie in sets of one line of memory. A new one takes the last way of its set and moves
 * forward when it comes again: so words that come once do not drive out those of every day. They
 * move in one article of sixteen: that is soon enough, and sets are seldom written. */
#define SET_BITS    13
#define SETS	    (1u << SET_BITS)
#define WAYS	    8
#define LINE	    64
#define PLACES_MOST (2 * SETS * WAYS)
#define LISTS_MOST  1000000
#define MOVE_MASK   15

/* Words that were seen. With the number of the set 44 bits of a hash under a secret seed stand for
 * each: four in 10^9 unknown words are taken for another. */
struct set {
	uint32_t tags[WAYS];   /* 0: free; no free ones before others */
	uint32_t places[WAYS]; /* in `seen`; 0: no keys */
};
G_STATIC_ASSERT(sizeof(struct set) == LINE);

struct word_cache {
	word_cache_collect_fn *collect;
	void *data;
	uint64_t seed, base; /* base: of seed and language */
	struct set *sets;    /* NULL: nothing was looked up yet */
	unsigned articles;
	struct word_keys
		*seen; /* in the order words came: those that come often stand close
			  together; of an article with too many words, more than PLACES_MOST */
	uint32_t seen_count, seen_room;
	GArray *free_places; /* uint32_t */
	GArray *left_places; /* uint32_t: free with the next article */
	uint64_t *lists;     /* struct key_list one after the other */
	uint32_t lists_count, lists_room;
	GArray *found;		       /* uint32_t: keys being collected */
	GArray *classes;	       /* uint32_t: of these */
	const struct key_index *index; /* or NULL */
};

struct word_cache *word_cache_new(word_cache_collect_fn *collect, void *data)
{
	struct word_cache *c = g_new0(struct word_cache, 1);
	c->collect = collect;
	c->data = data;
	c->free_places = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c->left_places = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c->found = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c->classes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	/* nobody can write words that collide */
	c->seed = (uint64_t)g_random_int() << 32 | g_random_int();
	return c;
}

void word_cache_free(struct word_cache *c)
{
	if (!c)
		return;
	g_aligned_free(c->seen);
	g_array_unref(c->free_places);
	g_array_unref(c->left_places);
	g_aligned_free(c->lists);
	g_array_unref(c->found);
	g_array_unref(c->classes);
	g_aligned_free(c->sets);
	g_free(c);
}

void word_cache_set_index(struct word_cache *c, const struct key_index *index)
{
	c->index = index;
	/* lists of before know nothing of them */
	g_clear_pointer(&c->sets, g_aligned_free);
}

const uint64_t *word_cache_lists(const struct word_cache *c)
{
	return c->lists;
}

const struct word_keys *word_cache_keys(const struct word_cache *c)
{
	return c->seen;
}

/* Room for `count` of a size, beginning with a line of memory: so what is no longer than a line
 * need not lie in two. */
static void *grow(void *old, uint32_t used, uint32_t *room, uint32_t count, size_t size)
{
	if (count <= *room)
		return old;
	*room = MAX(1024, count + count / 2);
	void *all = g_aligned_alloc(*room, size, LINE);
	if (used)
		memcpy(all, old, used * size);
	g_aligned_free(old);
	return all;
}

/* ---- hashes
 * --------------------------------------------------------------------------------------------------
 */

struct halves {
	uint64_t head, tail;
};

/* The first bytes, at most sixteen, as two numbers; more may be read up to `end`. Without a branch
 * on the length, which cannot be foreseen. */
static inline struct halves load(const char *word, size_t len, const char *end)
{
	struct halves h = {0, 0};
#ifdef __SSE2__
	static const uint8_t masks[32] = {255, 255, 255, 255, 255, 255, 255, 255,
					  255, 255, 255, 255, 255, 255, 255, 255};
	if (word + sizeof h <= end) {
		size_t some = MIN(len, sizeof h);
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)word);
		__m128i mask = _mm_loadu_si128((const __m128i *)(const void *)(masks + 16 - some));
		_mm_storeu_si128((__m128i *)(void *)&h, _mm_and_si128(bytes, mask));
		return h;
	}
#endif
	(void)end;
	memcpy(&h, word, MIN(len, sizeof h));
	return h;
}

static uint64_t hash_rest(uint64_t hash, const char *word, size_t len, const char *end)
{
	for (size_t at = 0; at < len; at += sizeof(struct halves)) {
		struct halves part = load(word + at, len - at, end);
		hash = ((hash ^ hash >> 32) + part.head) * 0xff51afd7ed558ccdu;
		hash = ((hash ^ hash >> 32) + part.tail) * 0xc4ceb9fe1a85ec53u;
	}
	return hash + len;
}

/* Of the word in the language of the article. */
static inline uint64_t hash_surface(uint64_t base, const char *word, size_t len, const char *end)
{
	struct halves part = load(word, len, end);
	/* letters of the two halves must not make up for each other, nor for the language */
	uint64_t head = (part.head ^ base) * 0xff51afd7ed558ccdu;
	uint64_t tail = (part.tail + base) * 0xc4ceb9fe1a85ec53u;
	uint64_t hash = head ^ (tail >> 29 | tail << 35);
	if (len > sizeof part)
		hash = hash_rest(hash, word + sizeof part, len - sizeof part, end);
	return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
}

/* Of a hash the highest bits are the best. */
static inline struct set *set_of(struct set *sets, uint64_t hash)
{
	return &sets[hash >> (64 - SET_BITS)];
}

static inline uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> (32 - SET_BITS)) | 1;
}

/* ---- lists
 * ---------------------------------------------------------------------------------------------------
 */

/* Patterns of one word ask for it. */
static bool is_single(const struct key_index *index, uint32_t key)
{
	return index->singles[key] < index->singles[key + 1];
}

static inline void move(uint32_t *list, uint32_t from, uint32_t to)
{
	uint32_t moved = list[from];
	list[from] = list[to];
	list[to] = moved;
}

/* Keys that are looked up by alone to the front. */
static uint16_t sort_keys(const struct word_cache *c, uint32_t count)
{
	uint32_t *keys = (uint32_t *)(void *)c->found->data;
	uint16_t singles = 0;
	for (uint32_t i = 0; c->index && i < count; i++)
		if (is_single(c->index, keys[i]))
			move(keys, i, singles++);
	return singles;
}

/* The classes of the keys, each once; those that want others to the front. */
static uint16_t find_classes(struct word_cache *c, uint32_t count)
{
	const uint32_t *keys = (const uint32_t *)(void *)c->found->data;
	uint16_t wishes = 0;
	g_array_set_size(c->classes, 0);
	for (uint32_t i = 0; c->index && i < count; i++) {
		uint32_t class = key_class(c->index, keys[i]), known = 0;
		while (known < c->classes->len &&
		       g_array_index(c->classes, uint32_t, known) != class)
			known++;
		if (known < c->classes->len)
			continue;
		g_array_append_val(c->classes, class);
		const struct class_wish *wish = &c->index->wishes[class];
		if (wish->before | wish->behind)
			move((uint32_t *)(void *)c->classes->data, known, wishes++);
	}
	return wishes;
}

/* For a list, at the end of all. What is asked for most does not begin in one line and end in the
 * next if it fits into one. */
static struct key_list *make_list(struct word_cache *c, const struct key_list *head)
{
	const uint32_t line = LINE / sizeof(uint64_t);
	uint32_t asked = 1 + (head->classes + 1u) / 2 +
			 head->wishes * (uint32_t)(sizeof(struct class_wish) / sizeof(uint64_t));
	uint32_t at = c->lists_count;
	if (asked <= line && at % line + asked > line)
		at += line - at % line;
	uint32_t end = at + asked + (head->count + 1u) / 2;
	c->lists = grow(c->lists, c->lists_count, &c->lists_room, end, sizeof *c->lists);
	c->lists_count = end;
	struct key_list *list = (struct key_list *)(void *)&c->lists[at];
	*list = *head;
	return list;
}

static struct word_keys keep_list(struct word_cache *c)
{
	uint32_t count = MIN(c->found->len, UINT16_MAX);
	struct key_list head = {.count = (uint16_t)count, .singles = sort_keys(c, count)};
	struct word_keys word = {.class = CLASSES_MANY};
	if (!count)
		return word;
	head.wishes = find_classes(c, count);
	head.classes = (uint16_t)c->classes->len;
	struct key_list *list = make_list(c, &head);
	word.list =
		(uint32_t)((uint64_t *)(void *)list - c->lists) | (head.singles ? WORD_SINGLE : 0);
	if (head.classes == 1)
		word.class = g_array_index(c->classes, uint32_t, 0);
	memcpy(list->class, c->classes->data, c->classes->len * sizeof(uint32_t));
	struct class_wish *wishes = (struct class_wish *)key_list_wishes(list);
	memcpy(wishes + head.wishes, c->found->data, count * sizeof(uint32_t));
	for (uint32_t i = 0; i < c->classes->len; i++) {
		uint32_t class = g_array_index(c->classes, uint32_t, i);
		word.mask |= class_bit(class);
		if (i >= head.wishes)
			continue;
		wishes[i] = c->index->wishes[class];
		word.wish.before |= wishes[i].before;
		word.wish.behind |= wishes[i].behind;
	}
	return word;
}

static struct word_keys look_anew(struct word_cache *c, const char *text, const struct token *token)
{
	g_array_set_size(c->found, 0);
	c->collect(c->data, text, token, c->found);
	return keep_list(c);
}

/* ---- words
 * ---------------------------------------------------------------------------------------------------
 */

static uint32_t keep_keys(struct word_cache *c, const struct word_keys *keys)
{
	c->seen = grow(c->seen, c->seen_count, &c->seen_room, c->seen_count + 1, sizeof *c->seen);
	c->seen[c->seen_count] = *keys;
	return c->seen_count++;
}

static void forget(struct word_cache *c)
{
	static const struct key_list none;
	static const struct word_keys keyless;
	if (!c->sets)
		c->sets = g_aligned_alloc(SETS, sizeof *c->sets, LINE);
	memset(c->sets, 0, SETS * sizeof *c->sets);
	g_array_set_size(c->free_places, 0);
	g_array_set_size(c->left_places, 0);
	c->lists_count = 0;
	make_list(c, &none); /* list 0 is empty */
	c->seen_count = 0;
	keep_keys(c, &keyless);
}

void word_cache_begin(struct word_cache *c, enum language language)
{
	c->base = (c->seed + (uint64_t)language) * 0xd6e8feb86659fd93u;
	c->base = (c->base ^ c->base >> 32) * 0xd6e8feb86659fd93u;
	c->articles++;
	if (!c->sets || c->lists_count > LISTS_MOST)
		forget(c);
	if (c->left_places->len)
		g_array_append_vals(c->free_places, c->left_places->data, c->left_places->len);
	g_array_set_size(c->left_places, 0);
	c->seen_count = MIN(c->seen_count, PLACES_MOST);
}

/* Where the keys of a new word go: from PLACES_MOST on, for this article only. */
static uint32_t place_keys(struct word_cache *c, const struct word_keys *keys)
{
	if (!keys->list)
		return 0;
	if (c->free_places->len) {
		guint last = c->free_places->len - 1;
		uint32_t place = g_array_index(c->free_places, uint32_t, last);
		g_array_set_size(c->free_places, last);
		c->seen[place] = *keys;
		return place;
	}
	return keep_keys(c, keys);
}

/* A word that is not in its set: it takes the first free way or the last of all. What the word
 * before it had stays where it is for this article. */
static uint32_t add_word(struct word_cache *c, struct set *set, uint32_t tag, const char *text,
			 const struct token *token)
{
	const struct word_keys keys = look_anew(c, text, token);
	uint32_t place = place_keys(c, &keys);
	unsigned way = 0;
	if (place >= PLACES_MOST)
		return place;
	while (way < WAYS - 1 && set->tags[way])
		way++;
	if (set->places[way])
		g_array_append_val(c->left_places, set->places[way]);
	set->tags[way] = tag;
	set->places[way] = place;
	return place;
}

/* The way of a tag; WAYS if it is in none. */
static inline unsigned find_way(const struct set *set, uint32_t tag)
{
	unsigned found = 0; /* two bits a way */
#ifdef __SSE2__
	const __m128i *tags = (const __m128i *)(const void *)set->tags;
	__m128i wanted = _mm_set1_epi32((int)tag);
	__m128i first = _mm_cmpeq_epi32(_mm_load_si128(tags), wanted);
	__m128i last = _mm_cmpeq_epi32(_mm_load_si128(tags + 1), wanted);
	found = (unsigned)_mm_movemask_epi8(_mm_packs_epi32(first, last));
#else
	for (unsigned way = 0; way < WAYS; way++)
		found |= (unsigned)(set->tags[way] == tag) << way * 2;
#endif
	return found ? (unsigned)__builtin_ctz(found) / 2 : WAYS;
}

static void move_forward(struct set *set, unsigned way)
{
	move(set->tags, way, way - (way > 0));
	move(set->places, way, way - (way > 0));
}

#define AHEAD 64

/* Sets and what they stand for are fetched all together: that costs half of the time. */
static void look_some(struct word_cache *c, const char *text, const char *end,
		      const struct token *t, unsigned count, uint32_t *places)
{
	const uint64_t base = c->base;
	const bool moving = (c->articles & MOVE_MASK) == 0;
	struct set *const sets = c->sets;
	uint64_t hashes[AHEAD];

	for (unsigned i = 0; i < count; i++) {
		hashes[i] = hash_surface(base, text + t[i].start, t[i].end - t[i].start, end);
		__builtin_prefetch(set_of(sets, hashes[i]));
	}
	const struct word_keys *seen = word_cache_keys(c);
	for (unsigned i = 0; i < count; i++) {
		uint32_t tag = tag_of(hashes[i]);
		struct set *set = set_of(sets, hashes[i]);
		unsigned way = find_way(set, tag);
		if (way == WAYS) {
			places[i] = add_word(c, set, tag, text, &t[i]);
			seen = word_cache_keys(c);
			continue;
		}
		places[i] = set->places[way];
		__builtin_prefetch(&seen[places[i]]);
		if (G_UNLIKELY(moving)) /* asked first: the way cannot be foreseen */
			move_forward(set, way);
	}
}

void word_cache_look(struct word_cache *c, const char *text, size_t text_len,
		     const struct token *tokens, unsigned count, uint32_t *places)
{
	for (unsigned from = 0; from < count; from += AHEAD)
		look_some(c, text, text + text_len, tokens + from, MIN(AHEAD, count - from),
			  places + from);
}
