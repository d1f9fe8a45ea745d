/* link: where a link leads, as people should see it.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The host that the link leads to, without user, port and "www."; in its ASCII form when its
 * letters come from scripts that do not go together (UTS 39, highly restrictive) and so may look
 * like another name. NULL if the link has none. Caller frees. */
char *link_host(const char *link);
