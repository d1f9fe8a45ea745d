/* datagram: see datagram.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/datagram.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct datagram {
	char *address;
	unsigned port;
	int fd;		    /* -1: not open */
	GPtrArray *waiting; /* struct waiting *, for the look-up */
	GCancellable *cancel;
};

struct waiting {
	GBytes *bytes;
	send_done_fn *done;
	void *user_data;
};

static void waiting_free(void *memory)
{
	struct waiting *waiting = memory;
	g_bytes_unref(waiting->bytes);
	g_free(waiting);
}

struct datagram *datagram_new(const char *address, unsigned port)
{
	struct datagram *d = g_new0(struct datagram, 1);
	d->address = g_strdup(address);
	d->port = port;
	d->fd = -1;
	d->waiting = g_ptr_array_new_with_free_func(waiting_free);
	d->cancel = g_cancellable_new();
	return d;
}

static void close_socket(struct datagram *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

static void open_socket(struct datagram *d, const struct sockaddr *address, socklen_t len)
{
	close_socket(d);
	d->fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (d->fd >= 0 && connect(d->fd, address, len) != 0) {
		int cause = errno;
		close_socket(d);
		errno = cause;
	}
}

static bool is_local(const struct datagram *d)
{
	return d->address[0] == '/';
}

static void open_local(struct datagram *d)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_strlcpy(address.sun_path, d->address, sizeof address.sun_path);
	open_socket(d, (struct sockaddr *)&address, sizeof address);
}

/* A port that nobody listens on says so after the send: at once on this machine, else with the
 * next. */
static bool is_refused(const struct datagram *d)
{
	char byte;
	return !is_local(d) && recv(d->fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == ECONNREFUSED;
}

static enum send_result put(struct datagram *d, const void *bytes, size_t len)
{
	return d->fd >= 0 && send(d->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len &&
			       !is_refused(d)
		       ? SEND_DONE
		       : SEND_RETRY;
}

/* A daemon that started again has a new socket under the old name; the answer to a UDP datagram
 * nobody took comes with the next. Either way once more. */
static enum send_result put_or_reopen(struct datagram *d, const void *bytes, size_t len)
{
	errno = 0;
	if (is_local(d) && d->fd < 0)
		open_local(d);
	if (put(d, bytes, len) == SEND_DONE)
		return SEND_DONE;
	if (errno == EMSGSIZE)
		return SEND_REFUSED;
	if (errno == EAGAIN || errno == ENOBUFS)
		return SEND_RETRY;
	if (is_local(d)) {
		close_socket(d);
		open_local(d);
	}
	return is_local(d) || errno != ECONNREFUSED ? put(d, bytes, len) : SEND_RETRY;
}

static void finish(struct datagram *d, const void *bytes, size_t len, send_done_fn *done,
		   void *user_data)
{
	enum send_result result = put_or_reopen(d, bytes, len);
	g_autofree char *detail =
		result == SEND_DONE ? NULL
				    : g_strdup_printf("%s: %s", d->address, g_strerror(errno));
	if (result != SEND_DONE && !is_local(d))
		close_socket(d); /* looked up anew next time */
	done(result, detail, user_data);
}

static void answer_waiting(struct datagram *d, const char *failure)
{
	g_autoptr(GPtrArray) waiting = d->waiting;
	d->waiting = g_ptr_array_new_with_free_func(waiting_free);
	for (unsigned i = 0; i < waiting->len; i++) {
		struct waiting *w = waiting->pdata[i];
		gsize len;
		const void *bytes = g_bytes_get_data(w->bytes, &len);
		if (failure)
			w->done(SEND_RETRY, failure, w->user_data);
		else
			finish(d, bytes, len, w->done, w->user_data);
	}
}

static void on_address(GObject *source, GAsyncResult *result, void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketAddress) address = g_socket_address_enumerator_next_finish(
		G_SOCKET_ADDRESS_ENUMERATOR(source), result, &error);
	struct sockaddr_storage native;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return; /* we are gone */
	struct datagram *d = data;
	if (address && g_socket_address_to_native(address, &native, sizeof native, NULL))
		open_socket(d, (struct sockaddr *)&native,
			    (socklen_t)g_socket_address_get_native_size(address));
	g_autofree char *failure =
		d->fd >= 0 ? NULL
			   : g_strdup_printf("%s: %s", d->address,
					     error ? error->message : g_strerror(errno));
	answer_waiting(d, failure);
}

static void look_up(struct datagram *d)
{
	g_autoptr(GSocketConnectable) host = g_network_address_new(d->address, (guint16)d->port);
	g_autoptr(GSocketAddressEnumerator) all = g_socket_connectable_enumerate(host);
	g_socket_address_enumerator_next_async(all, d->cancel, on_address, d);
}

void datagram_send(struct datagram *d, const void *bytes, size_t len, send_done_fn *done,
		   void *user_data)
{
	if (is_local(d) || d->fd >= 0) {
		finish(d, bytes, len, done, user_data);
		return;
	}
	struct waiting *waiting = g_new0(struct waiting, 1);
	waiting->bytes = g_bytes_new(bytes, len);
	waiting->done = done;
	waiting->user_data = user_data;
	g_ptr_array_add(d->waiting, waiting);
	if (d->waiting->len == 1)
		look_up(d);
}

void datagram_free(struct datagram *d)
{
	if (!d)
		return;
	g_cancellable_cancel(d->cancel);
	answer_waiting(d, "the channel was closed");
	g_ptr_array_unref(d->waiting);
	g_object_unref(d->cancel);
	close_socket(d);
	g_free(d->address);
	g_free(d);
}
