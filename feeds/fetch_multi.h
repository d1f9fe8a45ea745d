/* fetch_multi: a libcurl multi handle on the GLib main loop, by curl_multi_socket_action. For the fetcher and
 * for the channels that speak SMTP and HTTP.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

struct fetch_multi;

/* Runs for every transfer that ended; the handle is already removed from the multi. */
typedef void fetch_multi_done_fn(CURL *easy, CURLcode result, void *user_data);

struct fetch_multi *fetch_multi_new(fetch_multi_done_fn *done, void *user_data);
/* Transfers must have been removed. */
void fetch_multi_free(struct fetch_multi *multi);
CURLM *fetch_multi_handle(struct fetch_multi *multi);
/* False if libcurl does not take it. `done` never runs before this returns. */
bool fetch_multi_add(struct fetch_multi *multi, CURL *easy);
void fetch_multi_remove(struct fetch_multi *multi, CURL *easy);
