#!/bin/sh
# run.sh SRCDIR BUILDDIR SECONDS [TARGET…]: fuzz each target for so many seconds with clang's libFuzzer, ASan and
# UBSan. Corpora grow in BUILDDIR/fuzz/TARGET, findings are left in BUILDDIR/fuzz/findings; a line of figures for each
# target at the end. Exit 1 if anything was found.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
src=$(cd "$1" && pwd) build=$(cd "$2" && pwd) seconds=$3
shift 3
[ $# -gt 0 ] || set -- feed json html page date url http wire filter_file expression tokeniser
work=$build/fuzz
cc=${FUZZ_CC:-clang}
packages="glib-2.0 gio-unix-2.0 libxml-2.0 icu-uc icu-i18n jansson libcurl libseccomp libconfuse libpcre2-8"
flags="-std=c17 -g -O1 -D_GNU_SOURCE -DVEDETTA_SANITIZERS -I$src -I$build $(pkg-config --cflags $packages)"
flags="$flags -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
# GLib's slices hide leaks and overruns
export G_SLICE=always-malloc

mkdir -p "$work/objects" "$work/findings" "$work/seeds"
/usr/bin/python3 "$src/tests/fuzz/seeds.py" "$work/seeds"

newest=$(ls -t "$src"/feeds/*.h "$src"/filters/*.h "$src"/tests/fuzz/*.h | head -1)
for file in "$src"/feeds/*.c $(ls "$src"/filters/*.c | grep -v /make_) "$src"/tests/fuzz/oracle.c "$src"/tests/fuzz/fuzz_*.c; do
    object=$work/objects/$(basename "$file" .c).o
    if [ ! "$object" -nt "$file" ] || [ ! "$object" -nt "$newest" ]; then
        $cc $flags -fsanitize=fuzzer-no-link -c "$file" -o "$object"
    fi
done
rm -f "$work/objects/libfeeds.a"
ar rc "$work/objects/libfeeds.a" "$work"/objects/*.o

rm -f "$work/failed"
report=$work/report.txt
: >"$report"
for target in "$@"; do
    $cc $flags -fsanitize=fuzzer "-DFUZZ_TARGET=fuzz_$target" "$src/tests/fuzz/libfuzzer.c" \
        "$work/objects/libfeeds.a" $(pkg-config --libs $packages) -lstemmer -lm -o "$work/fuzz_$target"
    mkdir -p "$work/$target"
    longest=65536
    case $target in date) longest=100 ;; url) longest=300 ;; http) longest=2000 ;; html) longest=8192 ;; esac
    log=$work/$target.log
    (   "$work/fuzz_$target" -max_total_time="$seconds" -max_len=$longest -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
        -dict="$work/seeds/$target.dict" -artifact_prefix="$work/findings/$target-" \
        "$work/$target" "$work/seeds/$target" >"$log" 2>&1 || touch "$work/failed"
        times >"$work/$target.times")
    cpu=$(sed -n 2p "$work/$target.times" | awk -F'[ms ]+' '{print int($1 * 60 + $2 + $3 * 60 + $4)}')
    found=$(find "$work/findings" -name "$target-*" | wc -l)
    awk -v t="$target" -v found="$found" -v cpu="$cpu" '/number_of_executed_units/ {n=$2} /average_exec_per_sec/ {r=$2} /cov:/ {c=$4}
        END {printf "%s: %d executions, %d a second, %d edges covered, %d s of CPU, %d findings\n", t, n, r, c, cpu, found}' "$log" | tee -a "$report"
done
[ ! -e "$work/failed" ]
