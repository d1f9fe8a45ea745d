/* config_sample: the sample file, made from the table; the embedded defaults.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config.h"
#include "daemon/config_schema.h"
#include "daemon/config_value.h"

#include <glib/gi18n.h>

static const char defaults[] = "channel \"terminal\" { type = terminal }\n"
			       "channel \"log\" { type = log }\n"
			       "route \"all\" {\n"
			       "\tfilters = { \"*\" }\n"
			       "\tchannels = { \"terminal\", \"log\" }\n"
			       "}\n";
static const char defaults_on_a_desktop[] = "channel \"terminal\" { type = terminal }\n"
					    "channel \"log\" { type = log }\n"
					    "channel \"desktop\" { type = desktop }\n"
					    "route \"all\" {\n"
					    "\tfilters = { \"*\" }\n"
					    "\tchannels = { \"terminal\", \"log\", \"desktop\" }\n"
					    "}\n";

/* Where nobody sits in front of a screen, notifications would only pile up. */
static bool is_on_a_desktop(void)
{
	return g_getenv("DISPLAY") || g_getenv("WAYLAND_DISPLAY");
}

const char *config_defaults(void)
{
	return is_on_a_desktop() ? defaults_on_a_desktop : defaults;
}

static void print_setting(FILE *out, const struct setting *setting, const char *indent)
{
	g_autofree char *range = config_value_range(setting);
	bool list = config_setting_is_list(setting);

	fprintf(out, "%s# %s", indent, _(setting->help));
	if (setting->choices)
		fprintf(out, " (%s)", setting->choices);
	else if (*range)
		fprintf(out, " (%s)", range + 1);
	if (list)
		fprintf(out, "\n%s#%s = { %s%s%s }\n", indent, setting->key,
			setting->initial ? "\"" : "", setting->initial ? setting->initial : "…",
			setting->initial ? "\"" : "");
	else
		fprintf(out, "\n%s#%s = \"%s\"\n", indent, setting->key,
			setting->initial ? setting->initial : "…");
}

void config_print_sample(FILE *out)
{
	fprintf(out, "# vedetta.conf\n# %s\n\n",
		_("Lines that begin with # are off; they show the defaults. 'vedetta check' finds mistakes."));
	for (const struct setting *s = config_blocks[0].settings; s->key; s++)
		print_setting(out, s, "");
	for (const struct block *block = config_blocks + 1; block->settings; block++) {
		fprintf(out, "\n# %s\n#%s \"%s\" {\n", _(block->help), block->name, block->example);
		for (const struct setting *s = block->settings; s->key; s++)
			print_setting(out, s, "\t");
		fprintf(out, "#}\n");
	}
	fprintf(out, "\n# %s\n%s", _("What is on:"), config_defaults());
}
