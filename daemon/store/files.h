/* files: the state folder: its lock, the database file's identity, moving aside, backups. No SQL.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/store.h"

/* Make the folder if need be and take its lock. The descriptor, or -1. */
int files_lock(const char *dir, GError **error);

/* Who can write into the folder can put a link in the place of a file of ours, and have any file of our user's written
 * to: the right of everybody to do so is taken away. *mode: what it was, untouched if it was fine. False if it stays, as
 * in volumes that are somebody else's. */
bool files_close_folder(const char *dir, unsigned *mode);

enum file_identity {
	FILE_ABSENT,
	FILE_EMPTY,
	FILE_OURS,
	FILE_NEWER,   /* ours, of a later version than `version` */
	FILE_FOREIGN, /* not SQLite, or another program's */
	FILE_UNREADABLE,
};
/* From the header alone, so that nothing is written or recovered by looking. */
enum file_identity files_identify(const char *path, uint32_t application_id, uint32_t version);

/* Rename the database, its WAL and its shared memory to PATH.aside-TIME…; the new name, or NULL. */
char *files_move_aside(const char *path, int64_t now, GError **error);

/* DIR/backup/vedetta-TIME.db, newest first, those of the future behind all others; char *, owned by the array. */
GPtrArray *files_backups(const char *dir);
/* Name for a new one, in a folder that exists now; NULL on error. */
char *files_backup_name(const char *dir, int64_t now, GError **error);
/* Make a finished copy durable under its name and keep only the newest `keep`. */
bool files_backup_finish(const char *dir, const char *part, const char *name, unsigned keep,
			 GError **error);
/* Put a copy of `backup` at `path`, durably. */
bool files_restore(const char *backup, const char *path, GError **error);
/* Seconds since 1970 in a backup's name; 0 if it has none. */
int64_t files_backup_time(const char *backup);

/* Names in the folder are on the disk. */
bool files_sync_folder(const char *dir, GError **error);

/* Of the write-ahead log beside the database; -1: there is none. */
int64_t files_wal_bytes(const char *path);

/* A store that was closed in good order, and whose file nobody touched since, need not be read through at the next
 * start. The note is taken away by looking: whoever crashes leaves none. */
void files_note_clean(const char *dir, const char *path);
bool files_take_clean(const char *dir, const char *path);
