/* vedetta-agent: shows the engine's alerts in the user's session.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include <config.h>

#include "daemon/agent/desk.h"
#include "daemon/agent/engine_link.h"
#include "daemon/nouns/locale.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#define SYSTEM_SOCKET "/run/" PACKAGE "/control.sock"

struct agent {
	GMainLoop *loop;
	char *socket_path;
	struct engine_link *engine;
	struct desk *desk;
};

static void on_line(const char *line, void *user_data)
{
	struct agent *agent = user_data;
	/* another agent of this user came: two would show everything twice */
	if (strcmp(line, "{\"bye\":\"replaced\"}") == 0)
		g_main_loop_quit(agent->loop);
	else
		desk_take(agent->desk, line);
}

static void on_connected(void *user_data)
{
	struct agent *agent = user_data;
	desk_catch_up(agent->desk);
}

static void say(const char *line, bool kept, void *user_data)
{
	struct agent *agent = user_data;
	if (agent->engine)
		engine_link_send(agent->engine, line, kept);
}

static void on_opened(GObject *source, GAsyncResult *result, void *user_data)
{
	g_autoptr(GError) error = NULL;
	(void)source, (void)user_data;
	if (!g_app_info_launch_default_for_uri_finish(result, &error))
		g_printerr("vedetta-agent: %s\n", error->message);
}

static void on_portal(GObject *source, GAsyncResult *result, void *user_data)
{
	g_autofree char *link = user_data;
	g_autoptr(GVariant) answer =
		g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
	if (!answer)
		g_app_info_launch_default_for_uri_async(link, NULL, NULL, on_opened, NULL);
}

/* By the desktop's portal if one runs: a browser that it starts is no child of this unit, with
 * neither its restrictions nor its end. */
static void open_link(const char *link, void *user_data)
{
	(void)user_data;
	g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
	if (!bus) {
		g_app_info_launch_default_for_uri_async(link, NULL, NULL, on_opened, NULL);
		return;
	}
	g_dbus_connection_call(bus, "org.freedesktop.portal.Desktop",
			       "/org/freedesktop/portal/desktop", "org.freedesktop.portal.OpenURI",
			       "OpenURI", g_variant_new("(ssa{sv})", "", link, NULL),
			       G_VARIANT_TYPE("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, 10000, NULL,
			       on_portal, g_strdup(link));
}

static const struct engine_link_watch engine_watch = {on_line, on_connected};

static void on_settled(void *user_data)
{
	struct agent *agent = user_data;
	agent->engine = engine_link_new(agent->socket_path, &engine_watch, agent);
}

static gboolean on_signal(void *user_data)
{
	g_main_loop_quit(user_data);
	return G_SOURCE_REMOVE;
}

static char *default_socket(void)
{
	char *path = g_build_filename(g_get_user_runtime_dir(), PACKAGE, "control.sock", NULL);
	if (g_file_test(path, G_FILE_TEST_EXISTS) ||
	    !g_file_test(SYSTEM_SOCKET, G_FILE_TEST_EXISTS))
		return path;
	g_free(path);
	return g_strdup(SYSTEM_SOCKET);
}

static bool options(int *argc, char ***argv, char **socket_path)
{
	const GOptionEntry entries[] = {
		{"socket", 's', 0, G_OPTION_ARG_FILENAME, socket_path,
		 N_("socket of the engine; the user's own or else the system's if absent"), "PATH"},
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GError) error = NULL;
	GOptionContext *context = g_option_context_new(NULL);
	g_option_context_set_summary(context, _("Show vedetta's alerts on this desktop."));
	g_option_context_add_main_entries(context, entries, PACKAGE);
	bool fine = g_option_context_parse(context, argc, argv, &error) && *argc == 1;
	if (!fine)
		g_printerr("vedetta-agent: %s\n",
			   error ? error->message : _("expected no arguments"));
	g_option_context_free(context);
	return fine;
}

int main(int argc, char **argv)
{
	static const struct desk_watch desk_watch = {say, open_link, on_settled};
	struct agent agent = {0};

	locale_start();
	if (!options(&argc, &argv, &agent.socket_path))
		return 2;
	if (!agent.socket_path)
		agent.socket_path = default_socket();
	signal(SIGPIPE, SIG_IGN);
	agent.loop = g_main_loop_new(NULL, FALSE);
	g_unix_signal_add(SIGTERM, on_signal, agent.loop);
	g_unix_signal_add(SIGINT, on_signal, agent.loop);
	agent.desk = desk_new(&desk_watch, &agent);
	g_main_loop_run(agent.loop);
	desk_free(agent.desk);
	engine_link_free(agent.engine);
	g_main_loop_unref(agent.loop);
	g_free(agent.socket_path);
	return 0;
}
