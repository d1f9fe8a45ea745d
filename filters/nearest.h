/* nearest: what somebody probably meant.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The name most like `name` (edit distance), or NULL if none is near. */
const char *nearest_name(const char *const *names, unsigned count, const char *name);
