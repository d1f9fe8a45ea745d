/* pole_clause: see pole_clause.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/pole_clause.h"

#include <string.h>

struct side_place {
	uint32_t start, end; /* bytes of the field */
	unsigned side;
};

static void add_side(GArray *all, const GPtrArray *places, unsigned side)
{
	for (unsigned i = 0; i < places->len; i++) {
		const struct occurrence *o = places->pdata[i];
		const struct side_place place = {o->start, o->end, side};
		g_array_append_val(all, place);
	}
}

static int by_start(gconstpointer left, gconstpointer right)
{
	const struct side_place *x = left, *y = right;
	return (x->start > y->start) - (x->start < y->start);
}

static bool is_separator(gunichar c)
{
	static const gunichar separators[] = {',', ';', ':', 0x3001, 0xff0c, 0xff1b, 0xff1a};
	for (size_t i = 0; i < G_N_ELEMENTS(separators); i++)
		if (separators[i] == c)
			return true;
	return false;
}

/* Where the last separator of text[from..to) ends, or `none`. */
static uint32_t last_separator(const char *text, uint32_t from, uint32_t to, uint32_t none)
{
	const char *at = text + from;
	while (at < text + to) {
		const char *next = g_utf8_next_char(at);
		if (is_separator(g_utf8_get_char(at)))
			none = (uint32_t)(next - text);
		at = next;
	}
	return none;
}

/* Once over the text: of either side the place that ends last is the nearest one before. */
bool pole_clause_apart(const struct field_text *field, const GPtrArray *a, const GPtrArray *b)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct side_place));
	uint32_t ends[2] = {0, 0}, looked = 0, separator = 0;

	add_side(all, a, 0);
	add_side(all, b, 1);
	g_array_sort(all, by_start);
	for (unsigned i = 0; i < all->len; i++) {
		const struct side_place *place = &g_array_index(all, struct side_place, i);
		uint32_t other = ends[!place->side];
		looked = i ? looked : place->start;
		separator = last_separator(field->text, looked, place->start, separator);
		looked = MAX(looked, place->start);
		if (other && separator <= other)
			return false;
		ends[place->side] = MAX(ends[place->side], place->end);
	}
	return ends[0] && ends[1];
}
