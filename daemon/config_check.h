/* config_check: mistakes that show only when blocks are seen together, and the list they go to.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"

void config_problems_sort(GPtrArray *problems);
unsigned config_problems_fatal(const GPtrArray *problems);
/* The first fatal one. */
const struct filter_problem *config_problems_first(const GPtrArray *problems);
/* "file:line:column: text". Caller frees. */
char *config_problem_text(const struct filter_problem *problem);

/* Routes that name unknown channels, people, quiet or digest blocks; channels without what their type
 * needs. */
void config_check(const struct config *config, const char *file, GPtrArray *problems);
