/* Opening, refusing, repairing the store.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/store_fixture.h"

#include "daemon/store/connection.h"
#include "daemon/store/files.h"
#include "daemon/store/schema.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *db_path(struct fixture *fixture)
{
	return g_build_filename(fixture->dir, STORE_FILE, NULL);
}

static void put_article(struct fixture *fixture, uint64_t uid)
{
	struct store_batch *batch = store_batch_new();
	g_ptr_array_add(batch->articles, sample_article(uid, "Titolo", 1000));
	commit(fixture, batch);
}

static bool has_article(struct fixture *fixture, uint64_t uid)
{
	g_autoptr(GError) error = NULL;
	struct article *article = store_article(fixture->store, uid, &error);
	bool found = article != NULL;
	assert_no_error(error);
	article_free(article);
	return found;
}

static void back_up(struct fixture *fixture, int64_t now)
{
	g_autoptr(GError) error = NULL;
	bool done = false;
	while (!done && !error)
		store_backup_step(fixture->store, 2, 3, now, &done, &error);
	assert_no_error(error);
}

static int64_t pragma(struct fixture *fixture, const char *sql)
{
	int64_t value = -1;
	assert_true(sql_number(fixture->store, NULL, -1, &value, sql, ""));
	return value;
}

static void the_store_is_durable_against_power_cuts(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(pragma(fixture, "PRAGMA synchronous"), 2);
	assert_int_equal(pragma(fixture, "PRAGMA application_id"), SCHEMA_APPLICATION_ID);
	assert_int_equal(pragma(fixture, "PRAGMA user_version"), SCHEMA_VERSION);
	sqlite3_stmt *row = sql_query(fixture->store, NULL, "PRAGMA journal_mode", "");
	assert_int_equal(sql_step(fixture->store, row, NULL), 1);
	assert_string_equal((const char *)sqlite3_column_text(row, 0), "wal");
	sql_step(fixture->store, row, NULL);
}

static void the_folder_and_the_file_are_private(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_folder_that_everybody_can_write_into_is_closed(void **state)
{
	struct fixture *fixture = *state;
	struct stat status;
	store_close(fixture->store);
	assert_int_equal(g_chmod(fixture->dir, 0777), 0);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
	assert_int_equal(stat(fixture->dir, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0775);
	assert_non_null(strstr(fixture->notices->str, "0777"));
}

static void a_symbolic_link_in_place_of_the_store_is_not_followed(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = db_path(fixture), *other = g_strconcat(path, ".other", NULL);
	store_close(fixture->store);
	assert_int_equal(g_rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	fixture->store = store_open(fixture->dir, STORE_ENGINE, NULL, NULL, &error);
	assert_null(fixture->store);
	assert_non_null(strstr(error->message, "symbolic link"));
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_rename(other, path), 0);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
}

static void a_second_engine_is_refused_with_the_pid_of_the_first(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GError) error = NULL;
	g_autofree char *pid = g_strdup_printf("pid %d", (int)getpid());
	assert_null(store_open(fixture->dir, STORE_ENGINE, NULL, NULL, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_LOCKED));
	assert_non_null(strstr(error->message, pid));
	assert_non_null(strstr(error->message, fixture->dir));
}

/* As when the engine is killed between fork and exec of its parser. */
static void the_lock_of_a_killed_engine_ends_with_the_child_it_was_starting(void **state)
{
	struct fixture *fixture = *state;
	int status;
	store_close(fixture->store);
	pid_t engine = fork();
	if (engine == 0) {
		int lock = files_lock(fixture->dir, NULL);
		if (lock >= 0 && fork() == 0)
			g_usleep(300000);
		_exit(lock < 0);
	}
	assert_int_equal(waitpid(engine, &status, 0), engine);
	assert_int_equal(status, 0);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
}

static void commands_read_and_edit_beside_the_engine(void **state)
{
	struct fixture *fixture = *state;
	put_article(fixture, 7);
	struct store *reader = fixture_open(fixture, STORE_READ);
	struct store *editor = fixture_open(fixture, STORE_EDIT);
	struct article *article = store_article(reader, 7, NULL);
	assert_string_equal(article->title, "Titolo");
	article_free(article);
	assert_true(store_mark(editor, 7, "f", true, "me", 5, NULL));
	g_autoptr(GPtrArray) marks = store_marks(fixture->store, "f", NULL);
	assert_int_equal(marks->len, 1);
	store_close(editor);
	store_close(reader);
}

static void a_reader_without_a_store_says_how_it_is_made(void **state)
{
	g_autoptr(GError) error = NULL;
	(void)state;
	assert_null(store_open("/nonexistent/vedetta", STORE_READ, NULL, NULL, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_ABSENT));
	assert_non_null(strstr(error->message, "vedetta run"));
}

static void a_locked_database_is_busy_and_then_works(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	g_autoptr(GError) error = NULL;
	sqlite3 *other;
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_busy_timeout(fixture->store->db, 1);
	assert_false(store_value_set(fixture->store, "a", "1", &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_BUSY));
	sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(other);
	assert_true(store_value_set(fixture->store, "a", "1", NULL));
	g_autofree char *value = store_value(fixture->store, "a", NULL);
	assert_string_equal(value, "1");
}

static void overwrite(const char *path, off_t offset, const void *bytes, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, length, offset), (ssize_t)length);
	close(fd);
}

static bool aside_exists(struct fixture *fixture)
{
	g_autoptr(GDir) entries = g_dir_open(fixture->dir, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(entries)))
		if (g_str_has_prefix(name, STORE_FILE ".aside-"))
			return true;
	return false;
}

static void a_corrupt_header_is_moved_aside_and_the_backup_restored(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	put_article(fixture, 1);
	back_up(fixture, 1700000000);
	put_article(fixture, 2);
	store_close(fixture->store);
	overwrite(path, 0, "garbage garbage garbage", 23);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
	assert_true(aside_exists(fixture));
	assert_true(has_article(fixture, 1));
	assert_false(has_article(fixture, 2));
	assert_non_null(strstr(fixture->notices->str, "vedetta-20231114T221320Z.db"));
}

static void every_kind_of_broken_page_is_found_at_start(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	for (uint64_t uid = 1; uid < 400; uid++)
		put_article(fixture, uid);
	back_up(fixture, 1700000000);
	off_t page_size = pragma(fixture, "PRAGMA page_size");
	store_close(fixture->store);
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	char junk[512];
	memset(junk, 0xa5, sizeof junk);
	for (off_t page = 0; page < status.st_size / page_size; page++) {
		/* Page heads: type, cell pointers. Unused pages may pass unseen. */
		overwrite(path, page * page_size + (page ? 0 : 100), junk, sizeof junk);
		fixture->store = fixture_open(fixture, STORE_ENGINE);
		for (uint64_t uid = 1; uid < 400; uid += 57)
			assert_true(has_article(fixture, uid));
		store_close(fixture->store);
	}
	fixture->store = fixture_open(fixture, STORE_ENGINE);
}

static void a_torn_wal_keeps_all_whole_commits(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	g_autofree char *wal = g_strconcat(path, "-wal", NULL);
	put_article(fixture, 1);
	struct stat before, after;
	assert_int_equal(stat(wal, &before), 0);
	put_article(fixture, 2);
	assert_int_equal(stat(wal, &after), 0);
	/* Copies of the files as a crash would leave them, the last frame half written. */
	g_autofree char *db = NULL, *log = NULL;
	size_t db_len, log_len;
	assert_true(g_file_get_contents(path, &db, &db_len, NULL));
	assert_true(g_file_get_contents(wal, &log, &log_len, NULL));
	store_close(fixture->store);
	overwrite(path, 0, db, db_len);
	assert_int_equal(truncate(path, (off_t)db_len), 0);
	overwrite(wal, 0, log, log_len - 2000);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
	assert_true(has_article(fixture, 1));
	assert_false(has_article(fixture, 2));
	assert_false(aside_exists(fixture));
}

static void an_empty_file_gives_way_to_the_backup(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	put_article(fixture, 1);
	back_up(fixture, 1700000000);
	store_close(fixture->store);
	assert_int_equal(truncate(path, 0), 0);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
	assert_true(has_article(fixture, 1));
}

static void a_bad_backup_is_passed_over_for_an_older_good_one(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	g_autofree char *newest = g_build_filename(fixture->dir, STORE_BACKUP_FOLDER,
						   "vedetta-20231115T221320Z.db", NULL);
	put_article(fixture, 1);
	back_up(fixture, 1700000000);
	overwrite(newest, 0, "SQLite format 3\0but not really", 30);
	store_close(fixture->store);
	overwrite(path, 0, "x", 1);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
	assert_true(has_article(fixture, 1));
}

static void another_programs_database_is_not_overwritten(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	store_close(fixture->store);
	g_unlink(path);
	sqlite3 *other;
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	sqlite3_exec(other, "CREATE TABLE song (name TEXT); INSERT INTO song VALUES ('mine')", NULL,
		     NULL, NULL);
	sqlite3_close(other);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
	assert_true(aside_exists(fixture));
	assert_non_null(strstr(fixture->notices->str, "another program"));
	assert_int_equal(pragma(fixture, "PRAGMA application_id"), SCHEMA_APPLICATION_ID);
}

static void a_newer_version_is_refused_and_left_as_it_is(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	g_autoptr(GError) error = NULL;
	assert_true(sql_script(fixture->store, "PRAGMA user_version = 999", "test", NULL));
	store_close(fixture->store);
	fixture->store = NULL;
	g_autofree char *before = NULL, *after = NULL;
	size_t before_len, after_len;
	g_file_get_contents(path, &before, &before_len, NULL);
	assert_null(store_open(fixture->dir, STORE_ENGINE, NULL, NULL, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_NEWER));
	g_file_get_contents(path, &after, &after_len, NULL);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, before_len);
}

static void a_migration_happens_whole_or_not_at_all(void **state)
{
	struct fixture *fixture = *state;
	const char *bad[SCHEMA_VERSION + 2] = {[SCHEMA_VERSION] = "CREATE TABLE extra (x);", "CREATE nonsense"};
	const char *good[SCHEMA_VERSION + 2] = {[SCHEMA_VERSION] = "CREATE TABLE extra (x);",
						"ALTER TABLE extra ADD COLUMN y;"};
	g_autoptr(GError) error = NULL;
	assert_false(schema_migrate(fixture->store, bad, SCHEMA_VERSION, SCHEMA_VERSION + 2, &error));
	assert_int_equal(pragma(fixture, "PRAGMA user_version"), SCHEMA_VERSION);
	assert_int_equal(pragma(fixture, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'"),
			 0);
	assert_true(schema_migrate(fixture->store, good, SCHEMA_VERSION, SCHEMA_VERSION + 2, NULL));
	assert_int_equal(pragma(fixture, "PRAGMA user_version"), SCHEMA_VERSION + 2);
}

static void damage_met_at_work_is_repaired_at_the_next_call(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = db_path(fixture);
	for (uint64_t uid = 1; uid < 200; uid++)
		put_article(fixture, uid);
	back_up(fixture, 1700000000);
	fixture_reopen(fixture); /* all pages are in the file, none in the cache */
	struct stat status;
	stat(path, &status);
	off_t page_size = pragma(fixture, "PRAGMA page_size");
	char junk[4096];
	memset(junk, 0x5a, sizeof junk);
	for (off_t page = 1; page < status.st_size / page_size; page++)
		overwrite(path, page * page_size, junk, sizeof junk);
	sqlite3_db_release_memory(fixture->store->db); /* read again from the file */
	g_autoptr(GError) error = NULL;
	assert_null(store_article(fixture->store, 5, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_CORRUPT));
	assert_true(has_article(fixture, 5));
	assert_true(aside_exists(fixture));
}

static void backups_are_rotated(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *folder = g_build_filename(fixture->dir, STORE_BACKUP_FOLDER, NULL);
	put_article(fixture, 1);
	for (int day = 0; day < 5; day++)
		back_up(fixture, 1700000000 + day * 86400);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	unsigned count = 0;
	while (g_dir_read_name(entries))
		count++;
	assert_int_equal(count, 3);
	struct store_stats stats;
	assert_true(store_stats(fixture->store, &stats, NULL));
	assert_int_equal(stats.backup_at, 1700000000 + 4 * 86400);
}

/* The newest by their names, they kept new ones from being made, and kept from being kept what was made. */
static void backups_of_a_time_that_has_not_come_give_way(void **state)
{
	struct fixture *fixture = *state;
	const int64_t future = g_get_real_time() / G_USEC_PER_SEC + 4 * 365 * 86400LL;
	put_article(fixture, 1);
	for (int day = 0; day < 3; day++)
		back_up(fixture, future + day * 86400);
	assert_int_equal(store_backup_at(fixture->store), 0);
	for (int day = 0; day < 2; day++) {
		back_up(fixture, 1700000000 + day * 86400);
		assert_int_equal(store_backup_at(fixture->store), 1700000000 + day * 86400);
	}
	g_autoptr(GPtrArray) backups = files_backups(fixture->dir);
	assert_int_equal(backups->len, 3);
	assert_int_equal(files_backup_time(backups->pdata[1]), 1700000000);
}

static void a_backup_goes_on_while_the_store_is_written(void **state)
{
	struct fixture *fixture = *state;
	bool done = false;
	for (uint64_t uid = 1; uid < 300; uid++)
		put_article(fixture, uid);
	unsigned steps = 0;
	for (uint64_t uid = 1000; !done; uid++, steps++) {
		assert_true(store_backup_step(fixture->store, 4, 3, 1700000000, &done, NULL));
		put_article(fixture, uid);
	}
	assert_true(steps > 5);
}

static void the_probe_tells_that_the_store_works(void **state)
{
	struct fixture *fixture = *state;
	const char *reason = NULL;
	assert_true(store_probe(fixture->store, NULL));
	assert_true(store_healthy(fixture->store, &reason));
	assert_null(reason);
}

#define with_store(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_store(the_store_is_durable_against_power_cuts),
		with_store(the_folder_and_the_file_are_private),
		with_store(a_folder_that_everybody_can_write_into_is_closed),
		with_store(a_symbolic_link_in_place_of_the_store_is_not_followed),
		with_store(a_second_engine_is_refused_with_the_pid_of_the_first),
		with_store(the_lock_of_a_killed_engine_ends_with_the_child_it_was_starting),
		with_store(commands_read_and_edit_beside_the_engine),
		with_store(a_reader_without_a_store_says_how_it_is_made),
		with_store(a_locked_database_is_busy_and_then_works),
		with_store(a_corrupt_header_is_moved_aside_and_the_backup_restored),
		with_store(every_kind_of_broken_page_is_found_at_start),
		with_store(a_torn_wal_keeps_all_whole_commits),
		with_store(an_empty_file_gives_way_to_the_backup),
		with_store(a_bad_backup_is_passed_over_for_an_older_good_one),
		with_store(another_programs_database_is_not_overwritten),
		with_store(a_newer_version_is_refused_and_left_as_it_is),
		with_store(a_migration_happens_whole_or_not_at_all),
		with_store(damage_met_at_work_is_repaired_at_the_next_call),
		with_store(backups_are_rotated),
		with_store(backups_of_a_time_that_has_not_come_give_way),
		with_store(a_backup_goes_on_while_the_store_is_written),
		with_store(the_probe_tells_that_the_store_works),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
