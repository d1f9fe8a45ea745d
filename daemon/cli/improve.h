/* improve: derive --improve.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/cli/derive_data.h"

struct improve_request {
	const char *filter; /* file, or id of a filter in force */
	const char *id;	    /* of the filter in it; NULL: its only one */
	const char *out;    /* NULL: print the patch; else write the changed filter there too */
	char **good, **bad; /* what examples_read() takes; both NULL: the marks of the store */
};

int cli_improve(const struct improve_request *request, struct derive_data *data);

/* "--good a b --bad c" as "--good a --good b --bad c": a new vector, free with g_strfreev(). */
char **improve_arguments(int argc, char **argv);
