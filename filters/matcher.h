/* matcher: articles to verdicts. Filters are compiled once into one structure; an article costs what
 * occurs in it, not how many filters there are.
 *
 * Knows nothing of feeds, of SQL, of alerts.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct filter_set; /* filters/filter_set.h: what the filter files say */
struct matcher;

/* The article as the matcher needs it; borrowed, valid UTF-8. Only title and body are required. */
struct match_article {
	const char *id;
	const char *title;
	const char *body;
	const char *language; /* as declared, or NULL: detected */
	const char *link;
	const char *feed;
	const char *author;
	const char *const *categories;
	int64_t published_at; /* UTC seconds; INT64_MIN if unknown */
	int64_t now;          /* for age conditions; 0: published_at counts as now */
};

enum match_field {
	MATCH_TITLE,
	MATCH_BODY,
	MATCH_AUTHOR,
	MATCH_CATEGORY,
	MATCH_FEED,
	MATCH_LINK,
	MATCH_LANGUAGE,
};
const char *match_field_name(enum match_field field);

enum priority { PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_CRITICAL };
const char *priority_name(enum priority priority);
/* False, leaving *priority, if `name` is none of low, normal, high, critical. */
bool priority_parse(const char *name, enum priority *priority);

/* What counted: one occurrence of a term, entity name or regex. */
struct hit {
	const char *term;   /* as written in the filter: "mutua difesa", "@kim-jong-un" */
	enum match_field field;
	size_t start, end;  /* bytes of the original UTF-8 field */
	double weight;      /* contribution to the score; 0 if it only satisfies `when` */
};

struct verdict {
	const char *filter; /* id; belongs to the matcher */
	bool matched;
	double score;
	double threshold;
	enum priority priority; /* reached by the score; of the filter if it has one threshold */
	GArray *hits;       /* struct hit, by field and offset */
	GPtrArray *missing; /* char *: the nearest miss in words, when not matched; may be empty */
	GPtrArray *path;    /* char *: the parts of the rule and the score that decided */
	bool shared;        /* missing and path belong to the matcher */
	struct verdict_pool *pool; /* of the matcher: for the next one; or NULL */
};
void verdict_free(struct verdict *verdict);

enum match_detail {
	MATCH_MATCHED_ONLY, /* verdicts of filters that matched */
	MATCH_CLOSE,        /* and of MATCH_NEAR those whose score came to MATCH_CLOSE_SHARE of their threshold */
	MATCH_NEAR,         /* and of those that had something in the article */
	MATCH_ALL,          /* every filter */
};

#define MATCH_CLOSE_SHARE 0.5

/* Compile. Takes a reference on nothing: `set` must outlive the matcher.
 * NULL with FILTER_ERROR_* (a regex too slow, …). */
struct matcher *matcher_new(const struct filter_set *set, GError **error);
void matcher_free(struct matcher *matcher);

/* Match one article. Returns an array of struct verdict * that the caller frees with
 * g_ptr_array_unref(); strings inside verdicts live as long as the matcher. */
GPtrArray *matcher_match(struct matcher *matcher, const struct match_article *article,
			 enum match_detail detail);

/* Language the last matched article was taken to be in, and how sure (0..1). Static. */
const char *matcher_language(const struct matcher *matcher, double *sure);
/* Whether the last article was too much for the time budget: it was not searched whole, or a regular expression was
 * given up; verdicts may be missing. */
bool matcher_cut_short(const struct matcher *matcher);
