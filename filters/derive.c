/* derive: see derive.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive.h"

#include "filters/derivation.h"
#include "filters/derive_fit.h"
#include "filters/derive_repeats.h"
#include "filters/derive_wrap.h"

#include <string.h>

#define HARDLY_ANY     200 /* bytes */
#define SHOWN_NAMES    5
#define TELLING_LIFT   4 /* of a name that texts share */
#define TELLING_NAMES  2 /* in both, and two texts hang together */
#define MAX_BUNDLED    1000
#define MIXED_COVERAGE 0.6 /* of the texts: what holds them together must be in so many */

/* The name that weighs most, if many texts have it; a phrase otherwise. */
static const char *most_telling(const struct derivation *d)
{
	const struct name_group *group = d->groups->len ? d->groups->pdata[0] : NULL;
	if (group && group->lift >= TELLING_LIFT && 2 * group->texts >= d->corpus->texts->len)
		return g_array_index(group->forms, struct name_form, 0).text;
	return d->phrases->len ? ((struct phrase *)d->phrases->pdata[0])->text : "example texts";
}

static void name_filter(struct derivation *d)
{
	const struct name_group *a = d->poles.poles[0], *b = d->poles.poles[1];
	const char *first = d->poles.count ? g_array_index(a->forms, struct name_form, 0).text
					   : most_telling(d);
	if (d->poles.count == 2) {
		d->title = g_strdup_printf(
			"%s - %s", g_array_index(b->forms, struct name_form, 0).text, first);
		d->id = g_strdup_printf("%s-%s", b->id, a->id);
	} else {
		d->title = g_strdup(first);
		d->id = d->poles.count ? g_strdup(a->id) : gazetteer_slug(first);
	}
	if (d->options->id) {
		g_free(d->id);
		d->id = g_strdup(d->options->id);
	}
}

static void warn(struct derivation *d, char *text)
{
	g_ptr_array_add(d->warnings, text);
}

/* The name or phrase that most texts share. */
static unsigned widest(const struct derivation *d)
{
	unsigned most = 0;
	for (unsigned i = 0; i < d->groups->len; i++) {
		const struct name_group *group = d->groups->pdata[i];
		if (group->lift >= TELLING_LIFT)
			most = MAX(most, group->texts);
	}
	return most;
}

static bool shares_a_name(const struct derivation *d, unsigned text)
{
	for (unsigned i = 0; i < d->corpus->units->len; i++) {
		const struct corpus_unit *unit = CORPUS_UNIT(d->corpus, i);
		if (unit->text == text && unit->group && unit->group->texts > 1 &&
		    unit->group->lift >= TELLING_LIFT)
			return true;
	}
	return false;
}

static bool is_empty(const struct derivation *d, unsigned text)
{
	return strlen(d->corpus->texts->pdata[text]) < HARDLY_ANY;
}

static bool is_stranger(const struct derivation *d, unsigned text)
{
	return *(char *)d->corpus->texts->pdata[text] && !shares_a_name(d, text);
}

/* "a.txt, b.txt and 3 more" */
struct listing {
	GString *names;
	unsigned count;
};

static struct listing listing_new(void)
{
	return (struct listing){g_string_new(NULL), 0};
}

static void listing_add(struct listing *listing, const char *label, const char *same_as)
{
	if (listing->count++ >= SHOWN_NAMES)
		return;
	g_string_append_printf(listing->names, "%s%s", listing->count > 1 ? ", " : "", label);
	if (same_as)
		g_string_append_printf(listing->names, " as %s", same_as);
}

/* Warns of those listed, if there are any. */
static void listing_warn(struct listing *listing, struct derivation *d, const char *before,
			 const char *after)
{
	if (listing->count > SHOWN_NAMES)
		g_string_append_printf(listing->names, " and %u more",
				       listing->count - SHOWN_NAMES);
	if (listing->count)
		warn(d, g_strconcat(before, listing->names->str, after, NULL));
	g_string_free(listing->names, TRUE);
}

/* One warning for all texts that are so: the first ones by name. */
static void warn_of_texts(struct derivation *d,
			  bool (*is_so)(const struct derivation *d, unsigned text),
			  const char *what)
{
	struct listing listing = listing_new();
	g_autofree char *after = g_strconcat(": ", what, NULL);
	for (unsigned t = 0; t < d->corpus->texts->len; t++)
		if (is_so(d, t))
			listing_add(&listing, d->labels->pdata[t], NULL);
	listing_warn(&listing, d, "", after);
}

/* ---- texts that hang together -------------------------------------------------------- */

static unsigned *texts_of(const struct derivation *d, const struct name_group *group)
{
	unsigned *in = g_new0(unsigned, d->corpus->texts->len);
	for (unsigned i = 0; i < group->units->len; i++)
		in[CORPUS_UNIT(d->corpus, g_array_index(group->units, uint32_t, i))->text]++;
	return in;
}

static unsigned root_of(const unsigned *parents, unsigned text)
{
	while (parents[text] != text)
		text = parents[text];
	return text;
}

/* For each text one of those it hangs together with: two telling names in both. */
static unsigned *bundle(const struct derivation *d)
{
	unsigned texts = d->corpus->texts->len;
	unsigned *parents = g_new(unsigned, texts);
	g_autofree unsigned char *shared = g_malloc0((size_t)texts * texts);
	for (unsigned t = 0; t < texts; t++)
		parents[t] = t;
	for (unsigned i = 0; i < d->groups->len; i++) {
		const struct name_group *group = d->groups->pdata[i];
		if (group->lift < TELLING_LIFT || group->texts < 2)
			continue;
		g_autofree unsigned *in = texts_of(d, group);
		for (unsigned a = 0; a < texts; a++)
			for (unsigned b = a + 1; in[a] && b < texts; b++)
				if (in[b] && ++shared[a * texts + b] == TELLING_NAMES)
					parents[root_of(parents, b)] = root_of(parents, a);
	}
	for (unsigned t = 0; t < texts; t++)
		parents[t] = root_of(parents, t);
	return parents;
}

/* Several bundles of texts: several subjects. The largest is taken for the one that is meant. */
static void warn_of_bundles(struct derivation *d)
{
	unsigned texts = d->corpus->texts->len, largest = 0;
	g_autofree unsigned *roots = texts > MAX_BUNDLED ? NULL : bundle(d);
	g_autofree unsigned *sizes = g_new0(unsigned, texts);
	for (unsigned t = 0; roots && t < texts; t++)
		sizes[roots[t]]++;
	for (unsigned t = 0; t < texts; t++)
		if (sizes[t] > sizes[largest])
			largest = t;
	for (unsigned root = 0; root < texts; root++) {
		if (root == largest || sizes[root] < 2)
			continue;
		struct listing listing = listing_new();
		for (unsigned t = 0; t < texts; t++)
			if (roots[t] == root)
				listing_add(&listing, d->labels->pdata[t], NULL);
		listing_warn(&listing, d,
			     "mixed subjects? these hang together, and not with the others: ", "");
	}
}

static void add_warnings(struct derivation *d)
{
	unsigned texts = d->corpus->texts->len;
	if (texts == 1)
		warn(d, g_strdup("only one text: what it says once cannot be told from the "
				 "subject; give three to ten "
				 "texts"));
	else if (texts == 2)
		warn(d, g_strdup("only two texts: what both say by chance cannot be told from the "
				 "subject; give three to ten texts"));
	if (texts >= 2 && !d->poles.count && widest(d) < MIXED_COVERAGE * texts)
		warn(d, g_strdup_printf(
				"mixed subjects? no name is shared by more than %u of %u texts",
				widest(d), texts));
	warn_of_bundles(d);
	if (texts >= 3)
		warn_of_texts(d, is_stranger,
			      "shares no telling name with the other texts; another subject?");
	warn_of_texts(d, is_empty, "hardly any text left after cleaning");
	if (!derivation_useful(d))
		warn(d, g_strdup("nothing telling was found: the filter would be empty"));
}

static void warn_of_repeats(struct derivation *d, const GArray *repeats, const GPtrArray *labels)
{
	struct listing listing = listing_new();
	for (unsigned i = 0; i < repeats->len; i++) {
		int same = g_array_index(repeats, int, i);
		if (same >= 0)
			listing_add(&listing, labels->pdata[i], labels->pdata[same]);
	}
	listing_warn(&listing, d, "the same article twice, left out once: ", "");
}

static bool is_blank(const char *text)
{
	while (*text && !g_unichar_isalnum(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return !*text;
}

static void warn_of_blanks(struct derivation *d, const GPtrArray *texts, const GPtrArray *labels)
{
	struct listing listing = listing_new();
	for (unsigned i = 0; i < texts->len; i++)
		if (is_blank(texts->pdata[i]))
			listing_add(&listing, labels->pdata[i], NULL);
	listing_warn(&listing, d, "", ": empty, left out");
}

/* The same article twice would pass for two; one without words would pass for one without the
 * subject. */
static void take_texts(struct derivation *d, const GPtrArray *texts, const GPtrArray *labels)
{
	g_autoptr(GArray) repeats = repeats_find(texts);
	d->labels = g_ptr_array_new_with_free_func(g_free);
	d->originals = g_ptr_array_new_with_free_func(g_free);
	for (unsigned i = 0; i < texts->len; i++) {
		if (g_array_index(repeats, int, i) >= 0 || is_blank(texts->pdata[i]))
			continue;
		g_ptr_array_add(d->labels, g_strdup(labels->pdata[i]));
		g_ptr_array_add(d->originals, wrap_undo(texts->pdata[i]));
	}
	warn_of_repeats(d, repeats, labels);
	warn_of_blanks(d, texts, labels);
}

struct derivation *derive(const GPtrArray *texts, const GPtrArray *labels,
			  const struct derive_options *options)
{
	struct derivation *d = g_new0(struct derivation, 1);
	const struct tongues tongues = {options->language, options->reference, options->references};

	d->options = options;
	d->warnings = g_ptr_array_new_with_free_func(g_free);
	take_texts(d, texts, labels);
	language_home(options->language, d->home);
	d->dropped = g_array_new(FALSE, FALSE, sizeof(struct dropped_line));
	g_array_set_clear_func(d->dropped, dropped_line_clear);
	d->corpus = corpus_new(derive_clean(d->originals, options->reference, d->dropped), &tongues,
			       options->gazetteer);
	d->groups = names_group(d->corpus, options->gazetteer);
	d->phrases = phrases_find(d->corpus, options->gazetteer);
	phrases_take_names(d->corpus, d->groups, d->phrases);
	if (!options->without_poles)
		d->poles = poles_find(d->corpus, d->groups);
	name_filter(d);
	derivation_add_members(d);
	derivation_add_terms(d);
	add_warnings(d);
	derivation_fit(d);
	return d;
}

void derivation_free(struct derivation *d)
{
	if (!d)
		return;
	g_ptr_array_unref(d->labels);
	g_ptr_array_unref(d->originals);
	g_ptr_array_unref(d->warnings);
	g_array_unref(d->dropped);
	g_ptr_array_unref(d->members);
	g_array_unref(d->terms);
	g_ptr_array_unref(d->sections);
	g_ptr_array_unref(d->phrases);
	g_ptr_array_unref(d->groups);
	corpus_free(d->corpus);
	trial_free(d->trial);
	g_clear_error(&d->why_not_compiled);
	g_free(d->id);
	g_free(d->title);
	g_free(d->why_threshold);
	g_free(d);
}
