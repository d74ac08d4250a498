#!/usr/bin/env bash
# What a Slurm cluster costs, as Markdown: jobs a minute on 1, 2 and 4 nodes of this machine, the time from queued to started, and a daemon
# with 1000 jobs out. Takes ten minutes; other work on the machine shows in the figures.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build -c release --build-tests > "$log" 2>&1 || { cat "$log"; exit 1; }
echo "$(sed -n 's/^model name\t: //p' /proc/cpuinfo | head -1), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg) at the begin"
echo
EASEL_SOAK=1 swift test -c release --skip-build --disable-xctest --no-parallel --filter SlurmLoadTests > "$log" 2>&1 ||
  { cat "$log"; exit 1; }
sed -n 's/^soak: /- /p' "$log"
