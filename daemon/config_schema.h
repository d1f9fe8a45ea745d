/* config_schema: the one table of blocks and settings.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum setting_type {
	SETTING_TEXT,
	SETTING_LIST,
	SETTING_BOOL,
	SETTING_INTEGER,
	SETTING_DURATION, /* 30s, 15min, 24h, 90d */
	SETTING_SIZE,     /* 64KiB, 10MiB */
	SETTING_TIME,     /* 07:30 */
	SETTING_TIMES,    /* list of 07:30 */
	SETTING_CHOICE,   /* index into choices */
	SETTING_RATE,     /* 10/1h */
	SETTING_ZONE,     /* Europe/Rome */
	SETTING_URL,      /* http or https */
	SETTING_PROSE,    /* a text of more than one line */
	SETTING_HOURS,    /* 08:00-20:00 */
	SETTING_MAILBOX,  /* anna@example.org, Anna <anna@example.org> */
	SETTING_MAILBOXES, /* list */
	SETTING_NETWORKS, /* list of 10.0.0.0/8 */
	SETTING_HEADERS,  /* list of Name: value */
};

struct setting {
	const char *key;
	enum setting_type type;
	size_t offset;
	const char *initial; /* NULL: absent */
	double min, max;     /* both 0: any */
	const char *choices; /* "a|b|c": of a list, each value is one of them */
	const char *help;
};

struct block {
	const char *name; /* NULL: settings outside any block */
	size_t size;      /* of its struct */
	size_t list;      /* offset of its GPtrArray * in struct config */
	const struct setting *settings; /* ended by a NULL key */
	const char *example; /* title in the sample file */
	const char *help;
};

/* Ended by a row without settings; the first is the one without a name. */
extern const struct block config_blocks[];

const struct block *config_block_find(const char *name);
/* Whether its value is { a, b }. */
bool config_setting_is_list(const struct setting *setting);
const struct setting *config_setting_find(const struct block *block, const char *key);
