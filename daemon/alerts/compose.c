/* compose: see compose.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/compose.h"

#include "daemon/alerts/layout.h"
#include "daemon/alerts/sanitize.h"
#include "daemon/alerts/words.h"

#include <string.h>

#define BEFORE_FIRST_HIT 80 /* bytes of the excerpt that stand before what counted */
#define WHY_MAX 60 /* bytes of one reason */
#define MAX_WHY 12
#define TITLE_MAX 512
#define SOURCE_MAX 240

/* ---- excerpts and spans ------------------------------------------------------------------------------------- */

static const char *back_to_blank(const char *text, const char *at)
{
	while (at > text && at[-1] != ' ' && at[-1] != '\n')
		at--;
	return at;
}

static const char *border(const char *text, const char *at)
{
	while (at > text && (*at & 0xc0) == 0x80)
		at--;
	return at;
}

/* Where the excerpt begins and ends in the body: around the first place that counted. */
static void choose_excerpt(const char *body, const struct verdict *v, size_t *from, size_t *to)
{
	size_t len = strlen(body), first = 0;
	for (unsigned i = 0; i < v->hits->len; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		if (hit->field == MATCH_BODY && hit->end <= len) {
			first = hit->start;
			break;
		}
	}
	const char *start = body + (first > BEFORE_FIRST_HIT ? first - BEFORE_FIRST_HIT : 0);
	start = first > BEFORE_FIRST_HIT ? back_to_blank(body, border(body, start)) : body;
	*from = (size_t)(start - body);
	*to = MIN(len, *from + MESSAGE_EXCERPT_MAX);
	*to = (size_t)(border(body, body + *to) - body);
	if (*to < len)
		*to = MAX((size_t)(back_to_blank(body, body + *to) - body), *from);
	if (*to == *from)
		*to = (size_t)(border(body, body + MIN(len, *from + MESSAGE_EXCERPT_MAX)) - body);
}

static void add_span(GArray *spans, size_t start, size_t end)
{
	struct message_span *last = spans->len ? &g_array_index(spans, struct message_span, spans->len - 1) : NULL;
	const struct message_span span = {start, end};
	if (last && start <= last->end)
		last->end = MAX(last->end, end);
	else
		g_array_append_val(spans, span);
}

static void map_spans(const struct verdict *v, enum match_field field, size_t from, size_t to, size_t shift,
		      GArray *spans)
{
	for (unsigned i = 0; i < v->hits->len; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		if (hit->field == field && hit->start >= from && hit->end <= to && hit->end > hit->start)
			add_span(spans, hit->start - from + shift, hit->end - from + shift);
	}
}

/* Controls become one blank each, so that offsets stay. */
static char *same_length(const char *text, size_t len)
{
	char *copy = g_strndup(text, len);
	for (char *p = copy; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	return copy;
}

static bool holds_harm(const char *text)
{
	g_autofree char *clean = sanitize(text, 0);
	return strcmp(clean, text) != 0;
}

/* Title and excerpt; when cleaning changes a text its spans are given up, not misplaced. */
static void set_texts(struct message_item *item, const struct article *article, const struct verdict *v)
{
	const char *title = article->title ? article->title : "", *body = article->body ? article->body : "";
	size_t from = 0, to = 0;

	g_autofree char *flat_title = same_length(title, MIN(strlen(title), TITLE_MAX));
	item->title = sanitize(flat_title, 0);
	if (!holds_harm(flat_title))
		map_spans(v, MATCH_TITLE, 0, strlen(item->title), 0, item->title_spans);
	choose_excerpt(body, v, &from, &to);
	g_autofree char *part = same_length(body + from, to - from);
	const char *before = from ? "… " : "", *after = body[to] ? " …" : "";
	if (holds_harm(part)) {
		g_autofree char *clean = sanitize(part, 0);
		item->excerpt = g_strconcat(before, clean, after, NULL);
	} else {
		item->excerpt = g_strconcat(before, part, after, NULL);
		map_spans(v, MATCH_BODY, from, to, strlen(before), item->excerpt_spans);
	}
}

/* The article's own words for a term: what the reader can find again in it. Caller frees. */
static char *words_of(const struct hit *hit, const struct article *article)
{
	const char *text = hit->field == MATCH_TITLE ? article->title : hit->field == MATCH_BODY ? article->body : NULL;
	if (!text || hit->start >= hit->end || hit->end > strlen(text))
		return g_strdup(hit->term);
	g_autofree char *words = g_strndup(text + hit->start, hit->end - hit->start);
	return sanitize_cut(words, WHY_MAX, 0);
}

/* Each term once, in the order of the text; several terms in the same words count as one. */
static char **reasons(const struct verdict *v, const struct article *article)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autoptr(GHashTable) terms = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < v->hits->len && g_hash_table_size(said) < MAX_WHY; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		if (!g_hash_table_add(terms, (gpointer)hit->term))
			continue;
		char *words = words_of(hit, article);
		if (!g_hash_table_contains(said, words))
			g_strv_builder_add(builder, words);
		g_hash_table_add(said, words);
	}
	return g_strv_builder_end(builder);
}

static struct message_item *compose_item(const struct alert *alert, const struct article *article,
					 const struct verdict *v)
{
	struct message_item *item = message_item_new();
	item->article = article->uid;
	item->alert = alert->id;
	item->filter = g_strdup(alert->filter);
	item->filter_title = g_strdup(alert->filter_title);
	item->priority = alert->priority;
	item->link = sanitize_link(article->link);
	item->outlet = sanitize_cut(article->outlet, 120, 0);
	item->owner = article->owner ? sanitize_cut(article->owner, 120, 0) : NULL;
	item->country = g_strdup(article->country);
	item->language = g_strdup(article->language);
	item->state_media = article->state_media;
	item->published_at = article->published_at;
	item->score = v->score;
	item->threshold = v->threshold;
	item->why = reasons(v, article);
	set_texts(item, article, v);
	return item;
}

/* ---- messages --------------------------------------------------------------------------------------------------- */

char *compose_key(uint64_t alert, enum delivery_kind kind, unsigned round, const char *channel,
		  const char *recipient)
{
	g_autofree char *reader = g_strconcat(channel, "/", recipient, NULL);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, reader, -1);
	return g_strdup_printf("%016" G_GINT64_MODIFIER "x.%s%u.%.12s", alert, delivery_kind_name(kind), round,
			       digest);
}

/* "Primer TV (Invented State, state-controlled, Russian)": whose it is, and its language if it is not the reader's. */
static char *voice(const struct article_source *source, const char *language)
{
	const struct message_item item = {
		.outlet = source->outlet, .owner = source->owner, .state_media = source->state_media};
	g_autofree char *name = layout_source(&item, language);
	if (!source->language || !*source->language || strncmp(source->language, language, 2) == 0)
		return g_steal_pointer(&name);
	g_autofree char *tongue = word_language(language, source->language);
	size_t len = strlen(name);
	return len && name[len - 1] == ')' ? g_strdup_printf("%.*s, %s)", (int)len - 1, name, tongue)
					   : g_strdup_printf("%s (%s)", name, tongue);
}

static void add_sources(struct message *m, const GPtrArray *sources)
{
	g_autoptr(GStrvBuilder) outlets = g_strv_builder_new();
	g_autoptr(GStrvBuilder) voices = g_strv_builder_new();
	for (unsigned i = 0; i < sources->len; i++) {
		const struct article_source *source = sources->pdata[i];
		g_autofree char *whole = voice(source, m->language);
		g_autofree char *clean = sanitize_cut(whole, SOURCE_MAX, 0);
		g_strv_builder_add(outlets, source->outlet);
		g_strv_builder_add(voices, clean);
	}
	m->outlets = g_strv_builder_end(outlets);
	m->voices = g_strv_builder_end(voices);
}

struct message *compose_alert(const struct alert *alert, const struct article *article,
			      const struct verdict *verdict, enum delivery_kind kind, const GPtrArray *sources,
			      const char *language, int64_t now)
{
	struct message *m = message_new();
	struct message_item *item = compose_item(alert, article, verdict);

	m->kind = kind;
	m->priority = alert->priority;
	m->language = g_strdup(language);
	m->filter = g_strdup(alert->filter);
	m->filter_title = g_strdup(alert->filter_title);
	m->alert = alert->id;
	m->story = alert->story;
	m->created_at = now;
	m->article_count = alert->article_count;
	m->owner_count = alert->owner_count;
	add_sources(m, sources);
	m->subject = kind == DELIVERY_UPDATE
			     ? g_strdup_printf("%s: %s (%s)", alert->filter_title, item->title,
					       word(language, WORD_GREW))
			     : g_strdup_printf("%s: %s", alert->filter_title, item->title);
	g_ptr_array_add(m->items, item);
	return m;
}

static struct message_item *copy_item(const struct message_item *source)
{
	struct message_item *item = message_item_new();
	GArray *title_spans = item->title_spans, *excerpt_spans = item->excerpt_spans;
	*item = *source;
	item->title_spans = title_spans;
	item->excerpt_spans = excerpt_spans;
	g_array_append_vals(title_spans, source->title_spans->data, source->title_spans->len);
	g_array_append_vals(excerpt_spans, source->excerpt_spans->data, source->excerpt_spans->len);
	item->filter = g_strdup(source->filter);
	item->filter_title = g_strdup(source->filter_title);
	item->title = g_strdup(source->title);
	item->excerpt = g_strdup(source->excerpt);
	item->link = g_strdup(source->link);
	item->outlet = g_strdup(source->outlet);
	item->owner = g_strdup(source->owner);
	item->country = g_strdup(source->country);
	item->language = g_strdup(source->language);
	item->why = g_strdupv(source->why);
	return item;
}

static int by_filter_and_time(gconstpointer left, gconstpointer right)
{
	const struct message_item *a = *(const struct message_item *const *)left;
	const struct message_item *b = *(const struct message_item *const *)right;
	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	int order = g_strcmp0(a->filter, b->filter);
	if (order)
		return order;
	if (a->alert != b->alert)
		return a->alert < b->alert ? -1 : 1;
	return a->published_at < b->published_at ? -1 : a->published_at > b->published_at;
}

struct message *compose_digest(const GPtrArray *messages, enum delivery_kind kind, const char *key,
			       const char *language, int64_t now)
{
	struct message *m = message_new();
	unsigned count = 0;

	m->kind = kind;
	m->key = g_strdup(key);
	m->language = g_strdup(language);
	m->created_at = now;
	for (unsigned i = 0; i < messages->len; i++) {
		const struct message *part = messages->pdata[i];
		m->priority = MAX(m->priority, part->priority);
		for (unsigned k = 0; k < part->items->len; k++, count++)
			g_ptr_array_add(m->items, copy_item(part->items->pdata[k]));
	}
	g_ptr_array_sort(m->items, by_filter_and_time);
	m->article_count = count;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	m->subject = g_strdup_printf(
		word(language, kind == DELIVERY_DIGEST ? WORD_DIGEST_SUBJECT : WORD_SUMMARY_SUBJECT), count);
#pragma GCC diagnostic pop
	return m;
}

struct message *compose_text(enum delivery_kind kind, const char *key, const char *subject, const char *text,
			     enum priority priority, const char *language, int64_t now)
{
	struct message *m = message_new();
	m->kind = kind;
	m->key = g_strdup(key);
	m->subject = sanitize(subject, 0);
	m->text = sanitize(text, SANITIZE_LINES);
	m->priority = priority;
	m->language = g_strdup(language);
	m->created_at = now;
	return m;
}
