/* confined: run a command under the system calls that a systemd unit would leave it. For tests where no systemd runs.
 *
 *   confined CALLS FAMILIES COMMAND ARGUMENT…
 *
 * CALLS: a file of names, one a line, all else fails with EPERM (SystemCallFilter=). FAMILIES: numbers of the socket
 * families that may be had, between commas (RestrictAddressFamilies=). Memory is writable or executable, never both, and
 * never executable later (MemoryDenyWriteExecute=).  SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO SCMP_ACT_ERRNO(EPERM)

static bool listed(char *const *list, const char *word)
{
	return g_strv_contains((const char *const *)list, word);
}

static int allow_sockets(scmp_filter_ctx filter, char *const *families)
{
	int result = 0;
	for (; *families && result == 0; families++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					  SCMP_A0(SCMP_CMP_EQ, g_ascii_strtoull(*families, NULL, 10), 0));
	return result;
}

/* Allowed without PROT_EXEC; mmap() also without PROT_WRITE. */
static int allow_memory(scmp_filter_ctx filter)
{
	int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC));
	return result;
}

static bool confine(char *const *calls, char *const *families)
{
	static const char *const conditional[] = {"socket", "mprotect", "mmap", "pkey_mprotect"};
	scmp_filter_ctx filter = seccomp_init(NO);
	int result = filter ? 0 : -ENOMEM;

	for (char *const *call = calls; *call && result == 0; call++) {
		int number = seccomp_syscall_resolve_name(*call);
		bool later = false;
		for (size_t i = 0; i < G_N_ELEMENTS(conditional); i++)
			later = later || strcmp(conditional[i], *call) == 0;
		if (number >= 0 && !later)
			result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
	}
	if (result == 0 && listed(calls, "socket"))
		result = allow_sockets(filter, families);
	if (result == 0)
		result = allow_memory(filter);
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result == 0;
}

int main(int argc, char **argv)
{
	g_autofree char *text = NULL;

	if (argc < 4 || !g_file_get_contents(argv[1], &text, NULL, NULL)) {
		fprintf(stderr, "usage: confined CALLS FAMILIES COMMAND…\n");
		return 2;
	}
	g_auto(GStrv) calls = g_strsplit(g_strchomp(text), "\n", -1);
	g_auto(GStrv) families = g_strsplit(argv[2], ",", -1);
	if (!confine(calls, families)) {
		fprintf(stderr, "confined: no filter\n");
		return 77;
	}
	execvp(argv[3], argv + 3);
	perror(argv[3]);
	return 126;
}
