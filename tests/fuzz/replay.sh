#!/bin/sh
# The fuzz targets over their seeds, without a fuzzer.
set -eu
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
/usr/bin/python3 "$top_srcdir/tests/fuzz/seeds.py" "$seeds"
"$top_builddir/tests/fuzz/replay" "$seeds" "${VARIANTS:-10}"
