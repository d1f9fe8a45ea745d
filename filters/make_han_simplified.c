/* make_han_simplified: print filters/han_simplified.h from ICU's transform. Run when ICU's data changes:
 *   make filters/make_han_simplified && filters/make_han_simplified > ../filters/han_simplified.h
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#define FIRST 0x3400
#define LAST 0x9fff

int main(void)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[32];
	unsigned count = 0;

	u_uastrcpy(id, "Hant-Hans");
	UTransliterator *transform = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	if (U_FAILURE(status))
		return 1;
	puts("/* han_simplified: traditional characters and what they are in simplified script. Made by\n"
	     " * filters/make_han_simplified.c from ICU's Hant-Hans transform (Unicode Unihan data): opening that transform\n"
	     " * costs a start more than everything else.  SPDX-License-Identifier: GPL-3.0-or-later */\n"
	     "#pragma once\n\n#include <stdint.h>\n\n"
	     "/* By the traditional character, ascending. */\n"
	     "static const uint16_t han_simplified[][2] = {");
	for (UChar c = FIRST; c <= LAST; c++) {
		UChar text[4] = {c};
		int32_t len = 1, limit = 1;
		status = U_ZERO_ERROR;
		utrans_transUChars(transform, text, &len, 4, 0, &limit, &status);
		if (U_FAILURE(status) || len != 1 || text[0] == c)
			continue;
		printf("%s{0x%04x, 0x%04x},", count % 6 == 0 ? "\t" : " ", c, text[0]);
		if (++count % 6 == 0)
			putchar('\n');
	}
	puts("\n};");
	utrans_close(transform);
	return 0;
}
