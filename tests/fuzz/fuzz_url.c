/* fuzz_url: addresses in feeds and the policy on socket addresses. Oracle: what was resolved is
 * http(s), has no white space and resolves to itself; an IPv4 address inside an IPv6 one is judged
 * alike; what passes is global unicast by an independent reading of the registries.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/address.h"
#include "feeds/limits.h"
#include "feeds/url.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static void check_resolved(const char *base, const char *reference)
{
	g_autofree char *url = url_resolve(base, reference);

	if (!url)
		return;
	MUST(url_is_http(url));
	MUST(url[0] != '/');
	oracle_link(url);
	g_autofree char *again = url_resolve(NULL, url);
	MUST(g_strcmp0(url, again) == 0);
}

static const char *judge4(const uint8_t *bytes)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	memcpy(&address.sin_addr, bytes, 4);
	return address_refused((const struct sockaddr *)&address, NULL);
}

static const char *judge6(const uint8_t *bytes)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6};
	memcpy(&address.sin6_addr, bytes, 16);
	return address_refused((const struct sockaddr *)&address, NULL);
}

/* The registries once more, as arithmetic. */
static bool global4(const uint8_t *b)
{
	if (b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224)
		return false;
	if (b[0] == 100)
		return b[1] < 64 || b[1] > 127;
	if (b[0] == 169)
		return b[1] != 254;
	if (b[0] == 172)
		return b[1] < 16 || b[1] > 31;
	if (b[0] == 192)
		return b[1] != 168 && !(b[1] == 0 && (b[2] == 0 || b[2] == 2)) &&
		       !(b[1] == 88 && b[2] == 99);
	if (b[0] == 198)
		return b[1] != 18 && b[1] != 19 && !(b[1] == 51 && b[2] == 100);
	return !(b[0] == 203 && b[1] == 0 && b[2] == 113);
}

static void check_address(const uint8_t *bytes)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
	uint8_t v6[16];

	MUST(global4(bytes) == !judge4(bytes));
	memcpy(v6, mapped, 12);
	memcpy(v6 + 12, bytes, 4);
	MUST(!judge6(v6) == !judge4(bytes));
	memcpy(v6, nat64, 12);
	MUST(!judge6(v6) == !judge4(bytes));
	if (!judge6(bytes))
		MUST((bytes[0] & 0xe0) == 0x20 || bytes[0] == 0);
	if ((bytes[0] & 0xe0) == 0x20 && bytes[0] == 0x20 && bytes[1] == 0x02)
		MUST(judge6(bytes));
}

static void check_exceptions(const char *text)
{
	const char *const list[] = {text, NULL};
	GError *error = NULL;
	struct address_exceptions *exceptions = address_exceptions_new(list, &error);
	MUST(!exceptions == !!error);
	address_exceptions_free(exceptions);
	g_clear_error(&error);
}

void fuzz_url(const uint8_t *bytes, size_t bytes_len)
{
	static const char *const bases[] = {NULL, "http://example.org",
					    "https://example.org/a/b/c?d#e"};
	g_autofree char *text = g_utf8_make_valid((const char *)bytes, (gssize)bytes_len);
	char *line = strchr(text, '\n');

	for (size_t i = 0; i < G_N_ELEMENTS(bases); i++)
		check_resolved(bases[i], text);
	check_exceptions(text);
	if (bytes_len >= 16)
		check_address(bytes);
	if (line) {
		*line = '\0';
		check_resolved(text, line + 1);
	}
}
