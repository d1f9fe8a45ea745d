/* commands: the subcommands, one file each; main holds the table.
 *
 * Each takes its own argv (argv[0] is the subcommand's name), answers --help, and returns EXIT_DONE,
 * EXIT_NO or EXIT_USAGE.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

enum { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2 };

int cmd_ack(int argc, char **argv);
int cmd_alerts(int argc, char **argv);
int cmd_backtest(int argc, char **argv);
int cmd_channel(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_feeds(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_derive(int argc, char **argv);
int cmd_filters(int argc, char **argv);
int cmd_frequencies(int argc, char **argv);
int cmd_mark(int argc, char **argv);
int cmd_match(int argc, char **argv);
int cmd_mute(int argc, char **argv);
int cmd_outbox(int argc, char **argv);
int cmd_parse(int argc, char **argv);
int cmd_parser_worker(int argc, char **argv);
int cmd_poll(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_silence(int argc, char **argv);
int cmd_snooze(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_why(int argc, char **argv);
