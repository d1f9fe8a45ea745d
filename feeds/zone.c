/* zone: see zone.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/zone.h"

#include <string.h>
#include <unicode/ucal.h>

enum { MAX_NAME = 40, MS = 1000 };

static int offset_at(UCalendar *calendar, int64_t utc)
{
	UErrorCode status = U_ZERO_ERROR;
	int offset;

	ucal_setMillis(calendar, (UDate)utc * MS, &status);
	offset = ucal_get(calendar, UCAL_ZONE_OFFSET, &status) +
		 ucal_get(calendar, UCAL_DST_OFFSET, &status);
	return U_SUCCESS(status) ? offset / MS : 0;
}

int zone_offset(const char *name, size_t name_len, int64_t local)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[MAX_NAME];
	UBool is_system = 0;
	UCalendar *calendar;
	int offset;

	if (name_len >= MAX_NAME)
		return 0;
	for (size_t i = 0; i < name_len; i++)
		id[i] = (unsigned char)name[i];
	UChar canonical[MAX_NAME];
	ucal_getCanonicalTimeZoneID(id, (int32_t)name_len, canonical, MAX_NAME, &is_system,
				    &status);
	if (U_FAILURE(status) || !is_system)
		return 0;
	calendar = ucal_open(id, (int32_t)name_len, "en", UCAL_GREGORIAN, &status);
	if (U_FAILURE(status))
		return 0;
	/* The offset is that of a moment; the second guess is right but in the hour of a change. */
	offset = offset_at(calendar, local - offset_at(calendar, local));
	ucal_close(calendar);
	return offset;
}
