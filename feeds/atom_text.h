/* atom_text: what type= and mode= say about the text of an Atom element.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct atom_text {
	bool html;   /* escaped HTML, to be read as such */
	bool markup; /* elements inside it are its text: XHTML */
	bool base64;
};

/* RFC 4287 sections 3.1 and 4.1.3.1, Atom 0.3's mode; `type` and `mode` may be NULL. */
struct atom_text atom_text_type(const char *type, const char *mode);

/* Base64 in place to the text it holds; what is no base64 stays, what is no UTF-8 text becomes empty. */
void atom_text_decode(GString *text);
