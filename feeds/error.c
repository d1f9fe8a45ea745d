/* error: see error.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/error.h"

G_DEFINE_QUARK(vedetta-feed-error, feed_error)
