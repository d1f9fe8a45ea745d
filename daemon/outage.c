/* outage: see outage.h. Looks at the last polls of as many hosts.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/outage.h"

#include "feeds/url.h"

#include <glib.h>
#include <string.h>

#define HOSTS	    20 /* that were polled last … */
#define HOSTS_LEAST 10 /* … fewer are no sign … */
#define WINDOW_S    300 /* … within so long */
#define BEGIN_SHARE 0.5
#define END_SHARE   0.25

struct outage {
	GQueue hosts; /* struct result *, oldest first */
	char *cause;  /* NULL: there is none */
	int64_t since;
};

struct result {
	char *host, *cause; /* cause NULL: well */
	int64_t at;
};

struct outage *outage_new(void)
{
	return g_new0(struct outage, 1);
}

static void result_free(gpointer data)
{
	struct result *result = data;
	g_free(result->host);
	g_free(result->cause);
	g_free(result);
}

void outage_free(struct outage *outage)
{
	if (!outage)
		return;
	g_queue_clear_full(&outage->hosts, result_free);
	g_free(outage->cause);
	g_free(outage);
}

static char *cause_of(const char *why)
{
	const char *bracket = why ? strstr(why, " (") : NULL;
	return bracket ? g_strndup(why, (gsize)(bracket - why)) : g_strdup(why);
}

static void drop_oldest(struct outage *outage)
{
	result_free(g_queue_pop_head(&outage->hosts));
}

/* Each host counts once, with its last result. While an outage lasts hosts are asked seldom: then age says nothing. */
static void remember(struct outage *outage, const char *url, const char *why, int64_t now)
{
	struct result *result = g_new0(struct result, 1);

	*result = (struct result){url_host(url), cause_of(why), now};
	for (GList *at = outage->hosts.head; at; at = at->next) {
		struct result *known = at->data;
		if (strcmp(known->host, result->host) != 0)
			continue;
		result_free(known);
		g_queue_delete_link(&outage->hosts, at);
		break;
	}
	g_queue_push_tail(&outage->hosts, result);
	if (outage->hosts.length > HOSTS)
		drop_oldest(outage);
	while (!outage->cause && ((struct result *)outage->hosts.head->data)->at < now - WINDOW_S)
		drop_oldest(outage);
}

static double share_of(const struct outage *outage, const char *cause)
{
	unsigned alike = 0;
	for (GList *at = outage->hosts.head; at; at = at->next)
		alike += g_strcmp0(((struct result *)at->data)->cause, cause) == 0;
	return (double)alike / outage->hosts.length;
}

enum outage_change outage_note(struct outage *outage, const char *url, const char *why, int64_t now)
{
	remember(outage, url, why, now);
	const char *newest = ((struct result *)outage->hosts.tail->data)->cause;

	if (outage->cause) {
		if (share_of(outage, outage->cause) >= END_SHARE)
			return OUTAGE_SAME;
		g_clear_pointer(&outage->cause, g_free);
		return OUTAGE_ENDED;
	}
	if (!newest || outage->hosts.length < HOSTS_LEAST || share_of(outage, newest) < BEGIN_SHARE)
		return OUTAGE_SAME;
	outage->cause = g_strdup(newest);
	outage->since = now;
	return OUTAGE_BEGAN;
}

const char *outage_cause(const struct outage *outage, int64_t *since)
{
	if (since)
		*since = outage->since;
	return outage->cause;
}

bool outage_covers(const struct outage *outage, const char *why)
{
	g_autofree char *cause = cause_of(why);
	return outage->cause && g_strcmp0(cause, outage->cause) == 0;
}
