#!/usr/bin/env bash
# Writes src/MxAudit/Profile.mibc: how often a check of a 10 MB log takes each branch, as the runtime counts it (docs/decisions/0015).
# usage: profile.sh
set -u
[ $# -eq 0 ] || { echo "usage: $0" >&2; exit 2; }
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build_generator
make_log day-10MB --size 10MB --stamp iso --ids mixed --shape day --seed 1
dotnet build -c Release -v quiet --nologo "$root/src/MxAudit" >"$bench/build.txt" 2>&1 || { cat "$bench/build.txt" >&2; exit 2; }
program=$root/src/MxAudit/bin/Release/net10.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Counted from the first call to the last: nothing is compiled a second time, without the counters.
export DOTNET_TieredPGO=1 DOTNET_TieredPGO_InstrumentOnlyHotCode=0 DOTNET_TC_CallCounting=0 DOTNET_TC_OnStackReplacement=0 DOTNET_ReadyToRun=0
DOTNET_WritePGOData=1 DOTNET_PGODataPath="$work/measured.txt" dotnet "$program/mxaudit.dll" check --format json "$bench/day-10MB.log" >/dev/null 2>"$work/err"
[ -s "$work/measured.txt" ] || { cat "$work/err" >&2; die "the runtime measured nothing"; }
"$generator" profile "$work/measured.txt" "$root/src/MxAudit/Profile.mibc" "$program/MxAudit.Core.dll" "$program/mxaudit.dll"
