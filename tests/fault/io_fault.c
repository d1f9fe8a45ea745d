/* io_fault: a library to preload that breaks the k-th write or sync under a folder.
 *   FAULT_DIR    only files below it count
 *   FAULT_AT     k, from 1; 0: count only
 *   FAULT_HOW    kill (before), kill-after, torn (half of it, then kill), EIO, ENOSPC, EROFS
 *   FAULT_LAST   how many calls fail from the k-th on; 0: for good (for the errors)
 *   FAULT_ONLY   write or sync; absent: both
 *   FAULT_COUNT  file that gets the number of calls seen, at exit
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long seen;

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset);
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset);
ssize_t write(int fd, const void *bytes, size_t count);
int fsync(int fd);
int fdatasync(int fd);
int ftruncate(int fd, off_t length);
int ftruncate64(int fd, off_t length);

static long number(const char *name)
{
	const char *text = getenv(name);
	return text ? atol(text) : 0;
}

static bool below(int fd)
{
	char link[64], path[4096];
	const char *dir = getenv("FAULT_DIR");
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof path - 1);
	if (!dir || length <= 0)
		return false;
	path[length] = '\0';
	return strncmp(path, dir, strlen(dir)) == 0;
}

static int error_of(const char *how)
{
	return strcmp(how, "ENOSPC") == 0 ? ENOSPC : strcmp(how, "EROFS") == 0 ? EROFS : EIO;
}

enum verdict { PASS, FAIL, TORN, DIE, DIE_AFTER };

static enum verdict judge(int fd, const char *what)
{
	const char *how = getenv("FAULT_HOW"), *only = getenv("FAULT_ONLY");
	if (!how || (only && strcmp(only, what) != 0) || !below(fd))
		return PASS;
	long at = number("FAULT_AT"), last = number("FAULT_LAST");
	seen++;
	if (at == 0 || seen < at || (last && seen >= at + last))
		return PASS;
	if (strcmp(how, "kill") == 0)
		return DIE;
	if (strcmp(how, "kill-after") == 0)
		return DIE_AFTER;
	if (strcmp(how, "torn") == 0)
		return TORN;
	errno = error_of(how);
	return FAIL;
}

static void die(void)
{
	kill(getpid(), SIGKILL);
}

/* dlsym returns an object pointer; POSIX lets it be a function's. */
#define REAL(type, name) ((type)(void *)dlsym(RTLD_NEXT, name))
typedef ssize_t pwrite_fn(int, const void *, size_t, off_t);
typedef ssize_t write_fn(int, const void *, size_t);
typedef int sync_fn(int);
typedef int truncate_fn(int, off_t);

static ssize_t do_pwrite(const char *name, int fd, const void *bytes, size_t count, off_t offset)
{
	pwrite_fn *real = REAL(pwrite_fn *, name);
	enum verdict verdict = judge(fd, "write");
	if (verdict == FAIL)
		return -1;
	if (verdict == TORN)
		real(fd, bytes, count / 2, offset);
	if (verdict == TORN || verdict == DIE)
		die();
	ssize_t done = real(fd, bytes, count, offset);
	if (verdict == DIE_AFTER)
		die();
	return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
	return do_pwrite("pwrite", fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset)
{
	return do_pwrite("pwrite64", fd, bytes, count, offset);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
	write_fn *real = REAL(write_fn *, "write");
	enum verdict verdict = judge(fd, "write");
	if (verdict == FAIL)
		return -1;
	if (verdict == TORN && real(fd, bytes, count / 2) < 0)
		die();
	if (verdict == TORN || verdict == DIE)
		die();
	ssize_t done = real(fd, bytes, count);
	if (verdict == DIE_AFTER)
		die();
	return done;
}

static int do_sync(const char *name, int fd)
{
	enum verdict verdict = judge(fd, "sync");
	if (verdict == FAIL)
		return -1;
	if (verdict == TORN || verdict == DIE)
		die();
	int done = REAL(sync_fn *, name)(fd);
	if (verdict == DIE_AFTER)
		die();
	return done;
}

int fsync(int fd)
{
	return do_sync("fsync", fd);
}

int fdatasync(int fd)
{
	return do_sync("fdatasync", fd);
}

static int do_truncate(const char *name, int fd, off_t length)
{
	enum verdict verdict = judge(fd, "write");
	if (verdict == FAIL)
		return -1;
	if (verdict == TORN || verdict == DIE)
		die();
	int done = REAL(truncate_fn *, name)(fd, length);
	if (verdict == DIE_AFTER)
		die();
	return done;
}

int ftruncate(int fd, off_t length)
{
	return do_truncate("ftruncate", fd, length);
}

int ftruncate64(int fd, off_t length)
{
	return do_truncate("ftruncate64", fd, length);
}

__attribute__((destructor)) static void tell_count(void)
{
	const char *path = getenv("FAULT_COUNT");
	FILE *out = path ? fopen(path, "w") : NULL;
	if (!out)
		return;
	fprintf(out, "%ld\n", seen);
	fclose(out);
}
