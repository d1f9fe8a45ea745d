/* store: what is remembered, in one SQLite file. Open, close, errors, upkeep.
 *
 * One connection per process, used from one thread. The engine's connection holds the lock of the
 * state folder; commands read, or make small edits, beside it. Every function that fails leaves the
 * store as it was: an operation happens whole or not at all. A store whose disk failed re-opens
 * itself at the next call. Knows nothing of feeds' formats, of matching, of channels.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define STORE_ERROR (store_error_quark())
GQuark store_error_quark(void);
enum store_error {
	STORE_ERROR_OPEN,     /* folder or file cannot be made or opened */
	STORE_ERROR_LOCKED,   /* another engine has the folder; the message names its pid */
	STORE_ERROR_NEWER,    /* written by a newer version; untouched */
	STORE_ERROR_ABSENT,   /* a command found no store */
	STORE_ERROR_BUSY,     /* somebody holds the database; try again */
	STORE_ERROR_FULL,     /* no space left; try again */
	STORE_ERROR_READONLY, /* file system or file may not be written */
	STORE_ERROR_IO,	      /* the disk failed; the next call re-opens */
	STORE_ERROR_CORRUPT,  /* not a sound database; the next call moves it aside and restores */
	STORE_ERROR_DATA,     /* the caller's row breaks a rule of the schema */
	STORE_ERROR_OTHER,
};

enum store_mode {
	STORE_ENGINE, /* makes, migrates, repairs; alone */
	STORE_EDIT,   /* acknowledgements, marks, silences, beside a running engine */
	STORE_READ,
};

/* Something an administrator must know: moved aside, restored, migrated. One sentence. */
typedef void store_notice_fn(const char *text, void *user_data);

struct store;

#define STORE_FILE	    "vedetta.db"
#define STORE_LOCK	    "lock"
#define STORE_BACKUP_FOLDER "backup"

/* Open DIR/vedetta.db. STORE_ENGINE makes the folder (0700) and the file; a file that is corrupt or
 * of another program is moved aside as vedetta.db.aside-TIME and the newest good backup takes its
 * place. `notice` may be NULL; it may run in any later call too. */
struct store *store_open(const char *dir, enum store_mode mode, store_notice_fn *notice,
			 void *user_data, GError **error);
void store_close(struct store *store);
const char *store_dir(const struct store *store);

/* Whether the store works now: the last operation that wrote succeeded. `reason` may be NULL. */
bool store_healthy(const struct store *store, const char **reason);
/* Try a write of nothing, so that a healthy answer is true now. */
bool store_probe(struct store *store, GError **error);

/* Copy the database to DIR/backup/vedetta-TIME.db while it is in use, `pages` of 4 KiB at a time,
 * keeping the newest `keep` copies. Call until *done; the first call begins. */
bool store_backup_step(struct store *store, int pages, unsigned keep, int64_t now, bool *done,
		       GError **error);

struct store_retention {
	int64_t text_before;	 /* bodies of articles first seen before */
	int64_t identity_before; /* articles no feed has listed since */
	int64_t ledger_before;	 /* decisions and attempts */
	int64_t outbox_before;	 /* deliveries that ended */
	unsigned max_rows;	 /* per call and table, so that a call stays short */
};
/* Delete what is older; never a delivery that waits. *more: call again. */
bool store_prune(struct store *store, const struct store_retention *retention, bool *more,
		 GError **error);

struct store_space {
	int64_t file_bytes, wal_bytes, disk_free_bytes;
};
/* Files that are not there have 0 bytes; the free ones are -1 if the system does not say. Does not look into the
 * store. */
void store_space(const struct store *store, struct store_space *space);
/* When the newest copy was made, by its name; 0: there is none, but perhaps of a time that has not come. Does not look into
 * the store. */
int64_t store_backup_at(const struct store *store);

struct store_stats {
	int64_t feeds, articles, texts, decisions, matched, alerts, open_alerts, stories;
	int64_t outbox[6];	   /* by enum delivery_state */
	int64_t oldest_pending_at; /* created; 0: none */
	struct store_space space;
	int64_t newest_article_at, newest_alert_at, backup_at; /* 0: never */
};
bool store_stats(struct store *store, struct store_stats *stats, GError **error);
