/* host_pauses: hosts that asked not to be asked for a while (Retry-After), for every feed on them.
 * Hosts are compared by name and port: not by registrable domain.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

struct host_pauses;

struct host_pauses *host_pauses_new(void);
void host_pauses_free(struct host_pauses *pauses);

/* The host of `url` is left alone until then (UTC seconds); an earlier end does not shorten a pause. */
void host_pauses_note(struct host_pauses *pauses, const char *url, int64_t until);
/* Until when the host of `url` is left alone; 0: it is not. `pauses` may be NULL. */
int64_t host_pauses_until(struct host_pauses *pauses, const char *url, int64_t now);
