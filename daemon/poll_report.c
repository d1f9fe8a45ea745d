/* poll_report: see poll_report.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/poll_report.h"

#include "daemon/monitor/log.h"
#include "daemon/store/values.h"

#define RENAMED_AGAIN_S (30 * 86400)
#define ERRORS_AGAIN_S	86400

/* Whether `what` was told of this feed within the last `pause_s`; if not, it is noted as told now. */
static bool told_lately(struct store *store, struct store_batch *batch, const char *what,
			const char *url, int64_t pause_s, int64_t now)
{
	g_autofree char *name = g_strdup_printf("noted.%s.%s", what, url);
	g_autofree char *before = store_value(store, name, NULL);
	g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, now);
	int64_t at = before ? g_ascii_strtoll(before, NULL, 10) : 0;

	if (before && at <= now && now - at < pause_s)
		return true;
	store_batch_value(batch, name, value);
	return false;
}

void poll_report_document(struct store *store, struct store_batch *batch, const char *url,
			  const struct feed_document *document, const struct intake *intake,
			  int64_t now)
{
	if (intake->migrated && !told_lately(store, batch, "renamed", url, RENAMED_AGAIN_S, now))
		log_info("feed.renamed", "url", url, "text",
			 "new ids for articles that are known; not told again");
	if (document->malformed && !told_lately(store, batch, "errors", url, ERRORS_AGAIN_S, now))
		log_warning("feed.errors", "url", url, "text",
			    "the document has errors; what is whole was read");
	if (document->dropped_entries && !told_lately(store, batch, "cut", url, ERRORS_AGAIN_S, now)) {
		g_autofree char *dropped = g_strdup_printf("%u", document->dropped_entries);
		log_warning("feed.cut", "url", url, "text",
			    "more entries than are read; the newest were taken", "left-out", dropped);
	}
}

static void report_failure(const struct outage *outage, const struct feed_state *state, bool told)
{
	g_autofree char *failures = g_strdup_printf("%u", state->failures);

	if (told || outage_covers(outage, state->last_error))
		log_debug("feed.failed", "url", state->url, "reason", state->last_error, "times",
			  failures);
	else if ((state->failures & (state->failures - 1)) == 0)
		log_warning("feed.failed", "url", state->url, "reason", state->last_error, "times",
			    failures);
}

void poll_report_end(struct outage *outage, const struct feed_state *state,
		     const struct poll_outcome *outcome, bool told, int64_t now)
{
	if (outcome->told_gone)
		log_warning("feed.gone", "url", state->url, "text",
			    "410 three times; it is not asked any more");
	else if (state->failures)
		report_failure(outage, state, told);
	if (outcome->moved)
		log_info("feed.moved", "url", state->url, "to", state->fetch_url);
	switch (outage_note(outage, state->fetch_url, state->failures ? state->last_error : NULL, now)) {
	case OUTAGE_BEGAN:
		log_warning("network.outage", "reason", outage_cause(outage, NULL), "then",
			    "feeds that fail in this way are not logged one by one");
		break;
	case OUTAGE_ENDED:
		log_info("network.outage-ended");
		break;
	case OUTAGE_SAME:
		break;
	}
}
