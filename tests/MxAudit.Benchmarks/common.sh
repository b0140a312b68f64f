# Sourced by the measuring scripts: where things are, and the generator.
export LC_ALL=C
project=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$project/../.." && pwd)
bench=$root/artifacts/bench
mkdir -p "$bench"

say() { printf '%s\n' "$*"; }
die() { say "$*" >&2; exit 2; }
calc() { awk "BEGIN { printf \"%.${2:-2}f\", $1 }"; }
holds() { awk "BEGIN { exit !($1) }"; }

build_generator() {
    dotnet build -c Release -v quiet --nologo "$project" >"$bench/build.txt" 2>&1 || { cat "$bench/build.txt" >&2; exit 2; }
    generator=$project/bin/Release/net10.0/MxAudit.Benchmarks
}

# make_log NAME ARGUMENTS…: $bench/NAME.log and NAME.json, unless this very generator has already made them with these arguments
make_log() {
    local name=$1 made="$bench/$1.made" now
    shift
    now="$* $(cksum <"$project/bin/Release/net10.0/MxAudit.Benchmarks.dll")"
    [ -s "$bench/$name.log" ] && [ "$(cat "$made" 2>/dev/null)" = "$now" ] && return
    "$generator" generate "$@" -o "$bench/$name.log" --truth "$bench/$name.json" || exit 2
    printf '%s\n' "$now" >"$made"
}

