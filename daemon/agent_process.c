/* agent_process: see agent_process.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/agent_process.h"

#include "daemon/monitor/log.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAUSE_MIN_S 1
#define PAUSE_MAX_S 300
#define RAN_WELL_S  60 /* who ran so long starts again at once */

struct agent_process {
	char *program, *socket_path;
	GSubprocess *child;
	GCancellable *cancel;
	gint64 started_us;
	guint timer;
	unsigned pause_s;
};

/* Beside this program, or where programs are installed. */
static char *find_program(void)
{
	const char *named = g_getenv("VEDETTA_AGENT");
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = g_path_get_dirname(self ? self : ".");
	g_autofree char *beside = g_build_filename(folder, "vedetta-agent", NULL);
	if (named)
		return g_strdup(named);
	return g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE)
		       ? g_steal_pointer(&beside)
		       : g_find_program_in_path("vedetta-agent");
}

static void end_with_parent(void *data)
{
	(void)data;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean start(void *data);

static void on_end(GObject *source, GAsyncResult *result, void *data)
{
	g_autoptr(GError) error = NULL;
	struct agent_process *process = data;
	if (!g_subprocess_wait_finish(G_SUBPROCESS(source), result, &error) &&
	    g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return; /* we are gone */
	bool well = g_get_monotonic_time() - process->started_us > RAN_WELL_S * G_USEC_PER_SEC;
	bool replaced = g_subprocess_get_if_exited(process->child) &&
			g_subprocess_get_exit_status(process->child) == 0;
	g_clear_object(&process->child);
	if (replaced)
		return; /* another agent of this user is connected */
	process->pause_s = well ? PAUSE_MIN_S : MIN(process->pause_s * 2, PAUSE_MAX_S);
	log_warning("agent.ended", "program", process->program);
	process->timer = g_timeout_add_seconds(process->pause_s, start, process);
}

static gboolean start(void *data)
{
	struct agent_process *process = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
	process->timer = 0;
	g_subprocess_launcher_set_child_setup(launcher, end_with_parent, NULL, NULL);
	process->started_us = g_get_monotonic_time();
	process->child = g_subprocess_launcher_spawn(launcher, &error, process->program, "--socket",
						     process->socket_path, NULL);
	if (process->child)
		g_subprocess_wait_async(process->child, process->cancel, on_end, process);
	else
		log_warning("agent.failed", "reason", error->message);
	return G_SOURCE_REMOVE;
}

struct agent_process *agent_process_new(const char *socket_path)
{
	g_autofree char *program = find_program();
	if (!program || !g_getenv("DBUS_SESSION_BUS_ADDRESS"))
		return NULL;
	struct agent_process *process = g_new0(struct agent_process, 1);
	process->program = g_steal_pointer(&program);
	process->socket_path = g_strdup(socket_path);
	process->cancel = g_cancellable_new();
	process->pause_s = PAUSE_MIN_S;
	start(process);
	return process;
}

void agent_process_free(struct agent_process *process)
{
	if (!process)
		return;
	g_cancellable_cancel(process->cancel);
	g_clear_handle_id(&process->timer, g_source_remove);
	if (process->child)
		g_subprocess_send_signal(process->child, SIGTERM);
	g_clear_object(&process->child);
	g_object_unref(process->cancel);
	g_free(process->program);
	g_free(process->socket_path);
	g_free(process);
}
