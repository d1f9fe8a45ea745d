/* expression: the language of `when` and of terms, as a tree. Knows nothing of words' forms or of
 * articles.
 *
 *   word  "a phrase"  =Exact  prefix*  @entity  @@side  /regex/  filter:id  age<2d
 *   title:x  body:x  author:x  category:x  feed:x  link:x  lang:x
 *   a AND b   a OR b   NOT a   ( … )   a NEAR/5 b   a SENTENCE b   min(2; a, b, c)
 *
 * Fields may stand before a group: title:(a OR b). A chain a NEAR/3 b NEAR/3 c means one b that is
 * near both. NOT binds tighter than NEAR and SENTENCE, these tighter than AND, AND tighter than OR;
 * two terms side by side are joined by AND.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"

#include <glib.h>
#include <stdint.h>

enum node_kind {
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_MIN,      /* at least `count` of the children */
	NODE_NEAR,     /* two children at most `count` words apart, any order */
	NODE_SENTENCE, /* two children in one sentence */
	NODE_WORD,     /* by stem in the article's language */
	NODE_PHRASE,   /* its words by stem, in this order */
	NODE_EXACT,    /* its words in exactly this form (case and accents aside) */
	NODE_PREFIX,
	NODE_ENTITY,
	NODE_SIDE, /* the entity, or anyone on its side */
	NODE_REGEX,
	NODE_AGE,    /* published less (or more) than `seconds` ago */
	NODE_FILTER, /* another filter matches */
};

struct node_list {
	unsigned len;
	struct node *pdata[];
};

struct node {
	uint8_t kind;	/* enum node_kind */
	uint8_t fields; /* bit set of enum match_field; leaves only */
	uint16_t count;
	int32_t seconds; /* NODE_AGE; negative: older than */
	unsigned line, column;
	struct node_list *children; /* NULL: a leaf */
	char text[];		    /* of leaves; else empty */
};
void node_free(struct node *node);

#define FIELDS_TEXT (1u << MATCH_TITLE | 1u << MATCH_BODY)

/* Where a text comes from. */
struct origin {
	const char *raw; /* as it stands in its file, from its quotation mark on, with escapes;
			    NULL: as it is */
	unsigned line, column;
};

/* Parse. `origin` says where `text` stands in its file. NULL with FILTER_ERROR_SYNTAX; *failed then
 * says where the mistake is. */
struct node *expression_parse(const char *text, const struct origin *origin, struct origin *failed,
			      GError **error);
/* A term as lists hold it: an expression if it has operators or marks, else a phrase. */
struct node *expression_parse_term(const char *text, const struct origin *origin,
				   struct origin *failed, GError **error);
/* The tree in canonical form; caller frees. Parsing it gives an equal tree. */
char *expression_text(const struct node *node);
