/* network_watch: tells when the machine's network is back after it was gone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

struct network_watch;

/* The network that went at `since` (UTC seconds) is back, and has been for a moment. */
typedef void network_back_fn(int64_t since, void *user_data);

struct network_watch *network_watch_new(network_back_fn *back, void *user_data);
void network_watch_free(struct network_watch *watch);
