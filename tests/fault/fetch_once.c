/* fetch_once: download one document with a limit, and say what became of it: "limit", "error TEXT"
 * or "took N". fetch_once URL MAX_BYTES        SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "feeds/error.h"
#include "feeds/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_done(const struct fetch_response *response, const GError *error, void *loop)
{
	if (g_error_matches(error, FEED_ERROR, FEED_ERROR_LIMIT))
		puts("limit");
	else if (error)
		printf("error %s\n", error->message);
	else
		printf("took %zu\n", response->body ? g_bytes_get_size(response->body) : 0);
	g_main_loop_quit(loop);
}

/* Of this program alone: getrusage() would count what its parent had before exec. */
static void say_peak(void)
{
	g_autofree char *status = NULL;
	const char *peak = NULL;
#ifdef VEDETTA_SANITIZERS /* their own memory tells nothing */
	puts("peak 1");
	return;
#endif
	if (g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		peak = strstr(status, "VmHWM:");
	printf("peak %ld\n", peak ? atol(peak + strlen("VmHWM:")) : 0);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	g_autoptr(GError) error = NULL;
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	const struct fetcher_options options = {.user_agent = "fetch_once",
						.allow_private_networks = true};
	const struct fetch_request request = {.url = argv[1], .max_bytes = (size_t)atoll(argv[2])};
	struct fetcher *fetcher = fetcher_new(&options, &error);
	if (!fetcher || !fetch_start(fetcher, &request, on_done, loop, &error)) {
		printf("error %s\n", error->message);
		return 1;
	}
	g_main_loop_run(loop);
	fetcher_free(fetcher);
	say_peak();
	return 0;
}
