/* derive_clean: see derive_clean.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_clean.h"

#include "filters/text.h"

#include <string.h>

#define LABEL_WORDS	12  /* a line of prose has more, or ends in a full stop */
#define CUE_LENGTH	400 /* longer lines are paragraphs */
#define REPEATED_LENGTH 200
#define TRIM_TEXTS	3 /* fewer do not tell what they share */
#define CLOSING_WORDS	12
#define TITLE_WORDS	5
#define TRIM_SHARE	0.8
/* A paragraph that does not say the name has the words of the subject: three that a third of the
 * texts have, and other news seldom. */
#define ECHO_WORDS   3
#define ECHO_LETTERS 5 /* bytes */
#define ECHO_SHARE   0.33
#define ECHO_USUAL   0.0001

/* Beginnings and parts of lines (folded) that belong to the page, not to the article. */
static const char *const cue_starts[] = {
	"embed from",
	"skip to",
	"leggi anche",
	"leggi l approfondimento",
	"leggi tutto",
	"leggi di piu",
	"read more",
	"read also",
	"iscriviti",
	"vuoi di piu",
	"ti potrebbe interessare",
	"potrebbe interessarti",
	"condividi",
	"share this",
	"photo by",
	"foto di",
	"articolo pubblicato su",
	"originally published",
	"subscribe",
	"sign up",
	"follow us",
	"seguici",
	"tags",
	"categorie",
	"copyright",
	"all rights reserved",
	"tutti i diritti",
	"di redazione",
	"scopri che cosa",
	"scopri di piu",
	"dove si trova",
	"lire aussi",
	"a lire aussi",
	"abonnez vous",
	"lesen sie auch",
	"lea tambien",
	"suscribete",
	"accetta i cookie",
	"cookie",
	"pubblicita",
	"advertisement",
	"home page",
	"torna su",
	"commenta",
	"lascia un commento",
	"rispondi",
	"nato a",
	"nata a",
	"born in",
	"fonte foto",
};
static const char *const cue_parts[] = {
	"newsletter",
	"is licensed under",
	"creative commons",
	"associazione di promozione sociale",
	"rivista di politica",
	"mi sono laureato",
	"mi sono laureata",
	"laureato in",
	"laureata in",
	"percorso universitario",
	"getty images",
	"privacy policy",
	"tutti i diritti riservati",
	"all rights reserved",
	"riproduzione riservata",
	"l analisi di",
	"about the author",
	"sull autore",
	"cookie policy",
	"whatsapp channel",
	"canale telegram",
};

struct line {
	char *text, *folded;
	char *shape; /* folded; of what is no prose any number for any other: "di Ada Neri # maggio
			#" */
	unsigned owner;
	const char *why; /* dropped; NULL: kept */
	unsigned words;
};

static bool ends_like_prose(const char *text)
{
	size_t len = strlen(text);
	if (!len)
		return false;
	const char *last = g_utf8_find_prev_char(text, text + len);
	static const char *const ends[] = {"”", "»", "…", "。", "！", "？", "」", "』", "）"};
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		if (g_str_has_prefix(last, ends[i]))
			return true;
	return strchr(".!?:;", text[len - 1]) || text[len - 1] == '"';
}

/* Nothing but names, and what joins them. */
static bool is_names_only(const char *text)
{
	static const char *const joins[] = {"and", "e", "et", "und", "y", "–", "-", "&"};
	g_auto(GStrv) words = g_strsplit_set(text, " ,", -1);
	for (char **word = words; *word; word++) {
		bool join = !**word || g_unichar_isupper(g_utf8_get_char(*word));
		for (size_t i = 0; i < G_N_ELEMENTS(joins); i++)
			join = join || strcmp(*word, joins[i]) == 0;
		if (!join)
			return false;
	}
	return true;
}

/* "di Giuseppe Gagliano", "By Ada Neri - 12 May 2026 08:11"; not "Di Maio lascia", nor "di Mosca
 * e del gas". */
static bool is_by_line(const struct line *line)
{
	static const char *const starts[] = {"di ",  "by ",  "By ",  "von ", "Von ",
					     "par ", "Par ", "por ", "Por "};
	bool dated = strcmp(line->shape, line->folded) != 0 && line->words <= LABEL_WORDS &&
		     !ends_like_prose(line->text);
	if (g_str_has_prefix(line->text, "Di ")) /* "Di Maio", "Di Maio e Renzi" are names */
		return line->words == 3 && is_names_only(line->text);
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		const char *name = line->text + strlen(starts[i]);
		if (!g_str_has_prefix(line->text, starts[i]) || strlen(line->text) < 6 ||
		    !g_unichar_isupper(g_utf8_get_char(name)))
			continue;
		return dated || (line->words <= 6 && is_names_only(name));
	}
	return false;
}

static const char *cue_of(const struct line *line)
{
	if (strlen(line->text) > CUE_LENGTH)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(cue_starts); i++)
		if (g_str_has_prefix(line->folded, cue_starts[i]) && line->words <= 60)
			return "cue";
	for (size_t i = 0; i < G_N_ELEMENTS(cue_parts); i++)
		if (strstr(line->folded, cue_parts[i]))
			return "cue";
	return is_by_line(line) ? "cue" : NULL;
}

/* Without blanks between words two characters make one, as in Chinese. */
static unsigned count_words(const char *text)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	unsigned words = 0, characters = 0;
	text_tokenise(text, strlen(text), tokens);
	for (unsigned i = 0; i < tokens->len; i++) {
		if (g_array_index(tokens, struct token, i).script == SCRIPT_IDEOGRAPH)
			characters++;
		else
			words++;
	}
	return words + characters / 2;
}

static char *shape_of(const char *folded)
{
	GString *shape = g_string_new(NULL);
	for (const char *p = folded; *p; p++)
		if (!g_ascii_isdigit(*p))
			g_string_append_c(shape, *p);
		else if (!shape->len || shape->str[shape->len - 1] != '#')
			g_string_append_c(shape, '#');
	return g_string_free(shape, FALSE);
}

static void line_clear(void *data)
{
	struct line *line = data;
	g_free(line->text);
	g_free(line->folded);
	g_free(line->shape);
}

/* Takes `text`. */
static void line_set(struct line *line, char *text)
{
	line_clear(line);
	line->text = text;
	line->folded = text_folded(text);
	line->shape = ends_like_prose(text) ? g_strdup(line->folded) : shape_of(line->folded);
	line->words = count_words(text);
}

static GPtrArray *split(const GPtrArray *texts, GArray *lines)
{
	GPtrArray *clean = g_ptr_array_new_with_free_func(g_free);
	for (unsigned t = 0; t < texts->len; t++) {
		g_auto(GStrv) parts = g_strsplit(texts->pdata[t], "\n", -1);
		for (char **part = parts; *part; part++) {
			struct line line = {.owner = t};
			line_set(&line, g_strdup(g_strstrip(*part)));
			if (*line.folded)
				g_array_append_val(lines, line);
			else
				line_clear(&line);
		}
		g_ptr_array_add(clean, NULL);
	}
	return clean;
}

#define LINE(i) (&g_array_index(lines, struct line, i))

struct repeats {
	unsigned count, first; /* lines that read so, and the first of them */
	bool elsewhere;	       /* in more than one text */
};

static GHashTable *count_lines(const GArray *lines)
{
	GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	for (unsigned i = 0; i < lines->len; i++) {
		struct repeats *repeats = g_hash_table_lookup(counts, LINE(i)->shape);
		if (!repeats) {
			repeats = g_new0(struct repeats, 1);
			repeats->first = i;
			g_hash_table_insert(counts, LINE(i)->shape, repeats);
		}
		repeats->count++;
		repeats->elsewhere |= LINE(i)->owner != LINE(repeats->first)->owner;
	}
	return counts;
}

/* The title of a page stands in it again: its first place stays. */
static bool is_title(const struct repeats *repeats, const GArray *lines, unsigned at)
{
	return LINE(at)->words >= TITLE_WORDS && repeats->first == at && !repeats->elsewhere;
}

static void drop_cues_and_repeats(GArray *lines)
{
	g_autoptr(GHashTable) counts = count_lines(lines);
	for (unsigned i = 0; i < lines->len; i++) {
		struct line *line = LINE(i);
		const struct repeats *repeats = g_hash_table_lookup(counts, line->shape);
		line->why = cue_of(line);
		if (!line->why && strlen(line->text) < REPEATED_LENGTH && repeats->count > 1 &&
		    !is_title(repeats, lines, i))
			line->why = "repeated";
	}
}

/* ---- "Title - The Daily Name": what the title of a page ends in */

/* Where the name of the site begins in a title: its separator; NULL if there is none. */
static const char *site_at(const char *title)
{
	static const char *const separators[] = {" - ", " – ", " — ", " | ", " :: ", " • "};
	const char *last = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(separators); i++) {
		const char *at = g_strrstr(title, separators[i]);
		if (at && at > title && (!last || at > last))
			last = at;
	}
	return last;
}

/* Whether a line of the same text reads so. */
static bool stands_again(const GArray *lines, unsigned at, const char *folded)
{
	for (unsigned i = at + 1; i < lines->len && LINE(i)->owner == LINE(at)->owner; i++)
		if (strcmp(LINE(i)->folded, folded) == 0)
			return true;
	return false;
}

static GHashTable *count_sites(const GArray *lines)
{
	GHashTable *sites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < lines->len; i++) {
		const char *site = i == 0 || LINE(i)->owner != LINE(i - 1)->owner
					   ? site_at(LINE(i)->text)
					   : NULL;
		if (!site)
			continue;
		unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(sites, site));
		g_hash_table_insert(sites, g_strdup(site), GUINT_TO_POINTER(count + 1));
	}
	return sites;
}

/* A site that two titles end in, or that a title has and the same headline in the page has not. */
static void cut_sites(GArray *lines, GArray *dropped)
{
	g_autoptr(GHashTable) sites = count_sites(lines);
	for (unsigned i = 0; i < lines->len; i++) {
		const char *site = i == 0 || LINE(i)->owner != LINE(i - 1)->owner
					   ? site_at(LINE(i)->text)
					   : NULL;
		if (!site)
			continue;
		g_autofree char *title = g_strndup(LINE(i)->text, (gsize)(site - LINE(i)->text));
		g_autofree char *folded = text_folded(title);
		if (GPOINTER_TO_UINT(g_hash_table_lookup(sites, site)) < 2 &&
		    !stands_again(lines, i, folded))
			continue;
		struct dropped_line gone = {LINE(i)->owner, "site", g_strdup(site)};
		g_array_append_val(dropped, gone);
		line_set(LINE(i), g_steal_pointer(&title));
	}
}

/* ---- labels -------------------------------------------------------------------------- */

static bool is_label(const struct line *line)
{
	return line->words <= LABEL_WORDS && !ends_like_prose(line->text);
}

/* Labels before the first and after the last line of prose; the line before the first prose is the
 * headline. */
static void drop_labels(GArray *lines, unsigned first, unsigned end)
{
	unsigned from = first, to = end;
	while (from < end && (LINE(from)->why || is_label(LINE(from))))
		from++;
	while (to > from && (LINE(to - 1)->why || is_label(LINE(to - 1))))
		to--;
	unsigned headline = from;
	while (headline > first && LINE(headline - 1)->why)
		headline--;
	headline = headline > first ? headline - 1 : first;
	/* "Ritratto", "Domande e risposte" between the title and the text */
	bool over = LINE(headline)->words < TITLE_WORDS && LINE(first)->words >= TITLE_WORDS;
	for (unsigned i = first; i < end; i++)
		if (!LINE(i)->why &&
		    ((i < from && (i != headline || LINE(i)->words < 4) && !(over && i == first)) ||
		     i >= to))
			LINE(i)->why = "label";
}

/* Words with a capital inside a sentence, of one text. */
static GHashTable *capitals_of(const GArray *lines, unsigned owner)
{
	GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	for (unsigned i = 0; i < lines->len; i++) {
		const struct line *line = LINE(i);
		if (line->owner != owner || line->why)
			continue;
		g_array_set_size(tokens, 0);
		text_tokenise(line->text, strlen(line->text), tokens);
		for (unsigned k = 1; k < tokens->len; k++) {
			const struct token *token = &g_array_index(tokens, struct token, k);
			bool first = token->sentence != token[-1].sentence;
			if (token->capital && !first && token->end - token->start > 3) {
				GString *folded = g_string_new(NULL);
				text_fold(line->text + token->start, token->end - token->start,
					  folded);
				g_hash_table_add(words, g_string_free(folded, FALSE));
			}
		}
	}
	return words;
}

static GHashTable *shared_words(const GArray *lines, unsigned texts)
{
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTable *shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer word, count;
	for (unsigned t = 0; t < texts; t++) {
		g_autoptr(GHashTable) own = capitals_of(lines, t);
		g_hash_table_iter_init(&iter, own);
		while (g_hash_table_iter_next(&iter, &word, NULL)) {
			unsigned seen = GPOINTER_TO_UINT(g_hash_table_lookup(counts, word));
			g_hash_table_insert(counts, g_strdup(word), GUINT_TO_POINTER(seen + 1));
		}
	}
	g_hash_table_iter_init(&iter, counts);
	while (g_hash_table_iter_next(&iter, &word, &count))
		if (GPOINTER_TO_UINT(count) >= TRIM_SHARE * texts)
			g_hash_table_add(shared, g_strdup(word));
	return shared;
}

/* ---- what the texts say again and again, and other news does not ---- */

static bool is_rare(const struct reference *reference, const char *word)
{
	return strlen(word) >= ECHO_LETTERS && !g_ascii_isdigit(*word) &&
	       reference_word(reference, word).count <= ECHO_USUAL * reference_tokens(reference);
}

/* Rare words that several texts have: folded, for the lines are. */
static GHashTable *echoes_of(const GArray *lines, unsigned texts, const struct reference *reference)
{
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTable *echoes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	unsigned least = MAX(TRIM_TEXTS, (unsigned)(ECHO_SHARE * texts));
	for (unsigned i = 0; reference && i < lines->len; i++) {
		g_auto(GStrv) words = g_strsplit(LINE(i)->folded, " ", -1);
		gpointer owner = GUINT_TO_POINTER(LINE(i)->owner + 1);
		for (char **word = words; !LINE(i)->why && *word; word++) {
			if (g_hash_table_lookup(last, *word) == owner || !is_rare(reference, *word))
				continue;
			g_hash_table_insert(last, g_strdup(*word), owner);
			unsigned seen = GPOINTER_TO_UINT(g_hash_table_lookup(counts, *word)) + 1;
			g_hash_table_insert(counts, g_strdup(*word), GUINT_TO_POINTER(seen));
			if (seen >= least)
				g_hash_table_add(echoes, g_strdup(*word));
		}
	}
	return echoes;
}

struct subject {
	GHashTable *names;  /* in nearly all texts: one is enough */
	GHashTable *echoes; /* in several: some of them, in a paragraph */
};

static bool on_subject(const struct line *line, const struct subject *subject)
{
	g_auto(GStrv) words = g_strsplit(line->folded, " ", -1);
	g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
	for (char **word = words; *word; word++) {
		if (g_hash_table_contains(subject->names, *word))
			return true;
		if (g_hash_table_contains(subject->echoes, *word))
			g_hash_table_add(met, *word);
	}
	return g_hash_table_size(met) >= ECHO_WORDS;
}

static void trim(GArray *lines, unsigned first, unsigned end, const struct subject *subject)
{
	unsigned from = first, to = end;
	while (from < end && (LINE(from)->why || !on_subject(LINE(from), subject)))
		from++;
	while (to > from && (LINE(to - 1)->why || !on_subject(LINE(to - 1), subject)))
		to--;
	if (from == to) /* nothing at all on the subject: another subject, not furniture */
		return;
	/* what closes an article without a name is often its last thought: one paragraph of prose
	 * stays */
	if (to < end && !LINE(to)->why && LINE(to)->words >= CLOSING_WORDS &&
	    ends_like_prose(LINE(to)->text))
		to++;
	/* a headline need not say the names; a by-line may stand below it */
	unsigned headline = from;
	if (headline > first && LINE(headline - 1)->why && ends_like_prose(LINE(from)->text))
		headline--;
	if (headline > first && !LINE(headline - 1)->why && LINE(headline - 1)->words > 2)
		from = headline - 1;
	if (from == first + 1 && LINE(from)->words < TITLE_WORDS && !LINE(first)->why &&
	    LINE(first)->words >= TITLE_WORDS)
		from = first;
	for (unsigned i = first; i < end; i++)
		if (!LINE(i)->why && (i < from || i >= to))
			LINE(i)->why = "off the subject";
}

static void for_each_text(GArray *lines, unsigned texts, const struct subject *subject)
{
	unsigned first = 0;
	for (unsigned t = 0; t < texts; t++) {
		unsigned end = first;
		while (end < lines->len && LINE(end)->owner == t)
			end++;
		if (subject)
			trim(lines, first, end, subject);
		else if (end - first > 1)
			drop_labels(lines, first, end);
		first = end;
	}
}

static void hand_over(GArray *lines, GPtrArray *clean, GArray *dropped)
{
	g_autoptr(GPtrArray) built = g_ptr_array_new();
	for (unsigned t = 0; t < clean->len; t++)
		g_ptr_array_add(built, g_string_new(NULL));
	for (unsigned i = 0; i < lines->len; i++) {
		struct line *line = LINE(i);
		if (line->why) {
			struct dropped_line gone = {line->owner, line->why,
						    g_steal_pointer(&line->text)};
			g_array_append_val(dropped, gone);
		} else {
			g_string_append_printf(built->pdata[line->owner], "%s\n", line->text);
		}
		line_clear(line);
	}
	for (unsigned t = 0; t < clean->len; t++)
		clean->pdata[t] = g_string_free(built->pdata[t], FALSE);
}

GPtrArray *derive_clean(const GPtrArray *texts, const struct reference *reference, GArray *dropped)
{
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct line));
	GPtrArray *clean = split(texts, lines);

	cut_sites(lines, dropped);
	drop_cues_and_repeats(lines);
	for_each_text(lines, texts->len, NULL);
	if (texts->len >= TRIM_TEXTS) {
		g_autoptr(GHashTable) names = shared_words(lines, texts->len);
		g_autoptr(GHashTable) echoes = echoes_of(lines, texts->len, reference);
		const struct subject subject = {names, echoes};
		if (g_hash_table_size(names))
			for_each_text(lines, texts->len, &subject);
	}
	hand_over(lines, clean, dropped);
	return clean;
}

void dropped_line_clear(void *data)
{
	g_free(((struct dropped_line *)data)->line);
}
