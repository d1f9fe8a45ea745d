/* config_value: texts of the configuration to typed values.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config_schema.h"

#include <glib.h>
#include <stdint.h>

/* Write the value of `setting` into its place in `target`. `values` are the texts (one, unless it is a
 * list). NULL if fine, else what was expected, in words; the caller frees it and `target` is untouched. */
char *config_value_set(const struct setting *setting, char **values, void *target);
/* Of the texts that config_value_set() refused, the one to blame; NULL: none, an empty list. */
const char *config_value_wrong(const struct setting *setting, char *const *values);
/* Back to zero, freeing what config_value_set() allocated. */
void config_value_clear(const struct setting *setting, void *target);
/* "30 s", "15 min": for the sample file and messages. Caller frees. */
char *config_value_range(const struct setting *setting);
