/* chosen: the filters that a command line names: files, or ids of those in force.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"
#include "filters/filter_set.h"
#include "filters/matcher.h"

struct chosen {
	bool in_force;		/* the set is that of the configuration */
	struct filter_set *set; /* what they stand in, with all they refer to */
	struct matcher *matcher;
	GPtrArray *ids;	     /* const char *, of the set: those that were named */
	GHashTable *places;  /* id → its place among them, from 1 */
	GPtrArray *problems; /* struct filter_problem *: warnings, too */
};

/* `names`: files and folders, whose filters are meant (not those of files they include, unless they
 * hold nothing else); or ids of filters in force, * allowed. False, the reason said on stderr for
 * `command`, with *exit_code set. Close in either case. */
bool chosen_open(struct chosen *chosen, const char *command, const struct config *config,
		 const char *const *names, int *exit_code);
/* `names` are ids of filters in force, whatever files there are. */
bool chosen_open_in_force(struct chosen *chosen, const char *command, const struct config *config,
			  const char *const *names, int *exit_code);
/* Whether a filter in force has this id; if not, that is said on stderr for `command`, with the
 * nearest one. Filters that cannot be read deny nothing. */
bool chosen_is_filter(const char *command, const struct config *config, const char *id);
void chosen_close(struct chosen *chosen);
/* The place of a filter among the chosen ones; -1 if it is none of them. */
int chosen_index(const struct chosen *chosen, const char *id);
