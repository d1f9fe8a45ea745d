/* limits: how much of a document the parser takes, and why. Bytes unless the name says otherwise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

enum {
	/* A whole document. The fetcher stops at the same size; larger feeds are archives, not news. */
	FEED_MAX_DOCUMENT = 10 << 20,
	/* Elements within elements. Feeds need 6, XHTML bodies 20; libxml2's SAX has no limit of its
	 * own and 200,000 levels pass. */
	FEED_MAX_DEPTH = 64,
	/* One tag, comment or instruction. libxml2 2.9 takes quadratic time over the attributes of a
	 * tag (100,000 of them: 8 s of CPU), and holds comments in memory. */
	FEED_MAX_TOKEN = 64 << 10,
	/* Longer ones may be pictures in an attribute (data: addresses): they have few quotes. */
	FEED_MAX_TOKEN_QUOTES = 512,
	/* The DTD inside the document: 4 MB of entity declarations take 97 MB. */
	FEED_MAX_SUBSET = 64 << 10,
	/* Text of one entity that a document declares; longer ones are there to blow it up. */
	FEED_MAX_ENTITY = 1 << 10,
	/* Entries: the newest are kept. Real feeds hold 10 to 500. */
	FEED_MAX_ENTRIES = 2000,
	/* The same for somebody who asks for more. */
	FEED_MAX_ENTRIES_EVER = 20000,
	FEED_MAX_TITLE = 1 << 10,
	/* Plain text of a summary or content. */
	FEED_MAX_TEXT = 256 << 10,
	/* The same before its markup is gone. */
	FEED_MAX_MARKUP = 1 << 20,
	FEED_MAX_URL = 4 << 10,
	FEED_MAX_CATEGORIES = 100,
	/* Arrays and objects within one another in JSON. */
	FEED_MAX_JSON_DEPTH = 32,
	/* What may stand before the document: a PHP warning, a banner. */
	FEED_MAX_PREAMBLE = 64 << 10,
};
