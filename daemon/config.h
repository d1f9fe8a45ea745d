/* config: what vedetta.conf says, typed and checked.
 *
 * One table (daemon/config_schema.c) holds every block and setting with type, range, default and help:
 * parser, checker, sample file and manual page come from it. Only daemon/ reads these structs; lower rooms
 * get the values they need as arguments.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/filter_set.h"
#include "filters/matcher.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum channel_type {
	CHANNEL_TERMINAL,
	CHANNEL_LOG,
	CHANNEL_DESKTOP,
	CHANNEL_EMAIL,
	CHANNEL_WEBHOOK,
	CHANNEL_SYSLOG,
	CHANNEL_JOURNAL,
	CHANNEL_ATOM,
};

enum smtp_security { SMTP_STARTTLS, SMTP_TLS, SMTP_PLAIN };
enum route_mode { ROUTE_IMMEDIATE, ROUTE_DIGEST, ROUTE_LOG_ONLY };

/* "10/1h"; count 0: no limit. */
struct rate {
	unsigned count;
	unsigned per_s;
};

/* Durations are seconds, sizes bytes, times minutes after midnight; lists are NULL-terminated, never
 * NULL; texts may be NULL. `line` is where the block begins. */
struct config_feed {
	char *title; /* the feed's URL */
	unsigned line;
	char *language, *owner, *country, *name, *user_agent, *credential_file, *ca_file;
	char **headers, **allow_networks;
	int64_t interval_min, interval_max;
	bool state_media, delta, paused;
};

struct config_channel {
	char *title;
	unsigned line;
	int type; /* enum channel_type */
	char *server, *user, *password_file, *from, *reply_to;
	int64_t port;
	int security; /* enum smtp_security */
	char *file, *facility, *address;
	char *url, *preset, *secret_file, *token_file, *template, *target;
	char *ca_file;
	char **headers, **to, **allow_networks;
	int64_t retry_min, retry_max, lifetime, max_parallel, timeout;
	struct rate throttle;
	int64_t away_limit; /* desktop: more than this many at once become a summary */
};

struct config_person {
	char *title;
	unsigned line;
	char *mail, *language;
};

struct config_quiet {
	char *title;
	unsigned line;
	int64_t from, to;
	char *zone;
	char **days;
	int break_through; /* enum priority */
};

struct config_digest {
	char *title;
	unsigned line;
	char **at; /* "07:30" */
	char **days;
	char *zone;
};

struct config_route {
	char *title;
	unsigned line;
	char **filters, **languages, **feeds, **countries, **owners, **channels, **people;
	int priority; /* floor, enum priority */
	int mode;     /* enum route_mode */
	int state_media; /* 0 any, 1 only, 2 none */
	char *hours;  /* "08:00-20:00" or NULL */
	char *zone;
	char *quiet, *digest, *escalate_to;
	struct rate throttle, burst;
	int64_t quorum, escalate_after;
	bool updates; /* tell when a story grows */
};

struct config {
	char *directory; /* where vedetta.conf is, or would be */
	char *file;      /* NULL: embedded defaults */
	char *state_directory;
	char *runtime_directory;

	char *language, *contact, *user_agent, *state, *log_level, *log_format, *feeds_file, *proxy,
		*ca_file, *instance, *alert_owner, *canary_channel, *metrics;
	char **filters, **allow_networks, **service_channels;
	int64_t interval_min, interval_max, backlog, max_parallel, max_per_host, host_gap, timeout,
		max_document, retention, story_window, first_poll_spread, health_silence, canary;


	GPtrArray *feeds;    /* struct config_feed * */
	GPtrArray *channels; /* struct config_channel * */
	GPtrArray *people;
	GPtrArray *quiets;
	GPtrArray *digests;
	GPtrArray *routes;
};

/* Read the configuration: `path` is a file or a folder holding vedetta.conf; NULL: the user's or the
 * system's place, or embedded defaults if there is none. Every mistake and warning goes to `problems`
 * (struct filter_problem *, may be NULL). NULL, with error naming the count, if one is fatal. */
struct config *config_load(const char *path, GPtrArray *problems, GError **error);
/* The same from memory. `directory` stands for the configuration folder. */
struct config *config_parse(const char *name, const char *text, const char *directory,
			    GPtrArray *problems, GError **error);
/* The embedded defaults, in the folder that config_load() looks in: what is left to go on with when it refused. */
struct config *config_load_defaults(const char *path);
void config_free(struct config *config);

/* What only shows once filters are loaded: routes that name no filter. Adds to `problems`; false if fatal. */
bool config_check_filters(const struct config *config, const struct filter_set *set,
			  GPtrArray *problems);

/* Absolute path: `name` as it is if absolute, else inside the configuration folder. */
char *config_path(const struct config *config, const char *name);
/* Filter files and folders, absolute; the shipped library if the configuration names none that exists. */
char **config_filter_paths(const struct config *config);
/* Who we are to servers: the setting, or vedetta/VERSION (+contact). Caller frees. */
char *config_user_agent(const struct config *config);
/* The shipped data: installed, or beside an uninstalled binary. Caller frees. */
char *config_data_path(const char *name);

/* A commented sample of every block and setting, with defaults, made from the table. */
void config_print_sample(FILE *out);
/* The manual page vedetta.conf(5), mdoc, made from the table. */
void config_print_man(FILE *out);
/* The embedded defaults as a vedetta.conf: notifications only where there is a screen. Static. */
const char *config_defaults(void);
