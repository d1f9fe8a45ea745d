/* backup: copies of the database made while it is in use.
 * Only for the files of this room.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/sql.h"

/* As store_backup_step(), on a connection that is open. */
bool backup_step(struct store *store, int pages, unsigned keep, int64_t now, bool *done,
		 GError **error);
