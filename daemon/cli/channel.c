/* channel: `vedetta channel test NAME`: a real message through one channel, before it is trusted.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/alerts/compose.h"
#include "daemon/alerts/words.h"
#include "daemon/channels.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/control.h"
#include "daemon/routes.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define AGENT_SECONDS 5

struct test {
	GMainLoop *loop;
	enum send_result result;
	char *detail;
	bool answered;
};

static void on_answer(enum send_result result, const char *detail, void *user_data)
{
	struct test *test = user_data;
	test->result = result;
	test->detail = g_strdup(detail);
	test->answered = true;
	g_main_loop_quit(test->loop);
}

static bool send_one(struct channel *channel, const char *recipient, const char *language)
{
	static const char *const words[] = {
		[SEND_DONE] = N_("sent"),
		[SEND_RETRY] = N_("not sent now, would be tried again"),
		[SEND_REFUSED] = N_("refused"),
		[SEND_AWAY] = N_("the reader is away, would be told afterwards"),
		[SEND_UNKNOWN] = N_("perhaps sent, would be repeated under the same id"),
	};
	struct test test = {.loop = g_main_loop_new(NULL, FALSE)};
	g_autofree char *random = g_uuid_string_random();
	g_autofree char *key = g_strdup_printf("test.%s", random);
	struct message *message =
		compose_text(DELIVERY_TEST, key, word(language, WORD_TEST_SUBJECT),
			     word(language, WORD_TEST_TEXT), PRIORITY_NORMAL, language,
			     g_get_real_time() / G_USEC_PER_SEC);
	channel_send(channel, message, recipient, on_answer, &test);
	if (!test.answered)
		g_main_loop_run(test.loop);
	g_autofree char *shown = test.detail ? cli_text(test.detail, 0) : NULL;
	printf("%s%s%s: %s%s%s\n", channel->name, *recipient ? " -> " : "", recipient,
	       _(words[test.result]), shown ? ": " : "", shown ? shown : "");
	message_free(message);
	g_main_loop_unref(test.loop);
	g_free(test.detail);
	return test.result == SEND_DONE;
}

/* Everybody the channel could write to: its own recipients, and people of routes that name it. */
static GPtrArray *recipients_of(const struct config *config, const char *name)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	struct routes *routes = routes_new(config);
	for (unsigned i = 0; i <= routes->list->len; i++) {
		const GPtrArray *list =
			i < routes->list->len
				? ((const struct route *)routes->list->pdata[i])->recipients
				: routes->service;
		for (unsigned j = 0; j < list->len; j++) {
			const struct route_recipient *to = list->pdata[j];
			if (strcmp(to->channel, name) == 0 &&
			    !g_ptr_array_find_with_equal_func(found, to->recipient, g_str_equal,
							      NULL))
				g_ptr_array_add(found, g_strdup(to->recipient));
		}
	}
	routes_free(routes);
	return found;
}

/* A desktop is reached through an agent: one of our own, on a socket beside that of a service that
 * may run. */
struct desktop {
	char *folder;
	struct control *control;
	GMainLoop *loop;
};

static void on_ready(void *data)
{
	g_main_loop_quit(data);
}

static gboolean on_no_agent(void *data)
{
	g_main_loop_quit(data);
	return G_SOURCE_CONTINUE;
}

static bool desktop_open(struct desktop *desktop, GError **error)
{
	desktop->folder = g_dir_make_tmp("vedetta-test-XXXXXX", error);
	desktop->control = desktop->folder ? control_new(desktop->folder, NULL, error) : NULL;
	desktop->loop = g_main_loop_new(NULL, FALSE);
	return desktop->control != NULL;
}

/* Until the agent has found the notification daemon, which it says, or has had the time to. */
static void desktop_wait(struct desktop *desktop)
{
	guint timer = g_timeout_add_seconds(AGENT_SECONDS, on_no_agent, desktop->loop);
	control_on_ready(desktop->control, on_ready, desktop->loop);
	g_main_loop_run(desktop->loop);
	g_source_remove(timer);
}

static void desktop_close(struct desktop *desktop)
{
	control_free(desktop->control);
	if (desktop->folder)
		g_rmdir(desktop->folder);
	g_free(desktop->folder);
	g_clear_pointer(&desktop->loop, g_main_loop_unref);
}

static bool is_desktop(const struct config *config, const char *name)
{
	for (unsigned i = 0; i < config->channels->len; i++) {
		const struct config_channel *channel = config->channels->pdata[i];
		if (strcmp(channel->title, name) == 0)
			return channel->type == CHANNEL_DESKTOP;
	}
	return false;
}

static int test_channel(const struct config *config, const char *name, char *const *to)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) recipients = recipients_of(config, name);
	struct desktop desktop = {0};
	bool fine = !is_desktop(config, name) || desktop_open(&desktop, &error);
	struct channel *channel =
		fine ? channels_open_one(config, name, desktop.control, &error) : NULL;
	int exit_code = EXIT_DONE;
	if (!channel) {
		cli_error("channel", "%s", error->message);
		desktop_close(&desktop);
		return EXIT_USAGE;
	}
	if (desktop.control)
		desktop_wait(&desktop);
	if (to && *to) {
		g_ptr_array_set_size(recipients, 0);
		for (; *to; to++)
			g_ptr_array_add(recipients, g_strdup(*to));
	} else if (!recipients->len) {
		g_ptr_array_add(recipients, g_strdup(""));
	}
	for (unsigned i = 0; i < recipients->len; i++)
		if (!send_one(channel, recipients->pdata[i], routes_language(config)))
			exit_code = EXIT_NO;
	channel->ops->free(channel);
	desktop_close(&desktop);
	return exit_code;
}

int cmd_channel(int argc, char **argv)
{
	g_auto(GStrv) to = NULL;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"to", 0, 0, G_OPTION_ARG_STRING_ARRAY, &to,
		 N_("send to this address only (e-mail); may be repeated"), "ADDRESS"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "test NAME",
			 _("Send a real test message through one channel of the configuration, at "
			   "once and\n"
			   "beside the outbox, and say what came of it."),
			 &exit_code))
		return exit_code;
	if (argc != 3 || strcmp(argv[1], "test") != 0) {
		cli_error("channel", "%s", _("expected: test NAME"));
		return EXIT_USAGE;
	}
	struct config *config = cli_config("channel", &exit_code);
	if (!config)
		return exit_code;
	exit_code = test_channel(config, argv[2], to);
	config_free(config);
	return exit_code;
}
