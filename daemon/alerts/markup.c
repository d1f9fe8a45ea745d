/* markup: see markup.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/markup.h"

#include "daemon/alerts/layout.h"
#include "daemon/alerts/sanitize.h"
#include "daemon/alerts/words.h"

#include <string.h>

/* What a markup needs escaped, and how it says bold, link and line. */
struct style {
	const char *special; /* characters that are escaped … */
	const char *escape;  /* … by this before them; NULL: as entities */
	const char *bold[2];
	const char *link[3]; /* before the address, between, behind the text; or text first */
	bool text_first;
	const char *newline;
};

static const struct style styles[] = {
	[MARKUP_PLAIN] = {"", "", {"", ""}, {"", "", ""}, false, "\n"},
	[MARKUP_SLACK] = {"&<>", NULL, {"*", "*"}, {"<", "|", ">"}, false, "\n"},
	[MARKUP_MARKDOWN] =
		{"\\`*_{}[]()#+-!|<>~@:", "\\", {"**", "**"}, {"[", "](<", ">)"}, true, "\n"},
	[MARKUP_TELEGRAM] =
		{"&<>\"", NULL, {"<b>", "</b>"}, {"<a href=\"", "\">", "</a>"}, false, "\n"},
	[MARKUP_MATRIX] =
		{"&<>\"", NULL, {"<b>", "</b>"}, {"<a href=\"", "\">", "</a>"}, false, "<br>"},
};

struct brief {
	GString *out;
	const struct style *style;
	const char *language;
};

static const char *entity(char c)
{
	return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;";
}

static void escaped(const struct brief *b, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!text[i] || !strchr(b->style->special, text[i]) || !*b->style->special) {
			g_string_append_c(b->out, text[i]);
		} else if (b->style->escape) {
			g_string_append(b->out, b->style->escape);
			g_string_append_c(b->out, text[i]);
		} else {
			g_string_append(b->out, entity(text[i]));
		}
	}
}

static void text(const struct brief *b, const char *content)
{
	if (content)
		escaped(b, content, strlen(content));
}

static void part(const char *content, size_t len, bool marked, void *user_data)
{
	const struct brief *b = user_data;
	g_string_append(b->out, marked ? b->style->bold[0] : "");
	escaped(b, content, len);
	g_string_append(b->out, marked ? b->style->bold[1] : "");
}

static void line(const struct brief *b, const char *content)
{
	if (!content || !*content)
		return;
	g_string_append(b->out, b->style->newline);
	text(b, content);
}

/* The address as it stands between the marks of a link: nothing in it may end them. */
static char *address(const struct brief *b, const char *link)
{
	g_autofree char *fit = sanitize_link(link);
	if (!fit)
		return NULL;
	g_autofree char *no_bar = g_uri_escape_string(fit, ":/?#[]@!$&'()*+,;=%", TRUE);
	return strchr(b->style->special, '&') && !b->style->escape
		       ? g_markup_escape_text(no_bar, -1)
		       : g_steal_pointer(&no_bar);
}

static void title(const struct brief *b, const struct message_item *item)
{
	const struct style *s = b->style;
	g_autofree char *link = address(b, item->link);
	g_string_append(b->out, s->bold[0]);
	if (link && *s->link[0]) {
		g_string_append(b->out, s->link[0]);
		if (!s->text_first)
			g_string_append(b->out, link);
		else
			text(b, item->title);
		g_string_append(b->out, s->link[1]);
		if (!s->text_first)
			text(b, item->title);
		else
			g_string_append(b->out, link);
		g_string_append(b->out, s->link[2]);
	} else {
		text(b, item->title);
	}
	g_string_append(b->out, s->bold[1]);
	if (link && !*s->link[0]) {
		g_string_append(b->out, s->newline);
		g_string_append(b->out, link);
	}
}

static void whole_story(struct brief *b, const struct message *message,
			const struct layout_story *story)
{
	const struct message_item *item = story->first;
	g_autofree char *byline = layout_byline(item, b->language);
	g_autofree char *why = layout_why(item, b->language);
	g_autofree char *outlets = layout_outlets(message, story, b->language);
	text(b, item->filter_title);
	g_string_append(b->out, b->style->newline);
	title(b, item);
	line(b, byline);
	if (item->excerpt && *item->excerpt) {
		g_string_append(b->out, b->style->newline);
		layout_parts(item->excerpt, item->excerpt_spans, part, b);
	}
	line(b, why);
	if (outlets) {
		g_autofree char *also =
			g_strdup_printf("%s: %s", word(b->language, WORD_ALSO_IN), outlets);
		line(b, also);
	}
}

static void titles(struct brief *b, const GPtrArray *stories, size_t budget)
{
	for (unsigned i = 0; i < stories->len; i++) {
		const struct layout_story *story = stories->pdata[i];
		g_autofree char *source = layout_source(story->first, b->language);
		if (b->out->len + strlen(story->first->title) * 2 +
			    (story->first->link ? strlen(story->first->link) : 0) + 200 >
		    budget) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			g_autofree char *more =
				g_strdup_printf(word(b->language, WORD_MORE), stories->len - i);
#pragma GCC diagnostic pop
			line(b, more);
			return;
		}
		g_string_append(b->out, b->style->newline);
		g_string_append(b->out, "• ");
		title(b, story->first);
		g_string_append(b->out, " ");
		text(b, source);
	}
}

char *markup_brief(const struct message *message, enum markup markup, size_t budget)
{
	struct brief b = {g_string_new(NULL), &styles[markup], message->language};
	g_autoptr(GPtrArray) stories = layout_stories(message, true);
	if (stories->len == 1) {
		whole_story(&b, message, stories->pdata[0]);
	} else {
		g_string_append(b.out, b.style->bold[0]);
		text(&b, message->subject);
		g_string_append(b.out, b.style->bold[1]);
		line(&b, message->text);
		titles(&b, stories, budget);
	}
	return g_string_free(b.out, FALSE);
}
