/* Names in many scripts: each form is one entity, and no other.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "tests/unit/filter_fixture.h"

#include "filters/sound.h"

#include <stdlib.h>

struct name {
	char *id, *form;
	bool given;
};

static GPtrArray *names;
static char *filters;

static void add_forms(const char *id, const char *forms, bool given)
{
	g_auto(GStrv) list = g_strsplit(forms, "|", -1);
	for (char **form = list; *form; form++) {
		struct name *name = g_new0(struct name, 1);
		*name = (struct name){g_strdup(id), g_strdup(*form), given};
		g_ptr_array_add(names, name);
	}
}

static int read_names(void **state)
{
	(void)state;
	const char *top = getenv("top_srcdir");
	g_autofree char *path =
		g_build_filename(top ? top : ".", "tests", "corpus", "names.tsv", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GString) out = g_string_new(NULL);

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return -1;
	names = g_ptr_array_new();
	g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
	for (char **line = lines; *line; line++) {
		if (**line == '#')
			continue;
		g_auto(GStrv) columns = g_strsplit(*line, "\t", 4);
		if (g_strv_length(columns) != 4)
			return -1;
		g_auto(GStrv) given = g_strsplit(columns[2], "|", -1);
		g_autofree char *list = g_strjoinv("\", \"", given);
		add_forms(columns[0], columns[2], true);
		add_forms(columns[0], columns[3], false);
		g_string_append_printf(out,
				       "entity \"%s\" { kind = %s names = { \"%s\" } }\nfilter "
				       "\"%s\" { when = '@%s' }\n",
				       columns[0], columns[1], list, columns[0], columns[0]);
	}
	filters = g_strdup(out->str);
	return 0;
}

static int forget_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < names->len; i++) {
		struct name *name = names->pdata[i];
		g_free(name->id);
		g_free(name->form);
		g_free(name);
	}
	g_ptr_array_unref(names);
	g_free(filters);
	return 0;
}

static void every_form_is_one_entity(void **state)
{
	(void)state;
	struct bench b;
	unsigned missed = 0, joined = 0, derived = 0;
	bench_open(&b, filters);
	for (unsigned i = 0; i < names->len; i++) {
		const struct name *name = names->pdata[i];
		const struct match_article article = {
			.title = "", .body = name->form, .published_at = INT64_MIN};
		g_autoptr(GPtrArray) found = matcher_match(b.matcher, &article, MATCH_MATCHED_ONLY);
		bool own = false;
		derived += !name->given;
		for (unsigned k = 0; k < found->len; k++) {
			const struct verdict *v = found->pdata[k];
			bool same = strcmp(v->filter, name->id) == 0;
			own = own || same;
			if (!same)
				print_error("%s is taken for %s\n", name->form, v->filter);
			joined += !same;
		}
		if (!own)
			print_error("%s is not found as %s\n", name->form, name->id);
		missed += !own;
	}
	print_message("%u forms, %u of them through others; %u not found, %u false joins\n",
		      names->len, derived, missed, joined);
	assert_true(names->len >= 500);
	assert_int_equal(missed, 0);
	assert_true(joined * 200 < names->len);
	bench_close(&b);
}

static void ordinary_words_are_nobody(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"Il presidente del Consiglio ha incontrato a Roma i ministri degli Esteri. La "
		"Camera vota domani. Torino, "
		"Milano e Napoli chiedono fondi; la Regione Puglia risponde. Pulcini e rubinetti, "
		"Calendari e Costumi.",
		"The President met the Prime Minister in Washington. Markets in London and New "
		"York rose. Pulitzer Prizes, "
		"Cursed Children, Curses and Stallions, Medieval Times, Studying in Boston, "
		"Shipping Lanes, Saggy Pants.",
		"Президент встретился с министром в Минске. Рынки выросли. Курсы валют, Столица, "
		"Пушки, Медведи и Волки.",
		"대통령은 서울에서 장관을 만났다. 시장이 올랐다. 푸른 하늘, 소치 올림픽, 세기의 "
		"대결",
		"Ο πρόεδρος συνάντησε τον υπουργό στην Αθήνα. Οι αγορές ανέβηκαν.",
		"הנשיא נפגש עם השר בירושלים. השווקים עלו היום בתל אביב.",
		"التقى الرئيس الوزير في القاهرة. ارتفعت الأسواق اليوم في دبي.",
	};
	struct bench b;
	bench_open(&b, filters);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const struct match_article article = {
			.title = "", .body = texts[i], .published_at = INT64_MIN};
		g_autoptr(GPtrArray) found = matcher_match(b.matcher, &article, MATCH_MATCHED_ONLY);
		for (unsigned k = 0; k < found->len; k++) {
			const struct verdict *v = found->pdata[k];
			const struct hit *hit = &g_array_index(v->hits, struct hit, 0);
			print_error("%s: %.*s\n", v->filter, (int)(hit->end - hit->start),
				    texts[i] + hit->start);
		}
		assert_int_equal(found->len, 0);
	}
	bench_close(&b);
}

static void russian_names_are_written_in_hangul(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"Шойгу", "쇼이구"},	  {"Путин", "푸틴"},	      {"Лавров", "라브로프"},
		{"Песков", "페스코프"},	  {"Белоусов", "벨로우소프"}, {"Захарова", "자하로바"},
		{"Мацегора", "마체고라"}, {"Мишустин", "미슈스틴"},   {"Зеленский", "젤렌스키"}};
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *hangul = sound_hangul(pairs[i][0]);
		assert_string_equal(hangul, pairs[i][1]);
	}
	assert_null(sound_hangul("Putin"));
}

static void one_entity_however_shoigu_is_spelt(void **state)
{
	(void)state;
	static const char *const forms[] = {"Šojgu",   "Shoigu", "Sojgu", "Шойгу", "쇼이구",
					    "Σοϊγκού", "שויגו",	 "شويغو", "შოიგუ"};
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autofree char *filter =
			g_strdup_printf("entity \"s\" { kind = person names = { \"Šojgu\" } }\n"
					"filter \"f\" { when = '@s' }");
		assert_true(filter_matches(filter, NULL, "", forms[i]));
	}
	assert_false(filter_matches(
		"entity \"s\" { kind = person names = { \"Šojgu\" } } filter \"f\" { when = '@s' }",
		NULL, "", "soggiorno sojgu"));
}

static void arabic_and_hebrew_write_small_words_in_one_with_a_name(void **state)
{
	(void)state;
	static const struct {
		const char *name, *text;
		bool found;
	} all[] = {
		{"روسيا", "الصين وروسيا", true}, {"روسيا", "ولروسيا", true},
		{"إيران", "وبإيران", true},	 {"الصين", "زيارة للصين", true},
		{"الصين", "وبالصين", true},	 {"مصر", "بمصر", true},
		{"כוריאה", "ובכוריאה", true},	 {"רוסיה", "שברוסיה", true},
		{"סין", "מסין", true},		 {"בנען", "לבנען", true},
		{"روسيا", "روسيان", false},	 {"نان", "لبنان", false},
		{"الصين", "الصينية", false},	 {"סין", "חסין", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autofree char *filter =
			g_strdup_printf("entity \"x\" { kind = country names = { \"%s\" } }\n"
					"filter \"f\" { when = '@x' }",
					all[i].name);
		bool found = filter_matches(filter, NULL, "", all[i].text);
		if (found != all[i].found)
			print_error("%s in: %s\n", all[i].name, all[i].text);
		assert_true(found == all[i].found);
	}
	assert_true(filter_matches("filter \"f\" { when = 'صاروخ' }", "ar", "", "أطلقت والصاروخ"));
	assert_false(filter_matches("filter \"f\" { when = '=روسيا' }", "ar", "", "وروسيا"));
}

struct heard {
	const char *language, *name, *text;
	bool found;
};

static void assert_heard(const struct heard *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_autofree char *filter =
			g_strdup_printf("entity \"x\" { kind = person names = { \"%s\" } }\n"
					"filter \"f\" { when = '@x' }",
					all[i].name);
		bool found = filter_matches(filter, all[i].language, "", all[i].text);
		if (found != all[i].found)
			print_error("%s in: %s\n", all[i].name, all[i].text);
		assert_true(found == all[i].found);
	}
}

static void koreans_and_chinese_of_one_sound_are_not_one_person(void **state)
{
	(void)state;
	static const struct heard all[] = {
		{"en", "Kim Jong-nam", "Kim Yong-nam received the delegation.", false},
		{"en", "Kim Jong-nam", "Kim Yongnam received the delegation.", false},
		{"en", "Kim Jong-nam", "Kim Song Nam received the delegation.", false},
		{"en", "Kim Jong-nam", "Kim Jong Nam received the delegation.", true},
		{"en", "Kim Jong-nam", "Kim Jongnam received the delegation.", true},
		{"en", "Zhang Jun", "Chang Jun and Shang Jun spoke.", false},
		{"en", "Zheng Yanxiong", "Cheng Yanxiong spoke.", false},
		{"en", "Zheng Yanxiong", "ZHENG YANXIONG spoke.", true},
		{"ko", "Ван И", "주민의 절반이 떠났다. 위반이 아니다.", false},
	};
	assert_heard(all, G_N_ELEMENTS(all));
}

static void a_short_name_is_not_every_word_of_its_sound(void **state)
{
	(void)state;
	static const struct heard all[] = {
		{"de", "Merz", "Der Abgeordnete Miersch sprach.", false},
		{"de", "Merz", "Мерц сказал", true},
		{"en", "Aliyev", "The Aleph by Borges", false},
		{"fr", "Sumy", "Une attaque sur Soumy", true},
		{"it", "Сумы", "Un attacco su Sumy", true},
		{"it", "Fico", "Vico del Gargano, Giambattista Vico", false},
		{"ru", "Fico", "Фицо сказал", true},
		{"en", "Modi", "Moody's cut its outlook", false},
		{"fr", "Rutte", "La Route du Rhum", false},
		{"es", "Assad", "el presidente Asad", true},
		{"it", "Суджа", "L'onorevole Sousa", false},
		{"it", "Суджа", "la città di Sudža", true},
		{"en", "Хэджу", "Jeju and Jesus", false},
	};
	assert_heard(all, G_N_ELEMENTS(all));
}

static void names_in_latin_letters_are_declined(void **state)
{
	(void)state;
	static const struct heard all[] = {
		{"pl", "Nawrocki", "Prezydenta Nawrockiego", true},
		{"pl", "Nawrocki", "z Nawrockim", true},
		{"pl", "Donald Tusk", "Donalda Tuska", true},
		{"pl", "Tusk", "z Tuskiem", true},
		{"pl", "Tusk", "Tuskowi", true},
		{"pl", "Fico", "z Ficem", true},
		{"pl", "Duda", "Nie było Dudy", true},
		{"pl", "Zelensky", "Zełenskiego", true},
		{"hr", "Vučić", "rekli su Vučiću", true},
		{"de", "Zelensky", "Selenskyjs Rede", true},
		{"de", "Netanyahu", "Netanjahus Rede", true},
		{"it", "Carlo Rossi", "Carla Rossi", false},
		{NULL, "Carlo Rossi", "Carla Rossi", false},
		{"it", "Martin Schulz", "Martina Schulz", false},
	};
	assert_heard(all, G_N_ELEMENTS(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_one_entity),
		cmocka_unit_test(ordinary_words_are_nobody),
		cmocka_unit_test(russian_names_are_written_in_hangul),
		cmocka_unit_test(one_entity_however_shoigu_is_spelt),
		cmocka_unit_test(koreans_and_chinese_of_one_sound_are_not_one_person),
		cmocka_unit_test(arabic_and_hebrew_write_small_words_in_one_with_a_name),
		cmocka_unit_test(a_short_name_is_not_every_word_of_its_sound),
		cmocka_unit_test(names_in_latin_letters_are_declined),
	};
	return cmocka_run_group_tests(tests, read_names, forget_names);
}
