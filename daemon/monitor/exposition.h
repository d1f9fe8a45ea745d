/* exposition: text of figures that Prometheus reads: "Text-based format" 0.0.4 of the Prometheus documentation.
 * Pure.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* The head of the family `name` ("vedetta_polls_total"); `type` is "counter" or "gauge". Its samples follow. */
void exposition_family(GString *text, const char *name, const char *type, const char *help);
/* One sample of the family. Then its labels, pairs of const char *name, const char *value, ended by NULL. Values come
 * from a set that is known beforehand (the configuration, an enumeration): never from outside. */
void exposition_sample(GString *text, const char *name, double value, ...) G_GNUC_NULL_TERMINATED;
