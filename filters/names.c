/* names: of priorities, fields and kinds.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_data.h"

#include <string.h>

static const char *const priorities[] = {"low", "normal", "high", "critical"};
static const char *const fields[] = {"title", "body", "author", "category", "feed", "link", "lang"};

static const char *const kinds[] = {"other",	    "person", "place", "country",
				    "organisation", "weapon", "treaty"};

const char *entity_kind_name(enum entity_kind kind)
{
	return (unsigned)kind < G_N_ELEMENTS(kinds) ? kinds[kind] : "";
}

const char *match_field_name(enum match_field field)
{
	return (unsigned)field < G_N_ELEMENTS(fields) ? fields[field] : "";
}

const char *priority_name(enum priority priority)
{
	return (unsigned)priority < G_N_ELEMENTS(priorities) ? priorities[priority] : "";
}

bool priority_parse(const char *name, enum priority *priority)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(priorities); i++)
		if (strcmp(priorities[i], name) == 0) {
			*priority = i;
			return true;
		}
	return false;
}
