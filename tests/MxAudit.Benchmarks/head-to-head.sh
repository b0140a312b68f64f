#!/usr/bin/env bash
# Measures `BINARY check` against grep, pflogsumm and others on one generated log, in one run with a warm page cache.
# usage: head-to-head.sh BINARY [SIZE]      exit status 1 when a promise of docs/performance.md does not hold
# Environment: ROUNDS (5), STAMP (iso), HOT_SIZE (100MB).
set -u
[ $# -ge 1 ] || { echo "usage: $0 BINARY [SIZE]" >&2; exit 2; }
binary=$(realpath "$1") size=${2:-1GB}
[ -x "$binary" ] || { echo "$1 can not be run" >&2; exit 2; }
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ -x /usr/bin/time ] || die "needs /usr/bin/time (package time)"
rounds=${ROUNDS:-5} failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure NAME COMMAND…: adds "cpu-seconds rss-kilobytes" to $work/NAME
measure() {
    local name=$1 status TIMEFORMAT='%3U %3S'
    shift
    # The shell's clock has milliseconds where time(1) has hundredths; time(1) knows the memory.
    { time /usr/bin/time -q -f %M -o "$work/rss" "$@" >"$work/$name.out" 2>"$work/$name.err"; } 2>"$work/cpu"
    status=$?
    if [ "$name" = check ] || [ "${name#hot-}" != "$name" ]; then
        [ $status -le 2 ] || { say "check failed with exit status $status: $(head -3 "$work/$name.err")"; exit 1; }
    elif [ $status -ne 0 ]; then
        say "$name failed with exit status $status: $(head -3 "$work/$name.err")"
        return
    fi
    awk '{ print $1 + $2 }' "$work/cpu" | paste -d ' ' - "$work/rss" >>"$work/$name"
}

median() { sort -n -k1,1 "$work/$1" | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'; }
peak() { awk '$2 > m { m = $2 } END { print m }' "$work/$1"; }

# promise WHAT EXPRESSION: says whether it holds
promise() {
    if holds "$2"; then say "holds  $1"; else say "FAILS  $1"; failures=$((failures + 1)); fi
}

build_generator
make_log "day-$size" --size "$size" --stamp "${STAMP:-iso}" --ids mixed --shape day --seed 1
log=$bench/day-$size.log
bytes=$(stat -c %s "$log")
cat "$log" >/dev/null

for ((round = 0; round < rounds; round++)); do
    measure wc wc -l "$log"
    measure grep grep -c status= "$log"
    measure check "$binary" check --format json "$log"
done
cp "$work/check.out" "$bench/check-day-$size.json"
if command -v pflogsumm >/dev/null; then measure pflogsumm pflogsumm "$log"; else say "pflogsumm: not installed, skipped"; fi
if command -v lnav >/dev/null; then
    measure lnav lnav -n -c ';SELECT log_procname, count(*) FROM syslog_log GROUP BY log_procname' "$log"
else
    say "lnav: not installed, skipped"
fi

say "" "$size day log, $bytes bytes, medians of $rounds rounds (pflogsumm and lnav: one)"
printf '%-12s %9s %9s %9s %12s\n' program 'CPU s' MB/s 'RSS MB' 'CPU ratio'
check=$(median check)
for name in wc grep check pflogsumm lnav; do
    [ -s "$work/$name" ] || continue
    cpu=$(median "$name")
    printf '%-12s %9s %9s %9s %11sx\n' "$name" "$(calc "$cpu")" "$(calc "$bytes / 1e6 / ($cpu + 1e-3)" 0)" \
        "$(calc "$(peak "$name") / 1024" 1)" "$(calc "$cpu / ($check + 1e-9)")"
done
say "(CPU ratio: CPU of the program over CPU of check)" ""

promise "check takes at most 2.2 times the CPU of grep -c status=: $(calc "$check / ($(median grep) + 1e-9)")" "$check <= 2.2 * $(median grep)"
[ -s "$work/pflogsumm" ] &&
    promise "check is at least 40 times faster than pflogsumm: $(calc "$(median pflogsumm) / ($check + 1e-9)" 1)" "$(median pflogsumm) >= 40 * $check"
promise "memory at most 16 % of the log and 32 MB: $(calc "$(peak check) / 1024" 1) MB of $(calc "$bytes * 0.16 / 1048576 + 32" 1) MB" \
    "$(peak check) * 1024 <= $bytes * 0.16 + 32 * 1048576"

# compare NAME OUTPUT: the totals of check against what the generator counted
compare() {
    say "$1:"
    "$generator" compare "$bench/$1.json" "$2" || failures=$((failures + 1))
}

compare "day-$size" "$work/check.out"
hot_size=${HOT_SIZE:-100MB}
# A short run is mostly the start of a process: the hot inputs are held against a day log of their own size.
make_log "day-hot-$hot_size" --size "$hot_size" --stamp "${STAMP:-iso}" --ids mixed --shape day --seed 2
normal_log=$bench/day-hot-$hot_size.log
for shape in one-message-many-recipients one-session-many-messages one-message-many-retries primary-in-trouble dictionary-attack; do
    make_log "$shape-$hot_size" --size "$hot_size" --stamp "${STAMP:-iso}" --ids mixed --shape "$shape" --seed 1
    log=$bench/$shape-$hot_size.log
    cat "$log" "$normal_log" >/dev/null
    rm -f "$work/hot-normal" "$work/hot-$shape"
    for ((round = 0; round < rounds; round++)); do
        measure hot-normal "$binary" check --format json "$normal_log"
        measure "hot-$shape" "$binary" check --format json "$log"
    done
    per_byte=$(calc "$(median "hot-$shape") / $(stat -c %s "$log") * 1e9" 3)
    normal=$(calc "($(median hot-normal) + 1e-9) / $(stat -c %s "$normal_log") * 1e9" 3)
    promise "$shape costs at most twice a normal log: $per_byte ns/byte against $normal" "$per_byte <= 2 * $normal"
    compare "$shape-$hot_size" "$work/hot-$shape.out"
done

[ "$failures" -eq 0 ] || { say "" "$failures promises do not hold"; exit 1; }
