/* charset: see charset.h.
 *
 * Converters are ICU's: their tables are inside its data library, so that no file is opened once
 * the library is loaded (iconv loads a module for each encoding). SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/charset.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/udata.h>

#include "feeds/charset_labels.h"
#include "feeds/entities.h"
#include "feeds/utf8.h"

/* How much of the document is searched for an XML declaration. */
enum {
	DECLARATION_WINDOW = 1024,
	DETECTION_WINDOW = 64 << 10,
	MIN_CONFIDENCE = 30,
	MAX_LABEL = 32
};

#define UTF8 "UTF-8"

/* ---- what is in the bytes ---- */

struct census {
	size_t multibyte; /* well-formed sequences of two bytes and more */
	size_t invalid;	  /* bytes that belong to none */
	size_t unfit;	  /* well-formed, but XML forbids them: controls, U+FFFE, U+FFFF */
};

static bool is_unfit(const guchar *at, size_t len)
{
	if (len == 1)
		return at[0] < ' ' && at[0] != '\t' && at[0] != '\n' && at[0] != '\r';
	return len == 3 && at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe;
}

static struct census take_census(const char *bytes, size_t len)
{
	const guchar *at = (const guchar *)bytes, *end = at + len;
	struct census census = {0};

	while ((at = utf8_skip_sound(at, end, false, &census.multibyte)) < end) {
		size_t taken = utf8_sequence_len(at, (size_t)(end - at));
		if (taken == 0) {
			census.invalid++;
			at++;
			continue;
		}
		census.multibyte += taken > 1;
		census.unfit += is_unfit(at, taken);
		at += taken;
	}
	return census;
}

/* ---- what was said ---- */

/* Labels compare by their letters and digits. */
static size_t squeeze(const char *label, size_t len, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < room; i++)
		if (g_ascii_isalnum(label[i]))
			out[n++] = g_ascii_tolower(label[i]);
	out[n] = '\0';
	return n;
}

/* What ICU knows beyond our table, but none that needs more than a table or whose '<' is another
 * byte is safe to be taken at its word. */
static const char *other_converter(const char *label)
{
	static const char *const refused[] = {"UTF-7", "IMAP",	   "SCSU", "BOCU",
					      "CESU",  "ISO_2022", "LMBCS"};
	UErrorCode status = U_ZERO_ERROR;
	const char *name = ucnv_getAlias(label, 0, &status);

	if (U_FAILURE(status) || !name)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
		if (g_str_has_prefix(name, refused[i]))
			return NULL;
	return name;
}

static const char *converter_for(const char *label, size_t len)
{
	char wanted[MAX_LABEL], known[MAX_LABEL];

	while (len && (g_ascii_isspace(*label) || *label == '"' || *label == '\''))
		label++, len--;
	for (size_t i = 0; i < len; i++)
		if (g_ascii_isspace(label[i]) || strchr("\"';,>?", label[i]))
			len = i;
	if (squeeze(label, len, wanted, sizeof(wanted)) == 0)
		return NULL;
	if (strcmp(wanted, "utf8") == 0 || g_str_has_suffix(wanted, "0utf8") ||
	    g_str_has_suffix(wanted, "1utf8"))
		return UTF8;
	for (size_t i = 0; i < G_N_ELEMENTS(charset_labels); i++) {
		const char *row = charset_labels[i].label;
		squeeze(row, strlen(row), known, sizeof(known));
		if (strcmp(wanted, known) == 0)
			return charset_labels[i].converter;
	}
	return other_converter(wanted);
}

static const char *said_by_header(const char *content_type)
{
	for (const char *at = content_type; at && (at = strchr(at, ';'));) {
		at++;
		while (g_ascii_isspace(*at))
			at++;
		if (g_ascii_strncasecmp(at, "charset", 7) != 0)
			continue;
		at += 7;
		while (g_ascii_isspace(*at))
			at++;
		if (*at == '=')
			return converter_for(at + 1, strcspn(at + 1, ";"));
	}
	return NULL;
}

static const char *said_by_declaration(const char *bytes, size_t len)
{
	size_t window = MIN(len, DECLARATION_WINDOW);
	const char *start = g_strstr_len(bytes, (gssize)window, "<?xml");
	const char *stop, *name;

	if (!start)
		return NULL;
	stop = memchr(start, '>', window - (size_t)(start - bytes));
	name = stop ? g_strstr_len(start, stop - start, "encoding") : NULL;
	if (!name)
		return NULL;
	name += strlen("encoding");
	while (name < stop && g_ascii_isspace(*name))
		name++;
	return *name == '=' ? converter_for(name + 1, (size_t)(stop - name - 1)) : NULL;
}

/* Byte order marks, and the zero bytes around the first '<', '{' or white space of a document that
 * has none; *skip is the length of the mark. */
static const char *said_by_bytes(const char *text, size_t len, size_t *skip)
{
	static const struct {
		const char *bytes;
		size_t len, skip;
		const char *converter;
	} marks[] = {
		{"\xef\xbb\xbf", 3, 3, UTF8},	    {"\0\0\xfe\xff", 4, 4, "UTF-32BE"},
		{"\xff\xfe\0\0", 4, 4, "UTF-32LE"}, {"\xfe\xff", 2, 2, "UTF-16BE"},
		{"\xff\xfe", 2, 2, "UTF-16LE"},	    {"\x4c\x6f\xa7\x94", 4, 0, "ibm-37"},
	};
	const guchar *b = (const guchar *)text;

	*skip = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (len >= marks[i].len && memcmp(text, marks[i].bytes, marks[i].len) == 0) {
			*skip = marks[i].skip;
			return marks[i].converter;
		}
	}
	if (len < 8)
		return NULL;
	if (!b[0] && !b[1] && !b[2] && b[3] && !b[4] && !b[5] && !b[6] && b[7])
		return "UTF-32BE";
	if (b[0] && !b[1] && !b[2] && !b[3] && b[4] && !b[5] && !b[6] && !b[7])
		return "UTF-32LE";
	if (!b[0] && b[1] && !b[2] && b[3])
		return "UTF-16BE";
	if (b[0] && !b[1] && b[2] && !b[3])
		return "UTF-16LE";
	return NULL;
}

/* ---- decoding ---- */

static char *convert_romanian(const char *bytes, size_t len, size_t *text_len)
{
	GString *out = g_string_sized_new(len + len / 8);

	for (size_t i = 0; i < len; i++) {
		guchar c = (guchar)bytes[i];
		g_string_append_unichar(out,
					c < 0xa0 ? entity_code_point(c) : iso_8859_16[c - 0xa0]);
	}
	*text_len = out->len;
	return g_string_free(out, FALSE);
}

static char *convert(const char *converter, const char *bytes, size_t len, size_t *text_len)
{
	if (strcmp(converter, "ISO-8859-16") == 0)
		return convert_romanian(bytes, len, text_len);
	UErrorCode status = U_ZERO_ERROR;
	UConverter *from = ucnv_open(converter, &status);
	/* No encoding takes fewer bytes than a third of its UTF-8. */
	size_t room = len * 3 + 16;
	char *text;
	int32_t written;

	if (U_FAILURE(status))
		return NULL;
	text = g_malloc(room);
	written = ucnv_toAlgorithmic(UCNV_UTF8, from, text, (int32_t)room - 1, bytes, (int32_t)len,
				     &status);
	ucnv_close(from);
	if (U_FAILURE(status)) {
		g_free(text);
		return NULL;
	}
	*text_len = (size_t)written;
	return text;
}

/* A byte outside any sequence. In a text that is UTF-8 otherwise it is a character cut short (those
 * of Italian begin with c2, c3 and e2) or a stray of windows-1252; in one that never is,
 * windows-1252. */
static void append_stray(GString *out, guchar byte, guchar next, bool mostly_utf8)
{
	bool cut = byte < 0xc4 || byte == 0xe2 || byte > 0xf4 || utf8_is_continuation(next) ||
		   next >= 0xc0;

	if (mostly_utf8 && cut)
		g_string_append(out, "\xef\xbf\xbd");
	else
		g_string_append_unichar(out, entity_code_point(byte));
}

/* Controls go without a trace: they stand in the middle of words; U+FFFE and U+FFFF leave a mark.
 */
static void append_unfit(GString *out, size_t len)
{
	if (len > 1)
		g_string_append(out, "\xef\xbf\xbd");
}

/* UTF-8 with flaws, made clean. */
static char *mend(const char *bytes, size_t len, bool mostly_utf8, size_t *text_len)
{
	const guchar *at = (const guchar *)bytes, *end = at + len;
	GString *out = g_string_sized_new(len + len / 8 + 16);
	bool was_stray = false;

	while (at < end) {
		size_t taken = utf8_sequence_len(at, (size_t)(end - at));
		if (taken == 0) {
			/* One mark for a whole broken sequence. */
			if (!(was_stray && mostly_utf8 && utf8_is_continuation(*at)))
				append_stray(out, *at, at + 1 < end ? at[1] : 0, mostly_utf8);
			was_stray = true;
			at++;
			continue;
		}
		was_stray = false;
		if (is_unfit(at, taken))
			append_unfit(out, taken);
		else
			g_string_append_len(out, (const char *)at, (gssize)taken);
		at += taken;
	}
	*text_len = out->len;
	return g_string_free(out, FALSE);
}

/* Is it rather UTF-8, whatever label it bears? Two bytes of an East Asian encoding may look like it
 * by chance, so those need more evidence. */
static bool is_rather_utf8(const struct census *census, const char *converter)
{
	bool east_asian = strstr(converter, "GB") || strstr(converter, "Big5") ||
			  strstr(converter, "EUC") || strstr(converter, "949") ||
			  strstr(converter, "943");

	if (g_str_has_prefix(converter, "UTF-16") || g_str_has_prefix(converter, "UTF-32"))
		return census->invalid == 0 && census->unfit == 0;
	/* One stray letter of Latin 1 in a document of UTF-8; text that is of one byte a letter has
	 * hardly any well-formed sequences. */
	if (census->invalid)
		return !east_asian && census->multibyte > 4 * census->invalid;
	return census->multibyte > (east_asian ? 8 : 0);
}

/* The converter of a detector's match, or NULL. Only what cannot be taken for Latin letters is
 * believed, since the detector takes Italian for ISO-8859-2 and worse. */
static const char *believed(const UCharsetMatch *match, int least)
{
	static const char *const names[] = {
		"Shift_JIS",	"EUC-JP",	"EUC-KR",     "GB18030",    "Big5",
		"windows-1251", "KOI8-R",	"ISO-8859-5", "ISO-8859-7", "windows-1253",
		"windows-1255", "windows-1256", "ISO-8859-6", "ISO-8859-8", "ISO-8859-8-I"};
	UErrorCode status = U_ZERO_ERROR;
	const char *name = ucsdet_getName(match, &status);

	if (U_FAILURE(status) || ucsdet_getConfidence(match, &status) < least)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(name, names[i]) == 0)
			return converter_for(name, strlen(name));
	return NULL;
}

static bool converts_cleanly(const char *converter, const char *bytes, size_t len)
{
	size_t text_len;
	g_autofree char *text = convert(converter, bytes, len, &text_len);

	return text && !memmem(text, text_len, "\xef\xbf\xbd", 3);
}

/* Of a text that is not UTF-8 and says nothing. The first guess, or if it leaves characters unread
 * the next that does not. */
static const char *guess(const char *bytes, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&status);
	const char *converter = NULL;
	int32_t count = 0;

	len = MIN(len, DETECTION_WINDOW);
	ucsdet_setText(detector, bytes, (int32_t)len, &status);
	ucsdet_enableInputFilter(detector, true);
	const UCharsetMatch **matches = ucsdet_detectAll(detector, &count, &status);
	if (U_SUCCESS(status) && count > 0)
		converter = believed(matches[0], MIN_CONFIDENCE);
	if (converter && !converts_cleanly(converter, bytes, len)) {
		for (int32_t i = 1; i < count; i++) {
			const char *other = believed(matches[i], 1);
			if (other && converts_cleanly(other, bytes, len)) {
				converter = other;
				break;
			}
		}
	}
	ucsdet_close(detector);
	return converter;
}

/* Text of seven bits that changes its letters by escapes (RFC 1468, RFC 1557). */
static const char *said_by_escapes(const char *bytes, size_t len, const struct census *census)
{
	static const struct {
		const char *escape, *converter;
	} rows[] = {
		{"\x1b$B", "ISO-2022-JP"}, {"\x1b$@", "ISO-2022-JP"}, {"\x1b$)C", "ISO-2022-KR"}};

	if (census->unfit == 0 || census->multibyte || census->invalid)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (memmem(bytes, len, rows[i].escape, strlen(rows[i].escape)))
			return rows[i].converter;
	return NULL;
}

/* A label that was read as ASCII, or a header over such a document, cannot mean EBCDIC. */
static bool reads_ascii(const char *converter)
{
	UErrorCode status = U_ZERO_ERROR;
	char out[8];

	if (g_str_has_prefix(converter, "UTF") || g_str_has_prefix(converter, "ISO-8859"))
		return true;
	UConverter *from = ucnv_open(converter, &status);
	ucnv_toAlgorithmic(UCNV_UTF8, from, out, sizeof(out), "<", 1, &status);
	ucnv_close(from);
	return U_SUCCESS(status) && out[0] == '<';
}

static const char *choose(const char *bytes, size_t len, const char *content_type,
			  const struct census *census)
{
	const char *said[] = {said_by_header(content_type), said_by_declaration(bytes, len)};
	const char *guessed = NULL;

	const char *escaped = said_by_escapes(bytes, len, census);

	if (escaped)
		return escaped;
	for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
		if (said[i] && !reads_ascii(said[i]))
			continue;
		else if (said[i] && strcmp(said[i], UTF8) != 0 && !is_rather_utf8(census, said[i]))
			return said[i];
		else if (said[i] && !census->invalid)
			return UTF8;
	if (census->invalid > census->multibyte)
		guessed = guess(bytes, len);
	return guessed ? guessed : UTF8;
}

void charset_prepare(void)
{
	UErrorCode status = U_ZERO_ERROR;

	udata_setFileAccess(UDATA_NO_FILES, &status);
	/* Loads the alias table and the common data once. */
	UConverter *converter = ucnv_open("windows-1252", &status);
	ucnv_close(converter);
}

const char *charset_to_utf8(const char *bytes, size_t bytes_len, const char *content_type,
			    size_t *text_len, char **converted, bool *damaged)
{
	size_t skip, len;
	const char *sure = said_by_bytes(bytes, bytes_len, &skip), *converter = sure;
	struct census census;
	char *text = NULL;

	bytes += skip;
	len = bytes_len - skip;
	*converted = NULL;
	census = take_census(bytes, len);
	if (!converter)
		converter = choose(bytes, len, content_type, &census);
	if (strcmp(converter, UTF8) != 0) {
		text = convert(converter, bytes, len, &len);
		/* EBCDIC variants differ in some marks: now its declaration can be read. */
		if (text && strcmp(converter, "ibm-37") == 0) {
			const char *exact = said_by_declaration(text, len);
			if (exact && g_str_has_prefix(exact, "ibm-")) {
				g_free(text);
				len = bytes_len;
				text = convert(exact, bytes, len, &len);
			}
		}
		if (text) {
			bytes = *converted = text;
			census = take_census(bytes, len);
		}
	}
	*damaged = census.invalid > 0 || census.unfit > 0;
	if (*damaged) {
		text = mend(bytes, len, census.multibyte >= census.invalid, &len);
		g_free(*converted);
		bytes = *converted = text;
	}
	*text_len = len;
	return bytes;
}
