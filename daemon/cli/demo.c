/* demo: the whole way from a feed to a visible alert in under a minute, without any network: two small
 * feed servers and a mail server on loopback, and the real service as a child.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/demo_server.h"
#include "daemon/cli/folder.h"
#include "daemon/config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define DEMO_SECONDS 50
#define LOOK_AGAIN_MS 100

struct demo {
	char *folder;
	struct demo_server *server;
	GPid service;
	GMainLoop *loop;
	gint64 started;
	bool alerted, mailed;
	bool desktop; /* a session bus is there */
	int exit_code;
};

static bool write_file(const struct demo *demo, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(demo->folder, name, NULL);
	return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
}

static bool write_configuration(const struct demo *demo)
{
	unsigned port = demo_server_port(demo->server);
	g_autofree char *conf = g_strdup_printf(
		"state = \"state\"\nbacklog = 24h\nfirst_poll_spread = 0s\nhost_gap = 0s\n"
		"allow_networks = { \"127.0.0.0/8\" }\nlog_level = warning\n"
		"channel \"terminal\" { type = terminal }\n"
		"channel \"log\" { type = log file = \"alerts.jsonl\" }\n"
		"channel \"mail\" { type = email server = \"127.0.0.1\" port = %u security = none\n"
		"  from = \"vedetta@localhost\" to = { \"analyst@localhost\" } }\n"
		"%s"
		"route \"demo\" { filters = { \"*\" } channels = { \"terminal\", \"log\", \"mail\"%s } }\n",
		demo_server_smtp_port(demo->server),
		demo->desktop ? "channel \"desktop\" { type = desktop }\n" : "",
		demo->desktop ? ", \"desktop\"" : "");
	g_autofree char *feeds = g_strdup_printf(
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\"><head><title>demo</title></head><body>\n"
		"<outline type=\"rss\" text=\"Il Corriere dell'Esempio\" language=\"it\" xmlUrl=\"http://127.0.0.1:%u/it.rss\"/>\n"
		"<outline type=\"rss\" text=\"The Example Times\" language=\"en\" xmlUrl=\"http://127.0.0.1:%u/en.atom\"/>\n"
		"</body></opml>\n",
		port, port);
	return write_file(demo, "vedetta.conf", conf) && write_file(demo, "feeds.opml", feeds);
}

static bool start_service(struct demo *demo, GError **error)
{
	char *argv[] = {"/proc/self/exe", "run", "--config", demo->folder, NULL};
	/* a socket of its own, beside a service that may run */
	g_auto(GStrv) environment =
		g_environ_setenv(g_get_environ(), "RUNTIME_DIRECTORY", demo->folder, TRUE);
	return g_spawn_async(NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
			     &demo->service, error);
}

static bool file_has_text(const struct demo *demo, const char *name)
{
	g_autofree char *path = g_build_filename(demo->folder, name, NULL);
	GStatBuf status;
	return g_stat(path, &status) == 0 && status.st_size > 0;
}

static void finish(struct demo *demo, int exit_code)
{
	demo->exit_code = exit_code;
	g_main_loop_quit(demo->loop);
}

static gboolean look(gpointer data)
{
	struct demo *demo = data;
	int status;

	demo->alerted = demo->alerted || file_has_text(demo, "alerts.jsonl");
	demo->mailed = demo->mailed || demo_server_mails(demo->server) > 0;
	if (demo->alerted && demo->mailed) {
		finish(demo, EXIT_DONE);
	} else if (waitpid(demo->service, &status, WNOHANG) == demo->service) {
		demo->service = 0;
		cli_error("demo", "%s", _("the service ended early"));
		finish(demo, EXIT_NO);
	} else if (g_get_monotonic_time() - demo->started > DEMO_SECONDS * G_USEC_PER_SEC) {
		cli_error("demo", "%s", _("no alert within a minute"));
		finish(demo, EXIT_NO);
	}
	return demo->exit_code < 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void stop_service(struct demo *demo)
{
	if (demo->service > 0) {
		kill(demo->service, SIGTERM);
		waitpid(demo->service, NULL, 0);
	}
}

static void print_file(const struct demo *demo, const char *name)
{
	g_autofree char *path = g_build_filename(demo->folder, name, NULL);
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	g_autofree char *shown = cli_text(text, 0);
	printf("%s\n", shown);
}

/* The part of the mail that people see. */
static void print_mail(const struct demo *demo)
{
	g_autofree char *mail = demo_server_mail(demo->server, 0);
	g_auto(GStrv) lines = g_strsplit(mail ? mail : "", "\n", -1);
	for (char **line = lines; *line && **line != '\r' && **line; line++) {
		g_autofree char *shown = cli_text(g_strchomp(*line), 0);
		if (g_str_has_prefix(shown, "Subject:") || g_str_has_prefix(shown, "To:") ||
		    g_str_has_prefix(shown, "From:") || g_str_has_prefix(shown, "Message-I"))
			printf("  %s\n", shown);
	}
}

static void tell(const struct demo *demo)
{
	printf("\n%s\n", _("The same alert as a log line (alerts.jsonl):"));
	print_file(demo, "alerts.jsonl");
	printf("%s\n", _("and as a mail:"));
	print_mail(demo);
	if (demo->desktop)
		printf("%s\n", _("and as a notification on this desktop, if one is shown here."));
	printf(_("\nFrom the feed to all of this: %.1f s. Eight articles in two languages were read, "
		 "one story was told, once.\n"),
	       (double)(g_get_monotonic_time() - demo->started) / G_USEC_PER_SEC);
}

static int run_demo(struct demo *demo)
{
	g_autoptr(GError) error = NULL;

	demo->folder = g_dir_make_tmp("vedetta-demo-XXXXXX", &error);
	demo->server = demo->folder ? demo_server_new(&error) : NULL;
	if (!demo->server || !write_configuration(demo) || !start_service(demo, &error)) {
		cli_error("demo", "%s", error ? error->message : _("cannot write the configuration"));
		return EXIT_NO;
	}
	printf("%s\n\n", _("A feed server with invented news runs on this machine; the service reads it …"));
	fflush(stdout);
	g_timeout_add(LOOK_AGAIN_MS, look, demo);
	g_main_loop_run(demo->loop);
	stop_service(demo);
	if (demo->exit_code == EXIT_DONE)
		tell(demo);
	return demo->exit_code;
}

int cmd_demo(int argc, char **argv)
{
	gboolean keep = FALSE;
	const GOptionEntry entries[] = {
		{"keep", 0, 0, G_OPTION_ARG_NONE, &keep, N_("keep the folder of the demonstration"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, NULL,
			 _("Show a true alert in under a minute, without any network: invented news on a\n"
			   "loopback server, the real service, every channel that works here."),
			 &exit_code))
		return exit_code;
	struct demo demo = {.exit_code = -1, .started = g_get_monotonic_time()};
	demo.loop = g_main_loop_new(NULL, FALSE);
	demo.desktop = g_getenv("DBUS_SESSION_BUS_ADDRESS") &&
		       (g_getenv("DISPLAY") || g_getenv("WAYLAND_DISPLAY"));
	exit_code = run_demo(&demo);
	demo_server_free(demo.server);
	if (keep)
		printf("%s\n", demo.folder);
	else if (demo.folder)
		folder_remove(demo.folder);
	g_free(demo.folder);
	g_main_loop_unref(demo.loop);
	return exit_code;
}
