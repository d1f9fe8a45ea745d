/* replay: the fuzz targets without a fuzzer: every seed, its beginnings, and seeds with bytes
 * changed at places that a fixed sequence picks.  replay DIR (with a folder for each target)
 * [VARIANTS] SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/targets.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*run)(const uint8_t *bytes, size_t bytes_len);
} targets[] = {
	{"feed", fuzz_feed},
	{"json", fuzz_json},
	{"html", fuzz_html},
	{"page", fuzz_page},
	{"date", fuzz_date},
	{"url", fuzz_url},
	{"http", fuzz_http},
	{"wire", fuzz_wire},
	{"filter_file", fuzz_filter_file},
	{"expression", fuzz_expression},
	{"tokeniser", fuzz_tokeniser},
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* An exact copy on the heap, so that a read past its end is seen. */
static void run_copy(size_t target, const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	memcpy(copy, bytes, len);
	targets[target].run(copy, len);
	free(copy);
}

static void run_variants(size_t target, uint8_t *bytes, size_t len, unsigned variants)
{
	static const char odd[] = "<>&;\"'/]-=:\0\xff\xc3\x80 \n{[,0%+";
	uint32_t state = (uint32_t)len;

	for (unsigned i = 0; i < variants && len; i++) {
		uint8_t *copy = malloc(len);
		size_t cut = i % 4 == 0 ? next_random(&state) % len : len;
		memcpy(copy, bytes, len);
		for (unsigned j = 0; j <= i % 5; j++)
			copy[next_random(&state) % len] =
				(uint8_t)odd[next_random(&state) % (sizeof odd - 1)];
		run_copy(target, copy, cut);
		free(copy);
	}
}

static unsigned run_folder(size_t target, const char *folder, unsigned variants)
{
	g_autofree char *path = g_build_filename(folder, targets[target].name, NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;
	unsigned count = 0;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		g_autofree char *bytes = NULL;
		gsize len;
		if (!g_file_get_contents(file, &bytes, &len, NULL))
			continue;
		run_copy(target, (const uint8_t *)bytes, len);
		run_variants(target, (uint8_t *)bytes, len, variants);
		count++;
	}
	printf("%s: %u seeds, %u variants each\n", targets[target].name, count, variants);
	return count;
}

int main(int argc, char **argv)
{
	unsigned variants = argc > 2 ? (unsigned)atoi(argv[2]) : 30;
	bool ok = argc > 1;

	for (size_t i = 0; ok && i < G_N_ELEMENTS(targets); i++)
		ok = run_folder(i, argv[1], variants) > 0;
	if (!ok)
		fprintf(stderr, "usage: replay DIR [VARIANTS]; DIR holds a folder of seeds for "
				"each target\n");
	return ok ? 0 : 1;
}
