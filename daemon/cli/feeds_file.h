/* feeds_file: the subscriptions as a command edits them, and the subcommands of `vedetta feeds`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"
#include "feeds/opml.h"

struct feeds_file {
	struct config *config;
	char *path; /* where it is saved */
	struct opml *opml;
	int lock;   /* held against other commands; -1: none */
};

/* The feeds file of the configuration, locked; the starter selection if nothing was subscribed yet. False with
 * *exit_code set and the reason said. */
bool feeds_file_open(struct feeds_file *file, const char *command, int *exit_code);
/* False, with the reason said. */
bool feeds_file_save(struct feeds_file *file, const char *command);
void feeds_file_close(struct feeds_file *file);

int feeds_list(int argc, char **argv);
int feeds_add(int argc, char **argv);
int feeds_remove(int argc, char **argv);
int feeds_import(int argc, char **argv);
int feeds_export(int argc, char **argv);
int feeds_discover(int argc, char **argv);
int feeds_audit(int argc, char **argv);
int feeds_catalogue(int argc, char **argv);
