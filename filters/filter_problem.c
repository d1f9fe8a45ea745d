/* filter_problem: a mistake or warning in a file.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_data.h"

G_DEFINE_QUARK(vedetta - filter - error, filter_error)

void filter_problem_free(struct filter_problem *problem)
{
	if (!problem)
		return;
	g_free(problem->file);
	g_free(problem->text);
	g_free(problem);
}

void filter_problem_add(GPtrArray *problems, const char *file, unsigned line, unsigned column,
			bool fatal, char *text)
{
	struct filter_problem *problem = g_new0(struct filter_problem, 1);
	problem->file = g_strdup(file);
	problem->line = line;
	problem->column = column;
	problem->fatal = fatal;
	problem->text = text;
	g_ptr_array_add(problems, problem);
}
