/* filters: the subcommands of `vedetta filters`.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

int filters_list(int argc, char **argv);
int filters_show(int argc, char **argv);
int filters_new(int argc, char **argv);
