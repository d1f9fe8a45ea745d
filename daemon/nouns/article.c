/* article: see article.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/nouns/article.h"

#include "feeds/text_block.h"

#include <string.h>

struct article *article_new(void)
{
	struct article *article = g_new0(struct article, 1);
	article->published_at = INT64_MIN;
	article->updated_at = INT64_MIN;
	return article;
}

struct article *article_copy(const struct article *article)
{
	struct article *copy = g_memdup2(article, sizeof *article);
	copy->block = NULL;
	copy->feed = g_strdup(article->feed);
	copy->guid = g_strdup(article->guid);
	copy->link = g_strdup(article->link);
	copy->title = g_strdup(article->title);
	copy->body = g_strdup(article->body);
	copy->author = g_strdup(article->author);
	copy->language = g_strdup(article->language);
	copy->categories = g_strdupv(article->categories);
	copy->outlet = g_strdup(article->outlet);
	copy->owner = g_strdup(article->owner);
	copy->country = g_strdup(article->country);
	return copy;
}

void article_to_match(const struct article *article, int64_t now, struct match_article *out)
{
	*out = (struct match_article){
		.title = article->title ? article->title : "",
		.body = article->body ? article->body : "",
		.language = article->language,
		.link = article->link,
		.feed = article->feed,
		.author = article->author,
		.categories = (const char *const *)article->categories,
		.published_at = article->published_at,
		.now = now,
	};
}

void article_free(struct article *article)
{
	if (!article)
		return;
	text_block_free_text(article->block, article->feed);
	text_block_free_text(article->block, article->guid);
	text_block_free_text(article->block, article->link);
	text_block_free_text(article->block, article->title);
	text_block_free_text(article->block, article->body);
	text_block_free_text(article->block, article->author);
	text_block_free_text(article->block, article->language);
	text_block_free_list(article->block, article->categories);
	text_block_free_text(article->block, article->outlet);
	text_block_free_text(article->block, article->owner);
	text_block_free_text(article->block, article->country);
	text_block_unref(article->block);
	g_free(article);
}

void uid_format(uint64_t uid, char *text)
{
	g_snprintf(text, 17, "%016" G_GINT64_MODIFIER "x", uid);
}

bool uid_parse(const char *text, uint64_t *uid)
{
	if (strlen(text) != 16 || strspn(text, "0123456789abcdefABCDEF") != 16)
		return false;
	*uid = g_ascii_strtoull(text, NULL, 16);
	return true;
}
