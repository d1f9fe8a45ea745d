/* render_html: see render_html.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/render_html.h"

#include "daemon/alerts/layout.h"
#include "daemon/alerts/link.h"
#include "daemon/alerts/sanitize.h"
#include "daemon/alerts/words.h"

#define FONT	   "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;"
#define MARK_STYLE "background-color:#ffec99;color:#1f2328;padding:0 2px;border-radius:2px"

/* By priority: the bar beside a filter's heading, the label's background. */
static const struct {
	const char *bar, *ground;
} colours[] = {{"#8c959f", "#eaeef2"},
	       {"#0969da", "#ddf4ff"},
	       {"#bc4c00", "#fff1e5"},
	       {"#cf222e", "#ffebe9"}};

struct page {
	GString *out;
	const struct message *message;
	const char *language;
};

static void escaped(GString *out, const char *text, gssize len)
{
	g_autofree char *markup = text ? g_markup_escape_text(text, len) : NULL;
	g_string_append(out, markup ? markup : "");
}

static void append_part(const char *part, size_t len, bool marked, void *user_data)
{
	GString *out = user_data;
	if (marked)
		g_string_append(out, "<mark style=\"" MARK_STYLE "\">");
	escaped(out, part, (gssize)len);
	if (marked)
		g_string_append(out, "</mark>");
}

static unsigned colour_row(enum priority priority)
{
	return MIN((unsigned)priority, G_N_ELEMENTS(colours) - 1);
}

static void head(const struct page *page)
{
	GString *out = page->out;
	g_string_append(out, "<!DOCTYPE html>\n<html lang=\"");
	escaped(out, page->language ? page->language : "en", -1);
	g_string_append(out,
			"\"><head><meta charset=\"utf-8\">"
			"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
			"<title>");
	escaped(out, page->message->subject, -1);
	g_string_append(
		out,
		"</title></head>\n"
		"<body style=\"margin:0;padding:0;background-color:#f3f4f6\">"
		"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
		"style=\"background-color:#f3f4f6\"><tr><td align=\"center\" style=\"padding:16px "
		"8px\">"
		"<table role=\"presentation\" width=\"640\" cellpadding=\"0\" cellspacing=\"0\" "
		"style=\"width:100%;max-width:640px;table-layout:fixed;overflow-wrap:anywhere;word-"
		"break:"
		"break-word;background-color:#ffffff;border:1px solid "
		"#d0d7de;"
		"border-radius:8px;" FONT "color:#1f2328;font-size:15px;line-height:1.5\">\n");
}

static void heading(const struct page *page)
{
	g_autofree char *when = word_time(page->language, page->message->created_at);
	g_string_append(page->out,
			"<tr><td style=\"padding:20px 24px 4px\">"
			"<div style=\"font-size:20px;font-weight:600;line-height:1.3\">");
	escaped(page->out, page->message->subject, -1);
	g_string_append(page->out, "</div><div style=\"font-size:13px;color:#59636e\">");
	escaped(page->out, when, -1);
	g_string_append(page->out, "</div></td></tr>\n");
}

static void paragraphs(const struct page *page, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_string_append(page->out, "<tr><td style=\"padding:8px 24px\">");
	for (char **line = lines; *line; line++) {
		g_string_append(page->out, line == lines ? "" : "<br>");
		escaped(page->out, *line, -1);
	}
	g_string_append(page->out, "</td></tr>\n");
}

static void filter_heading(const struct page *page, const struct message_item *item)
{
	unsigned row = colour_row(item->priority);
	g_string_append_printf(
		page->out,
		"<tr><td style=\"padding:20px 24px 0\"><div style=\"border-left:4px solid "
		"%s;padding-left:10px;font-size:16px;font-weight:600\">",
		colours[row].bar);
	escaped(page->out, item->filter_title ? item->filter_title : item->filter, -1);
	g_string_append_printf(
		page->out,
		" <span style=\"font-size:12px;font-weight:500;color:%s;background-color:"
		"%s;padding:1px 8px;border-radius:10px;white-space:nowrap\">",
		colours[row].bar, colours[row].ground);
	escaped(page->out, word(page->language, WORD_PRIORITY_LOW + (int)row), -1);
	g_string_append(page->out, "</span></div></td></tr>\n");
}

/* What is in the article's own language, that may run from right to left, and has its own forms of
 * Han. */
static void open_own(const struct page *page, const struct message_item *item, const char *style)
{
	g_string_append(page->out, "<div dir=\"auto\"");
	if (item->language && *item->language) {
		g_string_append(page->out, " lang=\"");
		escaped(page->out, item->language, -1);
		g_string_append_c(page->out, '"');
	}
	g_string_append_printf(page->out, "%s%s%s>", *style ? " style=\"" : "", style,
			       *style ? "\"" : "");
}

static void title(const struct page *page, const struct message_item *item)
{
	g_autofree char *link = sanitize_link(item->link);
	if (link) {
		g_string_append(page->out, "<a href=\"");
		escaped(page->out, link, -1);
		g_string_append(page->out, "\" style=\"color:#0550ae;text-decoration:none;"
					   "font-weight:600;font-size:16px;line-height:1.35\">");
	} else {
		g_string_append(page->out, "<span style=\"font-weight:600;font-size:16px\">");
	}
	layout_parts(item->title, item->title_spans, append_part, page->out);
	g_string_append(page->out, link ? "</a>" : "</span>");
}

static void state_label(const struct page *page)
{
	g_string_append(page->out,
			" <span style=\"font-size:12px;color:#82071e;background-color:#ffebe9;"
			"padding:0 6px;border-radius:10px;white-space:nowrap\">");
	escaped(page->out, word(page->language, WORD_STATE_MEDIA), -1);
	g_string_append(page->out, "</span>");
}

static void byline(const struct page *page, const struct message_item *item)
{
	g_autofree char *host = link_host(item->link);
	const struct message_item plain = {.outlet = item->outlet, .owner = item->owner};
	const struct message_item rest = {.published_at = item->published_at,
					  .language = item->language};
	g_autofree char *source = layout_source(&plain, page->language);
	g_autofree char *when = layout_byline(&rest, page->language);
	g_string_append(page->out, "<div style=\"font-size:13px;color:#59636e\">");
	g_string_append(page->out, "<span dir=\"auto\">");
	escaped(page->out, source, -1);
	g_string_append(page->out, "</span>");
	if (item->state_media)
		state_label(page);
	g_string_append(page->out, *when && *source ? " · " : "");
	escaped(page->out, when, -1);
	g_string_append(page->out, host ? " · " : "");
	escaped(page->out, host, -1);
	g_string_append(page->out, "</div>");
}

static void small(const struct page *page, const char *text)
{
	if (!text)
		return;
	g_string_append(page->out, "<div style=\"font-size:13px;color:#59636e;padding-top:4px\">");
	escaped(page->out, text, -1);
	g_string_append(page->out, "</div>");
}

static void also_in(const struct page *page, const struct layout_story *story)
{
	g_autofree char *outlets = layout_outlets(page->message, story, page->language);
	g_autofree char *text =
		outlets ? g_strdup_printf("%s: %s", word(page->language, WORD_ALSO_IN), outlets)
			: NULL;
	small(page, text);
}

static void story_html(const struct page *page, const struct layout_story *story)
{
	const struct message_item *item = story->first;
	g_autofree char *why = layout_why(item, page->language);
	if (story->begins_filter)
		filter_heading(page, item);
	g_string_append(page->out, "<tr><td style=\"padding:12px 24px 0\">");
	open_own(page, item, "");
	title(page, item);
	g_string_append(page->out, "</div>");
	byline(page, item);
	if (story->full && item->excerpt && *item->excerpt) {
		open_own(page, item, "padding-top:4px");
		layout_parts(item->excerpt, item->excerpt_spans, append_part, page->out);
		g_string_append(page->out, "</div>");
	}
	if (story->full) {
		small(page, why);
		also_in(page, story);
	}
	g_string_append(page->out, "</td></tr>\n");
}

char *render_html(const struct message *message)
{
	const struct page page = {g_string_new(NULL), message, message->language};
	g_autoptr(GPtrArray) stories = layout_stories(message, false);
	g_autofree char *footer = layout_footer(message);

	head(&page);
	/* one article speaks for itself */
	if (message->items->len != 1)
		heading(&page);
	if (message->text)
		paragraphs(&page, message->text);
	for (unsigned i = 0; i < stories->len; i++)
		story_html(&page, stories->pdata[i]);
	g_string_append(page.out,
			"<tr><td style=\"padding:20px 24px\"><div style=\"border-top:1px solid "
			"#d0d7de;padding-top:10px;font-size:12px;color:#59636e\">");
	escaped(page.out, footer, -1);
	g_string_append(page.out, "</div></td></tr>\n</table></td></tr></table></body></html>\n");
	return g_string_free(page.out, FALSE);
}
