/* desk: see desk.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/agent/desk.h"

#include "daemon/agent/fold.h"
#include "daemon/alerts/sanitize.h"
#include "daemon/alerts/words.h"

#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_US     (10 * G_USEC_PER_SEC) /* in which more than the limit is a burst */
#define LIMIT_DEFAULT 5
#define SHOWN_MAX     500 /* notifications remembered */
#define CRITICAL      2	  /* urgency that is shown to who is away */

/* A note, from its line until it is closed. */
struct shown {
	json_t *note;
	char *tag;   /* the alert: what grows replaces */
	uint32_t id; /* 0: not shown yet */
	gint64 at;
	unsigned calls;	    /* under way */
	GPtrArray *waiting; /* json_t *: notes of the same alert that came during a call */
	bool folded;	    /* told in a summary: to be closed once its id is known */
};

struct desk {
	const struct desk_watch *watch;
	void *user_data;
	struct notifier *notifier;
	GQueue shown;  /* struct shown *, oldest first */
	GQueue recent; /* gint64 *, monotonic: when notes came */
	struct fold *fold;
	guint fold_timer;
	gint64 since; /* UTC seconds: what came to be earlier was missed */
	bool away;
	bool turned_away; /* something came while the user or the daemon is away */
	bool missed_last; /* what came to be in the second of `since`, too */
};

static const char *text_of(const json_t *note, const char *key)
{
	const char *text = json_string_value(json_object_get(note, key));
	return text ? text : "";
}

static int urgency_of(const json_t *note)
{
	return (int)CLAMP(json_integer_value(json_object_get(note, "urgency")), 0, 2);
}

static void note_free(void *note)
{
	json_decref(note);
}

static void shown_free(void *memory)
{
	struct shown *shown = memory;
	json_decref(shown->note);
	g_ptr_array_unref(shown->waiting);
	g_free(shown->tag);
	g_free(shown);
}

static void say(struct desk *desk, json_t *line, bool kept)
{
	char *text = json_dumps(line, JSON_COMPACT);
	desk->watch->say(text, kept, desk->user_data);
	free(text);
	json_decref(line);
}

static void answer(struct desk *desk, const char *key, enum notify_result result,
		   const char *detail)
{
	static const char *const words[] = {
		[NOTIFY_SHOWN] = "done",   [NOTIFY_ABSENT] = "retry", [NOTIFY_HANGS] = "retry",
		[NOTIFY_LATE] = "unknown", [NOTIFY_FAILED] = "retry",
	};
	desk->turned_away |= result == NOTIFY_ABSENT || result == NOTIFY_HANGS;
	say(desk,
	    detail ? json_pack("{ssssss}", "answer", key, "result", words[result], "detail", detail)
		   : json_pack("{ssss}", "answer", key, "result", words[result]),
	    false);
}

/* Notes know the second they came to be in. In the one the user came back in, those that were
 * turned away and those that came after look alike: all count as missed if one was turned away. */
static bool is_missed(struct desk *desk, const json_t *note)
{
	if (desk->since > g_get_real_time() / G_USEC_PER_SEC)
		desk->since = 0; /* the clock was set back */
	gint64 at = json_integer_value(json_object_get(note, "at"));
	return at < desk->since || (at == desk->since && desk->missed_last);
}

/* ---- the ones that are shown ---------------------------------------------------------------- */

static struct shown *by_id(struct desk *desk, uint32_t id)
{
	for (GList *each = desk->shown.head; each && id; each = each->next)
		if (((struct shown *)each->data)->id == id)
			return each->data;
	return NULL;
}

static struct shown *by_tag(struct desk *desk, const char *tag)
{
	for (GList *each = desk->shown.head; each; each = each->next)
		if (strcmp(((struct shown *)each->data)->tag, tag) == 0)
			return each->data;
	return NULL;
}

static void forget(struct desk *desk, struct shown *shown)
{
	g_queue_remove(&desk->shown, shown);
	shown_free(shown);
}

/* Its place, with the id to replace if the story is on the screen. */
static void remember(struct desk *desk, json_t *note, const char *tag)
{
	struct shown *shown = by_tag(desk, tag);
	if (!shown) {
		shown = g_new0(struct shown, 1);
		shown->tag = g_strdup(tag);
		shown->waiting = g_ptr_array_new_with_free_func(note_free);
		g_queue_push_tail(&desk->shown, shown);
	}
	json_decref(shown->note);
	shown->note = json_incref(note);
	shown->at = g_get_monotonic_time();
	shown->folded = false;
	if (desk->shown.length > SHOWN_MAX)
		forget(desk, desk->shown.head->data);
}

struct asked {
	struct desk *desk;
	GPtrArray *keys; /* answered by this call */
	char *tag;
};

static void show(struct desk *desk, json_t *note, GPtrArray *keys);

/* The newest of what came meanwhile; it tells what the others tell. */
static void show_waiting(struct desk *desk, struct shown *shown)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
	json_t *last = json_incref(shown->waiting->pdata[shown->waiting->len - 1]);
	for (unsigned i = 0; i < shown->waiting->len; i++)
		g_ptr_array_add(keys, g_strdup(text_of(shown->waiting->pdata[i], "show")));
	g_ptr_array_set_size(shown->waiting, 0);
	show(desk, last, keys);
	json_decref(last);
}

static void on_shown(enum notify_result result, uint32_t id, const char *detail, void *user_data)
{
	struct asked *asked = user_data;
	struct desk *desk = asked->desk;
	struct shown *shown = by_tag(desk, asked->tag);
	if (shown && result == NOTIFY_SHOWN)
		shown->id = id;
	if (shown && shown->calls)
		shown->calls--;
	for (unsigned i = 0; i < asked->keys->len; i++)
		answer(desk, asked->keys->pdata[i], result, detail);
	if (shown && shown->waiting->len) {
		show_waiting(desk, shown);
	} else if (shown && shown->folded) {
		notifier_close(desk->notifier, shown->id);
		forget(desk, shown);
	}
	g_ptr_array_unref(asked->keys);
	g_free(asked->tag);
	g_free(asked);
}

/* A text of the note; of what was missed it says so first, and when it came. */
static char *dated(const json_t *note, const char *key, bool missed)
{
	const char *language = text_of(note, "language");
	g_autofree char *when =
		word_time(language, json_integer_value(json_object_get(note, "at")));
	if (!missed)
		return g_strdup(text_of(note, key));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	g_autofree char *words = g_strdup_printf(word(language, WORD_MISSED_ONE), when);
#pragma GCC diagnostic pop
	return g_strconcat(words, "\n", text_of(note, key), NULL);
}

static void show(struct desk *desk, json_t *note, GPtrArray *keys)
{
	const json_t *labels = json_object_get(note, "labels");
	const char *alert = text_of(note, "alert"), *key = text_of(note, "show");
	const char *tag = *alert ? alert : key;
	const char *actions[11] = {NULL};
	unsigned n = 0;
	if (*text_of(note, "link")) {
		actions[n++] = "default";
		actions[n++] = text_of(labels, "open");
		actions[n++] = "open";
		actions[n++] = text_of(labels, "open");
	}
	static const char *const acts[] = {"ack", "mute", "not-relevant"};
	for (size_t i = 0; *alert && i < G_N_ELEMENTS(acts); i++) {
		actions[n++] = acts[i];
		actions[n++] = text_of(labels, acts[i]);
	}
	remember(desk, note, tag);
	bool missed = *alert && is_missed(desk, note);
	g_autofree char *body = dated(note, "body", missed);
	g_autofree char *markup = dated(note, "markup", missed);
	const struct notification notification = {
		.summary = text_of(note, "summary"),
		.body = body,
		.markup = markup,
		.tag = tag,
		.urgency = urgency_of(note),
		.replaces = by_tag(desk, tag)->id,
		.actions = actions,
	};
	struct asked *asked = g_new0(struct asked, 1);
	asked->desk = desk;
	asked->keys = keys;
	asked->tag = g_strdup(tag);
	by_tag(desk, tag)->calls++;
	notifier_show(desk->notifier, &notification, on_shown, asked);
}

static void show_or_wait(struct desk *desk, json_t *note)
{
	const char *alert = text_of(note, "alert"), *key = text_of(note, "show");
	struct shown *shown = by_tag(desk, *alert ? alert : key);
	/* without the id of the one under way there would be two */
	if (shown && shown->calls) {
		g_ptr_array_add(shown->waiting, json_incref(note));
		return;
	}
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(keys, g_strdup(key));
	show(desk, note, keys);
}

/* ---- bursts --------------------------------------------------------------------------------- */

static void show_fold(struct desk *desk);

static void on_fold_shown(enum notify_result result, uint32_t id, const char *detail,
			  void *user_data)
{
	struct desk *desk = user_data;
	g_autoptr(GPtrArray) keys = fold_answered(desk->fold, result == NOTIFY_SHOWN, id);
	for (unsigned i = 0; i < keys->len; i++)
		answer(desk, keys->pdata[i], result, detail);
	show_fold(desk);
}

/* One call at a time: what comes meanwhile goes into the next. */
static void show_fold(struct desk *desk)
{
	struct notification notification = {0};
	g_autofree char *summary = NULL, *body = NULL, *markup = NULL;
	if (!fold_next(desk->fold, &notification, &summary, &body, &markup))
		return;
	notifier_show(desk->notifier, &notification, on_fold_shown, desk);
}

static gboolean on_fold_over(void *data)
{
	struct desk *desk = data;
	desk->fold_timer = 0;
	fold_end(desk->fold);
	return G_SOURCE_REMOVE;
}

/* Those of the burst that are on the screen already go into its summary. */
static void take_back(struct desk *desk)
{
	gint64 since = g_get_monotonic_time() - WINDOW_US;
	for (GList *each = desk->shown.head, *next; each; each = next) {
		struct shown *shown = each->data;
		next = each->next;
		if (shown->at < since || shown->folded || (!shown->id && !shown->calls) ||
		    urgency_of(shown->note) >= CRITICAL)
			continue;
		fold_add(desk->fold, shown->note, is_missed(desk, shown->note), NULL);
		shown->folded = true;
		if (shown->calls)
			continue; /* closed when its answer comes */
		notifier_close(desk->notifier, shown->id);
		forget(desk, shown);
	}
}

static void add_to_fold(struct desk *desk, json_t *note)
{
	if (!fold_is_open(desk->fold)) {
		fold_begin(desk->fold, text_of(note, "language"));
		take_back(desk);
	}
	g_clear_handle_id(&desk->fold_timer, g_source_remove);
	desk->fold_timer = g_timeout_add(WINDOW_US / 1000, on_fold_over, desk);
	fold_add(desk->fold, note, is_missed(desk, note), text_of(note, "show"));
	show_fold(desk);
}

static bool is_burst(struct desk *desk, const json_t *note)
{
	gint64 now = g_get_monotonic_time();
	unsigned limit = (unsigned)json_integer_value(json_object_get(note, "limit"));
	while (desk->recent.length && now - *(gint64 *)desk->recent.head->data > WINDOW_US)
		g_free(g_queue_pop_head(&desk->recent));
	g_queue_push_tail(&desk->recent, g_memdup2(&now, sizeof now));
	return fold_is_open(desk->fold) || desk->recent.length > (limit ? limit : LIMIT_DEFAULT);
}

/* ---- what comes in -------------------------------------------------------------------------- */

void desk_take(struct desk *desk, const char *line)
{
	json_t *note = json_loads(line, 0, NULL);
	const char *key = text_of(note, "show");
	int urgency = urgency_of(note);
	if (!*key) {
		json_decref(note);
		return;
	}
	if (desk->away && urgency < CRITICAL) {
		desk->turned_away = true;
		say(desk,
		    json_pack("{ssssss}", "answer", key, "result", "away", "detail",
			      "the session is locked"),
		    false);
	} else if (is_burst(desk, note) && urgency < CRITICAL) {
		add_to_fold(desk, note);
	} else {
		show_or_wait(desk, note);
	}
	json_decref(note);
}

void desk_catch_up(struct desk *desk)
{
	desk->since = g_get_real_time() / G_USEC_PER_SEC;
	desk->missed_last = desk->turned_away;
	desk->turned_away &= desk->away;
}

static void say_back(struct desk *desk)
{
	desk_catch_up(desk);
	say(desk, json_pack("{sb}", "back", 1), false);
}

static void on_away(bool away, void *user_data)
{
	struct desk *desk = user_data;
	bool back = desk->away && !away;
	desk->away = away;
	if (back)
		say_back(desk);
}

static void on_ready(void *user_data)
{
	say_back(user_data);
}

static void on_lost(void *user_data)
{
	struct desk *desk = user_data;
	for (GList *each = desk->shown.head; each; each = each->next)
		((struct shown *)each->data)->id = 0;
	fold_lost(desk->fold);
}

static void on_closed(uint32_t id, void *user_data)
{
	struct desk *desk = user_data;
	struct shown *shown = by_id(desk, id);
	/* it stays known, so that "expired" does not take the buttons of a history away */
	if (shown)
		shown->id = 0;
	fold_closed(desk->fold, id);
}

static void on_shown_late(const char *tag, uint32_t id, void *user_data)
{
	struct desk *desk = user_data;
	struct shown *shown = by_tag(desk, tag);
	if (shown)
		shown->id = id;
	else
		fold_shown_late(desk->fold, tag, id);
}

static void on_action(uint32_t id, const char *action, void *user_data)
{
	struct desk *desk = user_data;
	struct shown *shown = by_id(desk, id);
	if (!shown)
		return;
	g_autofree char *link = sanitize_link(text_of(shown->note, "link"));
	const char *alert = text_of(shown->note, "alert");
	if (strcmp(action, "open") == 0 || strcmp(action, "default") == 0) {
		if (link)
			desk->watch->open(link, desk->user_data);
	} else if (*alert) {
		say(desk,
		    json_pack("{ssssssss}", "act", action, "alert", alert, "article",
			      text_of(shown->note, "article"), "filter",
			      text_of(shown->note, "filter")),
		    true);
	}
	notifier_close(desk->notifier, id);
}

static void on_settled(void *user_data)
{
	struct desk *desk = user_data;
	desk->watch->settled(desk->user_data);
}

static const struct notifier_watch notifier_watch = {on_settled, on_ready,  on_lost,
						     on_action,	 on_closed, on_shown_late};

struct desk *desk_new(const struct desk_watch *watch, void *user_data)
{
	struct desk *desk = g_new0(struct desk, 1);
	desk->watch = watch;
	desk->user_data = user_data;
	g_queue_init(&desk->shown);
	g_queue_init(&desk->recent);
	desk->fold = fold_new();
	desk->notifier = notifier_new(&notifier_watch, desk);
	notifier_on_away(desk->notifier, on_away);
	return desk;
}

void desk_free(struct desk *desk)
{
	if (!desk)
		return;
	g_clear_handle_id(&desk->fold_timer, g_source_remove);
	notifier_free(desk->notifier);
	fold_free(desk->fold);
	g_queue_clear_full(&desk->shown, shown_free);
	g_queue_clear_full(&desk->recent, g_free);
	g_free(desk);
}
