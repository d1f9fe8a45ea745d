/* feeds_catalogue: browse the shipped catalogue and subscribe from it.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/feeds_file.h"
#include "daemon/cli/place.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *const files[] = {"feeds/catalogue/italia.opml", "feeds/catalogue/mondo.opml"};

struct wish {
	char *country, *language, *kind, *topic;
	gboolean no_state_media, only_state_media, add, json;
	char **words;
};

static bool is_word(const char *wanted, const char *value)
{
	return !wanted || (value && g_ascii_strcasecmp(wanted, value) == 0);
}

static bool has_topic(const char *wanted, char **topics)
{
	if (!wanted)
		return true;
	for (; topics && *topics; topics++)
		if (g_ascii_strcasecmp(wanted, *topics) == 0)
			return true;
	return false;
}

static bool has_words(char **words, const struct subscription *s)
{
	g_autofree char *all = g_strjoin(" ", s->title, s->url, s->owner ? s->owner : "", NULL);
	g_autofree char *folded = g_utf8_casefold(all, -1);
	for (; *words; words++) {
		g_autofree char *word = g_utf8_casefold(*words, -1);
		if (!strstr(folded, word))
			return false;
	}
	return true;
}

static bool is_wished(const struct wish *wish, const struct subscription *s)
{
	return is_word(wish->country, s->country) && is_word(wish->language, s->language) &&
	       is_word(wish->kind, s->kind) && has_topic(wish->topic, s->topics) &&
	       !(wish->no_state_media && s->state_media) &&
	       !(wish->only_state_media && !s->state_media) && has_words(wish->words, s);
}

static void print_row(const struct subscription *s, bool json)
{
	g_autofree char *topics = s->topics ? g_strjoinv(", ", s->topics) : g_strdup("");
	if (!json) {
		printf("%-2s %-2s  %-20s  %s\n              %s\n", s->country ? s->country : "",
		       s->language ? s->language : "", s->kind ? s->kind : "", s->title, s->url);
		printf(_("              owner %s%s; %s\n"), s->owner ? s->owner : "-",
		       s->state_media ? _(", controlled by a state") : "", topics);
		return;
	}
	json_t *object = json_pack("{ss ss ss* ss* ss* ss* ss* ss sb}", "url", s->url, "title",
				   s->title, "site", s->site_url, "country", s->country, "language",
				   s->language, "owner", s->owner, "kind", s->kind, "topics",
				   topics, "state_media", s->state_media);
	cli_json(stdout, object);
}

/* struct subscription *, owned by the array. */
static GPtrArray *read_catalogue(GError **error)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)subscription_free);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = config_data_path(files[i]);
		struct opml *opml = opml_load(path, error);
		if (!opml) {
			g_prefix_error(error, "%s: ", path);
			g_ptr_array_unref(all);
			return NULL;
		}
		g_ptr_array_extend_and_steal(all, opml_subscriptions(opml, NULL));
		opml_free(opml);
	}
	return all;
}

static int subscribe(const GPtrArray *wished)
{
	int exit_code = EXIT_DONE;
	struct feeds_file file;
	unsigned added = 0;

	if (!feeds_file_open(&file, "feeds catalogue", &exit_code))
		return exit_code;
	for (unsigned i = 0; i < wished->len; i++)
		added += opml_add(file.opml, wished->pdata[i]);
	if (!feeds_file_save(&file, "feeds catalogue"))
		exit_code = EXIT_NO;
	else
		printf(ngettext("%u feed added, %u known already\n", "%u feeds added, %u known already\n", added),
		       added, wished->len - added);
	feeds_file_close(&file);
	return exit_code;
}

static int browse(const struct wish *wish)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) all = read_catalogue(&error);
	g_autoptr(GPtrArray) wished = g_ptr_array_new();

	if (!all) {
		cli_error("feeds catalogue", "%s", error->message);
		return EXIT_NO;
	}
	for (unsigned i = 0; i < all->len; i++)
		if (is_wished(wish, all->pdata[i]))
			g_ptr_array_add(wished, all->pdata[i]);
	for (unsigned i = 0; i < wished->len; i++)
		print_row(wished->pdata[i], wish->json);
	if (!wish->json)
		printf(_("%u of %u feeds\n"), wished->len, all->len);
	return wish->add ? subscribe(wished) : wished->len ? EXIT_DONE : EXIT_NO;
}

int feeds_catalogue(int argc, char **argv)
{
	struct wish wish = {0};
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"country", 0, 0, G_OPTION_ARG_STRING, &wish.country,
		 N_("ISO 3166 code; EU and INT for bodies above states"), "CODE"},
		{"language", 0, 0, G_OPTION_ARG_STRING, &wish.language, N_("ISO 639 code"), "CODE"},
		{"kind", 0, 0, G_OPTION_ARG_STRING, &wish.kind,
		 N_("agency, newspaper, think tank, state media, …"), "KIND"},
		{"topic", 0, 0, G_OPTION_ARG_STRING, &wish.topic, N_("world, defence, russia, …"),
		 "TOPIC"},
		{"no-state-media", 0, 0, G_OPTION_ARG_NONE, &wish.no_state_media,
		 N_("leave out what a state controls"), NULL},
		{"only-state-media", 0, 0, G_OPTION_ARG_NONE, &wish.only_state_media,
		 N_("only what a state controls"), NULL},
		{"add", 0, 0, G_OPTION_ARG_NONE, &wish.add, N_("subscribe to what is shown"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &wish.json, N_("one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (cli_options(&argc, &argv, entries, "[WORD…]",
			_("Browse the shipped catalogue of Italian and international feeds; --add "
			  "subscribes."),
			&exit_code)) {
		wish.words = argv + 1;
		exit_code = browse(&wish);
	}
	g_free(wish.country);
	g_free(wish.language);
	g_free(wish.kind);
	g_free(wish.topic);
	return exit_code;
}
