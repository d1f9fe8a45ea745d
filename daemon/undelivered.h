/* undelivered: messages that a channel will never get, told without a flood: the first at once, the
 * others of the next hour together. Pure.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/alert.h"

struct undelivered;

/* `count` messages could not be delivered, the last of them for `reason`. */
typedef void undelivered_tell_fn(const struct delivery *last, unsigned count, const char *reason,
				 void *user_data);

struct undelivered *undelivered_new(undelivered_tell_fn *tell, void *user_data);
void undelivered_free(struct undelivered *undelivered);
void undelivered_add(struct undelivered *undelivered, const struct delivery *delivery,
		     const char *reason, int64_t now);
/* Tells what has waited for its hour; call now and then. */
void undelivered_turn(struct undelivered *undelivered, int64_t now);
