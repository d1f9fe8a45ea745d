/* files: see files.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_TRIES    100
#define LOCK_PAUSE_US 50000
#define TIME_FORMAT "%Y%m%dT%H%M%SZ"

static bool fail(GError **error, int saved, const char *path)
{
	enum store_error code = saved == EROFS || saved == EACCES || saved == EPERM
					? STORE_ERROR_READONLY
				: saved == ENOSPC || saved == EDQUOT ? STORE_ERROR_FULL
								     : STORE_ERROR_OPEN;
	g_set_error(error, STORE_ERROR, (int)code, "%s: %s", path, g_strerror(saved));
	return false;
}

static char *time_text(int64_t now)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now);
	return utc ? g_date_time_format(utc, TIME_FORMAT) : g_strdup("0");
}

bool files_close_folder(const char *dir, unsigned *mode)
{
	GStatBuf status;
	if (g_stat(dir, &status) != 0 || !(status.st_mode & S_IWOTH))
		return true;
	*mode = (unsigned)status.st_mode & 07777;
	return g_chmod(dir, (int)(*mode & ~(unsigned)S_IWOTH)) == 0;
}

static bool is_running(const char *pid)
{
	pid_t number = (pid_t)g_ascii_strtoll(pid, NULL, 10);
	return number > 0 && (kill(number, 0) == 0 || errno != ESRCH);
}

/* Into `pid` goes who holds it. A process that was killed while it started another leaves its lock with that one until its
 * exec: then we wait. */
static bool take_lock(int fd, char *pid, size_t size)
{
	for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {
		bool held = errno == EWOULDBLOCK;
		ssize_t length = pread(fd, pid, size - 1, 0);
		pid[length > 0 ? length : 0] = '\0';
		g_strchomp(pid);
		if (held && !is_running(pid) && tries < LOCK_TRIES)
			g_usleep(LOCK_PAUSE_US);
		else
			return false;
	}
	return true;
}

int files_lock(const char *dir, GError **error)
{
	if (g_mkdir_with_parents(dir, 0700) != 0) {
		fail(error, errno, dir);
		return -1;
	}
	g_autofree char *path = g_build_filename(dir, STORE_LOCK, NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		fail(error, errno, path);
		return -1;
	}
	char pid[24];
	if (!take_lock(fd, pid, sizeof pid)) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_LOCKED,
			    _("another vedetta (pid %s) is using %s"), *pid ? pid : "?", dir);
		close(fd);
		return -1;
	}
	/* The pid is for people; that it cannot be written (disk full) stops nobody. */
	int length = g_snprintf(pid, sizeof pid, "%d\n", (int)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)length, 0) != length)
		errno = 0;
	return fd;
}

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* https://www.sqlite.org/fileformat.html, 1.3: magic at 0, user version at 60, application id
 * at 68. */
enum file_identity files_identify(const char *path, uint32_t application_id, uint32_t version)
{
	unsigned char header[100];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? FILE_ABSENT : FILE_UNREADABLE;
	ssize_t length = pread(fd, header, sizeof header, 0);
	close(fd);
	if (length < 0)
		return FILE_UNREADABLE;
	if (length == 0)
		return FILE_EMPTY;
	if (length < (ssize_t)sizeof header || memcmp(header, "SQLite format 3", 16) != 0)
		return FILE_FOREIGN;
	uint32_t found = big_endian(header + 68);
	if (found == application_id && big_endian(header + 60) > version)
		return FILE_NEWER;
	/* 0 while the first transaction is still in the WAL: SQLite has to say. */
	return found == application_id || found == 0 ? FILE_OURS : FILE_FOREIGN;
}

char *files_move_aside(const char *path, int64_t now, GError **error)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	g_autofree char *when = time_text(now);
	g_autofree char *aside = g_strdup_printf("%s.aside-%s", path, when);
	for (unsigned n = 2; g_file_test(aside, G_FILE_TEST_EXISTS); n++) {
		g_free(aside);
		aside = g_strdup_printf("%s.aside-%s-%u", path, when, n);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *from = g_strconcat(path, suffixes[i], NULL);
		g_autofree char *to = g_strconcat(aside, suffixes[i], NULL);
		if (rename(from, to) != 0 && errno != ENOENT) {
			fail(error, errno, from);
			return NULL;
		}
	}
	return g_steal_pointer(&aside);
}

/* Made while the clock was wrong: it would be the newest for years. */
static bool is_of_the_future(const char *backup)
{
	return files_backup_time(backup) > g_get_real_time() / G_USEC_PER_SEC;
}

static int newest_first(gconstpointer a, gconstpointer b)
{
	const char *left = *(const char *const *)a, *right = *(const char *const *)b;
	int future = is_of_the_future(left) - is_of_the_future(right);
	return future ? future : strcmp(right, left);
}

GPtrArray *files_backups(const char *dir)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *folder = g_build_filename(dir, STORE_BACKUP_FOLDER, NULL);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	const char *name;
	while (entries && (name = g_dir_read_name(entries)))
		if (g_str_has_prefix(name, "vedetta-") && g_str_has_suffix(name, ".db"))
			g_ptr_array_add(names, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(names, newest_first);
	return names;
}

int64_t files_backup_time(const char *backup)
{
	int year, month, day, hour, minute, second;
	const char *name = strrchr(backup, '/');
	if (sscanf(name ? name + 1 : backup, "vedetta-%4d%2d%2dT%2d%2d%2dZ", &year, &month, &day,
		   &hour, &minute, &second) != 6)
		return 0;
	g_autoptr(GDateTime) when = g_date_time_new_utc(year, month, day, hour, minute, second);
	return when ? g_date_time_to_unix(when) : 0;
}

char *files_backup_name(const char *dir, int64_t now, GError **error)
{
	g_autofree char *folder = g_build_filename(dir, STORE_BACKUP_FOLDER, NULL);
	g_autofree char *when = time_text(now);
	if (g_mkdir_with_parents(folder, 0700) != 0) {
		fail(error, errno, folder);
		return NULL;
	}
	return g_strdup_printf("%s/vedetta-%s.db", folder, when);
}

static bool sync_file(const char *path, int flags, GError **error)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return fail(error, errno, path);
	int rc = fsync(fd);
	int saved = errno;
	close(fd);
	return rc == 0 || fail(error, saved, path);
}

bool files_sync_folder(const char *dir, GError **error)
{
	return sync_file(dir, O_RDONLY | O_DIRECTORY, error);
}

static bool rename_durably(const char *from, const char *to, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(to);
	if (!sync_file(from, O_RDONLY, error))
		return false;
	if (rename(from, to) != 0)
		return fail(error, errno, to);
	return files_sync_folder(folder, error);
}

bool files_backup_finish(const char *dir, const char *part, const char *name, unsigned keep,
			 GError **error)
{
	if (!rename_durably(part, name, error))
		return false;
	g_autoptr(GPtrArray) backups = files_backups(dir);
	for (unsigned i = MAX(keep, 1); i < backups->len; i++)
		g_unlink(backups->pdata[i]);
	return true;
}

static bool copy_bytes(int from, int to)
{
	char buffer[1 << 16];
	ssize_t length;
	while ((length = read(from, buffer, sizeof buffer)) > 0)
		for (ssize_t done = 0; done < length;) {
			ssize_t written = write(to, buffer + done, (size_t)(length - done));
			if (written < 0 && errno != EINTR)
				return false;
			done += MAX(written, 0);
		}
	return length == 0;
}

bool files_restore(const char *backup, const char *path, GError **error)
{
	g_autofree char *part = g_strconcat(path, ".part", NULL);
	int from = open(backup, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return fail(error, errno, backup);
	int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int saved = errno;
	bool ok = to >= 0 && copy_bytes(from, to);
	if (to >= 0 && !ok)
		saved = errno;
	if (to >= 0)
		close(to);
	close(from);
	return ok ? rename_durably(part, path, error) : fail(error, saved, part);
}

#define CLEAN_FILE "clean"

int64_t files_wal_bytes(const char *path)
{
	g_autofree char *wal = g_strconcat(path, "-wal", NULL);
	struct stat status;
	return stat(wal, &status) == 0 ? status.st_size : -1;
}

/* What changes when anybody writes to the file. NULL if it cannot be told, or something is left in the write-ahead log. */
static char *fingerprint(const char *path)
{
	struct stat status;
	if (files_wal_bytes(path) > 0 || stat(path, &status) != 0)
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld\n", (guint64)status.st_ino,
			       (gint64)status.st_size, (gint64)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

void files_note_clean(const char *dir, const char *path)
{
	g_autofree char *note = g_build_filename(dir, CLEAN_FILE, NULL);
	g_autofree char *text = fingerprint(path);
	if (text)
		g_file_set_contents(note, text, -1, NULL);
}

bool files_take_clean(const char *dir, const char *path)
{
	g_autofree char *note = g_build_filename(dir, CLEAN_FILE, NULL);
	g_autofree char *then = NULL;
	g_autofree char *now = fingerprint(path);
	if (!g_file_get_contents(note, &then, NULL, NULL))
		return false;
	g_unlink(note);
	return g_strcmp0(then, now) == 0;
}
