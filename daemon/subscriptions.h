/* subscriptions: the feeds file and the `feed` blocks, seen as one.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"
#include "feeds/subscription.h"

/* struct subscription *, owned by the array, one per address. A missing feeds file is an empty list, unless
 * the configuration is the embedded one: then the starter selection of the catalogue. NULL with the reason. */
GPtrArray *subscriptions_load(const struct config *config, GError **error);
/* Where they are read from. Caller frees. */
char *subscriptions_file(const struct config *config);
