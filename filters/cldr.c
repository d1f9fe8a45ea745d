/* cldr: see cldr.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/cldr.h"

#include "filters/text.h"

#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/uenum.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

const char *const cldr_languages[CLDR_LANGUAGES] = {"it", "en", "fr", "de", "es",      "pt", "nl",
						    "ru", "uk", "pl", "zh", "zh_Hant", "ko", "ja"};

static char *utf8_of(const UChar *text, int32_t len)
{
	char utf8[512];
	UErrorCode status = U_ZERO_ERROR;
	u_strToUTF8(utf8, sizeof utf8 - 1, NULL, text, len, &status);
	return U_SUCCESS(status) ? g_strdup(utf8) : NULL;
}

char *cldr_country(const char *region, const char *language)
{
	UChar name[128];
	char locale[16];
	UErrorCode status = U_ZERO_ERROR;

	g_snprintf(locale, sizeof locale, "und_%s", region);
	int32_t len = uloc_getDisplayCountry(locale, language, name, G_N_ELEMENTS(name), &status);
	if (status != U_ZERO_ERROR)
		return NULL;
	char *utf8 = utf8_of(name, len);
	/* "Hongkong, S.A.R. Cina", "Myanmar (Birmania)": the part that texts use */
	if (utf8 && strpbrk(utf8, "(（,"))
		g_strchomp(g_strdelimit(utf8, "(,", '\0'));
	return utf8;
}

/* What is spoken in a country, as the language calls it: "russo", "Koreanisch". */
static char *language_spoken(const char *region, const char *language)
{
	char locale[16], likely[64], spoken[16];
	UChar name[128];
	UErrorCode status = U_ZERO_ERROR;

	g_snprintf(locale, sizeof locale, "und_%s", region);
	uloc_addLikelySubtags(locale, likely, sizeof likely, &status);
	uloc_getLanguage(likely, spoken, sizeof spoken, &status);
	int32_t len = uloc_getDisplayLanguage(spoken, language, name, G_N_ELEMENTS(name), &status);
	if (status != U_ZERO_ERROR)
		return NULL;
	g_autofree char *utf8 = utf8_of(name, len);
	return utf8 ? text_folded(utf8) : NULL;
}

#define ALIKE	 3 /* letters that a country and its language begin with */
#define FUNCTION 3 /* "del", "du": words of so many letters at most join two others */

/* "corea del nord" and "coreano": "nordcoreano"; "north korea" and "korean": "north korean";
 * "nordkorea" and "koreanisch": "nordkoreanisch". */
static char *in_place_of(char **words, unsigned at, size_t inside, const char *adjective)
{
	GString *out = g_string_new(NULL);
	for (unsigned i = 0; i < at; i++)
		g_string_append_printf(out, "%s ", words[i]);
	for (unsigned i = at + 1; words[i]; i++)
		if (g_utf8_strlen(words[i], -1) > FUNCTION) /* "norcoreano" */
			g_string_append(out, strcmp(words[i], "norte") == 0 ? "nor" : words[i]);
	g_string_append_len(out, words[at], (gssize)inside);
	g_string_append(out, adjective);
	return g_string_free(out, FALSE);
}

char *cldr_adjective(const char *region, const char *language)
{
	static const char *const no_letters[] = {"zh", "zh_Hant", "ko", "ja", NULL};
	if (g_strv_contains(no_letters, language))
		return NULL;
	g_autofree char *country = cldr_country(region, language);
	g_autofree char *adjective = country ? language_spoken(region, language) : NULL;
	if (!adjective || g_utf8_strlen(adjective, -1) <= ALIKE || strchr(adjective, ' '))
		return NULL;
	g_autofree char *folded = text_folded(country);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);
	g_autofree char *beginning = g_utf8_substring(adjective, 0, ALIKE);
	for (unsigned i = 0; words[i]; i++) {
		const char *found = strstr(words[i], beginning);
		if (found && strcmp(words[i], adjective) != 0)
			return in_place_of(words, i, (size_t)(found - words[i]), adjective);
	}
	return NULL;
}

/* Short names of time zones begin with their country (UTS 35, "Time Zone Identifiers"), but for
 * these. Asking ICU for the zones of each country walks through all zones 249 times: 36 ms against
 * 6. */
static const struct {
	const char *zone, *region;
} other_regions[] = {
	{"Europe/Mariehamn", "AX"}, {"America/St_Barthelemy", "BL"}, {"America/Curacao", "CW"},
	{"Asia/Jerusalem", "IL"},   {"America/Marigot", "MF"},	     {"Asia/Gaza", "PS"},
	{"Asia/Hebron", "PS"},
};

static char *region_of(const char *zone)
{
	for (size_t i = 0; i < G_N_ELEMENTS(other_regions); i++)
		if (strcmp(zone, other_regions[i].zone) == 0)
			return g_strdup(other_regions[i].region);
	const char *code = uloc_toUnicodeLocaleType("timezone", zone);
	return code && strlen(code) > 2 ? g_ascii_strup(code, 2) : NULL;
}

GHashTable *cldr_zones(void)
{
	UErrorCode status = U_ZERO_ERROR;
	const char *zone;
	GHashTable *all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						(GDestroyNotify)g_ptr_array_unref);
	UEnumeration *zones = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION,
							     NULL, NULL, &status);
	if (U_FAILURE(status))
		return all;
	while ((zone = uenum_next(zones, NULL, &status)) && U_SUCCESS(status)) {
		char *region = region_of(zone);
		if (!region)
			continue;
		GPtrArray *own = g_hash_table_lookup(all, region);
		if (!own) {
			own = g_ptr_array_new_with_free_func(g_free);
			g_hash_table_insert(all, g_strdup(region), own);
		}
		g_ptr_array_add(own, g_strdup(zone));
		g_free(region);
	}
	uenum_close(zones);
	return all;
}

struct cldr_cities {
	UDateFormat *format;
	UCalendar *calendar;
};

struct cldr_cities *cldr_cities_open(const char *language)
{
	static const UChar pattern[] = {'V', 'V', 'V', 0};
	UErrorCode status = U_ZERO_ERROR;
	struct cldr_cities *cities = g_new0(struct cldr_cities, 1);

	cities->format =
		udat_open(UDAT_PATTERN, UDAT_PATTERN, language, NULL, 0, pattern, -1, &status);
	cities->calendar = ucal_open(NULL, 0, language, UCAL_DEFAULT, &status);
	return cities;
}

char *cldr_cities_name(struct cldr_cities *cities, const char *zone)
{
	UChar id[64], name[128];
	UErrorCode status = U_ZERO_ERROR;

	if (!cities->format || !cities->calendar || strlen(zone) >= G_N_ELEMENTS(id))
		return NULL;
	u_uastrcpy(id, zone);
	ucal_setTimeZone(cities->calendar, id, -1, &status);
	udat_setCalendar(cities->format, cities->calendar);
	int32_t len = udat_format(cities->format, 0, name, G_N_ELEMENTS(name), NULL, &status);
	return U_SUCCESS(status) ? utf8_of(name, len) : NULL;
}

void cldr_cities_close(struct cldr_cities *cities)
{
	if (!cities)
		return;
	udat_close(cities->format);
	ucal_close(cities->calendar);
	g_free(cities);
}
