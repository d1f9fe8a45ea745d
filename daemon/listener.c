/* listener: see listener.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/listener.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 8

struct listener {
	int fd;
	char *path;   /* NULL: of an address */
	dev_t device; /* of the socket's file, so that only our own is removed */
	ino_t inode;
};

/* ---- addresses ---------------------------------------------------------------------------------------------- */

static GSocketAddress *path_address(const char *path, GError **error)
{
	if (strlen(path) < sizeof((struct sockaddr_un *)NULL)->sun_path)
		return g_unix_socket_address_new(path);
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG, _("%s: too long a path for a socket"), path);
	return NULL;
}

static GSocketAddress *loopback_address(const char *text, GError **error)
{
	const char *colon = strrchr(text, ':');
	bool bracketed = colon && *text == '[' && colon > text + 1 && colon[-1] == ']';
	g_autofree char *host = !colon ? NULL : bracketed ? g_strndup(text + 1, (size_t)(colon - text) - 2)
							   : g_strndup(text, (size_t)(colon - text));
	g_autoptr(GInetAddress) inet = host ? g_inet_address_new_from_string(host) : NULL;
	guint64 port = 0;

	if (!inet || (g_inet_address_get_family(inet) == G_SOCKET_FAMILY_IPV6) != bracketed ||
	    !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &port, NULL)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    _("'%s' is not an address; expected 127.0.0.1:9471, [::1]:9471 or the path of a socket"), text);
		return NULL;
	}
	if (!g_inet_address_get_is_loopback(inet)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
			    _("'%s' could be reached from other machines; expected an address such as 127.0.0.1:%u"), text,
			    (unsigned)port);
		return NULL;
	}
	return g_inet_socket_address_new(inet, (guint16)port);
}

static GSocketAddress *address_of(const char *text, GError **error)
{
	return g_path_is_absolute(text) ? path_address(text, error) : loopback_address(text, error);
}

bool listener_check(const char *address, GError **error)
{
	g_autoptr(GSocketAddress) parsed = address_of(address, error);
	return parsed != NULL;
}

/* ---- listening ---------------------------------------------------------------------------------------------- */

static bool is_served(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int served = fd >= 0 && connect(fd, address, len) == 0;
	bool busy = fd >= 0 && !served && errno == EAGAIN;
	if (fd >= 0)
		close(fd);
	return served || busy;
}

static bool clear_place(const char *path, const struct sockaddr *address, socklen_t len, GError **error)
{
	if (is_served(address, len)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, _("%s: another vedetta listens there"), path);
		return false;
	}
	struct stat status;
	if (lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("%s: there is a file that is no socket"), path);
		return false;
	}
	unlink(path);
	return true;
}

static int bound_socket(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		return -1;
	if (address->sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* the group may connect, where the folder lets it */
	mode_t before = umask(0117);
	bool listens = bind(fd, address, len) == 0 && listen(fd, BACKLOG) == 0;
	int cause = errno;
	umask(before);
	if (listens)
		return fd;
	close(fd);
	errno = cause;
	return -1;
}

struct listener *listener_new(const char *address, GError **error)
{
	g_autoptr(GSocketAddress) parsed = address_of(address, error);
	struct sockaddr_storage native = {0};
	const struct sockaddr *place = (const struct sockaddr *)&native;
	bool local = g_path_is_absolute(address);
	struct stat status;

	if (!parsed || !g_socket_address_to_native(parsed, &native, sizeof native, error))
		return NULL;
	socklen_t len = (socklen_t)g_socket_address_get_native_size(parsed);
	if (local && !clear_place(address, place, len, error))
		return NULL;
	int fd = bound_socket(place, len);
	if (fd < 0) {
		g_set_error(error, G_IO_ERROR, (int)g_io_error_from_errno(errno), "%s: %s", address, g_strerror(errno));
		return NULL;
	}
	struct listener *listener = g_new0(struct listener, 1);
	listener->fd = fd;
	if (local && stat(address, &status) == 0) {
		listener->path = g_strdup(address);
		listener->device = status.st_dev;
		listener->inode = status.st_ino;
	}
	return listener;
}

void listener_free(struct listener *listener)
{
	struct stat status;

	if (!listener)
		return;
	close(listener->fd);
	if (listener->path && stat(listener->path, &status) == 0 && status.st_ino == listener->inode &&
	    status.st_dev == listener->device)
		unlink(listener->path);
	g_free(listener->path);
	g_free(listener);
}

int listener_fd(const struct listener *listener)
{
	return listener->fd;
}
