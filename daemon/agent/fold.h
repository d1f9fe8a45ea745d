/* fold: many notes as one summary that grows. Pure.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/agent/notifier.h"

#include <glib.h>
#include <jansson.h>

struct fold;

struct fold *fold_new(void);
void fold_free(struct fold *fold);

bool fold_is_open(const struct fold *fold);
/* A new summary, in the reader's language. */
void fold_begin(struct fold *fold, const char *language);
/* Count a note in; `missed`: it came while the reader was away, and the summary says so. `key` is
 * to be answered for, NULL: it was answered. */
void fold_add(struct fold *fold, const json_t *note, bool missed, const char *key);
/* The next notification to show, if there is something new and none is under way; its texts are the
 * caller's. */
bool fold_next(struct fold *fold, struct notification *notification, char **summary, char **body,
	       char **markup);
/* It was shown, or not: the keys to answer for, owned by the array. What was not shown is counted
 * out. */
GPtrArray *fold_answered(struct fold *fold, bool shown, uint32_t id);
void fold_shown_late(struct fold *fold, const char *tag, uint32_t id);
/* The daemon forgot; the user closed it; the burst is over. */
void fold_lost(struct fold *fold);
void fold_closed(struct fold *fold, uint32_t id);
void fold_end(struct fold *fold);
