/* parser_program: where the program of the parser worker is.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The one beside this program (a build tree), or the one installed with it; else this program itself, which
 * can do the same and only starts later. Static. */
const char *parser_program(void);
