/* filter_file: see filter_file.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_file.h"

#include "filters/filter_set.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *mode_text(const char *what, unsigned mode, const char *path)
{
	return g_strdup_printf("everybody can write %s (mode %04o); run: chmod o-w %s", what,
			       mode & 07777, path);
}

static char *read_all(int fd, size_t size)
{
	char *text = g_malloc(size + 1);
	size_t len = 0;
	ssize_t got = 1;
	while (len < size && (got = read(fd, text + len, size - len)) != 0)
		if (got > 0)
			len += (size_t)got;
		else if (errno != EINTR)
			break;
	text[len] = 0;
	if (got >= 0 && !memchr(text, 0, len))
		return text;
	g_free(text);
	return NULL;
}

/* What is wrong with it; NULL if nothing is. */
static char *mistake_of(int fd, const struct stat *status, const char *path)
{
	if (fd < 0)
		return g_strdup_printf("cannot be opened: %s", g_strerror(errno));
	if (!S_ISREG(status->st_mode))
		return g_strdup("not a file");
	if (status->st_mode & S_IWOTH)
		return mode_text("it", status->st_mode, path);
	if (status->st_size > FILTER_FILE_MAX)
		return g_strdup("larger than 64 MiB");
	return NULL;
}

char *filter_file_text(const char *path, GPtrArray *problems)
{
	struct stat status = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL, *mistake;

	if (fd >= 0 && fstat(fd, &status) != 0) {
		close(fd);
		fd = -1;
	}
	mistake = mistake_of(fd, &status, path);
	if (!mistake) {
		text = read_all(fd, (size_t)status.st_size);
		mistake = text ? NULL : g_strdup("cannot be read, or holds a NUL byte");
	}
	if (mistake)
		filter_problem_add(problems, path, 0, 0, true, mistake);
	if (fd >= 0)
		close(fd);
	return text;
}

static int by_name(gconstpointer left, gconstpointer right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

GPtrArray *filter_file_list(const char *folder, GPtrArray *problems, GError **error)
{
	GStatBuf status;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
	const char *name;

	if (!dir)
		return NULL;
	if (g_stat(folder, &status) == 0 && (status.st_mode & S_IWOTH)) {
		g_autofree char *text = mode_text("into it", status.st_mode, folder);
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_READ, "%s: %s", folder, text);
		return NULL;
	}
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(dir))) {
		if (!g_str_has_suffix(name, ".filter") || name[0] == '.')
			continue;
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (g_stat(path, &status) == 0 && !S_ISREG(status.st_mode))
			filter_problem_add(problems, path, 0, 0, false,
					   g_strdup("not a file; left out"));
		else
			g_ptr_array_add(paths, g_steal_pointer(&path));
	}
	g_ptr_array_sort(paths, by_name);
	return paths;
}
