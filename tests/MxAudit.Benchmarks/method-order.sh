#!/usr/bin/env bash
# Writes src/MxAudit/MethodOrder.txt: the methods that a check of a 10 MB log runs, those with most instructions first (docs/decisions/0014).
# usage: method-order.sh BINARY      a binary that was published with -p:StripSymbols=false, so that it knows its names
set -u
[ $# -eq 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v valgrind >/dev/null || die "needs valgrind"
nm "$binary" 2>/dev/null | grep -q LogIntake__Read || die "$1 has no names: publish it with -p:StripSymbols=false"

build_generator
make_log day-10MB --size 10MB --stamp iso --ids mixed --shape day --seed 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Names are needed, lines are not: valgrind gives up on the lines that Native AOT writes.
strip -g -o "$work/mxaudit" "$binary" || exit 2
valgrind --tool=callgrind --callgrind-out-file="$work/out" "$work/mxaudit" check --format json "$bench/day-10MB.log" >/dev/null 2>"$work/err"
[ -s "$work/out" ] || { cat "$work/err" >&2; exit 1; }

# "1,234 ( 0.50%)  ???:NAME'2 [object]": the program's own C++ and the C library are not ours to order.
callgrind_annotate --threshold=100 "$work/out" | sed -n "s/^ *[0-9,]* ([^)]*) *???:\(.*\) \[.*\]$/\1/p" | sed "s/'[0-9]*$//" | awk '!seen[$0]++' >"$work/ran"
nm "$binary" | awk '$2 == "t" || $2 == "T" { print $3 }' >"$work/known"
awk 'NR == FNR { known[$0]; next } $0 in known && !/^_Z|^Rhp|^_/' "$work/known" "$work/ran" >"$root/src/MxAudit/MethodOrder.txt"
say "$(wc -l <"$root/src/MxAudit/MethodOrder.txt") methods"
