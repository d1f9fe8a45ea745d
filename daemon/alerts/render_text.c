/* render_text: see render_text.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/render_text.h"

#include "daemon/alerts/layout.h"
#include "daemon/alerts/words.h"
#include "daemon/alerts/wrap.h"

#include <string.h>

#define COLUMNS 76
#define INDENT	"  " /* of what goes on in another line */

#define BOLD   "\033[1m"
#define DIM    "\033[2m"
#define MARKED "\033[1;33m"
#define PLAIN  "\033[0m"

struct text {
	GString *out;
	const struct message *message;
	const char *language;
	bool colour, wrap;
};

static void style(const struct text *t, const char *sequence)
{
	if (t->colour)
		g_string_append(t->out, sequence);
}

/* `content` behind `begin`. */
static void flow(const struct text *t, const char *begin, const char *indent, const char *content)
{
	g_string_append(t->out, begin);
	if (t->wrap)
		wrap_append(t->out, content, wrap_width(begin), indent, COLUMNS);
	else
		g_string_append(t->out, content);
}

static void line(const struct text *t, const char *indent, const char *sequence,
		 const char *content)
{
	if (!content || !*content)
		return;
	style(t, sequence);
	flow(t, indent, indent, content);
	style(t, PLAIN);
	g_string_append_c(t->out, '\n');
}

static void append_part(const char *part, size_t len, bool marked, void *user_data)
{
	const struct text *t = user_data;
	if (marked)
		style(t, MARKED);
	g_string_append_len(t->out, part, (gssize)len);
	if (marked)
		style(t, PLAIN);
}

static void marked_line(struct text *t, const char *indent, const char *content,
			const GArray *spans)
{
	if (!content || !*content)
		return;
	if (t->wrap) {
		flow(t, indent, INDENT, content);
	} else {
		g_string_append(t->out, indent);
		layout_parts(content, spans, append_part, t);
	}
	g_string_append_c(t->out, '\n');
}

static void labelled(const struct text *t, enum word label, const char *content)
{
	if (!content || !*content)
		return;
	g_autofree char *whole = g_strdup_printf("%s: %s", word(t->language, label), content);
	line(t, INDENT, "", whole);
}

static void filter_heading(const struct text *t, const struct message_item *item)
{
	const char *title = item->filter_title ? item->filter_title : item->filter;
	g_autofree char *heading =
		g_strdup_printf("%s [%s]", title ? title : "",
				word(t->language, WORD_PRIORITY_LOW + (int)item->priority));
	g_string_append_c(t->out, '\n');
	line(t, "", BOLD, heading);
	for (unsigned i = MIN(wrap_width(heading), COLUMNS); i > 0; i--)
		g_string_append_c(t->out, '-');
	g_string_append_c(t->out, '\n');
}

static void story_text(struct text *t, const struct layout_story *story)
{
	const struct message_item *item = story->first;
	g_autofree char *byline = layout_byline(item, t->language);
	if (story->begins_filter && t->message->items->len > 1)
		filter_heading(t, item);
	g_string_append(t->out, story->full ? "\n" : "");
	marked_line(t, "* ", item->title, item->title_spans);
	line(t, "  ", DIM, byline);
	line(t, "  ", DIM, item->link);
	if (!story->full)
		return;
	g_autofree char *why = layout_why(item, t->language);
	g_autofree char *outlets = layout_outlets(t->message, story, t->language);
	marked_line(t, "  ", item->excerpt, item->excerpt_spans);
	line(t, "  ", DIM, why);
	labelled(t, WORD_ALSO_IN, outlets);
}

static void paragraphs(const struct text *t, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_string_append_c(t->out, '\n');
	for (char **each = lines; *each; each++) {
		flow(t, "", "", *each);
		g_string_append_c(t->out, '\n');
	}
}

static void more(const struct text *t, unsigned count)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (count)
		g_string_append_printf(t->out, word(t->language, WORD_MORE), count);
#pragma GCC diagnostic pop
	g_string_append(t->out, count ? "\n" : "");
}

char *render_text(const struct message *message, unsigned flags)
{
	struct text t = {g_string_new(NULL), message, message->language, flags & RENDER_COLOUR,
			 flags & RENDER_WRAP};
	bool brief = flags & RENDER_SHORT;
	g_autoptr(GPtrArray) stories = layout_stories(message, brief);
	unsigned shown = brief ? MIN(stories->len, LAYOUT_SHORT_STORIES) : stories->len;
	g_autofree char *footer = layout_footer(message);

	line(&t, "", BOLD, message->subject);
	if (message->text)
		paragraphs(&t, message->text);
	for (unsigned i = 0; i < shown; i++)
		story_text(&t, stories->pdata[i]);
	more(&t, stories->len - shown);
	if (!t.colour) /* a terminal shows one message below the other */
		g_string_append_printf(t.out, "\n-- \n%s\n", footer);
	return g_string_free(t.out, FALSE);
}
