/* translit: a name as the press of other scripts and languages writes it.
 *
 * Russian and Ukrainian names between Latin and Cyrillic, Korean names between Latin and Hangul.
 * Not names of other languages: their spellings follow sound, not letters. SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Other spellings of `name` (char *), without it; empty if none can be derived. `region`: ISO code
 * of the country that the bearer belongs to, or NULL: then only names in Cyrillic and Hangul are
 * turned. */
GPtrArray *translit_names(const char *name, const char *region);
/* One spelling in Latin letters as the press of a language ("it", "en", "fr", "de") writes it; NULL
 * if the name holds letters that are not Cyrillic. */
char *translit_cyrillic(const char *name, const char *language);
/* Latin press or scientific spelling to Russian Cyrillic; NULL if it holds other letters. */
char *translit_to_cyrillic(const char *name);
/* Korean name in Hangul to the usual press form ("김정은" -> "Kim Jong Un"); NULL if it is not
 * Hangul. */
char *translit_hangul(const char *name);
/* Romanised Korean name ("Kim Hyo Myung") to Hangul; NULL unless every syllable is one and the
 * first a surname. */
char *translit_to_hangul(const char *name);
