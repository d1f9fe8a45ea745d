/* gazetteer: see gazetteer.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/gazetteer.h"

#include "filters/cldr.h"
#include "filters/demonym.h"
#include "filters/text.h"

#include <string.h>
#include <unicode/uloc.h>

/* Adjectives and nouns in lower case are looked up without their last vowels. */
#define INFLECTED_MIN 4

struct gazetteer {
	GPtrArray *entries;
	GHashTable *by_region;
	GHashTable *by_name;  /* folded -> GPtrArray of entries */
	GHashTable *by_stem;  /* the same for names in lower case */
	GHashTable *demonyms; /* bases of countries' names -> entry */
	GHashTable *topics;   /* stem -> GPtrArray of char * */
	GPtrArray *topic_lists;
	GPtrArray *sections;	     /* struct gazetteer_section * */
	struct cldr_cities **cities; /* by language, opened when first asked for: each costs half a
					millisecond */
};

static void entry_free(void *data)
{
	struct gazetteer_entry *entry = data;
	g_free(entry->id);
	g_strfreev(entry->sides);
	g_ptr_array_unref(entry->names);
	g_ptr_array_unref(entry->with);
	g_ptr_array_unref(entry->not_names);
	g_free(entry->region);
	g_free(entry->zone);
	g_free(entry);
}

static struct gazetteer_entry *entry_new(enum entity_kind kind)
{
	struct gazetteer_entry *entry = g_new0(struct gazetteer_entry, 1);
	entry->kind = kind;
	entry->strength = -1;
	entry->names = g_ptr_array_new_with_free_func(g_free);
	entry->with = g_ptr_array_new_with_free_func(g_free);
	entry->not_names = g_ptr_array_new_with_free_func(g_free);
	return entry;
}

char *gazetteer_slug(const char *name)
{
	char *slug = text_folded(name);
	for (char *p = slug; *p; p++)
		if (*p == ' ')
			*p = '-';
	return slug;
}

/* Case endings, folded, longest first. */
static const char *const cyrillic_endings[] = {
	"ого", "его", "ому", "ему", "ыми", "ими", "ами", "ями", "ая", "яя", "ое", "ее", "ые",
	"ие",  "ыи",  "ии",  "ои",  "еи",  "ых",  "их",	 "ую",	"юю", "ом", "ем", "ам", "ям",
	"ах",  "ях",  "ов",  "ев",  "а",   "я",	  "о",	 "е",	"ы",  "и",  "у",  "ю",	"ь",
};

static size_t without_case(const char *folded, size_t len)
{
	if (!len || (unsigned char)folded[len - 1] < 0x80)
		return len;
	for (size_t i = 0; i < G_N_ELEMENTS(cyrillic_endings); i++) {
		size_t ending = strlen(cyrillic_endings[i]);
		if (len >= ending + 2 * INFLECTED_MIN &&
		    g_str_has_suffix(folded, cyrillic_endings[i]))
			return len - ending;
	}
	return len;
}

static char *stem_of(const char *folded)
{
	size_t len = without_case(folded, strlen(folded));
	while (len > INFLECTED_MIN && strchr("aeiouh", folded[len - 1]))
		len--;
	return g_strndup(folded, len);
}

static void index_name(GHashTable *table, char *key, struct gazetteer_entry *entry)
{
	GPtrArray *bearers = g_hash_table_lookup(table, key);
	if (!bearers) {
		bearers = g_ptr_array_new();
		g_hash_table_insert(table, g_strdup(key), bearers);
	}
	if (!g_ptr_array_find(bearers, entry, NULL))
		g_ptr_array_add(bearers, entry);
	g_free(key);
}

static void add_name(struct gazetteer *g, struct gazetteer_entry *entry, const char *name,
		     GPtrArray *list)
{
	char *folded = text_folded(name);
	if (!*folded) {
		g_free(folded);
		return;
	}
	g_ptr_array_add(list, g_strdup(name));
	if (g_unichar_islower(g_utf8_get_char(name)))
		index_name(g->by_stem, stem_of(folded), entry);
	index_name(g->by_name, folded, entry);
}

/* ---- CLDR ---------------------------------------------------------------------------- */

static struct gazetteer_entry *add_city(struct gazetteer *g, struct cldr_cities *cities,
					const char *region, const char *zone)
{
	g_autofree char *name = cldr_cities_name(cities, zone);
	if (!name || strlen(name) < 3)
		return NULL;
	struct gazetteer_entry *entry = entry_new(ENTITY_PLACE);
	entry->id = gazetteer_slug(name);
	entry->sides = g_strsplit(region, ",", -1);
	entry->zone = g_strdup(zone);
	g_ptr_array_add(g->entries, entry);
	add_name(g, entry, name, entry->names);
	return entry;
}

static void add_cities(struct gazetteer *g, const char *language)
{
	g_autoptr(GHashTable) zones = cldr_zones();
	struct cldr_cities *cities = cldr_cities_open(language);
	for (const char *const *region = uloc_getISOCountries(); *region; region++) {
		const GPtrArray *own = g_hash_table_lookup(zones, *region);
		struct gazetteer_entry *city = NULL;
		for (unsigned i = 0; own && i < own->len; i++)
			city = add_city(g, cities, *region, own->pdata[i]);
		if (city && own->len == 1) /* of a country with one zone: the capital, as a rule */
			city->strength = 1;
	}
	cldr_cities_close(cities);
}

static void add_countries(struct gazetteer *g, const char *language)
{
	for (const char *const *region = uloc_getISOCountries(); *region; region++) {
		g_autofree char *name = cldr_country(*region, language);
		if (!name)
			continue;
		struct gazetteer_entry *entry = entry_new(ENTITY_COUNTRY);
		entry->id = gazetteer_slug(name);
		entry->region = g_strdup(*region);
		entry->sides = g_strsplit(*region, ",", -1);
		g_ptr_array_add(g->entries, entry);
		g_hash_table_insert(g->by_region, entry->region, entry);
		add_name(g, entry, name, entry->names);
		g_autofree char *folded = text_folded(name);
		demonym_add(g->demonyms, folded, entry);
	}
	add_cities(g, language);
}

/* ---- tables -------------------------------------------------------------------------- */

static void add_topic(struct gazetteer *g, char **names)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(g->topic_lists, list);
	for (char **name = names; *name; name++) {
		g_autofree char *folded = text_folded(*name);
		g_ptr_array_add(list, g_strdup(*name));
		g_hash_table_insert(g->topics, stem_of(folded), list);
	}
}

static void add_section(struct gazetteer *g, const char *id, char **words)
{
	struct gazetteer_section *section = g_new(struct gazetteer_section, 1);
	section->id = g_strdup(id);
	section->words = g_strdupv(words);
	g_ptr_array_add(g->sections, section);
}

static void section_free(void *data)
{
	struct gazetteer_section *section = data;
	g_free(section->id);
	g_strfreev(section->words);
	g_free(section);
}

const GPtrArray *gazetteer_sections(const struct gazetteer *g)
{
	return g->sections;
}

static int kind_of(const char *name)
{
	for (int kind = ENTITY_OTHER; kind <= ENTITY_TREATY; kind++)
		if (strcmp(entity_kind_name((enum entity_kind)kind), name) == 0)
			return kind;
	return -1;
}

/* The city that CLDR gave becomes the table's. */
static struct gazetteer_entry *city_of(const struct gazetteer *g, char **names)
{
	for (char **name = names; *name; name++) {
		g_autofree char *folded = text_folded(*name);
		const GPtrArray *bearers = g_hash_table_lookup(g->by_name, folded);
		for (unsigned i = 0; bearers && i < bearers->len; i++) {
			struct gazetteer_entry *known = bearers->pdata[i];
			if (known->zone && !known->tabled)
				return known;
		}
	}
	return NULL;
}

static struct gazetteer_entry *entry_for(struct gazetteer *g, int kind, char **columns,
					 char **names)
{
	struct gazetteer_entry *city = kind == ENTITY_PLACE ? city_of(g, names) : NULL;
	if (kind == ENTITY_COUNTRY)
		return g_hash_table_lookup(g->by_region, columns[1]);
	if (city)
		return city;
	struct gazetteer_entry *entry = entry_new((enum entity_kind)kind);
	entry->id = g_strdup(columns[3]);
	g_ptr_array_add(g->entries, entry);
	return entry;
}

static bool read_row(struct gazetteer *g, const char *line)
{
	g_auto(GStrv) columns = g_strsplit(line, "\t", 5);
	if (g_strv_length(columns) != 5)
		return false;
	g_auto(GStrv) names = g_strsplit(columns[4], "|", -1);
	if (strcmp(columns[0], "topic") == 0) {
		add_topic(g, names);
		return true;
	}
	if (strcmp(columns[0], "section") == 0) {
		add_section(g, columns[3], names);
		return true;
	}
	int kind = kind_of(columns[0]);
	struct gazetteer_entry *entry = kind < 0 ? NULL : entry_for(g, kind, columns, names);
	if (!entry)
		return false;
	entry->tabled = true;
	if (kind != ENTITY_COUNTRY) {
		g_strfreev(entry->sides);
		entry->sides = g_strsplit(strcmp(columns[1], "-") == 0 ? "" : columns[1], ",", -1);
	}
	if (strcmp(columns[2], "-") != 0)
		entry->strength = g_ascii_strtod(columns[2], NULL);
	for (char **name = names; *name; name++) {
		if (**name == '!')
			g_ptr_array_add(entry->not_names, g_strdup(*name + 1));
		else if (**name == '?')
			add_name(g, entry, *name + 1, entry->with);
		else
			add_name(g, entry, *name, entry->names);
	}
	return true;
}

static bool read_table(struct gazetteer *g, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	unsigned number = 0;
	if (!g_file_get_contents(path, &text, NULL, error))
		return false;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		number++;
		if (!**line || **line == '#')
			continue;
		if (!g_utf8_validate(*line, -1, NULL) || !read_row(g, *line)) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
				    "%s:%u: expected kind, side, strength, id, names between tabs",
				    path, number);
			return false;
		}
	}
	return true;
}

static int by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_tables(struct gazetteer *g, const char *folder, GError **error)
{
	GDir *dir = g_dir_open(folder, 0, error);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	if (!dir)
		return false;
	while ((name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".tsv"))
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_dir_close(dir);
	g_ptr_array_sort(paths, by_text);
	for (unsigned i = 0; i < paths->len; i++)
		if (!read_table(g, paths->pdata[i], error))
			return false;
	return true;
}

struct gazetteer *gazetteer_load(const char *folder, const char *language, GError **error)
{
	struct gazetteer *g = g_new0(struct gazetteer, 1);
	GDestroyNotify unref = (GDestroyNotify)g_ptr_array_unref;
	g->entries = g_ptr_array_new_with_free_func(entry_free);
	g->by_region = g_hash_table_new(g_str_hash, g_str_equal);
	g->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref);
	g->by_stem = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref);
	g->demonyms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g->topics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g->topic_lists = g_ptr_array_new_with_free_func(unref);
	g->sections = g_ptr_array_new_with_free_func(section_free);
	g->cities = g_new0(struct cldr_cities *, CLDR_LANGUAGES);
	add_countries(g, language);
	if (folder && !read_tables(g, folder, error)) {
		gazetteer_free(g);
		return NULL;
	}
	return g;
}

void gazetteer_free(struct gazetteer *g)
{
	if (!g)
		return;
	g_hash_table_unref(g->by_region);
	g_hash_table_unref(g->by_name);
	g_hash_table_unref(g->by_stem);
	g_hash_table_unref(g->demonyms);
	g_hash_table_unref(g->topics);
	g_ptr_array_unref(g->topic_lists);
	g_ptr_array_unref(g->sections);
	g_ptr_array_unref(g->entries);
	for (unsigned i = 0; i < CLDR_LANGUAGES; i++)
		cldr_cities_close(g->cities[i]);
	g_free(g->cities);
	g_free(g);
}

/* ---- questions ----------------------------------------------------------------------- */

static bool has_adjective(const struct gazetteer_entry *entry)
{
	for (unsigned i = 0; i < entry->names->len; i++)
		if (g_unichar_islower(g_utf8_get_char(entry->names->pdata[i])))
			return true;
	return false;
}

/* An adjective that no table has: as if one had, so that it is guessed once. */
static const GPtrArray *guessed(const struct gazetteer *g, const char *folded, char *stem)
{
	struct gazetteer_entry *entry = demonym_find(g->demonyms, folded);
	if (!entry || has_adjective(entry)) {
		g_free(stem);
		return NULL;
	}
	index_name(g->by_stem, stem, entry);
	return gazetteer_find(g, folded, true);
}

const GPtrArray *gazetteer_find(const struct gazetteer *g, const char *folded, bool lower_case)
{
	if (!lower_case)
		return g_hash_table_lookup(g->by_name, folded);
	g_autofree char *stem = stem_of(folded);
	const GPtrArray *found = g_hash_table_lookup(g->by_stem, stem);
	return found || strchr(folded, ' ') ? found : guessed(g, folded, g_steal_pointer(&stem));
}

bool gazetteer_is_ambiguous(const struct gazetteer_entry *entry, const char *folded)
{
	for (unsigned i = 0; i < entry->with->len; i++) {
		g_autofree char *name = text_folded(entry->with->pdata[i]);
		if (strcmp(name, folded) == 0)
			return true;
	}
	return false;
}

const struct gazetteer_entry *gazetteer_country(const struct gazetteer *g, const char *region)
{
	return g_hash_table_lookup(g->by_region, region);
}

const GPtrArray *gazetteer_entries(const struct gazetteer *g)
{
	return g->entries;
}

const GPtrArray *gazetteer_topic(const struct gazetteer *g, const char *folded)
{
	g_autofree char *stem = stem_of(folded);
	return g_hash_table_lookup(g->topics, stem);
}

static void add_once(GPtrArray *names, char *name)
{
	for (unsigned i = 0; name && i < names->len; i++)
		if (strcmp(names->pdata[i], name) == 0) {
			g_free(name);
			return;
		}
	if (name && *name)
		g_ptr_array_add(names, name);
}

static char *city_name(const struct gazetteer *g, unsigned language, const char *zone)
{
	if (!g->cities[language])
		g->cities[language] = cldr_cities_open(cldr_languages[language]);
	return cldr_cities_name(g->cities[language], zone);
}

GPtrArray *gazetteer_all_names(const struct gazetteer *g, const struct gazetteer_entry *entry)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	for (unsigned i = 0; i < entry->names->len; i++)
		add_once(names, g_strdup(entry->names->pdata[i]));
	for (unsigned i = 0; i < CLDR_LANGUAGES; i++) {
		if (entry->region)
			add_once(names, cldr_country(entry->region, cldr_languages[i]));
		if (entry->region && !entry->tabled)
			add_once(names, cldr_adjective(entry->region, cldr_languages[i]));
		if (entry->zone)
			add_once(names, city_name(g, i, entry->zone));
	}
	return names;
}
