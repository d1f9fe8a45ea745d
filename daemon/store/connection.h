/* connection: opening the database as the mode demands, and again after a fault.
 * Only for the files of this room.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/sql.h"

/* First line of every public function: the connection works, opened again if the disk had failed.
 */
bool store_ready(struct store *store, GError **error);
/* The same for functions that write. */
bool store_ready_to_write(struct store *store, GError **error);
