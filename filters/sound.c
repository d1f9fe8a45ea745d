/* sound: see sound.h. Sounds are written a e i o u, b c d g h k l m n p r s t v x: s for all
 * hisses, voiced or not, v for f too, x for ch, h for kh, c for ts.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "filters/sound.h"

#include "filters/text.h"

#include <string.h>

#define MAX_FORMS   12
#define MAX_LETTERS 40
#define MIN_SOUNDS  4

/* Spellings, longer ones first; alternatives between '|'. */
struct spelling {
	const char *text, *sounds;
};

static const struct spelling latin[] = {
	{"schtsch", "s"},
	{"shch", "s"},
	{"chtch", "s"},
	{"šč", "s"},
	{"tsch", "x"},
	{"sch", "s"},
	{"tch", "x"},
	{"sh", "s"},
	{"š", "s"},
	{"ś", "s"},
	{"ş", "s"},
	{"ș", "s"},
	{"sz", "s"},
	{"cz", "x"},
	{"zh", "z"},
	{"ž", "z"},
	{"ż", "z"},
	{"ź", "z"},
	{"kh", "h"},
	{"gh", "g"},
	{"ch", "x|s|h"},
	{"č", "x"},
	{"ć", "x"},
	{"ts", "c"},
	{"tz", "c"},
	{"ck", "k|ck"},
	{"c", "c|k"},
	{"qu", "k"},
	{"q", "k"},
	{"x", "ks"},
	{"ph", "f"},
	{"w", "v|u"},
	{"ou", "u|ou"},
	{"yu", "iu"},
	{"ju", "iu|su"},
	{"ya", "ia"},
	{"ja", "ia|sa"},
	{"yo", "io"},
	{"jo", "io|so"},
	{"ye", "e"},
	{"je", "e|se"},
	{"ie", "e"},
	{"ij", "i"},
	{"iy", "i"},
	{"yj", "i"},
	{"yi", "i"},
	{"ji", "i|si"},
	{"y", "i"},
	{"j", "i|s|h"},
	{"ł", "l"},
	{"ß", "s"},
	{"ё", "e|o"},
	{"ö", "o"},
	{"ü", "u"},
	{"ø", "o"},
	{"å", "o"},
	{"æ", "e"},
	{"ħ", "h"},
	{"z", "s|c"},
	{"gue", "ge"},
	{"gui", "gi"},
	{"đ", "d|z"},
	{"dž", "dz"},
	{"ə", "e|a"},
	{"ı", "i"},
	/* Korean: neither Yong nor Song */
	{"jang", "jang"},
	{"jong", "jong"},
	{"jung", "jung"},
	{"jeong", "jong"},
};

static const struct spelling others[] = {
	/* Cyrillic */
	{"а", "a"},
	{"б", "b"},
	{"в", "v"},
	{"г", "g|h"}, /* Ukrainian h; and Russian writes the h of others so: Гамбург */
	{"ґ", "g"},
	{"д", "d"},
	{"е", "e"},
	{"є", "e"},
	{"ё", "e|o"},
	{"ж", "z"},
	{"з", "z"},
	{"ий", "i"},
	{"ый", "i"},
	{"и", "i"},
	{"й", "i"},
	{"і", "i"},
	{"ї", "i"},
	{"ы", "i"},
	{"к", "k"},
	{"л", "l"},
	{"м", "m"},
	{"н", "n"},
	{"о", "o"},
	{"п", "p"},
	{"р", "r"},
	{"с", "s"},
	{"т", "t"},
	{"у", "u"},
	{"ў", "u"},
	{"ф", "f"},
	{"х", "h"},
	{"ц", "c"},
	{"ч", "x"},
	{"ш", "s"},
	{"щ", "s"},
	{"ъ", ""},
	{"ь", ""},
	{"э", "e"},
	{"ю", "iu"},
	{"я", "ia"},
	/* Serbian, Macedonian, Kazakh */
	{"ја", "ia"},
	{"је", "e"},
	{"ју", "iu"},
	{"ј", "i"},
	{"љ", "l|li"},
	{"њ", "n|ni"},
	{"ћ", "x"},
	{"ђ", "z|d"},
	{"џ", "dz"},
	{"ѓ", "g|z"},
	{"ќ", "k|x"},
	{"ѕ", "z"},
	{"ә", "e|a"},
	{"ғ", "g"},
	{"қ", "k"},
	{"ң", "n"},
	{"ө", "o"},
	{"ұ", "u"},
	{"ү", "u"},
	{"һ", "h"},
	/* Greek */
	{"ου", "u"},
	{"ού", "u"},
	{"μπ", "b|mb"},
	{"ντ", "d|nt|nd"},
	{"γκ", "g|ng"},
	{"γγ", "g"},
	{"τσ", "x|c"},
	{"τς", "x|c"},
	{"τζ", "z"},
	{"α", "a"},
	{"ά", "a"},
	{"β", "v"},
	{"γ", "g"},
	{"δ", "d"},
	{"ε", "e"},
	{"έ", "e"},
	{"ζ", "z"},
	{"η", "i"},
	{"ή", "i"},
	{"θ", "t"},
	{"ι", "i"},
	{"ί", "i"},
	{"ϊ", "i"},
	{"ΐ", "i"},
	{"κ", "k"},
	{"λ", "l"},
	{"μ", "m"},
	{"ν", "n"},
	{"ξ", "ks"},
	{"ο", "o"},
	{"ό", "o"},
	{"π", "p"},
	{"ρ", "r"},
	{"σ", "s"},
	{"ς", "s"},
	{"τ", "t"},
	{"υ", "i"},
	{"ύ", "i"},
	{"φ", "f"},
	{"χ", "h"},
	{"ψ", "ps"},
	{"ω", "o"},
	{"ώ", "o"},
	/* Georgian */
	{"ა", "a"},
	{"ბ", "b"},
	{"გ", "g"},
	{"დ", "d"},
	{"ე", "e"},
	{"ვ", "v"},
	{"ზ", "z"},
	{"თ", "t"},
	{"ი", "i"},
	{"კ", "k"},
	{"ლ", "l"},
	{"მ", "m"},
	{"ნ", "n"},
	{"ო", "o"},
	{"პ", "p"},
	{"ჟ", "z"},
	{"რ", "r"},
	{"ს", "s"},
	{"ტ", "t"},
	{"უ", "u"},
	{"ფ", "f|p"},
	{"ქ", "k"},
	{"ღ", "g"},
	{"ყ", "k"},
	{"შ", "s"},
	{"ჩ", "x"},
	{"ც", "c"},
	{"ძ", "dz"},
	{"წ", "c"},
	{"ჭ", "x"},
	{"ხ", "h"},
	{"ჯ", "z"},
	{"ჰ", "h"},
	/* Armenian */
	{"ու", "u"},
	{"ա", "a"},
	{"բ", "b"},
	{"գ", "g"},
	{"դ", "d"},
	{"ե", "e"},
	{"զ", "z"},
	{"է", "e"},
	{"ը", "i"},
	{"թ", "t"},
	{"ժ", "z"},
	{"ի", "i"},
	{"լ", "l"},
	{"խ", "h"},
	{"ծ", "c"},
	{"կ", "k"},
	{"հ", "h"},
	{"ձ", "dz"},
	{"ղ", "g|l"},
	{"ճ", "x"},
	{"մ", "m"},
	{"յ", "i"},
	{"ն", "n"},
	{"շ", "s"},
	{"ո", "o"},
	{"չ", "x"},
	{"պ", "p"},
	{"ջ", "z"},
	{"ռ", "r"},
	{"ս", "s"},
	{"վ", "v"},
	{"տ", "t"},
	{"ր", "r"},
	{"ց", "c"},
	{"փ", "p"},
	{"ք", "k"},
	{"և", "ev"},
	{"օ", "o"},
	{"ֆ", "f"},
};

/* Frames: w for u and o, y for i and e, B for what lips say. */
static const struct spelling frames[] = {
	/* Arabic and Persian */
	{"تش", "x"},
	{"تس", "c"},
	{"ا", ""},
	{"أ", ""},
	{"إ", ""},
	{"آ", ""},
	{"ب", "B"},
	{"پ", "B"},
	{"ت", "t"},
	{"ث", "s"},
	{"ج", "g"},
	{"چ", "x"},
	{"ح", "k"},
	{"خ", "k"},
	{"د", "d"},
	{"ذ", "s"},
	{"ر", "r"},
	{"ز", "s"},
	{"ژ", "s"},
	{"س", "s"},
	{"ش", "s"},
	{"ص", "s"},
	{"ض", "d"},
	{"ط", "t"},
	{"ظ", "s"},
	{"ع", ""},
	{"غ", "g"},
	{"ف", "B"},
	{"ڤ", "B"},
	{"ق", "k"},
	{"ك", "k"},
	{"ک", "k"},
	{"گ", "g"},
	{"ل", "l"},
	{"م", "m"},
	{"ن", "n"},
	{"ه", "k"},
	{"و", "w"},
	{"ؤ", "w"},
	{"ي", "y"},
	{"ی", "y"},
	{"ى", "y"},
	{"ئ", "y"},
	{"ة", ""},
	{"ء", ""},
	/* Hebrew */
	{"צ׳", "x"},
	{"צ'", "x"},
	{"א", ""},
	{"ב", "B"},
	{"ג", "g"},
	{"ד", "d"},
	{"ה", ""},
	{"וו", "B"},
	{"ו", "w"},
	{"ז", "s"},
	{"ח", "k"},
	{"ט", "t"},
	{"י", "y"},
	{"כ", "k"},
	{"ך", "k"},
	{"ל", "l"},
	{"מ", "m"},
	{"ם", "m"},
	{"נ", "n"},
	{"ן", "n"},
	{"ס", "s"},
	{"ע", ""},
	{"פ", "B"},
	{"ף", "B"},
	{"צ", "c"},
	{"ץ", "c"},
	{"ק", "k"},
	{"ר", "r"},
	{"ש", "s"},
	{"ת", "t"},
};

static const struct spelling *find(const struct spelling *table, size_t count, const char *p)
{
	const struct spelling *best = NULL;
	size_t best_len = 0;
	for (size_t i = 0; i < count; i++) {
		const char *text = table[i].text;
		/* nearly all differ in the first two bytes: a quarter of the time of looking */
		if (*text != *p || (text[1] && text[1] != p[1]))
			continue;
		size_t len = strlen(text);
		if (len > best_len && strncmp(p, text, len) == 0) {
			best = &table[i];
			best_len = len;
		}
	}
	return best;
}

/* Each form so far, with each of the alternatives. */
static void extend(GPtrArray *forms, const char *sounds)
{
	g_auto(GStrv) choices = g_strsplit(sounds, "|", -1);
	unsigned count = forms->len;
	for (unsigned k = 1; choices[0] && choices[k]; k++)
		for (unsigned i = 0; i < count && forms->len < MAX_FORMS; i++)
			g_ptr_array_add(forms, g_string_new(((GString *)forms->pdata[i])->str));
	for (unsigned i = 0; i < forms->len; i++)
		g_string_append(forms->pdata[i],
				choices[0] ? choices[MIN(i / count, g_strv_length(choices) - 1)]
					   : "");
}

static void free_string(gpointer string)
{
	g_string_free(string, TRUE);
}

/* What differs from press to press at the end, and doubled sounds. */
static char *settle(const char *sounds)
{
	GString *out = g_string_new(NULL);
	for (const char *p = sounds; *p; p++) {
		/* Lavroff, Χαμπάροφσκ; Fico is not Vico */
		bool final_f = *p == 'f' && (!p[1] || !strchr("aeioulr", p[1]));
		char sound = (char)(*p == 'z' ? 's' : final_f ? 'v' : *p);
		char last = out->len ? out->str[out->len - 1] : 0;
		if (last == 'i' && sound == 'e') /* -viyenko, -vienko */
			out->str[out->len - 1] = 'e';
		else if (last != sound)
			g_string_append_c(out, sound);
	}
	if (out->len > 4 && g_str_has_suffix(out->str, "ne")) /* Poutine */
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

static void add_unique(GPtrArray *out, char *text)
{
	if (g_ptr_array_find_with_equal_func(out, text, g_str_equal, NULL))
		g_free(text);
	else
		g_ptr_array_add(out, text);
}

static bool spell(const char *lower, GPtrArray *forms)
{
	static const struct spelling english_j = {"дж", "z|dz"}; /* Джонсон; but Суджа */
	for (const char *p = lower; *p;) {
		const struct spelling *s = p == lower && g_str_has_prefix(p, english_j.text)
						   ? &english_j
						   : find(latin, G_N_ELEMENTS(latin), p);
		if (!s)
			s = find(others, G_N_ELEMENTS(others), p);
		if (s) {
			extend(forms, s->sounds);
			p += strlen(s->text);
			continue;
		}
		const char *next = g_utf8_next_char(p);
		g_autoptr(GString) plain = g_string_new(NULL);
		text_fold(p, (size_t)(next - p), plain);
		if (plain->len == 1 && g_ascii_islower(plain->str[0]))
			extend(forms, plain->str);
		else if (plain->len)
			return false;
		p = next;
	}
	return true;
}

/* Zhang, Chang, Shang; Zheng, Cheng; Yong, Song: other people each, though they sound alike. */
static bool is_east_asian_syllable(const char *lower)
{
	size_t at = strcspn(lower, "aeiouy");
	size_t vowels = strspn(lower + at, "aeiouy");
	return vowels && strcmp(lower + at + vowels, "ng") == 0;
}

void sound_forms(const char *word, GPtrArray *out)
{
	g_autoptr(GPtrArray) forms = g_ptr_array_new_with_free_func(free_string);
	g_autoptr(GString) lower = g_string_new(NULL);

	text_lower(word, strlen(word), lower);
	g_ptr_array_add(forms, g_string_new(NULL));
	if (g_utf8_strlen(lower->str, -1) > MAX_LETTERS || is_east_asian_syllable(lower->str) ||
	    !spell(lower->str, forms))
		return;
	gunichar first = g_utf8_get_char(lower->str);
	bool georgian = first >= 0x10d0 && first < 0x1100;
	for (unsigned i = 0; i < forms->len; i++) {
		GString *form = forms->pdata[i];
		g_autofree char *settled = settle(form->str);
		if (strlen(settled) < MIN_SOUNDS)
			continue;
		add_unique(out, g_strdup(settled));
		if (georgian && g_str_has_suffix(settled, "i") &&
		    strlen(settled) > MIN_SOUNDS) { /* its nominative */
			settled[strlen(settled) - 1] = 0;
			add_unique(out, g_strdup(settled));
		}
	}
}

bool sound_is_short(const char *sound)
{
	return strlen(sound) <= MIN_SOUNDS;
}

/* Two letters at once, one: spellings of one sound in names that came from other scripts. */
static const struct {
	const char *text;
	char letter;
} short_spellings[] = {{"ou", 'u'}, {"oo", 'u'}, {"ee", 'i'}, {"ss", 's'},
		       {"w", 'v'},  {"y", 'i'},	 {"j", 'i'}};

char *sound_short_key(const char *word, const char *sound)
{
	if (!sound_is_short(sound))
		return NULL;
	g_autoptr(GString) folded = g_string_new(NULL);
	GString *key = g_string_new(sound);
	text_fold(word, strlen(word), folded);
	g_string_append_c(key, '/');
	for (const char *p = folded->str; *p;) {
		size_t i = 0;
		while (i < G_N_ELEMENTS(short_spellings) &&
		       !g_str_has_prefix(p, short_spellings[i].text))
			i++;
		bool found = i < G_N_ELEMENTS(short_spellings);
		if ((unsigned char)*p >= 0x80)
			return g_string_free(key, TRUE);
		char letter = found ? short_spellings[i].letter : *p;
		if (letter != 'i' || key->str[key->len - 1] != 'i') /* Aliyev, Aliev */
			g_string_append_c(key, letter);
		p += found ? strlen(short_spellings[i].text) : 1;
	}
	return g_string_free(key, FALSE);
}

/* ---- frames
 * ------------------------------------------------------------------------------------------------------
 */

static char *frame(const char *sound, const char *e)
{
	GString *out = g_string_new(NULL);
	for (const char *p = sound; *p; p++) {
		char one[2] = {*p, 0};
		const char *part = *p == 'h'		    ? "k"
				   : *p == 'a'		    ? ""
				   : *p == 'e'		    ? e
				   : *p == 'i'		    ? "y"
				   : *p == 'o' || *p == 'u' ? "w"
				   : strchr("bpvf", *p)	    ? "B"
							    : one;
		if (*part && (!out->len || out->str[out->len - 1] != *part))
			g_string_append(out, part);
	}
	return g_string_free(out, FALSE);
}

void sound_frames(const char *sound, GPtrArray *out)
{
	static const char *const written[] = {"y", ""};
	for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
		char *text = frame(sound, written[i]);
		if (strlen(text) >= MIN_SOUNDS)
			add_unique(out, text);
		else
			g_free(text);
	}
}

bool sound_is_frame(const char *word)
{
	gunichar c = g_utf8_get_char(word);
	return (c >= 0x590 && c < 0x600) || (c >= 0x620 && c < 0x700);
}

char *sound_frame_of(const char *word)
{
	g_autoptr(GString) out = g_string_new(NULL);
	for (const char *p = word; *p;) {
		const struct spelling *s = find(frames, G_N_ELEMENTS(frames), p);
		if (!s && g_unichar_ismark(g_utf8_get_char(p))) {
			p = g_utf8_next_char(p);
			continue;
		}
		if (!s)
			return NULL;
		if (*s->sounds && (!out->len || out->str[out->len - 1] != *s->sounds))
			g_string_append(out, s->sounds);
		p += strlen(s->text);
	}
	return out->len >= MIN_SOUNDS ? g_strdup(out->str) : NULL;
}
