/* channels: see channels.h. A row for each kind of channel.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include <config.h>

#include "daemon/channels.h"

#include "daemon/alerts/channel_atom.h"
#include "daemon/alerts/channel_desktop.h"
#include "daemon/alerts/channel_email.h"
#include "daemon/alerts/channel_journal.h"
#include "daemon/alerts/channel_log.h"
#include "daemon/alerts/channel_syslog.h"
#include "daemon/alerts/channel_terminal.h"
#include "daemon/alerts/channel_webhook.h"
#include "daemon/control.h"
#include "daemon/secret.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* What a channel may be made from. */
struct making {
	const struct config *config;
	const struct config_channel *c;
	struct control *control;
};

/* The file a channel writes: as named, inside the configuration folder if relative; else in the
 * state folder. */
static char *file_of(const struct making *m, const char *otherwise)
{
	return m->c->file ? config_path(m->config, m->c->file)
			  : g_build_filename(m->config->state_directory, otherwise, NULL);
}

/* *secret is NULL if none is configured; false if it cannot be had. Free with secret_free(). */
static bool secret_of(const struct making *m, const char *file, char **secret, GError **error)
{
	g_autofree char *path = file ? config_path(m->config, file) : NULL;
	*secret = path ? secret_read(file, path, error) : NULL;
	return *secret || !path;
}

static char *ca_file_of(const struct making *m)
{
	const char *file = m->c->ca_file ? m->c->ca_file : m->config->ca_file;
	return file ? config_path(m->config, file) : NULL;
}

static struct channel *make_terminal(const struct making *m, GError **error)
{
	const char *no_colour = getenv("NO_COLOR");
	(void)m, (void)error;
	return channel_terminal_new(!(no_colour && *no_colour));
}

static struct channel *make_log(const struct making *m, GError **error)
{
	g_autofree char *path = file_of(m, "alerts.jsonl");
	(void)error;
	return channel_log_new(path);
}

static struct channel *make_email(const struct making *m, GError **error)
{
	static const enum smtp_protection protections[] = {
		[SMTP_STARTTLS] = SMTP_WITH_STARTTLS,
		[SMTP_TLS] = SMTP_WITH_TLS,
		[SMTP_PLAIN] = SMTP_UNPROTECTED,
	};
	char *password;
	if (!secret_of(m, m->c->password_file, &password, error))
		return NULL;
	g_autofree char *ca_file = ca_file_of(m);
	const struct email_options options = {
		.server = m->c->server,
		.user = m->c->user,
		.password = password,
		.port = (unsigned)m->c->port,
		.protection = protections[m->c->security],
		.ca_file = ca_file,
		.from = m->c->from,
		.reply_to = m->c->reply_to,
		.instance = m->config->instance,
		.timeout_s = (unsigned)m->c->timeout,
		.networks = m->c->allow_networks,
		.max_parallel = (unsigned)m->c->max_parallel,
	};
	struct channel *channel = channel_email_new(&options, error);
	secret_free(password);
	return channel;
}

/* A channel's networks are beside those of the whole service. */
static char **networks_of(const struct making *m)
{
	g_autoptr(GStrvBuilder) networks = g_strv_builder_new();
	g_strv_builder_addv(networks, (const char **)m->config->allow_networks);
	g_strv_builder_addv(networks, (const char **)m->c->allow_networks);
	return g_strv_builder_end(networks);
}

static struct channel *make_webhook(const struct making *m, GError **error)
{
	char *secret = NULL, *token = NULL;
	if (!secret_of(m, m->c->secret_file, &secret, error))
		return NULL;
	if (!secret_of(m, m->c->token_file, &token, error)) {
		secret_free(secret);
		return NULL;
	}
	g_autofree char *ca_file = ca_file_of(m);
	g_autofree char *user_agent = config_user_agent(m->config);
	g_auto(GStrv) networks = networks_of(m);
	const struct webhook_options options = {
		.target = {.preset = m->c->preset,
			   .template = m->c->template,
			   .url = m->c->url,
			   .target = m->c->target,
			   .token = token},
		.secret = secret,
		.headers = m->c->headers,
		.networks = networks,
		.ca_file = ca_file,
		.user_agent = user_agent,
		.timeout_s = (unsigned)m->c->timeout,
	};
	struct channel *channel = channel_webhook_new(&options, error);
	secret_free(secret);
	secret_free(token);
	return channel;
}

static struct channel *make_syslog(const struct making *m, GError **error)
{
	return channel_syslog_new(m->c->address, (unsigned)m->c->port, m->c->facility, error);
}

static struct channel *make_journal(const struct making *m, GError **error)
{
	bool named = m->c->address && strcmp(m->c->address, "/dev/log") != 0;
	(void)error;
	return channel_journal_new(named ? m->c->address : JOURNAL_SOCKET);
}

static struct channel *make_atom(const struct making *m, GError **error)
{
	g_autofree char *path = file_of(m, "alerts.atom");
	(void)error;
	return channel_atom_new(path, m->config->instance);
}

static struct channel *make_desktop(const struct making *m, GError **error)
{
	(void)error;
	if (m->control)
		control_run_agent(m->control);
	return channel_desktop_new(m->control ? control_agents(m->control) : NULL,
				   (unsigned)m->c->away_limit);
}

static struct channel *(*const kinds[])(const struct making *m, GError **error) = {
	[CHANNEL_TERMINAL] = make_terminal, [CHANNEL_LOG] = make_log,
	[CHANNEL_DESKTOP] = make_desktop,   [CHANNEL_EMAIL] = make_email,
	[CHANNEL_WEBHOOK] = make_webhook,   [CHANNEL_SYSLOG] = make_syslog,
	[CHANNEL_JOURNAL] = make_journal,   [CHANNEL_ATOM] = make_atom,
};

struct channel *channels_open_one(const struct config *config, const char *name,
				  struct control *control, GError **error)
{
	const struct config_channel *c = NULL;
	for (unsigned i = 0; i < config->channels->len && !c; i++) {
		const struct config_channel *each = config->channels->pdata[i];
		c = strcmp(each->title, name) == 0 ? each : NULL;
	}
	if (!c) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
			    _("the configuration names no channel '%s'"), name);
		return NULL;
	}
	/* a reader that goes away answers with EPIPE */
	signal(SIGPIPE, SIG_IGN);
	struct making m = {config, c, control};
	struct channel *channel = kinds[c->type](&m, error);
	if (!channel) {
		g_prefix_error(error, _("channel '%s': "), name);
		return NULL;
	}
	channel->name = g_strdup(c->title);
	channel->max_parallel = (unsigned)c->max_parallel;
	/* an agent must see a burst to fold it; not many more, for a crash repeats what is under
	 * way */
	if (c->type == CHANNEL_DESKTOP)
		channel->max_parallel = MAX(channel->max_parallel, (unsigned)c->away_limit + 3);
	channel->retry_min_s = (unsigned)c->retry_min;
	channel->retry_max_s = (unsigned)c->retry_max;
	channel->lifetime_s = (unsigned)c->lifetime;
	return channel;
}

static void free_channel(gpointer data)
{
	struct channel *channel = data;
	channel->ops->free(channel);
}

GPtrArray *channels_open(const struct config *config, struct control *control, GError **error)
{
	GPtrArray *channels = g_ptr_array_new_with_free_func(free_channel);
	for (unsigned i = 0; i < config->channels->len; i++) {
		const struct config_channel *c = config->channels->pdata[i];
		struct channel *channel = channels_open_one(config, c->title, control, error);
		if (!channel) {
			g_ptr_array_unref(channels);
			return NULL;
		}
		g_ptr_array_add(channels, channel);
	}
	return channels;
}

struct channel *channels_find(const GPtrArray *channels, const char *name)
{
	for (unsigned i = 0; i < channels->len; i++) {
		struct channel *channel = channels->pdata[i];
		if (strcmp(channel->name, name) == 0)
			return channel;
	}
	return NULL;
}

void channels_reopen(const GPtrArray *channels)
{
	for (unsigned i = 0; i < channels->len; i++) {
		struct channel *channel = channels->pdata[i];
		if (channel->ops->reopen)
			channel->ops->reopen(channel);
	}
}
