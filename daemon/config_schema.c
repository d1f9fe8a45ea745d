/* config_schema: see config_schema.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config_schema.h"

#include "daemon/config.h"

#include <glib/gi18n.h>
#include <string.h>

#define KIB 1024.0
#define MIB (1024 * KIB)
#define DAY 86400.0

/* clang-format off */
static const struct setting service_settings[] = {
	{"language", SETTING_TEXT, offsetof(struct config, language), NULL, 0, 0, "it|en",
	 N_("language of alerts and digests; the locale decides if absent")},
	{"contact", SETTING_URL, offsetof(struct config, contact), "https://github.com/vedetta", 0, 0, NULL,
	 N_("page that tells publishers who polls them; part of the User-Agent")},
	{"user_agent", SETTING_TEXT, offsetof(struct config, user_agent), NULL, 0, 0, NULL,
	 N_("whole User-Agent, instead of vedetta/VERSION (+contact)")},
	{"instance", SETTING_TEXT, offsetof(struct config, instance), NULL, 0, 0, NULL,
	 N_("name of this installation in Message-IDs; the host name if absent")},
	{"state", SETTING_TEXT, offsetof(struct config, state), NULL, 0, 0, NULL,
	 N_("folder of the store; $STATE_DIRECTORY or the user's state folder if absent")},
	{"feeds", SETTING_TEXT, offsetof(struct config, feeds_file), "feeds.opml", 0, 0, NULL,
	 N_("subscriptions (OPML)")},
	{"filters", SETTING_LIST, offsetof(struct config, filters), "filters", 0, 0, NULL,
	 N_("filter files and folders")},
	{"interval_min", SETTING_DURATION, offsetof(struct config, interval_min), "15min", 60, 7 * DAY, NULL,
	 N_("no feed is polled more often")},
	{"interval_max", SETTING_DURATION, offsetof(struct config, interval_max), "24h", 300, 30 * DAY, NULL,
	 N_("no feed is polled less often")},
	{"backlog", SETTING_DURATION, offsetof(struct config, backlog), "0s", 0, 365 * DAY, NULL,
	 N_("at the first poll of a feed, alert on entries younger than this or without a date; older ones are marked as seen")},
	{"first_poll_spread", SETTING_DURATION, offsetof(struct config, first_poll_spread), "60s", 0, DAY, NULL,
	 N_("new feeds are polled spread over this time")},
	{"max_parallel", SETTING_INTEGER, offsetof(struct config, max_parallel), "32", 1, 1000, NULL,
	 N_("transfers at once")},
	{"max_per_host", SETTING_INTEGER, offsetof(struct config, max_per_host), "1", 1, 16, NULL,
	 N_("transfers at once to one host")},
	{"host_gap", SETTING_DURATION, offsetof(struct config, host_gap), "1s", 0, 3600, NULL,
	 N_("least time between two requests to one host")},
	{"timeout", SETTING_DURATION, offsetof(struct config, timeout), "30s", 1, 600, NULL,
	 N_("longest transfer")},
	{"max_document", SETTING_SIZE, offsetof(struct config, max_document), "10MiB", 1024, 256 * MIB, NULL,
	 N_("largest document, decoded")},
	{"proxy", SETTING_TEXT, offsetof(struct config, proxy), NULL, 0, 0, NULL,
	 N_("proxy for feeds; it must refuse private addresses itself")},
	{"ca_file", SETTING_TEXT, offsetof(struct config, ca_file), NULL, 0, 0, NULL,
	 N_("certificate authorities instead of the system's")},
	{"allow_networks", SETTING_NETWORKS, offsetof(struct config, allow_networks), NULL, 0, 0, NULL,
	 N_("private networks that feeds and webhooks may be on, as CIDR")},
	{"retention", SETTING_DURATION, offsetof(struct config, retention), "90d", DAY, 3650 * DAY, NULL,
	 N_("articles are kept this long")},
	{"story_window", SETTING_DURATION, offsetof(struct config, story_window), "48h", 3600, 30 * DAY, NULL,
	 N_("articles further apart tell different stories")},
	{"health_silence", SETTING_DURATION, offsetof(struct config, health_silence), "24h", 600, 30 * DAY, NULL,
	 N_("a feed that fails this long raises a service alert")},
	{"canary", SETTING_DURATION, offsetof(struct config, canary), "0s", 0, 7 * DAY, NULL,
	 N_("how often an article of our own measures the way from publication to delivery; 0: never")},
	{"canary_channel", SETTING_TEXT, offsetof(struct config, canary_channel), NULL, 0, 0, NULL,
	 N_("channel that the canary is delivered by; a log, best")},
	{"service_channels", SETTING_LIST, offsetof(struct config, service_channels), NULL, 0, 0, NULL,
	 N_("channels for alerts about the service itself; all if absent")},
	{"metrics", SETTING_TEXT, offsetof(struct config, metrics), NULL, 0, 0, NULL,
	 N_("where Prometheus may read figures (GET /metrics): 127.0.0.1:9471, [::1]:9471 or the path of a socket; nowhere if absent")},
	{"log_level", SETTING_TEXT, offsetof(struct config, log_level), "info", 0, 0, "error|warning|info|debug",
	 N_("what the service says about itself")},
	{"log_format", SETTING_TEXT, offsetof(struct config, log_format), "text", 0, 0, "text|json|journal",
	 N_("how it says it")},
	{NULL, 0, 0, NULL, 0, 0, NULL, NULL},
};

static const struct setting feed_settings[] = {
	{"name", SETTING_TEXT, offsetof(struct config_feed, name), NULL, 0, 0, NULL,
	 N_("name of the outlet")},
	{"language", SETTING_TEXT, offsetof(struct config_feed, language), NULL, 0, 0, NULL,
	 N_("language, if the feed does not say it")},
	{"owner", SETTING_TEXT, offsetof(struct config_feed, owner), NULL, 0, 0, NULL,
	 N_("who publishes: outlets of one owner count once")},
	{"country", SETTING_TEXT, offsetof(struct config_feed, country), NULL, 0, 0, NULL,
	 N_("ISO 3166 code")},
	{"state_media", SETTING_BOOL, offsetof(struct config_feed, state_media), "no", 0, 0, NULL,
	 N_("a state controls what it says")},
	{"interval_min", SETTING_DURATION, offsetof(struct config_feed, interval_min), "0s", 0, 7 * DAY, NULL,
	 N_("as for all feeds if 0")},
	{"interval_max", SETTING_DURATION, offsetof(struct config_feed, interval_max), "0s", 0, 30 * DAY, NULL,
	 N_("as for all feeds if 0")},
	{"user_agent", SETTING_TEXT, offsetof(struct config_feed, user_agent), NULL, 0, 0, NULL,
	 N_("another User-Agent for this feed")},
	{"headers", SETTING_HEADERS, offsetof(struct config_feed, headers), NULL, 0, 0, NULL,
	 N_("further request headers, \"Name: value\"")},
	{"credential_file", SETTING_TEXT, offsetof(struct config_feed, credential_file), NULL, 0, 0, NULL,
	 N_("file (0600) or credential holding user:password")},
	{"ca_file", SETTING_TEXT, offsetof(struct config_feed, ca_file), NULL, 0, 0, NULL,
	 N_("certificate authority of this feed")},
	{"allow_networks", SETTING_NETWORKS, offsetof(struct config_feed, allow_networks), NULL, 0, 0, NULL,
	 N_("private networks this feed may be on, as CIDR")},
	{"delta", SETTING_BOOL, offsetof(struct config_feed, delta), "no", 0, 0, NULL,
	 N_("ask for changes only (RFC 3229)")},
	{"paused", SETTING_BOOL, offsetof(struct config_feed, paused), "no", 0, 0, NULL,
	 N_("do not poll")},
	{NULL, 0, 0, NULL, 0, 0, NULL, NULL},
};

static const struct setting channel_settings[] = {
	{"type", SETTING_CHOICE, offsetof(struct config_channel, type), NULL, 0, 0, "terminal|log|desktop|email|webhook|syslog|journal|atom",
	 N_("how it delivers")},
	{"to", SETTING_MAILBOXES, offsetof(struct config_channel, to), NULL, 0, 0, NULL,
	 N_("e-mail: recipients when a route names no people")},
	{"server", SETTING_TEXT, offsetof(struct config_channel, server), NULL, 0, 0, NULL,
	 N_("e-mail: SMTP server")},
	{"port", SETTING_INTEGER, offsetof(struct config_channel, port), "0", 0, 65535, NULL,
	 N_("e-mail: 0 for 587, or 465 with tls; syslog: 514")},
	{"security", SETTING_CHOICE, offsetof(struct config_channel, security), "starttls", 0, 0, "starttls|tls|none",
	 N_("e-mail: protection of the connection")},
	{"user", SETTING_TEXT, offsetof(struct config_channel, user), NULL, 0, 0, NULL,
	 N_("e-mail: account")},
	{"password_file", SETTING_TEXT, offsetof(struct config_channel, password_file), NULL, 0, 0, NULL,
	 N_("e-mail: file (0600) or credential holding the password")},
	{"from", SETTING_MAILBOX, offsetof(struct config_channel, from), NULL, 0, 0, NULL,
	 N_("e-mail: sender")},
	{"reply_to", SETTING_MAILBOX, offsetof(struct config_channel, reply_to), NULL, 0, 0, NULL,
	 N_("e-mail: where replies go")},
	{"file", SETTING_TEXT, offsetof(struct config_channel, file), NULL, 0, 0, NULL,
	 N_("log, atom: file to write; $state/alerts.jsonl or alerts.atom if absent")},
	{"address", SETTING_TEXT, offsetof(struct config_channel, address), "/dev/log", 0, 0, NULL,
	 N_("syslog: socket path or host; journal: its socket, if not the usual one")},
	{"facility", SETTING_TEXT, offsetof(struct config_channel, facility), "daemon", 0, 0, "user|mail|daemon|auth|news|local0|local1|local2|local3|local4|local5|local6|local7",
	 N_("syslog: facility")},
	{"url", SETTING_URL, offsetof(struct config_channel, url), NULL, 0, 0, NULL,
	 N_("webhook: address")},
	{"preset", SETTING_TEXT, offsetof(struct config_channel, preset), "json", 0, 0, "json|ntfy|slack|mattermost|matrix|telegram|alertmanager",
	 N_("webhook: form of the body")},
	{"template", SETTING_PROSE, offsetof(struct config_channel, template), NULL, 0, 0, NULL,
	 N_("webhook: body with {field} places, instead of a preset")},
	{"target", SETTING_TEXT, offsetof(struct config_channel, target), NULL, 0, 0, NULL,
	 N_("webhook: topic, room or chat, as the preset needs it")},
	{"secret_file", SETTING_TEXT, offsetof(struct config_channel, secret_file), NULL, 0, 0, NULL,
	 N_("webhook: file (0600) or credential holding the HMAC key")},
	{"token_file", SETTING_TEXT, offsetof(struct config_channel, token_file), NULL, 0, 0, NULL,
	 N_("webhook: file (0600) or credential holding the bearer token")},
	{"headers", SETTING_HEADERS, offsetof(struct config_channel, headers), NULL, 0, 0, NULL,
	 N_("webhook: further headers")},
	{"allow_networks", SETTING_NETWORKS, offsetof(struct config_channel, allow_networks), NULL, 0, 0, NULL,
	 N_("webhook, e-mail: private networks the server may be on")},
	{"ca_file", SETTING_TEXT, offsetof(struct config_channel, ca_file), NULL, 0, 0, NULL,
	 N_("e-mail, webhook: certificate authority")},
	{"away_limit", SETTING_INTEGER, offsetof(struct config_channel, away_limit), "5", 1, 1000, NULL,
	 N_("desktop: more than this many at once become a summary")},
	{"throttle", SETTING_RATE, offsetof(struct config_channel, throttle), NULL, 0, 0, NULL,
	 N_("at most so many alerts a reader in a time, \"30/1h\"; what is over waits and becomes one summary, what is critical never waits")},
	{"timeout", SETTING_DURATION, offsetof(struct config_channel, timeout), "60s", 1, 3600, NULL,
	 N_("longest attempt before the message is handed over")},
	{"retry_min", SETTING_DURATION, offsetof(struct config_channel, retry_min), "300s", 1, DAY, NULL,
	 N_("first pause after a failure, doubling")},
	{"retry_max", SETTING_DURATION, offsetof(struct config_channel, retry_max), "4000s", 1, DAY, NULL,
	 N_("longest pause")},
	{"lifetime", SETTING_DURATION, offsetof(struct config_channel, lifetime), "5d", 60, 60 * DAY, NULL,
	 N_("undeliverable after this")},
	{"max_parallel", SETTING_INTEGER, offsetof(struct config_channel, max_parallel), "2", 1, 64, NULL,
	 N_("deliveries at once")},
	{NULL, 0, 0, NULL, 0, 0, NULL, NULL},
};

static const struct setting person_settings[] = {
	{"mail", SETTING_MAILBOX, offsetof(struct config_person, mail), NULL, 0, 0, NULL,
	 N_("address")},
	{"language", SETTING_TEXT, offsetof(struct config_person, language), NULL, 0, 0, "it|en",
	 N_("language of the mail")},
	{NULL, 0, 0, NULL, 0, 0, NULL, NULL},
};

static const struct setting quiet_settings[] = {
	{"from", SETTING_TIME, offsetof(struct config_quiet, from), "22:00", 0, 0, NULL,
	 N_("when it begins")},
	{"to", SETTING_TIME, offsetof(struct config_quiet, to), "07:00", 0, 0, NULL,
	 N_("when it ends")},
	{"zone", SETTING_ZONE, offsetof(struct config_quiet, zone), NULL, 0, 0, NULL,
	 N_("time zone; the system's if absent")},
	{"days", SETTING_LIST, offsetof(struct config_quiet, days), NULL, 0, 0, "mon|tue|wed|thu|fri|sat|sun",
	 N_("days on which it begins; all if absent")},
	{"break_through", SETTING_CHOICE, offsetof(struct config_quiet, break_through), "critical", 0, 0, "low|normal|high|critical",
	 N_("alerts of this priority are delivered all the same")},
	{NULL, 0, 0, NULL, 0, 0, NULL, NULL},
};

static const struct setting digest_settings[] = {
	{"at", SETTING_TIMES, offsetof(struct config_digest, at), "07:30", 0, 0, NULL,
	 N_("times of the day")},
	{"days", SETTING_LIST, offsetof(struct config_digest, days), NULL, 0, 0, "mon|tue|wed|thu|fri|sat|sun",
	 N_("days on which it goes out; all if absent")},
	{"zone", SETTING_ZONE, offsetof(struct config_digest, zone), NULL, 0, 0, NULL,
	 N_("time zone; the system's if absent")},
	{NULL, 0, 0, NULL, 0, 0, NULL, NULL},
};

static const struct setting route_settings[] = {
	{"filters", SETTING_LIST, offsetof(struct config_route, filters), "*", 0, 0, NULL,
	 N_("ids of filters, or patterns with *")},
	{"priority", SETTING_CHOICE, offsetof(struct config_route, priority), "low", 0, 0, "low|normal|high|critical",
	 N_("alerts of at least this priority")},
	{"languages", SETTING_LIST, offsetof(struct config_route, languages), NULL, 0, 0, NULL,
	 N_("languages of the article; any if absent")},
	{"feeds", SETTING_LIST, offsetof(struct config_route, feeds), NULL, 0, 0, NULL,
	 N_("patterns of feed addresses or titles; any if absent")},
	{"countries", SETTING_LIST, offsetof(struct config_route, countries), NULL, 0, 0, NULL,
	 N_("countries of the outlet; any if absent")},
	{"owners", SETTING_LIST, offsetof(struct config_route, owners), NULL, 0, 0, NULL,
	 N_("owners of the outlet; any if absent")},
	{"state_media", SETTING_CHOICE, offsetof(struct config_route, state_media), "any", 0, 0, "any|only|none",
	 N_("outlets that a state controls")},
	{"hours", SETTING_HOURS, offsetof(struct config_route, hours), NULL, 0, 0, NULL,
	 N_("only between these, \"08:00-20:00\"")},
	{"zone", SETTING_ZONE, offsetof(struct config_route, zone), NULL, 0, 0, NULL,
	 N_("time zone of hours")},
	{"channels", SETTING_LIST, offsetof(struct config_route, channels), NULL, 0, 0, NULL,
	 N_("where to")},
	{"people", SETTING_LIST, offsetof(struct config_route, people), NULL, 0, 0, NULL,
	 N_("to whom, on channels that have recipients")},
	{"mode", SETTING_CHOICE, offsetof(struct config_route, mode), "immediate", 0, 0, "immediate|digest|log",
	 N_("at once, in the digest, or only recorded")},
	{"quiet", SETTING_TEXT, offsetof(struct config_route, quiet), NULL, 0, 0, NULL,
	 N_("quiet block that holds alerts")},
	{"digest", SETTING_TEXT, offsetof(struct config_route, digest), NULL, 0, 0, NULL,
	 N_("digest block, for mode digest")},
	{"throttle", SETTING_RATE, offsetof(struct config_route, throttle), NULL, 0, 0, NULL,
	 N_("at most so many alerts a filter in a time, \"10/1h\"")},
	{"burst", SETTING_RATE, offsetof(struct config_route, burst), NULL, 0, 0, NULL,
	 N_("more than so many in a time become one summary, \"20/10min\"")},
	{"quorum", SETTING_INTEGER, offsetof(struct config_route, quorum), "1", 1, 100, NULL,
	 N_("independent owners that must tell a story")},
	{"updates", SETTING_BOOL, offsetof(struct config_route, updates), "yes", 0, 0, NULL,
	 N_("tell when a story grows")},
	{"escalate_after", SETTING_DURATION, offsetof(struct config_route, escalate_after), "0s", 0, 7 * DAY, NULL,
	 N_("if not acknowledged in this time …")},
	{"escalate_to", SETTING_TEXT, offsetof(struct config_route, escalate_to), NULL, 0, 0, NULL,
	 N_("… also by this route")},
	{NULL, 0, 0, NULL, 0, 0, NULL, NULL},
};

const struct block config_blocks[] = {
	{NULL, sizeof(struct config), 0, service_settings, NULL,
	 NULL},
	{"feed", sizeof(struct config_feed), offsetof(struct config, feeds), feed_settings, "https://example.org/feed.xml",
	 N_("Settings of one feed, by its address, over what feeds.opml says of it.")},
	{"channel", sizeof(struct config_channel), offsetof(struct config, channels), channel_settings, "mail",
	 N_("A way to deliver.")},
	{"person", sizeof(struct config_person), offsetof(struct config, people), person_settings, "anna",
	 N_("Somebody who receives mail.")},
	{"quiet", sizeof(struct config_quiet), offsetof(struct config, quiets), quiet_settings, "night",
	 N_("Hours in which alerts are held; one digest releases them.")},
	{"digest", sizeof(struct config_digest), offsetof(struct config, digests), digest_settings, "morning",
	 N_("When digests go out.")},
	{"route", sizeof(struct config_route), offsetof(struct config, routes), route_settings, "all",
	 N_("Which alerts go where.")},
	{NULL, 0, 0, NULL, NULL, NULL},
};
/* clang-format on */

const struct block *config_block_find(const char *name)
{
	for (const struct block *block = config_blocks; block->settings; block++)
		if (g_strcmp0(block->name, name) == 0)
			return block;
	return NULL;
}

bool config_setting_is_list(const struct setting *setting)
{
	switch (setting->type) {
	case SETTING_LIST:
	case SETTING_TIMES:
	case SETTING_MAILBOXES:
	case SETTING_NETWORKS:
	case SETTING_HEADERS:
		return true;
	default:
		return false;
	}
}

const struct setting *config_setting_find(const struct block *block, const char *key)
{
	for (const struct setting *setting = block->settings; setting->key; setting++)
		if (strcmp(setting->key, key) == 0)
			return setting;
	return NULL;
}
