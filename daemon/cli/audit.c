/* audit: see audit.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/audit.h"

#include <gio/gio.h>
#include <string.h>

bool audit_expect(struct audit *audit, bool holds, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (audit->evidence->len)
		g_string_append(audit->evidence, "; ");
	if (!holds)
		g_string_append(audit->evidence, "BROKEN: ");
	g_string_append(audit->evidence, text);
	audit->kept = audit->kept && holds;
	return holds;
}

void audit_serve_status(struct audit *audit, const char *path, unsigned status, const char *headers,
			const char *body)
{
	const struct audit_answer answer = {.status = status, .headers = headers, .body = body};
	audit_server_answer(audit->server, path, &answer);
}

void audit_serve(struct audit *audit, const char *path, const char *headers, const char *body)
{
	audit_serve_status(audit, path, 200, headers, body);
}

void audit_serve_conditional(struct audit *audit, const char *path, const char *headers,
			     const char *body)
{
	const struct audit_answer answer = {
		.headers = headers, .body = body, .flags = AUDIT_CONDITIONAL};
	audit_server_answer(audit->server, path, &answer);
}

char *audit_feed(unsigned first, unsigned count, const char *extra)
{
	GString *out = g_string_new(
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" "
		"xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" "
		"xmlns:fh=\"http://purl.org/syndication/history/1.0\" "
		"xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Audit</title>"
		"<link>http://esempio.invalid/</link><description>x</description>");
	g_string_append(out, extra ? extra : "");
	for (unsigned n = first + count; n-- > first;)
		g_string_append_printf(
			out,
			"<item><guid isPermaLink=\"false\">id-%u</guid><title>Notizia %u</title>"
			"<link>http://esempio.invalid/%u</link><description>Testo numero "
			"%u.</description></item>",
			n, n, n, n);
	g_string_append(out, "</channel></rss>");
	return g_string_free(out, FALSE);
}

char *audit_url(const struct audit *audit, unsigned host, const char *path)
{
	return audit_server_url(audit->server, host, path);
}

struct audit_client *audit_open(struct audit *audit, const struct audit_client_options *options)
{
	g_autoptr(GError) error = NULL;
	struct audit_client *client = audit_client_new(options, &error);
	if (!client)
		audit_expect(audit, false, "no client: %s", error->message);
	return client;
}

struct audit_client *audit_open_feed(struct audit *audit,
				     const struct audit_client_options *options, const char *path,
				     char **url)
{
	struct audit_client *client = audit_open(audit, options);
	*url = audit_url(audit, 0, path);
	if (client)
		audit_client_subscribe(client, *url);
	return client;
}

/* ---- commands
 * ----------------------------------------------------------------------------------------------------
 */

static bool make_folder(struct audit *audit)
{
	if (!audit->folder)
		audit->folder = g_dir_make_tmp("vedetta-audit-XXXXXX", NULL);
	return audit->folder != NULL;
}

static void write_conf(struct audit *audit, const char *conf)
{
	g_autofree char *path = g_build_filename(audit->folder, "vedetta.conf", NULL);
	g_autofree char *text =
		g_strconcat("state = \"state\"\nfirst_poll_spread = 0s\nhost_gap = 0s\n"
			    "allow_networks = { \"127.0.0.0/8\" }\n",
			    conf, NULL);
	g_file_set_contents(path, text, -1, NULL);
}

struct command {
	GMainLoop *loop;
	char *said;
};

static void on_command_ended(GObject *process, GAsyncResult *result, gpointer data)
{
	struct command *command = data;
	g_subprocess_communicate_utf8_finish(G_SUBPROCESS(process), result, &command->said, NULL,
					     NULL);
	g_main_loop_quit(command->loop);
}

/* The server accepts on this thread's loop: it must turn while the command runs. */
static char *wait_for_command(GSubprocess *process)
{
	struct command command = {.loop = g_main_loop_new(NULL, FALSE)};
	g_subprocess_communicate_utf8_async(process, NULL, NULL, on_command_ended, &command);
	g_main_loop_run(command.loop);
	g_main_loop_unref(command.loop);
	return command.said ? command.said : g_strdup("");
}

int audit_command(struct audit *audit, const char *conf, char **said, const char *const *words)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);

	*said = NULL;
	if (!make_folder(audit))
		return -1;
	if (conf)
		write_conf(audit, conf);
	g_ptr_array_add(argv, (gpointer) "/proc/self/exe");
	for (; *words; words++)
		g_ptr_array_add(argv, (gpointer)*words);
	g_ptr_array_add(argv, (gpointer) "--config");
	g_ptr_array_add(argv, audit->folder);
	g_ptr_array_add(argv, NULL);
	g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
	g_subprocess_launcher_setenv(launcher, "RUNTIME_DIRECTORY", audit->folder, TRUE);
	g_autoptr(GSubprocess) process =
		g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, &error);
	if (!process) {
		*said = g_strdup(error->message);
		return -1;
	}
	*said = wait_for_command(process);
	return g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process) : -1;
}

char *audit_command_file(struct audit *audit, const char *name)
{
	char *text = NULL;
	g_autofree char *path =
		make_folder(audit) ? g_build_filename(audit->folder, name, NULL) : NULL;
	if (!path || !g_file_get_contents(path, &text, NULL, NULL))
		return g_strdup("");
	return text;
}
