/* window: see window.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/window.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE  ((size_t)WINDOW_SLOTS * WINDOW_SLOT)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static bool map(struct window *window, int fd)
{
	unsigned char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (bytes == MAP_FAILED)
		return false;
	window->bytes = bytes;
	return true;
}

int window_open(struct window *window)
{
	int fd = memfd_create("vedetta-documents", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	window->bytes = NULL;
	if (fd >= 0 && ftruncate(fd, (off_t)SIZE) == 0 && fcntl(fd, F_ADD_SEALS, SEALS) == 0 &&
	    map(window, fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

void window_adopt(struct window *window, int fd)
{
	struct stat status;

	window->bytes = NULL;
	if (fcntl(fd, F_GET_SEALS) == SEALS && fstat(fd, &status) == 0 &&
	    status.st_size == (off_t)SIZE)
		map(window, fd);
}

void window_close(struct window *window)
{
	if (window->bytes)
		munmap(window->bytes, SIZE);
	window->bytes = NULL;
}
