#!/usr/bin/env bash
# Counts the instructions of `BINARY check` per byte of a 10 MB log: a measure that a busy machine does not disturb.
# usage: instructions.sh BINARY      exit status 1 when 5 % worse than the number in docs/performance.md
set -u
[ $# -eq 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
[ -x "$binary" ] || { echo "$1 can not be run" >&2; exit 2; }
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v valgrind >/dev/null || { say "valgrind: not installed, skipped"; exit 0; }

build_generator
make_log day-10MB --size 10MB --stamp iso --ids mixed --shape day --seed 1
log=$bench/day-10MB.log
out=$root/artifacts/callgrind.out
# A copy by itself, without line numbers: valgrind gives up on those that Native AOT writes, in the binary or beside it.
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
strip -g -o "$bare/$(basename "$binary")" "$binary" || exit 2
rm -f "$out"
valgrind --tool=callgrind --callgrind-out-file="$out" "$bare/$(basename "$binary")" check --format json "$log" >"$bench/callgrind.stdout" 2>"$bench/callgrind.stderr"
[ $? -le 2 ] || { cat "$bench/callgrind.stderr" >&2; exit 1; }

instructions=$(awk '/^(summary|totals):/ { n = $2 } END { printf "%.0f", n }' "$out")
[ "${instructions:-0}" -gt 0 ] || { say "FAILS  nothing was counted"; cat "$bench/callgrind.stderr" >&2; exit 1; }
per_byte=$(calc "$instructions / $(stat -c %s "$log")")
say "instructions per byte, check, 10 MB: $per_byte"

failed=0
holds "$per_byte <= 4.5" || say "the goal is 4.5: not reached yet, see docs/performance.md"
known=$(sed -n 's/.*instructions per byte, check, 10 MB: *\([0-9.]*[0-9]\).*/\1/p' "$root/docs/performance.md" 2>/dev/null | head -1)
if [ -z "$known" ]; then
    say "docs/performance.md has no number to compare with"
elif holds "$per_byte > $known * 1.05"; then
    say "FAILS  docs/performance.md says $known"
    failed=1
else
    say "holds  docs/performance.md says $known"
fi
exit $failed
