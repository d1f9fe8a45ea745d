/* libfuzzer: the entry that libFuzzer looks for, for the target that FUZZ_TARGET names.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t bytes_len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t bytes_len)
{
	FUZZ_TARGET(bytes, bytes_len);
	return 0;
}
