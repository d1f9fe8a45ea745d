/* demo_news: invented news for the demonstration.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An RSS 2.0 and an Atom document dated now. Caller frees. */
char *demo_news_italian(void);
char *demo_news_english(void);
