/* feeds_audit: does this client keep the rules of a well-behaved one? Every rule is tried on a
 * server inside this command; what came over the wire decides.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/audit.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/feeds_file.h"
#include "daemon/cli/folder.h"
#include "daemon/monitor/log.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const struct audit_rule *const tables[] = {
	audit_rules_validators, audit_rules_schedule, audit_rules_requests,
	audit_rules_status,	audit_rules_items,
};

static bool is_wanted(const struct audit_rule *rule, int argc, char **argv)
{
	g_autofree char *name = g_strdup_printf("R%02u", rule->number);
	for (int i = 1; i < argc; i++)
		if (g_ascii_strcasecmp(argv[i], name) == 0)
			return true;
	return argc < 2;
}

static bool is_rule(const char *name)
{
	for (size_t t = 0; t < G_N_ELEMENTS(tables); t++)
		for (const struct audit_rule *rule = tables[t]; rule->check; rule++) {
			g_autofree char *known = g_strdup_printf("R%02u", rule->number);
			if (g_ascii_strcasecmp(name, known) == 0)
				return true;
		}
	return false;
}

static void print_json(const struct audit_rule *rule, const struct audit *audit)
{
	g_autofree char *number = g_strdup_printf("R%02u", rule->number);
	g_autofree char *evidence = g_utf8_make_valid(audit->evidence->str, -1);
	json_t *object = json_pack("{ss ss ss sb}", "rule", number, "what", rule->what, "evidence",
				   evidence, "kept", audit->kept);
	cli_json(stdout, object);
}

static void print_text(const struct audit_rule *rule, const struct audit *audit)
{
	g_autofree char *evidence = cli_text(audit->evidence->str, 0);
	printf("R%02u  %s  %s\n          %s\n", rule->number, audit->kept ? "PASS" : "FAIL",
	       rule->what, evidence);
}

static bool check(const struct audit_rule *rule, struct audit_server *server, bool json)
{
	struct audit audit = {.server = server, .evidence = g_string_new(NULL), .kept = true};

	audit_server_reset(server);
	rule->check(&audit);
	if (!audit.evidence->len)
		audit_expect(&audit, false, "nothing was observed");
	(json ? print_json : print_text)(rule, &audit);
	fflush(stdout);
	if (audit.folder)
		folder_remove(audit.folder);
	g_free(audit.folder);
	g_string_free(audit.evidence, TRUE);
	return audit.kept;
}

static int check_all(int argc, char **argv, bool json)
{
	g_autoptr(GError) error = NULL;
	struct audit_server *server = audit_server_new(&error);
	unsigned checked = 0, kept = 0;

	if (!server) {
		cli_error("feeds audit", "%s", error->message);
		return EXIT_NO;
	}
	for (size_t t = 0; t < G_N_ELEMENTS(tables); t++)
		for (const struct audit_rule *rule = tables[t]; rule->check; rule++)
			if (is_wanted(rule, argc, argv)) {
				checked++;
				kept += check(rule, server, json);
			}
	audit_server_free(server);
	if (!json)
		printf(_("%u of %u rules kept\n"), kept, checked);
	return kept == checked ? EXIT_DONE : EXIT_NO;
}

int feeds_audit(int argc, char **argv)
{
	gboolean json = FALSE, verbose = FALSE;
	const GOptionEntry entries[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a rule"), NULL},
		{"verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose,
		 N_("what the client logs meanwhile, on stderr"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "[RULE…]",
			 _("Try every rule of a well-behaved client (R01 to R64) on a server "
			   "inside this command, on a\n"
			   "clock of its own; print what was observed, and the verdict. No feed is "
			   "asked, nothing is changed."),
			 &exit_code))
		return exit_code;
	for (int i = 1; i < argc; i++)
		if (!is_rule(argv[i])) {
			cli_error("feeds audit", _("there is no rule '%s'"), argv[i]);
			return EXIT_USAGE;
		}
	log_init(verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
	return check_all(argc, argv, json);
}
