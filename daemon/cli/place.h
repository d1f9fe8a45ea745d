/* place: the configuration and the store a command works on.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"
#include "daemon/store/store.h"

/* The --config option of every command; put it among the command's entries. */
extern char *cli_config_option;
#define CLI_CONFIG_ENTRY                                                                           \
	{"config", 'C', 0, G_OPTION_ARG_FILENAME, &cli_config_option,                              \
	 N_("folder or file of the configuration"), "PATH"}

/* Read the configuration; says every mistake on stderr. NULL with *exit_code set. */
struct config *cli_config(const char *command, int *exit_code);
/* Print problems on stderr, one a line; the number of fatal ones. */
unsigned cli_print_problems(const GPtrArray *problems);
/* Open the store beside a running engine. NULL with *exit_code set and the reason said. */
struct store *cli_store(const char *command, const struct config *config, enum store_mode mode,
			int *exit_code);

/* "30m", "15min", "12h", "30d", "2w": seconds, at least one. False if it is none of these. */
bool cli_period(const char *text, int64_t *seconds);
/* A period ago, or a date such as "2026-11-20": UTC seconds. False if it is neither. */
bool cli_since(const char *text, int64_t now, int64_t *since);
/* Local date and time for people; "-" for 0 and INT64_MIN. Caller frees. */
char *cli_time(int64_t at);
/* UTC RFC 3339 for programs; NULL for 0 and INT64_MIN. Caller frees. */
char *cli_time_utc(int64_t at);
/* "3 min", "2 h", "5 d". Caller frees. */
char *cli_duration(int64_t seconds);

/* The process of the service that works on this state folder; 0: none does. */
int64_t cli_engine_pid(const struct config *config);
