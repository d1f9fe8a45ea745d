/* opml_outline: what the attributes of an OPML outline mean, whoever holds them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/subscription.h"

enum { OUTLINE_MAX_LEVELS = 16 }; /* of folders */

/* The first attribute of that local name, case ignored, that says anything, without outer white
 * space. Caller frees; NULL if there is none. */
typedef char *outline_get_fn(const void *outline, const char *name);

/* A feed's; never NULL. */
struct subscription *outline_subscription(outline_get_fn *get, const void *outline, const char *url,
					  const char *folder);
/* A folder's: its path, below `folder`. Caller frees. */
char *outline_folder(outline_get_fn *get, const void *outline, const char *folder);

/* `ours`: of our own namespace. */
typedef void outline_put_fn(const char *name, const char *value, bool ours, void *data);
/* What a subscription says beside its address and text, an attribute each. */
void outline_tell(const struct subscription *subscription, outline_put_fn *put, void *data);
