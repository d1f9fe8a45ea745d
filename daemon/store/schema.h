/* schema: the tables, and the way from each older version to this one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/sql.h"

#define SCHEMA_APPLICATION_ID 0x76656474 /* "vedt" */
#define SCHEMA_VERSION	      3

/* What a version adds to the one before: migrations[n] leads from version n to n + 1. */
extern const char *const schema_migrations[SCHEMA_VERSION];

/* Bring the open database from `version` to `count` in one transaction. */
bool schema_migrate(struct store *store, const char *const *migrations, unsigned version,
		    unsigned count, GError **error);
