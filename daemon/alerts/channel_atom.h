/* channel_atom: the latest alerts as an Atom feed in a file, for feed readers and web servers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"

#define ATOM_ENTRIES 200

/* The file is replaced whole with each alert; readers never see half of one. What an older one of
 * ours holds is kept; another file under that name is refused, at the first alert. */
struct channel *channel_atom_new(const char *path, const char *instance);
