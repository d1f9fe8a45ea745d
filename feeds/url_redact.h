/* url_redact: addresses as they may be shown to others: keys in them are left out.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `text` with the secrets of every address in it replaced by "***": the user part before '@', and the values of
 * query parameters that are named like keys (key, token, secret, password, auth, sig, …). Caller frees. */
char *url_redact(const char *text);
