/* feeds_file: see feeds_file.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/feeds_file.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/subscriptions.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

bool feeds_file_open(struct feeds_file *file, const char *command, int *exit_code)
{
	g_autoptr(GError) error = NULL;

	*file = (struct feeds_file){.lock = -1};
	file->config = cli_config(command, exit_code);
	if (!file->config)
		return false;
	file->path = config_path(file->config, file->config->feeds_file);
	g_autofree char *folder = g_path_get_dirname(file->path);
	g_mkdir_with_parents(folder, 0755);
	file->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file->lock >= 0)
		flock(file->lock, LOCK_EX);
	g_autofree char *source = subscriptions_file(file->config);
	file->opml = opml_load(source, &error);
	if (!file->opml) {
		cli_error(command, "%s: %s", source, error->message);
		feeds_file_close(file);
		*exit_code = EXIT_NO;
		return false;
	}
	return true;
}

/* A service that runs reads the feeds again, as after 'systemctl reload'. */
static void tell_service(const struct feeds_file *file)
{
	int64_t pid = cli_engine_pid(file->config);
	if (pid && kill((pid_t)pid, SIGHUP) == 0)
		printf(_("the service (process %" PRId64 ") reads the feeds again\n"), pid);
	else if (pid)
		printf(_("the service (process %" PRId64 ") is somebody else's: have it reload the feeds\n"), pid);
}

bool feeds_file_save(struct feeds_file *file, const char *command)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = opml_text(file->opml);
	if (!cli_write_file(file->path, text, &error)) {
		cli_error(command, "%s", error->message);
		return false;
	}
	tell_service(file);
	return true;
}

void feeds_file_close(struct feeds_file *file)
{
	opml_free(file->opml);
	config_free(file->config);
	g_free(file->path);
	if (file->lock >= 0)
		close(file->lock);
	*file = (struct feeds_file){.lock = -1};
}
