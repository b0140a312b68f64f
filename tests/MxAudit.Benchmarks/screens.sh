#!/usr/bin/env bash
# Measures what the screens cost over a million rows, in a real terminal: CPU time of the program, which a busy machine hardly disturbs.
# usage: screens.sh BINARY      exit status 1 when a key press or an idle second costs more than docs/performance.md promises
set -u
[ $# -eq 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
[ -x "$binary" ] || { echo "$1 can not be run" >&2; exit 2; }
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v tmux >/dev/null || { say "tmux: not installed, skipped"; exit 0; }

rows=1000000 keys=200 idle_seconds=20
log=$bench/refused-$rows.log
[ -s "$log" ] || awk -v rows="$rows" 'BEGIN { for (i = 0; i < rows; i++) printf "2026-11-22T%02d:%02d:%02d.%06d+00:00 mx2 postfix/smtpd[%d]: NOQUEUE: reject: RCPT from host%d.example.org[203.0.113.%d]: 450 4.1.1 <user%d@example.com>: Recipient address rejected: unverified address: Address lookup failed; from=<sender%d@example.net> to=<user%d@example.com> proto=ESMTP helo=<host%d.example.org>\n", i / 3600 / 12, i / 12 / 60 % 60, i / 12 % 60, i % 1000000, 1000 + i % 50, i % 977, i % 250, i % 9973, i % 99991, i % 9973, i % 977 }' >"$log"

session=mxaudit-$$
tm() { tmux -L "$session" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null' EXIT

# Milliseconds of CPU that the program has used: user and system, all threads.
used() { awk -v hertz="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 1000 / hertz) }' "/proc/$program/stat"; }
shows() { for _ in $(seq 600); do tm capture-pane -p | grep -q -- "$1" && return; sleep 0.1; done; say "\"$1\" did not come"; tm capture-pane -p >&2; exit 1; }

failed=0
limit() { holds "$2 <= $3" && say "holds  $1: $2 $4, at most $3" || { say "FAILS  $1: $2 $4, more than $3"; failed=1; }; }

measure() { # width height milliseconds for a key press
    tm new-session -d -x "$1" -y "$2" "exec env TERM=screen-256color COLORTERM=truecolor '$binary' browse --year 2026 '$log'"
    program=$(tm display-message -p '#{pane_pid}')
    shows 'what to look at first\|findings'
    tm send-keys 9
    shows "1,000,000"
    sleep 2
    local before idle pressed key
    before=$(used); sleep $idle_seconds; idle=$(($(used) - before))
    limit "$1x$2, idle, per second" "$(calc "$idle / $idle_seconds")" 20 "ms of CPU"
    for press in j C-d; do
        before=$(used)
        for _ in $(seq $keys); do tm send-keys $press; sleep 0.05; done
        sleep 0.2
        pressed=$(($(used) - before))
        # It lasted at least so many seconds, and idled meanwhile; the rest is what the keys cost.
        key=$(calc "($pressed - $idle / $idle_seconds * $keys * 0.05) / $keys")
        limit "$1x$2, key $press" "$key" "$3" "ms of CPU"
    done
    tm kill-session
}

say "rows: $rows"
measure 140 40 20
measure 200 60 40
exit $failed
