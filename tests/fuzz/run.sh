#!/bin/sh
# run.sh SRCDIR BUILDDIR SECONDS [TARGET…]: fuzz each target for so many seconds of CPU with clang's libFuzzer, ASan and
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
for file in $(ls "$src"/feeds/*.c "$src"/filters/*.c | grep -v -e /make_ -e /parser_main) "$src"/tests/fuzz/oracle.c "$src"/tests/fuzz/fuzz_*.c; do
    object=$work/objects/$(basename "$file" .c).o
    if [ ! "$object" -nt "$file" ] || [ ! "$object" -nt "$newest" ]; then
        $cc $flags -fsanitize=fuzzer-no-link -c "$file" -o "$object"
    fi
done
rm -f "$work/objects/libfeeds.a"
ar rc "$work/objects/libfeeds.a" "$work"/objects/*.o

report=$work/report.txt
: >"$report"
failed=0

# One round ends with the wall clock or at a finding; rounds follow until the CPU time is used, or until five
# findings are there.
fuzz() {
    target=$1 used=0 rounds=0 executions=0
    log=$work/$target.log
    longest=65536
    case $target in date) longest=100 ;; url) longest=300 ;; http) longest=2000 ;; html) longest=8192 ;; esac
    mkdir -p "$work/$target"
    : >"$log"
    while [ "$used" -lt "$seconds" ] && [ "$(count_findings "$target")" -lt 5 ] && [ "$rounds" -lt 100 ]; do
        (   "$work/fuzz_$target" -max_total_time=$((seconds - used < 2 ? 2 : seconds - used)) -max_len=$longest -timeout=5 \
            -rss_limit_mb=2048 -print_final_stats=1 -dict="$work/seeds/$target.dict" \
            -artifact_prefix="$work/findings/$target-" "$work/$target" "$work/seeds/$target" >"$log.round" 2>&1 || :
            times >"$work/$target.times")
        used=$((used + $(sed -n 2p "$work/$target.times" | awk -F'[ms ]+' '{print int($1 * 60 + $2 + $3 * 60 + $4 + 0.5)}')))
        executions=$((executions + $(awk '/number_of_executed_units/ {n = $2} END {print n + 0}' "$log.round")))
        rounds=$((rounds + 1))
        cat "$log.round" >>"$log"
    done
    found=$(count_findings "$target")
    [ "$found" -eq 0 ] || failed=1
    awk -v t="$target" -v n="$executions" -v cpu="$used" -v found="$found" '
        / cov: / {for (i = 1; i < NF; i++) if ($i == "cov:" && $(i + 1) > c) c = $(i + 1)}
        END {printf "%s: %d executions in %d s of CPU (%d a second), %d edges covered, %d findings\n", t, n, cpu, n / (cpu ? cpu : 1), c, found}' \
        "$log" | tee -a "$report"
}
count_findings() { find "$work/findings" -name "$1-*" | wc -l; }

for target in "$@"; do
    $cc $flags -fsanitize=fuzzer "-DFUZZ_TARGET=fuzz_$target" "$src/tests/fuzz/libfuzzer.c" \
        "$work/objects/libfeeds.a" $(pkg-config --libs $packages) -lstemmer -o "$work/fuzz_$target"
    fuzz "$target"
done
exit $failed
