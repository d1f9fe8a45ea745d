/* problem_words: what is wrong with a filter, in the user's language: filters/ knows no gettext,
 * and what it says is a sentence of these with names and numbers in it.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/cli.h"

#include <glib/gi18n.h>
#include <string.h>

/* Whatever stands for %s. Those that others begin like come first. */
static const char *const sentences[] = {
	N_("%s, at character %s"),
	N_("/%s/: %s, at character %s"),
	N_("%s: not valid UTF-8"),
	N_("title: not valid UTF-8"),
	N_("not valid UTF-8"),
	N_("%s: there is no entity '%s'"),
	N_("there is no entity '%s'"),
	N_("there is no filter '%s'"),
	N_("there is no field '%s'"),
	N_("side = '%s': there is no such entity"),
	N_("entity '%s': %s: '%s' has no letters and can never occur"),
	N_("entity '%s': '%s' stands in %s and in not: it can never occur"),
	N_("entity '%s' has no names and can never occur"),
	N_("entity '%s': not: '%s' has no letters"),
	N_("/%s/ is too slow: over %s steps for a few hundred characters; repetitions inside "
	   "repetitions do that"),
	N_("/%s/ is content with nothing: nearly every article has it"),
	N_("'%s' is searched for as a word; the keyword %s is written in capitals"),
	N_("\"%s\": a * means nothing in quotation marks"),
	N_("'%s' has no letters and can never match"),
	N_("%s*: nearly every article has such a word"),
	N_("lang:%s: expected one of %s"),
	N_("lang:%s never holds: the filter's languages leave it out"),
	N_("%s stands twice in min(…) and counts twice"),
	N_("this can never match: %s is both required and excluded"),
	N_("this can never match: an article is in %s or in %s, not in both"),
	N_("this can never match: nothing is both %s and %s"),
	N_("this can never match: one side stands in the title, the other in the body"),
	N_("this only excludes: nearly every article matches"),
	N_("filter '%s': raise %s = %s is no more than the threshold %s: every match has that "
	   "priority"),
	N_("filter '%s': raise %s = %s is never used: %s needs no more"),
	N_("filter '%s': raise %s = %s does not raise priority %s"),
	N_("filter '%s' never reaches %s = %s: all its terms weigh %s"),
	N_("term %s stands twice: both weights count"),
	N_("term %s weighs nothing"),
	N_("filter '%s' can never match: poles score at most %s, the threshold is %s"),
	N_("filter '%s' can never match: all its terms weigh %s, the threshold is %s"),
	N_("filter '%s' has poles but no threshold; 1.55 suits most"),
	N_("filter '%s' has terms but no threshold"),
	N_("filter '%s' has more than two poles"),
	N_("filter '%s' has neither when, terms nor poles and can never match"),
	N_("filter '%s' refers to itself in a circle, or over more than %s others"),
	N_("unknown '%s'; expected entity or filter"),
	N_("unknown key '%s' in %s '%s'"),
	N_("a block '%s' inside %s '%s': blocks stand one after the other"),
	N_("'%s': expected a number from %s to %s"),
	N_("%s: a name stands in plain quotation marks, \"…\""),
	N_("a name must be valid UTF-8, without control characters, and not empty"),
	N_("kind = '%s': expected person, place, country, organisation, weapon, treaty or other"),
	N_("%s '%s' stands twice; first in %s:%s"),
	N_("entity '%s' stands twice; first in %s:%s"),
	N_("filter '%s' stands twice; first in %s:%s"),
	N_("longer than 64 KiB"),
	N_("expected \"term = weight\""),
	N_("raise '%s': expected \"high = 3\""),
	N_("languages: '%s' is none of %s"),
	N_("priority = '%s': expected low, normal, high or critical"),
	N_("%s needs a name: %s \"name\" { … }"),
	N_("include: expected include(\"file\")"),
	N_("include: more than %s files deep"),
	N_("include: there is no file %s"),
	N_("'%s' is set again; first on line %s"),
	N_("what begins here has no end: a } or */ is missing"),
	N_("%s mistakes in filters; the first: %s:%s:%s: %s"),
	N_("everybody can write it (mode %s); run: chmod o-w %s"),
	N_("cannot be opened: %s"),
	N_("larger than 64 MiB"),
	N_("cannot be read, or holds a NUL byte"),
	N_("not a file"),
	N_("not a file; left out"),
	N_("'%s': expected an age such as age<2d or age>12h"),
	N_("'%s': a phrase stands in plain quotation marks, \"…\" and not %s"),
	N_("'%s': what must not be there is NOT %s"),
	N_("'%s': a + means nothing; what stands side by side must all be there"),
	N_("'%s': a %s means nothing here"),
	N_("'%s': a %s means nothing here; it stands only at the end of a word"),
	N_("%s stands where a term was expected; \"%s\" searches for the word"),
	N_("a word is missing here"),
	N_("expected min(number; term, term, …)"),
	N_("expected , or ) in min(…)"),
	N_("min(%s; …) can never match: it has only %s terms"),
	N_("this parenthesis is never closed"),
	N_("'%s' does not belong here"),
	N_("the expression ends where a term was expected"),
	N_("nested more than %s deep"),
	N_("nested more than %s deep, or over %s terms"),
	N_("NEAR and SENTENCE join words, phrases and entities of title or body"),
	N_("NEAR/%s: expected a number of words from 1 to %s"),
	N_("this quotation mark is never closed"),
	N_("nothing stands between the quotation marks"),
	N_("this regular expression is never closed by /"),
	N_("nothing stands between the slashes"),
	N_("'%s' behind a regular expression: a blank is missing, or \\ before the slash; flags "
	   "are none, case never counts"),
};

#define SUGGESTION "; did you mean '"
#define TERM	   "term '"

static char *of_term(const char *text)
{
	const char *end = g_str_has_prefix(text, TERM) ? strstr(text, "': ") : NULL;
	if (!end)
		return NULL;
	g_autofree char *term = g_strndup(text + strlen(TERM), (gsize)(end - text) - strlen(TERM));
	g_autofree char *why = cli_problem(end + strlen("': "));
	return g_strdup_printf(_("term '%s': %s"), term, why);
}

static char *with_suggestion(const char *text, const char *suggestion)
{
	g_autofree char *before = g_strndup(text, (gsize)(suggestion - text));
	g_autofree char *name = g_strdup(suggestion + strlen(SUGGESTION));
	if (!g_str_has_suffix(name, "'?"))
		return NULL;
	name[strlen(name) - strlen("'?")] = 0;
	g_autofree char *told = cli_problem(before);
	return g_strdup_printf(_("%s; did you mean '%s'?"), told, name);
}

char *cli_problem(const char *problem)
{
	const char *suggestion = g_strrstr(problem, SUGGESTION);
	char *told = suggestion ? with_suggestion(problem, suggestion) : of_term(problem);
	return told ? told : cli_sentence(problem, sentences, G_N_ELEMENTS(sentences));
}
