#!/bin/sh
# The layer check. Includes: each folder may include only itself and lower rooms. Calls: no cycle between
# object files (undefined symbol to its definer, into tsort). main exports nothing but main.
# Lists: every test of the tree is one that is run.
#   tests/layers.sh [SRCDIR BUILDDIR]    default: $top_srcdir $top_builddir
src=${1:-${top_srcdir:-.}} build=${2:-${top_builddir:-.}}
status=0

# room: what it may include
allowed() {
    case $1 in
    feeds) echo 'feeds' ;;
    filters) echo 'filters' ;;
    daemon/nouns) echo 'feeds|filters|daemon/nouns' ;;
    daemon/store) echo 'feeds|filters|daemon/nouns|daemon/store' ;;
    daemon/alerts) echo 'feeds|filters|daemon/nouns|daemon/alerts' ;;
    daemon/monitor) echo 'feeds|filters|daemon/nouns|daemon/monitor' ;;
    daemon) echo 'feeds|filters|daemon/nouns|daemon/store|daemon/alerts|daemon/monitor|daemon' ;;
    daemon/cli) echo 'feeds|filters|daemon/nouns|daemon/store|daemon/alerts|daemon/monitor|daemon|daemon/cli' ;;
    daemon/agent) echo 'feeds|filters|daemon/nouns|daemon/alerts|daemon/monitor|daemon/agent' ;;
    esac
}

for room in feeds filters daemon/nouns daemon/store daemon/alerts daemon/monitor daemon daemon/cli daemon/agent; do
    [ -d "$src/$room" ] || continue
    bad=$(cd "$src" && grep -Hn '^#include "' "$room"/*.c "$room"/*.h 2>/dev/null |
        grep -v -e '"config.h"' -e '^daemon/main.c:' | grep -Ev "#include \"($(allowed $room))/[a-z0-9_]+\.h\"")
    if [ -n "$bad" ]; then
        echo "include against the order of rooms:"; echo "$bad"; status=1
    fi
done

# libraries in their own rooms
one_room() { # header-pattern allowed-file-pattern
    bad=$(cd "$src" && grep -rEHn --include='*.[ch]' "^#include <($1)" feeds filters daemon | grep -Ev "^($2)")
    if [ -n "$bad" ]; then
        echo "library used outside its room:"; echo "$bad"; status=1
    fi
}
one_room 'libxml/' 'feeds/'
one_room 'sqlite3\.h' 'daemon/store/'
one_room 'libnotify/' 'daemon/agent/'
one_room 'curl/' 'feeds/fetch|daemon/alerts/'
one_room 'gmime/' 'daemon/alerts/'
one_room 'confuse\.h' 'filters/|daemon/config'

bad=$(cd "$src" && grep -rEn --include='*.c' '(^|[^a-z_])(system|popen|execlp|execvp|strcpy|strcat|sprintf|gets)\(' feeds filters daemon)
[ -z "$bad" ] || { echo "banned call:"; echo "$bad"; status=1; }

# call cycles
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
objects=$(cd "$build" && find feeds filters daemon -name '*.o' 2>/dev/null)
[ -n "$objects" ] || { echo "no objects in $build: build first"; exit 1; }
for object in $objects; do
    nm "$build/$object" | awk -v o="$object" \
        'NF==3 && $2 ~ /^[TDBRVW]$/ {print o, $3 >> "'"$tmp"'/defs"} NF==2 && $1=="U" {print o, $2 >> "'"$tmp"'/uses"}'
done
awk 'NR==FNR {def[$2]=$1; next} ($2 in def) && def[$2]!=$1 {print $1, def[$2]}' "$tmp/defs" "$tmp/uses" |
    sort -u >"$tmp/edges"
if ! tsort "$tmp/edges" >/dev/null 2>"$tmp/loops"; then
    echo "call cycle between files:"; cat "$tmp/loops"; status=1
fi
extra=$(awk '$1 ~ /(daemon|agent)\/main\.o$/ && $2 != "main"' "$tmp/defs")
[ -z "$extra" ] || { echo "main.c exports:"; echo "$extra"; status=1; }

# a test that stands in no list is run by nobody
lists=$src/Makefile.am
for test in "$src"/tests/unit/test_*.c "$src"/tests/*/*.py "$src"/tests/*/*.sh; do
    name=${test#"$src"/}
    grep -qE "(^|[[:space:]])${name%.c}(\.c)?([[:space:]]|\$)" "$lists" || { echo "$name is not in Makefile.am"; status=1; }
done
exit $status
