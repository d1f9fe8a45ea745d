/* channel_log: see channel_log.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/channel_log.h"

#include "daemon/alerts/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAIL_MAX    (256 * 1024) /* longer lines are not ours */
#define LINE_BEGINS "{\"@timestamp\":"

struct log_channel {
	struct channel base;
	char *path;
	int fd;	   /* -1: closed */
	bool torn; /* a reader of a pipe got part of a line: begin with a new one */
};

static void close_file(struct log_channel *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

static void sync_folder(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* A power cut may leave the beginning of a line that was never answered for: it comes again, whole.
 */
static void drop_cut_line(int fd, off_t size)
{
	size_t len = (size_t)MIN(size, TAIL_MAX);
	g_autofree char *tail = g_malloc(len + 1);
	ssize_t got = pread(fd, tail, len, size - (off_t)len);
	if (got <= 0 || tail[got - 1] == '\n')
		return;
	const char *newline = memrchr(tail, '\n', (size_t)got);
	const char *line = newline ? newline + 1 : tail;
	size_t line_len = (size_t)(tail + got - line);
	bool ours = (newline || (size_t)got == (size_t)size) &&
		    strncmp(line, LINE_BEGINS, MIN(line_len, strlen(LINE_BEGINS))) == 0;
	/* somebody else's last line is kept, and closed */
	if (ours ? ftruncate(fd, size - (off_t)line_len) != 0 : write(fd, "\n", 1) != 1)
		return;
}

static bool open_file(struct log_channel *log)
{
	struct stat status;
	/* non-blocking: a pipe that nobody reads must not stop the service */
	int flags = O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	if (log->fd >= 0)
		return true;
	bool fresh = access(log->path, F_OK) != 0;
	log->fd = stat(log->path, &status) == 0 && !S_ISREG(status.st_mode)
			  ? open(log->path, O_WRONLY | flags, 0640)
			  : open(log->path, O_RDWR | flags, 0640);
	if (log->fd < 0)
		return false;
	if (fresh)
		sync_folder(log->path);
	if (fstat(log->fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
		drop_cut_line(log->fd, status.st_size);
	return true;
}

/* Whether the path still names the file that is open. */
static bool is_rotated(const struct log_channel *log)
{
	struct stat open_status, path_status;
	return log->fd >= 0 && fstat(log->fd, &open_status) == 0 &&
	       (stat(log->path, &path_status) != 0 || open_status.st_ino != path_status.st_ino ||
		open_status.st_dev != path_status.st_dev);
}

static enum send_result failed(struct log_channel *log, enum send_result result, int cause,
			       char **detail)
{
	*detail = g_strdup_printf("%s: %s", log->path, g_strerror(cause));
	close_file(log);
	return result;
}

/* What could be written is taken back; where it cannot be, the next line starts afresh. */
static enum send_result cut_off(struct log_channel *log, off_t size, bool regular, int cause,
				char **detail)
{
	bool undone = regular && ftruncate(log->fd, size) == 0;
	log->torn = !undone;
	return failed(log, undone ? SEND_RETRY : SEND_UNKNOWN, cause, detail);
}

static enum send_result append(struct log_channel *log, const GString *line, char **detail)
{
	struct stat status = {0};
	if (is_rotated(log))
		close_file(log);
	if (!open_file(log))
		return failed(log, SEND_RETRY, errno, detail);
	fstat(log->fd, &status);
	bool regular = S_ISREG(status.st_mode);
	const char *start = line->str + (log->torn && !regular ? 0 : 1);
	size_t len = (size_t)(line->str + line->len - start);
	ssize_t written = write(log->fd, start, len);
	if (written < 0)
		return failed(log, SEND_RETRY, errno, detail);
	if ((size_t)written < len)
		return cut_off(log, status.st_size, regular, regular ? ENOSPC : EAGAIN, detail);
	log->torn = false;
	/* pipes and devices have no disk behind them */
	if (fdatasync(log->fd) != 0 && errno != EINVAL && errno != ENOTSUP)
		return failed(log, SEND_UNKNOWN, errno, detail);
	return SEND_DONE;
}

static void log_send(struct channel *channel, const struct message *message, const char *recipient,
		     send_done_fn *done, void *user_data)
{
	struct log_channel *log = (struct log_channel *)channel;
	g_autofree char *json = record_json(message, channel->name, recipient);
	g_autofree char *detail = NULL;
	GString *line = g_string_new("\n"); /* left out unless the last was torn */
	g_string_append(line, json);
	g_string_append_c(line, '\n');
	enum send_result result = append(log, line, &detail);
	g_string_free(line, TRUE);
	done(result, detail, user_data);
}

static void log_reopen(struct channel *channel)
{
	close_file((struct log_channel *)channel);
}

static void log_free(struct channel *channel)
{
	struct log_channel *log = (struct log_channel *)channel;
	close_file(log);
	g_free(log->path);
	g_free(log->base.name);
	g_free(log);
}

static const struct channel_ops ops = {"log", log_send, log_reopen, log_free};

struct channel *channel_log_new(const char *path)
{
	struct log_channel *log = g_new0(struct log_channel, 1);
	log->base.ops = &ops;
	log->path = g_strdup(path);
	log->fd = -1;
	return &log->base;
}
