/* address: see address.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/address.h"

#include "feeds/error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

struct network {
	int family;
	unsigned char bytes[16];
	unsigned bits;
};

struct address_exceptions {
	GArray *networks; /* struct network */
};

struct rule {
	const char *cidr;
	const char *name;
};

static const struct rule ipv4_rules[] = {
	{"0.0.0.0/8", "this host"},
	{"10.0.0.0/8", "private network"},
	{"100.64.0.0/10", "carrier-grade NAT"},
	{"127.0.0.0/8", "loopback"},
	{"169.254.0.0/16", "link-local"},
	{"172.16.0.0/12", "private network"},
	{"192.0.0.0/24", "protocol assignments"},
	{"192.0.2.0/24", "documentation"},
	{"192.88.99.0/24", "6to4 relay"},
	{"192.168.0.0/16", "private network"},
	{"198.18.0.0/15", "benchmarking"},
	{"198.51.100.0/24", "documentation"},
	{"203.0.113.0/24", "documentation"},
	{"224.0.0.0/4", "multicast"},
	{"240.0.0.0/4", "reserved"},
};

static const struct rule ipv6_rules[] = {
	{"::1/128", "loopback"},
	{"::/128", "this host"},
	{"2001::/23", "protocol assignments"},
	{"2001:db8::/32", "documentation"},
	{"2002::/16", "6to4"},
	{"3fff::/20", "documentation"},
	{"fc00::/7", "private network"},
	{"fe80::/10", "link-local"},
	{"fec0::/10", "site-local"},
	{"ff00::/8", "multicast"},
};

/* An IPv4 address is inside: at which byte. */
static const struct {
	const char *cidr;
	unsigned at;
} embedding[] = {
	{"::ffff:0:0/96", 12},
	{"64:ff9b::/96", 12},
	{"64:ff9b:1::/48", 12},
	{"::/96", 12},
};

static bool parse_network(const char *cidr, struct network *network)
{
	g_auto(GStrv) parts = g_strsplit(cidr, "/", 2);
	char *end = NULL;

	if (!parts[0])
		return false;
	network->family = strchr(parts[0], ':') ? AF_INET6 : AF_INET;
	unsigned longest = network->family == AF_INET ? 32 : 128;
	memset(network->bytes, 0, sizeof network->bytes);
	if (inet_pton(network->family, parts[0], network->bytes) != 1)
		return false;
	guint64 bits = parts[1] ? g_ascii_strtoull(parts[1], &end, 10) : longest;
	if (bits > longest || (parts[1] && (end == parts[1] || *end)))
		return false;
	network->bits = (unsigned)bits;
	return true;
}

static bool contains(const struct network *network, int family, const unsigned char *bytes)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;
	if (network->family != family || memcmp(network->bytes, bytes, whole) != 0)
		return false;
	return rest == 0 || ((network->bytes[whole] ^ bytes[whole]) >> (8 - rest)) == 0;
}

static bool in_cidr(const char *cidr, int family, const unsigned char *bytes)
{
	struct network network;
	return parse_network(cidr, &network) && contains(&network, family, bytes);
}

struct address_exceptions *address_exceptions_new(const char *const *cidrs, GError **error)
{
	struct address_exceptions *exceptions = g_new0(struct address_exceptions, 1);
	exceptions->networks = g_array_new(FALSE, FALSE, sizeof(struct network));
	for (; cidrs && *cidrs; cidrs++) {
		struct network network;
		if (!parse_network(*cidrs, &network)) {
			g_set_error(error, FEED_ERROR, FEED_ERROR_URL,
				    "'%s' is no network; expected one such as 10.0.0.0/8 or fd00::/8",
				    *cidrs);
			address_exceptions_free(exceptions);
			return NULL;
		}
		g_array_append_val(exceptions->networks, network);
	}
	return exceptions;
}

void address_exceptions_free(struct address_exceptions *exceptions)
{
	if (!exceptions)
		return;
	g_array_unref(exceptions->networks);
	g_free(exceptions);
}

static bool is_exception(const struct address_exceptions *exceptions, int family,
			 const unsigned char *bytes)
{
	for (unsigned i = 0; exceptions && i < exceptions->networks->len; i++)
		if (contains(&g_array_index(exceptions->networks, struct network, i), family, bytes))
			return true;
	return false;
}

static const char *first_rule(const struct rule *rules, size_t count, int family,
			      const unsigned char *bytes)
{
	for (size_t i = 0; i < count; i++)
		if (in_cidr(rules[i].cidr, family, bytes))
			return rules[i].name;
	return NULL;
}

static const char *ipv4_refused(const unsigned char *bytes, const struct address_exceptions *exceptions)
{
	if (is_exception(exceptions, AF_INET, bytes))
		return NULL;
	return first_rule(ipv4_rules, G_N_ELEMENTS(ipv4_rules), AF_INET, bytes);
}

static const char *ipv6_refused(const unsigned char *bytes, const struct address_exceptions *exceptions)
{
	if (is_exception(exceptions, AF_INET6, bytes))
		return NULL;
	const char *rule = first_rule(ipv6_rules, G_N_ELEMENTS(ipv6_rules), AF_INET6, bytes);
	if (rule)
		return rule;
	for (size_t i = 0; i < G_N_ELEMENTS(embedding); i++)
		if (in_cidr(embedding[i].cidr, AF_INET6, bytes))
			return ipv4_refused(bytes + embedding[i].at, exceptions);
	return in_cidr("2000::/3", AF_INET6, bytes) ? NULL : "not global unicast";
}

const char *address_refused(const struct sockaddr *address, const struct address_exceptions *exceptions)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	switch (address->sa_family) {
	case AF_INET:
		memcpy(&v4, address, sizeof v4);
		return ipv4_refused((const unsigned char *)&v4.sin_addr, exceptions);
	case AF_INET6:
		memcpy(&v6, address, sizeof v6);
		return ipv6_refused(v6.sin6_addr.s6_addr, exceptions);
	default:
		return "not an Internet address";
	}
}

bool address_port_allowed(unsigned port)
{
	return port == 80 || port == 443 || port >= 1024;
}
