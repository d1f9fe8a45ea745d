/* opml_list: the feeds of an OPML file that is read once and not kept, without libxml2.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stddef.h>

/* As opml_subscriptions(). NULL: not the XML that such files usually are (feeds/usual_xml.h), or no OPML. */
GPtrArray *opml_list(const char *text, size_t text_len);
