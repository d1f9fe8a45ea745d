/* sandbox: see sandbox.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "feeds/sandbox.h"

#include "feeds/error.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif

#define MEMORY_LIMIT (256UL << 20)

static bool fail(GError **error, const char *what, int code)
{
	g_set_error(error, FEED_ERROR, FEED_ERROR_WORKER, "sandbox: %s: %s", what, g_strerror(code));
	return false;
}

static bool set_limits(GError **error)
{
	const struct {
		int resource;
		rlim_t value;
	} limits[] = {
#ifndef VEDETTA_SANITIZERS /* shadow memory is mapped by the terabyte */
		{RLIMIT_AS, MEMORY_LIMIT},
#endif
		{RLIMIT_FSIZE, 0},
		{RLIMIT_CORE, 0},
		{RLIMIT_NOFILE, 3}, /* no descriptor above those that are open */
		{RLIMIT_NPROC, 0},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		const struct rlimit limit = {limits[i].value, limits[i].value};
		if (setrlimit(limits[i].resource, &limit) != 0)
			return fail(error, "setrlimit", errno);
	}
	return true;
}

/* No file system access at all. Kernels without Landlock leave the work to seccomp. */
static bool shut_files(GError **error)
{
#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset)
	const struct landlock_ruleset_attr all = {.handled_access_fs = (1ULL << 13) - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	if (rules < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP ? true
							      : fail(error, "landlock", errno);
	int result = (int)syscall(SYS_landlock_restrict_self, rules, 0);
	int code = errno;
	close(rules);
	if (result != 0)
		return fail(error, "landlock", code);
#else
	(void)error;
#endif
	return true;
}

static const int allowed[] = {
	SCMP_SYS(read),	   SCMP_SYS(write),	   SCMP_SYS(recvfrom), SCMP_SYS(sendto),
	SCMP_SYS(exit_group), SCMP_SYS(brk),	   SCMP_SYS(mmap),     SCMP_SYS(munmap),
	SCMP_SYS(mremap),  SCMP_SYS(madvise),	   SCMP_SYS(futex),    SCMP_SYS(rt_sigreturn),
	SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),
#ifdef VEDETTA_SANITIZERS /* what the sanitizers' run time asks for */
	SCMP_SYS(mprotect), SCMP_SYS(sigaltstack), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(readlink), SCMP_SYS(openat),
	SCMP_SYS(close), SCMP_SYS(newfstatat), SCMP_SYS(fstat), SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(prctl), SCMP_SYS(clone), SCMP_SYS(clone3),
	SCMP_SYS(wait4), SCMP_SYS(getrlimit), SCMP_SYS(prlimit64), SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq), SCMP_SYS(tgkill), SCMP_SYS(pipe2), SCMP_SYS(ptrace), SCMP_SYS(getppid),
	SCMP_SYS(setitimer), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(getdents64), SCMP_SYS(exit),
#endif
};

static bool shut_calls(GError **error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int result = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < G_N_ELEMENTS(allowed) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	if (result == 0)
		result = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	return result == 0 ? true : fail(error, "seccomp", -result);
}

bool sandbox_enter(GError **error)
{
	if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0)
		for (int fd = 3; fd < 4096; fd++)
			close(fd);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return fail(error, "prctl", errno);
	return shut_files(error) && set_limits(error) && shut_calls(error);
}
