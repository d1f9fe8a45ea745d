/* Bytes of any encoding, rightly or wrongly labelled, to UTF-8.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#define DECLARED(label) "<?xml version=\"1.0\" encoding=\"" label "\"?>"

static void assert_reads(const char *bytes, size_t len, const char *content_type,
			 const char *expected, bool damaged)
{
	/* an exact copy, so that a checker sees a read past the end */
	g_autofree char *copy = g_memdup2(bytes, len ? len : 1);
	g_autofree char *converted = NULL;
	bool was_damaged;
	size_t text_len;
	const char *text =
		charset_to_utf8(copy, len, content_type, &text_len, &converted, &was_damaged);
	g_autofree char *got = g_strndup(text, text_len);

	assert_true(g_utf8_validate(text, (gssize)text_len, NULL));
	assert_string_equal(got, expected);
	assert_int_equal(was_damaged, damaged);
}

#define READS(bytes, type, expected) assert_reads(bytes, sizeof(bytes) - 1, type, expected, false)
#define MENDS(bytes, type, expected) assert_reads(bytes, sizeof(bytes) - 1, type, expected, true)

static void declarations_are_believed(void **state)
{
	(void)state;
	READS(DECLARED("ISO-8859-1") "perch\xe9", NULL, DECLARED("ISO-8859-1") "perché");
	READS(DECLARED("iso-8859-15") "\xa4", NULL, DECLARED("iso-8859-15") "€");
	READS(DECLARED("ISO-8859-16") "\xba", NULL, DECLARED("ISO-8859-16") "ș");
	READS(DECLARED("KOI8-R") "\xed\xcf\xd3\xcb\xd7\xc1", NULL, DECLARED("KOI8-R") "Москва");
	READS(DECLARED("windows-1251") "\xcc\xee\xf1\xea\xe2\xe0", NULL,
	      DECLARED("windows-1251") "Москва");
	READS(DECLARED("GB2312") "\xb3\xaf\xcf\xca", NULL, DECLARED("GB2312") "朝鲜");
	READS(DECLARED("Big5") "\xb4\xc2\xc2\x41", NULL, DECLARED("Big5") "朝鮮");
	READS(DECLARED("EUC-KR") "\xb1\xe8\xc1\xa4\xc0\xba", NULL, DECLARED("EUC-KR") "김정은");
	READS(DECLARED("Shift_JIS") "\x96\x6b\x92\xa9\x91\x4e", NULL,
	      DECLARED("Shift_JIS") "北朝鮮");
	READS(DECLARED("EUC-JP") "\xcb\xcc\xc4\xab\xc1\xaf", NULL, DECLARED("EUC-JP") "北朝鮮");
	READS(DECLARED("cp437") "\x82", NULL, DECLARED("cp437") "é");
}

static void iso_8859_1_means_windows_1252(void **state)
{
	(void)state;
	READS(DECLARED("iso-8859-1") "\x93x\x94 \x80", NULL, DECLARED("iso-8859-1") "“x” €");
}

static void labels_compare_by_letters_and_digits(void **state)
{
	static const char *const labels[] = {"ISO-8859-2", "iso_8859-2", "iso88592", "Latin2",
					     "8859_2 "};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autofree char *type = g_strconcat("text/xml; charset=\"", labels[i], "\"", NULL);
		READS("\xb1", type, "ą");
	}
}

static void the_header_goes_before_the_declaration(void **state)
{
	(void)state;
	READS(DECLARED("utf-8") "\xe8", "text/xml;charset=windows-1252", DECLARED("utf-8") "è");
	READS(DECLARED("iso-8859-5") "\xcf\xf0", "application/xml; x=y; Charset = KOI8-R",
	      DECLARED("iso-8859-5") "оП");
	MENDS("\xe8", "text/xml; charset=nonsense", "è");
	MENDS("\xe8", "text/xml", "è");
}

static void the_mark_goes_before_everything(void **state)
{
	(void)state;
	READS("\xef\xbb\xbf\xc3\xa8", "text/xml; charset=iso-8859-1", "è");
	READS("\xff\xfe<\0\xe8\0", "text/xml; charset=utf-8", "<è");
	READS("\xfe\xff\0<\0\xe8", NULL, "<è");
	READS("\xff\xfe\0\0<\0\0\0\xe8\0\0\0", NULL, "<è");
	READS("\0\0\xfe\xff\0\0\0<\0\0\0\xe8", NULL, "<è");
}

static void wide_characters_need_no_mark(void **state)
{
	(void)state;
	READS("<\0?\0x\0m\0\xe8\0", NULL, "<?xmè");
	READS("\0<\0?\0x\0m\0\xe8", NULL, "<?xmè");
	READS("<\0\0\0?\0\0\0\xe8\0\0\0", NULL, "<?è");
	READS("\0\0\0<\0\0\0?\0\0\0\xe8", NULL, "<?è");
}

static void utf_8_is_seen_through_any_label(void **state)
{
	(void)state;
	READS(DECLARED("iso-8859-1") "perché", NULL, DECLARED("iso-8859-1") "perché");
	READS(DECLARED("utf-16") "perché", NULL, DECLARED("utf-16") "perché");
	READS("perché", "text/xml; charset=us-ascii", "perché");
}

static void one_stray_byte_does_not_make_a_document_latin(void **state)
{
	(void)state;
	MENDS(DECLARED("iso-8859-1") "è à ù é ò \xe8", NULL, DECLARED("iso-8859-1") "è à ù é ò è");
	READS(DECLARED("iso-8859-1") "è \xe8", NULL, DECLARED("iso-8859-1") "Ã¨ è");
}

static void bytes_without_a_word_are_utf_8_or_windows_1252(void **state)
{
	(void)state;
	READS("perché", NULL, "perché");
	MENDS("perch\xe9 citt\xe0", NULL, "perché città");
	READS("plain", NULL, "plain");
	READS("", NULL, "");
}

static void encodings_that_cannot_be_latin_are_guessed(void **state)
{
	(void)state;
	READS("\xcc\xee\xf1\xea\xe2\xe0 \xe8 \xcf\xf5\xe5\xed\xfc\xff\xed "
	      "\xef\xee\xe4\xef\xe8\xf1\xe0\xeb"
	      "\xe8 \xe4\xee\xe3\xee\xe2\xee\xf0 \xee "
	      "\xe2\xf1\xe5\xee\xe1\xfa\xe5\xec\xeb\xfe\xf9\xe5\xec",
	      NULL, "Москва и Пхеньян подписали договор о всеобъемлющем");
}

static void a_guess_that_leaves_holes_gives_way_to_the_next(void **state)
{
	(void)state;
	READS("\xd1\xe6\xd3\xed\xc7 \xe6\xdf\xe6\xd1\xed\xc7 \xc7\xe1\xd4\xe3\xc7\xe1\xed\xc9 "
	      "\xca\xe6\xde\xda\xc7\xe4 \xc7\xca\xdd\xc7\xde\xed\xc9 \xd4\xd1\xc7\xdf\xc9",
	      NULL, "روسيا وكوريا الشمالية توقعان اتفاقية شراكة");
}

static void escapes_tell_japanese(void **state)
{
	(void)state;
	READS("\x1b$BKLD+A/$H%m%7%\"\x1b(B", NULL, "北朝鮮とロシア");
}

static void strays_in_utf_8_are_mended_one_by_one(void **state)
{
	(void)state;
	MENDS("è già perch\xe9 così", NULL, "è già perché così");
	MENDS("città cos\xc3 fan", NULL, "città cos\xef\xbf\xbd fan");
	MENDS("èèèèèè \xed\xa0\x80 x", NULL, "èèèèèè \xef\xbf\xbd x");	       /* surrogate */
	MENDS("èèèèèè \xc0\xaf x", NULL, "èèèèèè \xef\xbf\xbd x");	       /* overlong */
	MENDS("èèèèèè \xf8\x88\x80\x80\x80 x", NULL, "èèèèèè \xef\xbf\xbd x"); /* five bytes */
	MENDS("èèèèèè \xef\xbf\xbe x", NULL, "èèèèèè \xef\xbf\xbd x");	       /* U+FFFE */
}

static void nul_and_controls_go(void **state)
{
	(void)state;
	MENDS("a\0b\x0b"
	      "c\x01\x1f"
	      "d\te\n",
	      NULL, "abcd\te\n");
}

static void an_ebcdic_label_on_ascii_is_not_believed(void **state)
{
	(void)state;
	READS(DECLARED("cp037") "x", NULL, DECLARED("cp037") "x");
	READS(DECLARED("utf-7") "+AOg-", NULL, DECLARED("utf-7") "+AOg-");
	READS("<a>x</a>", "text/xml; charset=ibm037", "<a>x</a>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(declarations_are_believed),
		cmocka_unit_test(iso_8859_1_means_windows_1252),
		cmocka_unit_test(labels_compare_by_letters_and_digits),
		cmocka_unit_test(the_header_goes_before_the_declaration),
		cmocka_unit_test(the_mark_goes_before_everything),
		cmocka_unit_test(wide_characters_need_no_mark),
		cmocka_unit_test(utf_8_is_seen_through_any_label),
		cmocka_unit_test(one_stray_byte_does_not_make_a_document_latin),
		cmocka_unit_test(bytes_without_a_word_are_utf_8_or_windows_1252),
		cmocka_unit_test(encodings_that_cannot_be_latin_are_guessed),
		cmocka_unit_test(a_guess_that_leaves_holes_gives_way_to_the_next),
		cmocka_unit_test(escapes_tell_japanese),
		cmocka_unit_test(strays_in_utf_8_are_mended_one_by_one),
		cmocka_unit_test(nul_and_controls_go),
		cmocka_unit_test(an_ebcdic_label_on_ascii_is_not_believed),
	};
	charset_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
