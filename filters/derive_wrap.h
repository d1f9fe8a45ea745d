/* derive_wrap: texts that were set in lines, as mail and what was taken out of a PDF, back to one
 * line a paragraph.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A copy in which lines that go on in the next one are joined, words cut at a line's end, too;
 * as it is if most lines are whole. Free the result. */
char *wrap_undo(const char *text);
