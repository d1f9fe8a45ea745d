/* network_watch: see network_watch.h. GNetworkMonitor listens to the kernel, or to NetworkManager
 * where it runs. SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/network_watch.h"

#include "daemon/monitor/log.h"

#include <gio/gio.h>
#include <stdbool.h>

#define STEADY_S 3 /* routes and resolvers come one after another */

struct network_watch {
	GNetworkMonitor *monitor;
	gulong handler;
	network_back_fn *back;
	void *user_data;
	int64_t gone_at; /* 0: it is there */
	guint timer;
};

static gboolean on_steady(gpointer data)
{
	struct network_watch *watch = data;
	int64_t since = watch->gone_at;

	watch->timer = 0;
	watch->gone_at = 0;
	watch->back(since, watch->user_data);
	return G_SOURCE_REMOVE;
}

static void on_changed(GNetworkMonitor *monitor, gboolean available, gpointer data)
{
	struct network_watch *watch = data;

	(void)monitor;
	if (!available) {
		g_clear_handle_id(&watch->timer, g_source_remove);
		if (!watch->gone_at) {
			watch->gone_at = g_get_real_time() / G_USEC_PER_SEC;
			log_info("network.gone");
		}
	} else if (watch->gone_at && !watch->timer) {
		watch->timer = g_timeout_add_seconds(STEADY_S, on_steady, watch);
	}
}

struct network_watch *network_watch_new(network_back_fn *back, void *user_data)
{
	struct network_watch *watch = g_new0(struct network_watch, 1);

	watch->back = back;
	watch->user_data = user_data;
	watch->monitor = g_object_ref(g_network_monitor_get_default());
	watch->handler =
		g_signal_connect(watch->monitor, "network-changed", G_CALLBACK(on_changed), watch);
	if (!g_network_monitor_get_network_available(watch->monitor))
		watch->gone_at = g_get_real_time() / G_USEC_PER_SEC;
	return watch;
}

void network_watch_free(struct network_watch *watch)
{
	if (!watch)
		return;
	g_clear_handle_id(&watch->timer, g_source_remove);
	g_signal_handler_disconnect(watch->monitor, watch->handler);
	g_object_unref(watch->monitor);
	g_free(watch);
}
