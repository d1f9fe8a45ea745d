/* rule_words: see rule_words.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/rule_words.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/place.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

static const char *const leaf_words[] = {
	[NODE_WORD] = N_("the word “%s” in any form"),
	[NODE_PHRASE] = N_("the phrase “%s”, its words in any form"),
	[NODE_EXACT] = N_("“%s” in exactly this form"),
	[NODE_PREFIX] = N_("a word that begins with “%s”"),
	[NODE_ENTITY] = N_("a name of %s"),
	[NODE_SIDE] = N_("a name of %s, or of anyone on its side"),
	[NODE_REGEX] = N_("something like /%s/"),
	[NODE_FILTER] = N_("the filter %s matches"),
};

static const char *const field_words[] = {
	[MATCH_TITLE] = N_("title"),	   [MATCH_BODY] = N_("text"), [MATCH_AUTHOR] = N_("author"),
	[MATCH_CATEGORY] = N_("category"), [MATCH_FEED] = N_("feed"), [MATCH_LINK] = N_("link"),
};

static void print_fields(FILE *out, unsigned fields)
{
	bool any = false;
	if (fields == FIELDS_TEXT)
		return;
	for (unsigned i = 0; i < G_N_ELEMENTS(field_words); i++) {
		if (!(fields >> i & 1))
			continue;
		fprintf(out, "%s%s", any ? ", " : _(" — only in: "), _(field_words[i]));
		any = true;
	}
}

/* A term without operators is a phrase, of one word as a rule. */
static enum node_kind kind_of(const struct node *node)
{
	return node->kind == NODE_PHRASE && !strpbrk(node->text, " \t\n") ? NODE_WORD : node->kind;
}

static void print_leaf(FILE *out, const struct node *node)
{
	g_autofree char *text = cli_text(node->text, 0);
	if (node->kind == NODE_AGE) {
		g_autofree char *age = cli_duration(llabs((long long)node->seconds));
		fprintf(out,
			node->seconds > 0 ? _("published less than %s ago")
					  : _("published more than %s ago"),
			age);
	} else if (node->fields == 1u << MATCH_LANGUAGE) {
		fprintf(out, _("the article is in the language %s"), text);
	} else {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		fprintf(out, _(leaf_words[kind_of(node)]), text);
#pragma GCC diagnostic pop
		if (node->kind != NODE_FILTER)
			print_fields(out, node->fields);
	}
}

static void print_branch(FILE *out, const struct node *node)
{
	switch (node->kind) {
	case NODE_AND:
		fputs(_("all of"), out);
		break;
	case NODE_OR:
		fputs(_("any of"), out);
		break;
	case NODE_NOT:
		fputs(_("without"), out);
		break;
	case NODE_MIN:
		fprintf(out, _("at least %u of"), node->count);
		break;
	case NODE_NEAR:
		fprintf(out,
			ngettext("at most %u word apart, in either order",
				 "at most %u words apart, in either order", node->count),
			node->count);
		break;
	default:
		fputs(_("both in one sentence"), out);
	}
	putc(':', out);
}

/* Alternatives that are all words or phrases of the same fields stand in one line. */
static bool is_list(const struct node *node)
{
	if (node->kind != NODE_OR)
		return false;
	for (unsigned i = 0; i < node->children->len; i++) {
		const struct node *child = node->children->pdata[i];
		if ((child->kind != NODE_WORD && child->kind != NODE_PHRASE) ||
		    child->fields != FIELDS_TEXT)
			return false;
	}
	return true;
}

static void print_list(FILE *out, const struct node *node)
{
	fputs(_("any form of"), out);
	for (unsigned i = 0; i < node->children->len; i++) {
		g_autofree char *text = cli_text(node->children->pdata[i]->text, 0);
		fputs(i ? ", " : " ", out);
		fprintf(out, _("“%s”"), text);
	}
}

void rule_words_print(FILE *out, const struct node *node, unsigned depth)
{
	fprintf(out, "%*s", (int)depth * 2, "");
	if (is_list(node))
		print_list(out, node);
	else if (node->children)
		print_branch(out, node);
	else
		print_leaf(out, node);
	putc('\n', out);
	for (unsigned i = 0; node->children && !is_list(node) && i < node->children->len; i++)
		rule_words_print(out, node->children->pdata[i], depth + 1);
}
