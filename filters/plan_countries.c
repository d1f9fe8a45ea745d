/* plan_countries: the countries of the world, so that a list of countries is known for one.
 * Names from CLDR (Unicode), as ICU carries them.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/plan_builder.h"

#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

static const char *const press_languages[] = {"it", "en", "fr", "de",	   "es", "pt",
					      "ru", "uk", "zh", "zh_Hant", "ko", "ja"};

struct row_words {
	const char *region, *words[10];
};

/* What tells a row of countries: "hacker russi, cinesi e iraniani". They are no mention of the
 * country otherwise: "i servizi sudcoreani". Bases that make no other word with an ending, so not
 * chino and iraní, which China and Iran would be. */
static const struct row_words adjectives[] = {
	{"CN", {"cinese", "Chinese", "chinois", "chinesisch", "chinos", "китайский", "китайські"}},
	{"IR", {"iraniano", "Iranian", "iranien", "iranisch", "iraníes", "иранский", "іранський"}},
	{"US",
	 {"statunitense", "americano", "American", "américain", "amerikanisch", "estadounidense",
	  "американский", "американський"}},
	{"UA",
	 {"ucraino", "Ukrainian", "ukrainien", "ukrainisch", "ucraniano", "украинский",
	  "український"}},
	{"KR",
	 {"sudcoreano", "South Korean", "sud-coréen", "südkoreanisch", "surcoreano",
	  "южнокорейский", "південнокорейський"}},
	{"BY",
	 {"bielorusso", "Belarusian", "biélorusse", "belarussisch", "bielorruso", "белорусский",
	  "білоруський"}},
	{"JP", {"giapponese", "Japanese", "japonais", "japanisch", "japonés", "японский"}},
	{"IN", {"indiano", "Indian", "indien", "indisch", "индийский"}},
	{"PK", {"pachistano", "Pakistani", "pakistanais", "pakistanisch", "пакистанский"}},
	{"IL", {"israeliano", "Israeli", "israélien", "israelisch", "израильский"}},
	{"SY", {"siriano", "Syrian", "syrien", "syrisch", "сирийский"}},
	{"TR", {"turco", "Turkish", "türkisch", "турецкий"}},
	{"VN", {"vietnamita", "Vietnamese", "vietnamien", "vietnamesisch", "вьетнамский"}},
	{"VE", {"venezuelano", "Venezuelan", "vénézuélien", "venezolano", "венесуэльский"}},
	{"CU", {"cubano", "Cuban", "cubain", "kubanisch", "кубинский"}},
};

/* Seats of government stand for countries in rows too: "Beijing, Moscow, Tehran and Pyongyang". */
static const struct row_words capitals[] = {
	{"CN",
	 {"Pechino", "Beijing", "Pékin", "Peking", "Pekín", "Пекин", "Пекін", "베이징", "北京"}},
	{"IR", {"Teheran", "Tehran", "Téhéran", "Teherán", "Тегеран", "테헤란", "德黑兰"}},
	{"US", {"Washington", "Вашингтон", "워싱턴", "华盛顿"}},
	{"UA", {"Kiev", "Kyiv", "Kiew", "Kyjiw", "Киев", "Київ", "키이우", "基辅"}},
	{"KR", {"Seul", "Seoul", "Séoul", "Seúl", "Сеул", "서울", "首尔"}},
	{"KP", {"Pyongyang", "Pjöngjang", "Pionyang", "Пхеньян", "평양", "平壤"}},
	{"RU", {"Mosca", "Moscow", "Moscou", "Moskau", "Moscú", "Москва", "모스크바", "莫斯科"}},
	{"BY", {"Minsk", "Минск", "민스크", "明斯克"}},
	{"JP", {"Tokyo", "Tokio", "Токио", "도쿄", "东京"}},
	{"IN", {"Nuova Delhi", "New Delhi", "Delhi", "Neu-Delhi", "Дели"}},
	{"PK", {"Islamabad", "Исламабад"}},
	{"IL", {"Gerusalemme", "Tel Aviv", "Jerusalem", "Jérusalem", "Иерусалим"}},
	{"SY", {"Damasco", "Damascus", "Damas", "Damaskus", "Дамаск"}},
	{"TR", {"Ankara", "Анкара"}},
	{"SA", {"Riad", "Riyadh", "Riyad", "Эр-Рияд"}},
	{"VE", {"Caracas", "Каракас"}},
	{"CU", {"L'Avana", "Havana", "La Havane", "Havanna", "La Habana", "Гавана"}},
	{"GB", {"Londra", "London", "Londres", "Лондон", "런던", "伦敦"}},
	{"FR", {"Parigi", "Paris", "París", "Париж"}},
	{"DE", {"Berlino", "Berlin", "Berlín", "Берлин", "베를린", "柏林"}},
	{"TW", {"Taipei", "Тайбэй", "台北"}},
	{"AF", {"Kabul", "Кабул"}},
	{"RS", {"Belgrado", "Belgrade", "Belgrad", "Белград"}},
	{"HU", {"Budapest", "Будапешт"}},
	{"PL", {"Varsavia", "Warsaw", "Varsovie", "Warschau", "Varsovia", "Варшава"}},
};

/* Heads of state and government, too: "da Modi a Lukashenko, da Erdogan a Pezeshkian". They change:
 * surnames that no other word or country shares. */
static const struct row_words leaders[] = {
	{"CN", {"Xi", "Xi Jinping", "Си Цзиньпин", "시진핑", "习近平"}},
	{"US", {"Trump", "Трамп", "트럼프", "特朗普"}},
	{"IN", {"Modi", "Моди", "모디", "莫迪"}},
	{"TR", {"Erdogan", "Эрдоган", "에르도안", "埃尔多安"}},
	{"BY", {"Lukashenko", "Loukachenko", "Lukaschenko", "Лукашенко", "卢卡申科"}},
	{"IR", {"Pezeshkian", "Peseschkian", "Khamenei", "Chamenei", "Пезешкиан", "Хаменеи"}},
	{"UA", {"Zelensky", "Zelenskyj", "Selenskyj", "Zelenski", "Зеленский", "젤렌스키"}},
	{"IL", {"Netanyahu", "Netanjahu", "Nétanyahou", "Нетаньяху"}},
	{"HU", {"Orban", "Орбан", "오르반"}},
	{"RS", {"Vucic", "Вучич"}},
	{"SK", {"Fico", "Фицо"}},
	{"FR", {"Macron", "Макрон", "마크롱"}},
	{"DE", {"Merz", "Мерц"}},
	{"GB", {"Starmer", "Стармер"}},
	{"IT", {"Meloni", "Мелони"}},
	{"BR", {"Lula", "Лула"}},
	{"VE", {"Maduro", "Мадуро", "马杜罗"}},
	{"PK", {"Sharif", "Шариф"}},
	{"KZ", {"Tokayev", "Tokaev", "Токаев"}},
	{"EG", {"al-Sisi", "Sisi"}},
	{"SY", {"Assad", "al-Sharaa", "Асад"}},
	{"ZA", {"Ramaphosa", "Рамафоса"}},
	{"ID", {"Prabowo", "Прабово"}},
	{"CU", {"Díaz-Canel"}},
	{"AZ", {"Aliyev", "Алиев"}},
};

static void add_words(struct plan *plan, const struct row_words *rows, size_t count,
		      const char *region, uint32_t owner)
{
	const struct pattern flags = {.owner = owner, .ambiguous = true};
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < G_N_ELEMENTS(rows[i].words) && rows[i].words[k] &&
				   strcmp(rows[i].region, region) == 0;
		     k++)
			plan_add_pattern(plan, rows[i].words[k], FORM_NAME, &flags);
}

static void add_row_words(struct plan *plan, const char *region, uint32_t owner)
{
	add_words(plan, adjectives, G_N_ELEMENTS(adjectives), region, owner);
	add_words(plan, capitals, G_N_ELEMENTS(capitals), region, owner);
	add_words(plan, leaders, G_N_ELEMENTS(leaders), region, owner);
}

static char *country_name(const char *region, const char *language)
{
	UChar name[128];
	char utf8[256], locale[16];
	UErrorCode status = U_ZERO_ERROR;

	g_snprintf(locale, sizeof locale, "und_%s", region);
	uloc_getDisplayCountry(locale, language, name, G_N_ELEMENTS(name), &status);
	if (status != U_ZERO_ERROR)
		return NULL;
	u_strToUTF8(utf8, sizeof utf8, NULL, name, -1, &status);
	return U_SUCCESS(status) && strlen(utf8) > 2 ? g_strdup(utf8) : NULL;
}

static GHashTable *names_of_set(const struct filter_set *set)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < set->entities->len; i++) {
		const struct entity *entity = set->entities->pdata[i];
		for (char **name = entity->names; *name; name++)
			g_hash_table_add(names, text_folded(*name));
	}
	return names;
}

#define LANGUAGES_OF_PRESS G_N_ELEMENTS(press_languages)

struct country_names {
	const char *names[LANGUAGES_OF_PRESS], *folded[LANGUAGES_OF_PRESS]; /* NULL: ICU has none */
};

static struct country_names *ask_icu(const char *region, GStringChunk *strings)
{
	struct country_names *country = g_new0(struct country_names, 1);
	for (size_t i = 0; i < LANGUAGES_OF_PRESS; i++) {
		g_autofree char *name = country_name(region, press_languages[i]);
		g_autofree char *folded = name ? text_folded(name) : NULL;
		if (!name)
			continue;
		country->names[i] = g_string_chunk_insert_const(strings, name);
		country->folded[i] = g_string_chunk_insert_const(strings, folded);
	}
	return country;
}

/* Looked up once: a plan is made for every filter that derive tries, and ICU takes its time. */
static const struct country_names *names_of_country(const char *region)
{
	static GHashTable *all;
	static GStringChunk *strings;
	static GMutex lock;
	g_mutex_lock(&lock);
	if (!all) {
		all = g_hash_table_new(g_str_hash, g_str_equal);
		strings = g_string_chunk_new(4096);
	}
	struct country_names *country = g_hash_table_lookup(all, region);
	if (!country) {
		country = ask_icu(region, strings);
		g_hash_table_insert(all, (gpointer)region, country); /* ICU's, static */
	}
	g_mutex_unlock(&lock);
	return country;
}

static void add_country(struct plan *plan, GHashTable *taken, const char *region)
{
	const struct country_names *country = names_of_country(region);
	bool any = false;
	for (size_t i = 0; i < LANGUAGES_OF_PRESS; i++) {
		if (country->folded[i] && g_hash_table_contains(taken, country->folded[i]))
			return;
		any = any || country->names[i];
	}
	if (!any)
		return;
	uint32_t index = plan->entities->len;
	struct plan_entity entity = {.owner = plan_add_owner(plan, index),
				     .side = index,
				     .kind = ENTITY_COUNTRY,
				     .has_names = true};
	g_array_append_val(plan->entities, entity);
	const struct pattern flags = {.owner = entity.owner};
	for (size_t i = 0; i < LANGUAGES_OF_PRESS; i++)
		if (country->names[i])
			plan_add_pattern(plan, country->names[i], FORM_NAME, &flags);
	add_row_words(plan, region, entity.owner);
}

void plan_add_countries(struct plan *plan, const struct filter_set *set)
{
	g_autoptr(GHashTable) taken = names_of_set(set);
	for (const char *const *region = uloc_getISOCountries(); *region; region++)
		add_country(plan, taken, *region);
}
