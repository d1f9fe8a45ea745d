/* targets: one function for each parser of outside bytes. Each takes any bytes, aborts when a
 * promise is broken. Run by libfuzzer.c (clang) and replay.c (any compiler).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

void fuzz_feed(const uint8_t *bytes, size_t bytes_len);
void fuzz_json(const uint8_t *bytes, size_t bytes_len);
void fuzz_html(const uint8_t *bytes, size_t bytes_len);
void fuzz_date(const uint8_t *bytes, size_t bytes_len);
void fuzz_page(const uint8_t *bytes, size_t bytes_len);
void fuzz_url(const uint8_t *bytes, size_t bytes_len);
void fuzz_http(const uint8_t *bytes, size_t bytes_len);
void fuzz_wire(const uint8_t *bytes, size_t bytes_len);
void fuzz_filter_file(const uint8_t *bytes, size_t bytes_len);
void fuzz_expression(const uint8_t *bytes, size_t bytes_len);
void fuzz_tokeniser(const uint8_t *bytes, size_t bytes_len);
