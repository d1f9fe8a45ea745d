/* The policy on socket addresses.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include <sys/un.h>

static unsigned judged; /* the table as a whole must stay long */

static const char *judge(const char *text, const struct address_exceptions *exceptions)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	judged++;
	if (strchr(text, ':')) {
		assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
		return address_refused((const struct sockaddr *)&v6, exceptions);
	}
	assert_int_equal(inet_pton(AF_INET, text, &v4.sin_addr), 1);
	return address_refused((const struct sockaddr *)&v4, exceptions);
}

struct row {
	const char *address, *rule; /* NULL: passes */
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *rule = judge(rows[i].address, NULL);
		if (g_strcmp0(rule, rows[i].rule) != 0) {
			print_message("%s: %s, expected %s\n", rows[i].address,
				      rule ? rule : "passes",
				      rows[i].rule ? rows[i].rule : "passes");
			fail();
		}
	}
}

static void ipv4_that_is_not_public_is_refused(void **state)
{
	/* first and last address of each network */
	static const struct row rows[] = {
		{"0.0.0.0", "this host"},
		{"0.255.255.255", "this host"},
		{"10.0.0.0", "private network"},
		{"10.255.255.255", "private network"},
		{"100.64.0.0", "carrier-grade NAT"},
		{"100.127.255.255", "carrier-grade NAT"},
		{"127.0.0.1", "loopback"},
		{"127.1.2.3", "loopback"},
		{"127.255.255.255", "loopback"},
		{"169.254.0.0", "link-local"},
		{"169.254.169.254", "link-local"}, /* metadata of cloud machines */
		{"169.254.255.255", "link-local"},
		{"172.16.0.0", "private network"},
		{"172.31.255.255", "private network"},
		{"192.0.0.0", "protocol assignments"},
		{"192.0.0.192", "protocol assignments"},
		{"192.0.2.1", "documentation"},
		{"192.88.99.1", "6to4 relay"},
		{"192.168.0.1", "private network"},
		{"192.168.255.255", "private network"},
		{"198.18.0.0", "benchmarking"},
		{"198.19.255.255", "benchmarking"},
		{"198.51.100.7", "documentation"},
		{"203.0.113.255", "documentation"},
		{"224.0.0.1", "multicast"},
		{"239.255.255.255", "multicast"},
		{"240.0.0.0", "reserved"},
		{"255.255.255.255", "reserved"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows));
}

static void ipv4_beside_those_networks_passes(void **state)
{
	static const struct row rows[] = {
		{"1.0.0.0", NULL},	   {"9.255.255.255", NULL},   {"11.0.0.0", NULL},
		{"100.63.255.255", NULL},  {"100.128.0.0", NULL},     {"126.255.255.255", NULL},
		{"128.0.0.0", NULL},	   {"169.253.255.255", NULL}, {"169.255.0.0", NULL},
		{"172.15.255.255", NULL},  {"172.32.0.0", NULL},      {"191.255.255.255", NULL},
		{"192.0.1.0", NULL},	   {"192.0.3.0", NULL},	      {"192.88.98.255", NULL},
		{"192.167.255.255", NULL}, {"192.169.0.0", NULL},     {"198.17.255.255", NULL},
		{"198.20.0.0", NULL},	   {"198.51.99.255", NULL},   {"203.0.114.0", NULL},
		{"223.255.255.255", NULL}, {"8.8.8.8", NULL},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows));
}

static void ipv6_that_is_not_global_is_refused(void **state)
{
	static const struct row rows[] = {
		{"::", "this host"},
		{"::1", "loopback"},
		{"2001::1", "protocol assignments"}, /* Teredo */
		{"2001:1ff:ffff::1", "protocol assignments"},
		{"2001:db8::1", "documentation"},
		{"2002:7f00:1::1", "6to4"},
		{"2002:808:808::1", "6to4"},
		{"3fff::1", "documentation"},
		{"fc00::1", "private network"},
		{"fdff:ffff::1", "private network"},
		{"fe80::1", "link-local"},
		{"febf::1", "link-local"},
		{"fec0::1", "site-local"},
		{"ff02::1", "multicast"},
		{"100::1", "not global unicast"}, /* discard */
		{"1::1", "not global unicast"},
		{"4000::1", "not global unicast"},
		{"5f00::1", "not global unicast"}, /* segment routing */
		{"e000::1", "not global unicast"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows));
}

static void ipv6_global_unicast_passes(void **state)
{
	static const struct row rows[] = {
		{"2000::1", NULL}, {"2001:200::1", NULL},  {"2001:4860:4860::8888", NULL},
		{"2003::1", NULL}, {"2a00:1450::1", NULL}, {"3ffe::1", NULL},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows));
}

static void an_ipv4_address_inside_is_judged(void **state)
{
	static const struct row rows[] = {
		{"::ffff:127.0.0.1", "loopback"},
		{"::ffff:10.0.0.1", "private network"},
		{"::ffff:169.254.169.254", "link-local"},
		{"::ffff:0.0.0.0", "this host"},
		{"::ffff:8.8.8.8", NULL},
		{"::127.0.0.1", "loopback"},
		{"::192.168.1.1", "private network"},
		{"64:ff9b::127.0.0.1", "loopback"},
		{"64:ff9b::10.1.2.3", "private network"},
		{"64:ff9b::8.8.8.8", NULL},
		{"64:ff9b:1::10.1.2.3", "private network"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows));
}

static void exceptions_open_what_they_name_and_nothing_else(void **state)
{
	static const char *const cidrs[] = {"10.1.0.0/16", "fd00::/8",	     "127.0.0.1",
					    "::1",	   "192.168.5.0/25", NULL};
	struct address_exceptions *exceptions = address_exceptions_new(cidrs, NULL);
	(void)state;
	assert_non_null(exceptions);
	assert_null(judge("10.1.255.1", exceptions));
	assert_string_equal(judge("10.2.0.1", exceptions), "private network");
	assert_null(judge("fd12::1", exceptions));
	assert_string_equal(judge("fc12::1", exceptions), "private network");
	assert_null(judge("127.0.0.1", exceptions));
	assert_string_equal(judge("127.0.0.2", exceptions), "loopback");
	assert_null(judge("::1", exceptions));
	assert_null(judge("192.168.5.127", exceptions));
	assert_string_equal(judge("192.168.5.128", exceptions), "private network");
	/* an IPv4 exception holds for the mapped form too */
	assert_null(judge("::ffff:10.1.2.3", exceptions));
	address_exceptions_free(exceptions);
}

static void what_is_no_network_is_named(void **state)
{
	static const char *const wrong[] = {"",
					    "10.0.0.0/33",
					    "10.0.0/8",
					    "fd00::/129",
					    "10.0.0.0/",
					    "10.0.0.0/8x",
					    "10.0.0.0/-1",
					    "localhost",
					    "010.0.0.1/8",
					    "10.0.0.0/8/8",
					    "::/0x8",
					    "1e1.0.0.0"};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		const char *const cidrs[] = {"10.0.0.0/8", wrong[i], NULL};
		GError *error = NULL;
		struct address_exceptions *exceptions = address_exceptions_new(cidrs, &error);
		if (exceptions)
			print_message("%s was taken\n", wrong[i]);
		assert_null(exceptions);
		assert_non_null(strstr(error->message, wrong[i]));
		g_clear_error(&error);
	}
	address_exceptions_free(address_exceptions_new(NULL, NULL));
	address_exceptions_free(NULL);
}

static void other_families_are_refused(void **state)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	(void)state;
	assert_non_null(address_refused((const struct sockaddr *)&local, NULL));
	assert_non_null(address_refused(&none, NULL));
}

static void low_ports_are_for_other_services(void **state)
{
	static const unsigned refused[] = {0,  1,   21,	 22,  23,  25,	53,  79,
					   81, 110, 143, 389, 442, 444, 465, 1023};
	static const unsigned passing[] = {80, 443, 1024, 8080, 8443, 65535};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
		assert_false(address_port_allowed(refused[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(passing); i++)
		assert_true(address_port_allowed(passing[i]));
}

static void the_table_has_at_least_eighty_cases(void **state)
{
	(void)state;
	print_message("%u addresses judged\n", judged);
	assert_true(judged >= 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_that_is_not_public_is_refused),
		cmocka_unit_test(ipv4_beside_those_networks_passes),
		cmocka_unit_test(ipv6_that_is_not_global_is_refused),
		cmocka_unit_test(ipv6_global_unicast_passes),
		cmocka_unit_test(an_ipv4_address_inside_is_judged),
		cmocka_unit_test(exceptions_open_what_they_name_and_nothing_else),
		cmocka_unit_test(what_is_no_network_is_named),
		cmocka_unit_test(other_families_are_refused),
		cmocka_unit_test(low_ports_are_for_other_services),
		cmocka_unit_test(the_table_has_at_least_eighty_cases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
