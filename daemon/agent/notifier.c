/* notifier: see notifier.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/agent/notifier.h"

#include <gio/gio.h>
#include <string.h>

#define NAME	    "org.freedesktop.Notifications"
#define PATH	    "/org/freedesktop/Notifications"
#define DEADLINE_MS 5000
#define BUS_PAUSE_S 5
#define SAVER_MS    1000
#define NO_TIMEOUT_MS                                                                              \
	G_MAXINT /* late answers are worth having: they tell that the daemon is back */

struct notifier {
	const struct notifier_watch *watch;
	void *user_data;
	void (*away_changed)(bool away, void *user_data);
	GCancellable *cancel;
	GDBusConnection *bus; /* NULL: none */
	guint name_watch, signals, savers, bus_timer;
	char *owner; /* NULL: no daemon runs */
	bool markup, actions;
	unsigned owed; /* answers that are late */
	bool settled;
	unsigned asked;	  /* screen savers that have not said yet whether they are on */
	GPtrArray *calls; /* struct call *, under way; freed by their answers */
};

/* One Notify under way. */
struct call {
	struct notifier *notifier; /* NULL: it is gone */
	notify_done_fn *done;	   /* NULL: answered */
	void *user_data;
	char *tag;
	GVariant *arguments; /* until the daemon runs */
	guint timer;
	bool late;
};

/* ---- signals -------------------------------------------------------------------------------- */

static void on_signal(GDBusConnection *bus, const char *sender, const char *path,
		      const char *interface, const char *signal, GVariant *arguments,
		      void *user_data)
{
	struct notifier *n = user_data;
	uint32_t id, reason;
	const char *action;
	(void)bus, (void)sender, (void)path, (void)interface;
	if (strcmp(signal, "ActionInvoked") == 0 &&
	    g_variant_is_of_type(arguments, G_VARIANT_TYPE("(us)"))) {
		g_variant_get(arguments, "(u&s)", &id, &action);
		n->watch->action(id, action, n->user_data);
	} else if (strcmp(signal, "NotificationClosed") == 0 &&
		   g_variant_is_of_type(arguments, G_VARIANT_TYPE("(uu)"))) {
		g_variant_get(arguments, "(uu)", &id, &reason);
		n->watch->closed(id, n->user_data);
	}
}

/* Every desktop's screen saver says it in the same words, each under its own name. */
static void on_saver(GDBusConnection *bus, const char *sender, const char *path,
		     const char *interface, const char *signal, GVariant *arguments,
		     void *user_data)
{
	struct notifier *n = user_data;
	gboolean away;
	(void)bus, (void)sender, (void)path, (void)signal;
	if (!g_str_has_suffix(interface, ".ScreenSaver") || !n->away_changed ||
	    !g_variant_is_of_type(arguments, G_VARIANT_TYPE("(b)")))
		return;
	g_variant_get(arguments, "(b)", &away);
	n->away_changed(away, n->user_data);
}

static const struct {
	const char *name, *path;
} savers[] = {
	{"org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"},
	{"org.freedesktop.ScreenSaver", "/ScreenSaver"},
	{"org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"},
	{"org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"},
	{"org.mate.ScreenSaver", "/org/mate/ScreenSaver"},
	{"org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"},
};

static void settle(struct notifier *n)
{
	bool first = !n->settled;
	n->settled = true;
	if (first)
		n->watch->settled(n->user_data);
}

static void on_saver_state(GObject *source, GAsyncResult *result, void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) answer =
		g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	gboolean away = FALSE;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	struct notifier *n = data;
	if (answer)
		g_variant_get(answer, "(b)", &away);
	if (away && n->away_changed)
		n->away_changed(true, n->user_data);
	if (--n->asked == 0)
		settle(n);
}

/* The session may be locked already: signals tell of changes only. Those that do not run answer at
 * once, by the bus; one that hangs is not waited for. */
static void ask_savers(struct notifier *n)
{
	for (size_t i = 0; i < G_N_ELEMENTS(savers); i++, n->asked++)
		g_dbus_connection_call(n->bus, savers[i].name, savers[i].path, savers[i].name,
				       "GetActive", NULL, G_VARIANT_TYPE("(b)"),
				       G_DBUS_CALL_FLAGS_NO_AUTO_START, SAVER_MS, n->cancel,
				       on_saver_state, n);
}

/* ---- the daemon comes and goes -------------------------------------------------------------- */

static void on_capabilities(GObject *source, GAsyncResult *result, void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) answer =
		g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	struct notifier *n = data;
	g_autofree const char **names = NULL;
	if (answer)
		g_variant_get(answer, "(^a&s)", &names);
	n->markup = names && g_strv_contains(names, "body-markup");
	n->actions = names && g_strv_contains(names, "actions");
	n->watch->ready(n->user_data);
}

static void on_appeared(GDBusConnection *bus, const char *name, const char *owner, void *data)
{
	struct notifier *n = data;
	(void)name;
	g_free(n->owner);
	n->owner = g_strdup(owner);
	n->owed = 0;
	g_dbus_connection_call(bus, NAME, PATH, NAME, "GetCapabilities", NULL,
			       G_VARIANT_TYPE("(as)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
			       NO_TIMEOUT_MS, n->cancel, on_capabilities, n);
}

static void on_vanished(GDBusConnection *bus, const char *name, void *data)
{
	struct notifier *n = data;
	(void)bus, (void)name;
	if (!n->owner)
		return;
	g_clear_pointer(&n->owner, g_free);
	n->owed = 0;
	n->watch->lost(n->user_data);
}

/* ---- the bus comes and goes ----------------------------------------------------------------- */

static gboolean get_bus(void *data);

static void drop_bus(struct notifier *n)
{
	if (!n->bus)
		return;
	g_signal_handlers_disconnect_by_data(n->bus, n);
	g_clear_handle_id(&n->name_watch, g_bus_unwatch_name);
	g_dbus_connection_signal_unsubscribe(n->bus, n->signals);
	g_dbus_connection_signal_unsubscribe(n->bus, n->savers);
	g_clear_object(&n->bus);
	on_vanished(NULL, NULL, n);
	/* whoever locked the session cannot say any more that it is open again */
	if (n->away_changed)
		n->away_changed(false, n->user_data);
}

static void on_bus_closed(GDBusConnection *bus, gboolean by_peer, GError *error, void *data)
{
	struct notifier *n = data;
	(void)bus, (void)by_peer, (void)error;
	drop_bus(n);
	n->bus_timer = g_timeout_add_seconds(BUS_PAUSE_S, get_bus, n);
}

static void on_bus(GObject *source, GAsyncResult *result, void *data)
{
	g_autoptr(GError) error = NULL;
	GDBusConnection *bus = g_dbus_connection_new_for_address_finish(result, &error);
	(void)source;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	struct notifier *n = data;
	if (!bus) {
		n->bus_timer = g_timeout_add_seconds(BUS_PAUSE_S, get_bus, n);
		settle(n);
		return;
	}
	n->bus = bus;
	g_signal_connect(bus, "closed", G_CALLBACK(on_bus_closed), n);
	n->signals = g_dbus_connection_signal_subscribe(
		bus, NAME, NAME, NULL, PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, n, NULL);
	n->savers = g_dbus_connection_signal_subscribe(bus, NULL, NULL, "ActiveChanged", NULL, NULL,
						       G_DBUS_SIGNAL_FLAGS_NONE, on_saver, n, NULL);
	n->name_watch = g_bus_watch_name_on_connection(bus, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
						       on_appeared, on_vanished, n, NULL);
	ask_savers(n);
}

/* Not GIO's own search: without an address that would start a bus, and wait for it. */
static char *session_address(void)
{
	const char *named = g_getenv("DBUS_SESSION_BUS_ADDRESS");
	g_autofree char *path = g_build_filename(g_get_user_runtime_dir(), "bus", NULL);
	g_autofree char *escaped = g_dbus_address_escape_value(path);
	if (named && *named)
		return g_strdup(named);
	return g_file_test(path, G_FILE_TEST_EXISTS) ? g_strdup_printf("unix:path=%s", escaped)
						     : NULL;
}

/* A connection of our own: the shared one of GIO cannot be made again once it closed. */
static gboolean get_bus(void *data)
{
	struct notifier *n = data;
	g_autofree char *address = session_address();
	n->bus_timer = 0;
	if (!address) {
		n->bus_timer = g_timeout_add_seconds(BUS_PAUSE_S, get_bus, n);
		settle(n);
		return G_SOURCE_REMOVE;
	}
	g_dbus_connection_new_for_address(address,
					  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
						  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
					  NULL, n->cancel, on_bus, n);
	return G_SOURCE_REMOVE;
}

struct notifier *notifier_new(const struct notifier_watch *watch, void *user_data)
{
	struct notifier *n = g_new0(struct notifier, 1);
	n->watch = watch;
	n->user_data = user_data;
	n->cancel = g_cancellable_new();
	n->calls = g_ptr_array_new();
	n->bus_timer = g_idle_add(get_bus, n);
	return n;
}

void notifier_free(struct notifier *n)
{
	if (!n)
		return;
	g_cancellable_cancel(n->cancel);
	g_clear_handle_id(&n->bus_timer, g_source_remove);
	g_clear_pointer(&n->owner, g_free);
	n->away_changed = NULL;
	for (unsigned i = 0; i < n->calls->len; i++) {
		struct call *call = n->calls->pdata[i];
		g_clear_handle_id(&call->timer, g_source_remove);
		call->notifier = NULL;
	}
	drop_bus(n);
	g_ptr_array_unref(n->calls);
	g_object_unref(n->cancel);
	g_free(n);
}

void notifier_on_away(struct notifier *n, void (*changed)(bool away, void *user_data))
{
	n->away_changed = changed;
}

/* ---- showing -------------------------------------------------------------------------------- */

static void call_free(struct call *call)
{
	g_clear_handle_id(&call->timer, g_source_remove);
	g_clear_pointer(&call->arguments, g_variant_unref);
	g_free(call->tag);
	g_free(call);
}

static void answer(struct call *call, enum notify_result result, uint32_t id, const char *detail)
{
	notify_done_fn *done = call->done;
	call->done = NULL;
	g_clear_handle_id(&call->timer, g_source_remove);
	if (done)
		done(result, id, detail, call->user_data);
}

static gboolean on_deadline(void *data)
{
	struct call *call = data;
	call->timer = 0;
	call->late = true;
	call->notifier->owed++;
	answer(call, NOTIFY_LATE, 0, "the notification daemon does not answer");
	return G_SOURCE_REMOVE;
}

static bool is_absence(const GError *error)
{
	return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
	       g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
	       (error->domain == G_DBUS_ERROR && error->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED &&
		error->code <= G_DBUS_ERROR_SPAWN_NO_MEMORY);
}

static void on_late(struct call *call, uint32_t id)
{
	struct notifier *n = call->notifier;
	if (n->owed)
		n->owed--;
	if (id)
		n->watch->shown_late(call->tag, id, n->user_data);
	if (!n->owed && n->owner)
		n->watch->ready(n->user_data);
}

static void on_notified(GObject *source, GAsyncResult *result, void *data)
{
	struct call *call = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply =
		g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	uint32_t id = 0;
	if (reply)
		g_variant_get(reply, "(u)", &id);
	if (!call->notifier) {
		call_free(call);
		return;
	}
	g_ptr_array_remove_fast(call->notifier->calls, call);
	if (call->late) {
		on_late(call, id);
	} else if (reply) {
		answer(call, NOTIFY_SHOWN, id, NULL);
	} else {
		bool absent = is_absence(error);
		g_dbus_error_strip_remote_error(error);
		answer(call, absent ? NOTIFY_ABSENT : NOTIFY_FAILED, 0, error->message);
	}
	call_free(call);
}

static void notify(struct call *call)
{
	g_ptr_array_add(call->notifier->calls, call);
	g_dbus_connection_call(call->notifier->bus, NAME, PATH, NAME, "Notify", call->arguments,
			       G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, NO_TIMEOUT_MS,
			       call->notifier->cancel, on_notified, call);
}

static GVariant *actions_of(const struct notifier *n, const struct notification *note)
{
	GVariantBuilder builder;
	g_variant_builder_init(&builder, G_VARIANT_TYPE("as"));
	for (const char *const *text = n->actions ? note->actions : NULL; text && *text; text++)
		g_variant_builder_add(&builder, "s", *text);
	return g_variant_builder_end(&builder);
}

static GVariant *hints_of(const struct notification *note)
{
	GVariantBuilder builder;
	g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sv}"));
	g_variant_builder_add(&builder, "{sv}", "urgency",
			      g_variant_new_byte((guchar)note->urgency));
	g_variant_builder_add(&builder, "{sv}", "desktop-entry", g_variant_new_string(PACKAGE));
	g_variant_builder_add(&builder, "{sv}", "category",
			      g_variant_new_string("x-" PACKAGE ".alert"));
	g_variant_builder_add(&builder, "{sv}", "x-dunst-stack-tag",
			      g_variant_new_string(note->tag));
	return g_variant_builder_end(&builder);
}

void notifier_show(struct notifier *n, const struct notification *note, notify_done_fn *done,
		   void *user_data)
{
	if (!n->bus) {
		done(NOTIFY_ABSENT, 0, "no session bus", user_data);
		return;
	}
	if (n->owed) {
		done(NOTIFY_HANGS, 0, "the notification daemon does not answer", user_data);
		return;
	}
	struct call *call = g_new0(struct call, 1);
	call->notifier = n;
	call->done = done;
	call->user_data = user_data;
	call->tag = g_strdup(note->tag);
	call->arguments = g_variant_ref_sink(g_variant_new(
		"(susss@as@a{sv}i)", PACKAGE, note->replaces, "internet-news-reader", note->summary,
		n->markup ? note->markup : note->body, actions_of(n, note), hints_of(note), -1));
	call->timer = g_timeout_add(DEADLINE_MS, on_deadline, call);
	/* without a daemon the bus starts one, if it knows how */
	notify(call);
}

void notifier_close(struct notifier *n, uint32_t id)
{
	if (n->bus && n->owner && !n->owed)
		g_dbus_connection_call(
			n->bus, NAME, PATH, NAME, "CloseNotification", g_variant_new("(u)", id),
			NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, NO_TIMEOUT_MS, NULL, NULL, NULL);
}
