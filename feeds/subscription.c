/* subscription: see subscription.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/subscription.h"

struct subscription *subscription_new(const char *url)
{
	struct subscription *subscription = g_new0(struct subscription, 1);
	subscription->url = g_strdup(url);
	return subscription;
}

void subscription_free(struct subscription *subscription)
{
	if (!subscription)
		return;
	g_free(subscription->url);
	g_free(subscription->title);
	g_free(subscription->site_url);
	g_free(subscription->language);
	g_free(subscription->country);
	g_free(subscription->owner);
	g_free(subscription->kind);
	g_free(subscription->folder);
	g_strfreev(subscription->topics);
	g_free(subscription->user_agent);
	g_strfreev(subscription->headers);
	g_free(subscription->credential);
	g_free(subscription->ca_file);
	g_strfreev(subscription->allow_networks);
	g_free(subscription);
}

struct feed_state *feed_state_new(const char *url)
{
	struct feed_state *state = g_new0(struct feed_state, 1);
	state->url = g_strdup(url);
	state->fetch_url = g_strdup(url);
	return state;
}

struct feed_state *feed_state_copy(const struct feed_state *state)
{
	struct feed_state *copy = g_memdup2(state, sizeof *state);
	copy->url = g_strdup(state->url);
	copy->fetch_url = g_strdup(state->fetch_url);
	copy->etag = g_strdup(state->etag);
	copy->last_modified = g_strdup(state->last_modified);
	copy->validators_url = g_strdup(state->validators_url);
	copy->archive_url = g_strdup(state->archive_url);
	copy->moved_to = g_strdup(state->moved_to);
	copy->last_error = g_strdup(state->last_error);
	copy->title = g_strdup(state->title);
	copy->language = g_strdup(state->language);
	return copy;
}

void feed_state_free(struct feed_state *state)
{
	if (!state)
		return;
	g_free(state->url);
	g_free(state->fetch_url);
	g_free(state->etag);
	g_free(state->last_modified);
	g_free(state->validators_url);
	g_free(state->archive_url);
	g_free(state->moved_to);
	g_free(state->last_error);
	g_free(state->title);
	g_free(state->language);
	g_free(state);
}
