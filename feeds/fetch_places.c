/* fetch_places: see fetch_places.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/fetch_places.h"

#define PLACES_KEPT 20000 /* idle ones beyond are forgotten */
#define IDLE_S	    60	  /* nobody holds a turn at a place whose last turn is so old */
#define EARLY_US    5000  /* a timer may come so much before its time */

struct fetch_place {
	gint64 next_at_us; /* monotonic: not before; turns already promised included */
	unsigned active;
};

struct fetch_places {
	GHashTable *by_address; /* → struct fetch_place * */
};

struct fetch_places *fetch_places_new(void)
{
	struct fetch_places *places = g_new0(struct fetch_places, 1);
	places->by_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return places;
}

void fetch_places_free(struct fetch_places *places)
{
	if (!places)
		return;
	g_hash_table_unref(places->by_address);
	g_free(places);
}

static gboolean is_idle(gpointer key, gpointer value, gpointer now)
{
	const struct fetch_place *place = value;
	(void)key;
	return !place->active && place->next_at_us + IDLE_S * G_USEC_PER_SEC < *(gint64 *)now;
}

static struct fetch_place *find(struct fetch_places *places, const char *address, gint64 now)
{
	struct fetch_place *place = g_hash_table_lookup(places->by_address, address);
	if (place)
		return place;
	if (g_hash_table_size(places->by_address) >= PLACES_KEPT)
		g_hash_table_foreach_remove(places->by_address, is_idle, &now);
	place = g_new0(struct fetch_place, 1);
	g_hash_table_insert(places->by_address, g_strdup(address), place);
	return place;
}

/* Who comes too early is promised a turn of its own, so that it need not ask again and again while
 * others go. Where a name has several addresses, the transfer that waited for one of them, or was
 * let in at one, may go on to the next: it is one request all the same. */
gint64 fetch_places_admit(struct fetch_places *places, struct fetch_visit *visit,
			  const char *address, unsigned at_most, gint64 gap_us)
{
	gint64 now = g_get_monotonic_time();
	struct fetch_place *place = find(places, address, now);
	bool waited = visit->admitted || (visit->turn_us && now + EARLY_US >= visit->turn_us);
	unsigned others = place->active - (visit->admitted && visit->place == place);

	if (others < at_most && (waited || now >= place->next_at_us)) {
		if (!waited || visit->turn_at != place)
			place->next_at_us = MAX(place->next_at_us, now + gap_us);
		fetch_places_leave(visit);
		visit->place = place;
		visit->admitted = true;
		place->active++;
		return 0;
	}
	visit->turn_at = place;
	visit->turn_us = MAX(place->next_at_us, now + gap_us);
	place->next_at_us = visit->turn_us + gap_us;
	return visit->turn_us - now;
}

void fetch_places_leave(struct fetch_visit *visit)
{
	if (visit->admitted)
		visit->place->active--;
	visit->admitted = false;
}
