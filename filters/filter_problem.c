/* filter_problem: a mistake or warning in a file.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_set.h"

void filter_problem_free(struct filter_problem *problem)
{
	if (!problem)
		return;
	g_free(problem->file);
	g_free(problem->text);
	g_free(problem);
}
