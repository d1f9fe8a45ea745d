/* secret: see secret.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX 4096

static char *refuse(GError **error, const char *path, const char *what)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM, "%s: %s", path, what);
	return NULL;
}

static char *read_all(int fd, const char *path, GError **error)
{
	char buffer[SECRET_MAX + 1];
	ssize_t len = read(fd, buffer, sizeof buffer);
	char *secret = NULL;
	if (len > 0 && len <= SECRET_MAX && !memchr(buffer, '\0', (size_t)len)) {
		while (len && (buffer[len - 1] == '\n' || buffer[len - 1] == '\r'))
			len--;
		secret = len ? g_strndup(buffer, (gsize)len) : NULL;
	}
	explicit_bzero(buffer, sizeof buffer);
	return secret ? secret : refuse(error, path, _("empty, too long or not a text"));
}

static char *read_file(const char *path, bool private, GError **error)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return refuse(error, path,
			      errno == ELOOP ? _("a symbolic link; name the file itself")
					     : g_strerror(errno));
	char *secret = NULL;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		refuse(error, path, _("not a plain file"));
	} else if (private && status.st_uid != geteuid() && status.st_uid != 0) {
		refuse(error, path, _("belongs to somebody else"));
	} else if (private && (status.st_mode & 077)) {
		g_autofree char *what = g_strdup_printf(
			_("mode %04o lets others at the secret; expected 0600"), status.st_mode & 07777);
		refuse(error, path, what);
	} else {
		secret = read_all(fd, path, error);
	}
	close(fd);
	return secret;
}

char *secret_read(const char *name, const char *path, GError **error)
{
	const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
	if (folder && !strchr(name, '/')) {
		/* the service manager keeps these; their modes are its business */
		g_autofree char *credential = g_build_filename(folder, name, NULL);
		if (g_file_test(credential, G_FILE_TEST_EXISTS))
			return read_file(credential, false, error);
	}
	return read_file(path, true, error);
}

void secret_free(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}
