/* fuzz_page: HTML pages, for the feeds they name and their text. Oracle: clean text, addresses that are
 * http(s).  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/limits.h"
#include "feeds/page.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

void fuzz_page(const uint8_t *bytes, size_t bytes_len)
{
	const struct parse_options options = {.url = "https://example.org/news/"};
	struct page *page = page_read((const char *)bytes, bytes_len, &options, NULL);

	if (!page)
		return;
	oracle_text(page->title, FEED_MAX_TITLE, true);
	MUST(!page->text || g_utf8_validate(page->text, -1, NULL));
	for (guint i = 0; i < page->feeds->len; i++) {
		oracle_link(page->feeds->pdata[i]);
		MUST(((const char *)page->feeds->pdata[i])[0] == 'h');
	}
	page_free(page);
}
